import type { NodeProps } from "@xyflow/react";
import { createContext, memo, useContext } from "react";
import type { BlockView, InsideView } from "../../shared/messages";
import { count } from "../../shared/numbers";
import { familyStyle } from "../../shared/theme";
import { t } from "../../shared/words";
import { blockWords } from "../edits";
import { useFamily } from "../families";
import { LinkIcon, LockIcon, PinIcon } from "../icons";
import { breakable } from "../palette/layer_item";
import { useCanvas, useEye, useSession } from "../session";
import { type BlockData, type BlockNode, portKey } from "../state";
import { ChangeMark } from "../versions/comparing";
import { BLOCK_WIDTH, portPlaces } from "./geometry";
import { handleName, inputPlaces } from "./places";
import { Port } from "./port";
import { textWidth } from "./text_width";

/** Whether blocks are only strips with names: of hundreds seen from afar, nothing else is read. */
export const SketchContext = createContext(false);

/** A block: what it is, its settings as a person would say them, and what comes out. */
export const Block = memo(function Block({ id, data, selected }: NodeProps<BlockNode>) {
  const isSketch = useContext(SketchContext);
  const { block } = data;
  const session = useSession();
  const family = useFamily(block.family);
  const isCurrent = useCanvas(({ current, nodes }) => (current || nodes[0]?.id) === id);
  const role = useEye(({ connecting }) => {
    if (!connecting) return "";
    if (connecting.from.block === id) return "connecting";
    const { from, verdicts } = connecting;
    if (!verdicts) return "";
    const ports =
      from.side === "source"
        ? block.inputs.map(({ name }) => name)
        : block.outputs.map((_, number) => String(number));
    const takes = ports.some((port) => verdicts[portKey(id, port)]?.verdict !== "impossible");
    return takes ? "" : "aside";
  });
  const sought = useEye(({ found }) => (found ? (found.has(id) ? "found" : "aside") : ""));
  const classes = ["vnn-block", role, sought].filter(Boolean);
  if (selected) classes.push("selected");
  if (block.error) classes.push("wrong");
  if (isSketch) classes.push("sketch");
  if (block.calls > 1) classes.push("shared");
  if (block.submodel) classes.push("submodel");
  if (block.muted) classes.push("muted");
  if (block.warning) classes.push("hinted");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a block is a place on a canvas, not a form's group
    <div
      className={classes.join(" ")}
      style={{ ...familyStyle(family), width: BLOCK_WIDTH }}
      data-family={block.family}
      data-block={id}
      role="group"
      aria-roledescription="block"
      aria-label={blockWords(block)}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={() => session.canvas.set({ current: id })}
    >
      <span className="vnn-block-strip" />
      <ChangeMark block={id} />
      {isSketch ? (
        <div className="vnn-block-title">
          <span className="vnn-glyph" aria-hidden="true">
            {family?.glyph ?? "▪"}
          </span>
          <span className="vnn-block-name">{block.kind}</span>
        </div>
      ) : (
        <>
          <InputPorts {...data} />
          <Title block={block} glyph={family?.glyph ?? "▪"} />
          {block.error ? <Complaint block={block} /> : null}
          <div className="vnn-block-foot vnn-mono">
            <span className="vnn-block-shape">
              {block.outputs.map((shape) => shape || "(?)").join("  ")}
            </span>
            <span>{block.parameters ? count(block.parameters) : ""}</span>
          </div>
          <OutputPorts {...data} />
        </>
      )}
    </div>
  );
});

function insideBadges({ linked, repeat, count }: InsideView): number {
  return (linked > 1 ? 38 : 0) + (repeat ? 18 + 7 * String(count).length : 0);
}

/** The name, and the id beside it where there is room, else with the settings below. */
function Title({ block, glyph }: { block: BlockView; glyph: string }) {
  const session = useSession();
  const { name: nameFont, id: idFont } = fontsOf(session.root);
  const badges =
    (block.frozen ? 18 : 0) +
    (block.calls > 1 ? 26 : 0) +
    (block.is_output ? 30 : 0) +
    (block.inside ? insideBadges(block.inside) : 0);
  const wanted = textWidth(block.kind, nameFont) + textWidth(block.layer, idFont);
  const fits = wanted + badges + 52 < BLOCK_WIDTH;
  return (
    <>
      <div className="vnn-block-title">
        <span className="vnn-glyph" aria-hidden="true">
          {glyph}
        </span>
        <span className="vnn-block-name">{breakable(block.kind)}</span>
        {block.calls > 1 && (
          <span
            className="vnn-block-calls"
            title={t("One layer, called {calls} times", { calls: block.calls })}
          >
            ×{block.calls}
          </span>
        )}
        {block.inside && block.inside.linked > 1 && (
          <span
            className="vnn-block-calls vnn-block-linked"
            title={t(
              "Linked: {linked} submodels have this structure, each with weights of its own",
              { linked: block.inside.linked },
            )}
          >
            <LinkIcon /> {block.inside.linked}
          </span>
        )}
        {block.inside?.repeat && (
          <span className="vnn-block-calls" title={t("Stands so many times in a row")}>
            ×{block.inside.count}
          </span>
        )}
        {block.warning && <Hint block={block} />}
        {block.muted && (
          <span className="vnn-block-calls" title={t("Muted: what comes in goes out as it is")}>
            {t("muted")}
          </span>
        )}
        {block.pinned && (
          <span className="vnn-block-calls" title={t("Pinned: tidying leaves it here")}>
            <PinIcon size={11} />
          </span>
        )}
        {block.frozen && <LockIcon title={t("Frozen: training does not change it")} />}
        {block.is_output && (
          <span className="vnn-block-calls" title={t("An output of the model")}>
            {t("out")}
          </span>
        )}
        {fits && <span className="vnn-block-id vnn-mono">{block.layer}</span>}
      </div>
      {!block.error && (
        <div
          className="vnn-block-settings"
          title={[block.layer, block.settings].filter(Boolean).join(" · ")}
        >
          {!fits && <span className="vnn-block-id vnn-mono">{block.layer}</span>}
          <span className="vnn-block-line">{block.settings}</span>
        </div>
      )}
    </>
  );
}

const fonts = new WeakMap<HTMLElement, { name: string; id: string }>();

/** The fonts of a block's title, found once: asking for a style makes the browser lay out all. */
function fontsOf(root: HTMLElement | null): { name: string; id: string } {
  const known = root && fonts.get(root);
  if (known) return known;
  const style = root ? getComputedStyle(root) : null;
  const found = {
    name: `600 ${style?.fontSize ?? "13px"} ${style?.fontFamily ?? "sans-serif"}`,
    id: `11px ${style?.getPropertyValue("--vnn-mono") || "monospace"}`,
  };
  if (root?.isConnected) fonts.set(root, found);
  return found;
}

/** The sign of what would train badly; a click explains it with its fixes. */
function Hint({ block }: { block: BlockView }) {
  const session = useSession();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys reach it by F8
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys reach it by F8
    <span
      className="vnn-block-hint"
      title={block.warning}
      onClick={() => session.eye.set({ callout: block.id })}
    >
      ⚠
    </span>
  );
}

/** The sentence of what is wrong, in place of the settings; a click explains it with its fixes. */
function Complaint({ block }: { block: BlockView }) {
  const session = useSession();
  const explain = () => session.eye.set({ callout: block.id });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys reach it by Enter and F8
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys reach it by Enter and F8
    <div className="vnn-block-error" title={block.error} onClick={explain}>
      <span aria-hidden="true">⚠ </span>
      {block.error}
    </div>
  );
}

function InputPorts({ block, taken, direction }: BlockData) {
  const places = inputPlaces({ block, taken });
  const along = portPlaces(places.length, direction);
  return places.map(({ port, slot, wires, spare }, at) => (
    <Port
      key={`${port.name}#${slot}`}
      block={block.id}
      side="target"
      port={port.name}
      handle={handleName(port.name, slot)}
      place={along[at] ?? 0.5}
      direction={direction}
      label={
        spare
          ? t("{name}: add one", { name: port.name })
          : port.many && wires > 0
            ? `${port.name} ${slot + 1}`
            : port.name
      }
      spare={spare}
      taken={wires > 0 && !spare}
    />
  ));
}

function OutputPorts({ block, direction }: BlockData) {
  const places = portPlaces(block.outputs.length, direction);
  return block.outputs.map((shape, at) => (
    <Port
      key={at}
      block={block.id}
      side="source"
      port={String(at)}
      handle={String(at)}
      place={places[at] ?? 0.5}
      direction={direction}
      label={`${block.outputs.length > 1 ? `output ${at + 1}` : t("output")} ${shape || t("(not known yet)")}`}
      spare={false}
      taken={false}
    />
  ));
}
