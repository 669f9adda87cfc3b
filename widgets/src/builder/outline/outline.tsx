import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { BlockView, BuilderView, Fix, WireView } from "../../shared/messages";
import { counted, shapeWords } from "../../shared/numbers";
import { t } from "../../shared/words";
import { reveal } from "../canvas/camera";
import { editSettings, openBlockMenu, openWireMenu } from "../canvas/menus";
import { applyFix, blockWords } from "../edits";
import { type Session, useCanvas, useDrawing, useSession } from "../session";

/** What is told of a block, and what can be done there with Enter. */
interface Detail {
  id: string;
  words: string;
  /** The wire that it is about: what is current in the outline is selected on the canvas. */
  wire?: string;
  act?(session: Session): void;
}

/**
 * The drawing as a tree of words, in step with the canvas: what is current here is selected there,
 * and all keys of the canvas work here, too.  So it is edited without being seen.
 */
export function Outline() {
  const session = useSession();
  const view = useDrawing((drawing) => drawing.view);
  const current = useCanvas((canvas) => canvas.current);
  const selected = useCanvas(
    ({ nodes }) => nodes.filter((node) => node.selected).map((node) => node.id),
    (a, b) => a.join() === b.join(),
  );
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const tree = useRef<HTMLDivElement>(null);
  /** What had the focus: when it goes, such as a wire that is deleted, its block gets it. */
  const focused = useRef<{ element: HTMLElement; block: string } | null>(null);
  const blocks = useMemo(() => (view ? inReadingOrder(view) : []), [view]);
  const at = blocks.some(({ id }) => id === current) ? current : (blocks[0]?.id ?? "");

  useEffect(() => {
    const element = tree.current;
    if (!element) return;
    session.outline = element;
    return () => {
      if (session.outline === element) session.outline = null;
    };
  }, [session]);

  useEffect(() => {
    const last = focused.current;
    if (!last || last.element.isConnected || document.activeElement !== document.body) return;
    tree.current?.querySelector<HTMLElement>(`#${CSS.escape(itemId(last.block))}`)?.focus();
  });

  useEffect(() => {
    // What is added while one works here is what one goes on with.
    const element = document.activeElement as HTMLElement | null;
    const told = element && tree.current?.contains(element) ? element.dataset.outline : undefined;
    if (told !== undefined && told !== at)
      tree.current?.querySelector<HTMLElement>(`#${CSS.escape(itemId(at))}`)?.focus();
  }, [at]);

  if (!view || blocks.length === 0) {
    return <p className="vnn-calm">{t("The canvas is empty. Press A to add a layer.")}</p>;
  }

  const items = () => [...(tree.current?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [])];
  const toggle = (id: string, isOpen: boolean) => {
    const next = new Set(open);
    if (isOpen) next.add(id);
    else next.delete(id);
    setOpen(next);
  };
  const key = (event: KeyboardEvent<HTMLElement>) => {
    if (session.eye.state.connecting || event.altKey || event.ctrlKey || event.metaKey) return;
    const item = (event.target as HTMLElement).closest<HTMLElement>("[role=treeitem]");
    const all = items();
    const place = item ? all.indexOf(item) : -1;
    if (!item || place < 0) return;
    const block = item.dataset.outline ?? "";
    const isBlock = item.getAttribute("aria-level") === "1";
    const isOpen = item.getAttribute("aria-expanded") === "true";
    if (event.key === "ArrowDown") all[place + 1]?.focus();
    else if (event.key === "ArrowUp") all[place - 1]?.focus();
    else if (event.key === "Home") all[0]?.focus();
    else if (event.key === "End") all.at(-1)?.focus();
    else if (event.key === "ArrowRight" && isBlock) {
      if (isOpen) all[place + 1]?.focus();
      else toggle(block, true);
    } else if (event.key === "ArrowLeft") {
      if (isBlock) toggle(block, false);
      else tree.current?.querySelector<HTMLElement>(`#${CSS.escape(itemId(block))}`)?.focus();
    } else if (event.key === "Enter") {
      if (isBlock) editSettings(session);
      else item.click();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className="vnn-outline"
      role="tree"
      aria-label={t("Outline of the model")}
      ref={tree}
      onKeyDown={key}
      onFocus={({ target }) => {
        focused.current = { element: target, block: target.dataset.outline ?? "" };
      }}
      data-own-keys
    >
      {blocks.map((block) => (
        <Item
          key={block.id}
          block={block}
          isCurrent={block.id === at}
          isSelected={selected.includes(block.id)}
          isOpen={open.has(block.id)}
          details={open.has(block.id) ? detailsOf(view, block) : []}
          onToggle={(isOpen) => toggle(block.id, isOpen)}
        />
      ))}
    </div>
  );
}

interface ItemProps {
  block: BlockView;
  isCurrent: boolean;
  isSelected: boolean;
  isOpen: boolean;
  details: Detail[];
  onToggle(isOpen: boolean): void;
}

function Item({ block, isCurrent, isSelected, isOpen, details, onToggle }: ItemProps) {
  const session = useSession();
  const sign = block.error ? "✕" : block.warning ? "⚠" : "";
  const choose = () => {
    if (!session.selectedBlocks().includes(block.id)) session.select([block.id]);
    session.canvas.set({ current: block.id });
    reveal(session, block.id);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of its items */}
      <div
        id={itemId(block.id)}
        role="treeitem"
        aria-level={1}
        aria-expanded={isOpen}
        aria-selected={isSelected}
        aria-label={blockWords(block)}
        data-outline={block.id}
        tabIndex={isCurrent ? 0 : -1}
        onFocus={choose}
        onClick={(event) => event.currentTarget.focus()}
        onDoubleClick={() => editSettings(session)}
        onContextMenu={(event) => openBlockMenu(session, event, block.id)}
      >
        <span className="vnn-outline-fold" aria-hidden="true" onClick={() => onToggle(!isOpen)}>
          {isOpen ? "▾" : "▸"}
        </span>
        <b>{block.kind}</b>
        <span className="vnn-mono vnn-dim">{block.layer}</span>
        <span className="vnn-outline-what">{block.error || block.warning || block.settings}</span>
        {sign && (
          <span className={block.error ? "vnn-bad" : "vnn-block-hint"} aria-hidden="true">
            {sign}
          </span>
        )}
        <span className="vnn-mono vnn-dim">{block.outputs.filter(Boolean).join("  ")}</span>
      </div>
      {details.map((detail) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of its items
        <div
          key={detail.id}
          role="treeitem"
          aria-level={2}
          aria-selected={false}
          data-outline={block.id}
          tabIndex={-1}
          onFocus={() => detail.wire && session.select([], [detail.wire])}
          onClick={() => detail.act?.(session)}
          onContextMenu={(event) => detail.wire && openWireMenu(session, event, detail.wire)}
        >
          {detail.words}
        </div>
      ))}
    </>
  );
}

function itemId(block: string): string {
  return `vnn-outline-${block.replaceAll(/[^\w-]/g, "_")}`;
}

/** The blocks as one reads them: each after those that it gets its data from. */
function inReadingOrder(view: BuilderView): BlockView[] {
  const isDown = view.direction !== "right";
  const along = (block: BlockView) => (isDown ? block.y : block.x);
  const across = (block: BlockView) => (isDown ? block.x : block.y);
  return [...view.blocks].sort((a, b) => along(a) - along(b) || across(a) - across(b));
}

function pointsOf({ points }: WireView): string[] {
  return points.length > 0 ? [counted(points.length, "point")] : [];
}

/** Where a block's data come from and go to, and what is wrong with it and would help. */
function detailsOf(view: BuilderView, block: BlockView): Detail[] {
  const name = (id: string) => view.blocks.find((other) => other.id === id)?.layer ?? id;
  const goTo = (id: string) => (session: Session) => session.focusOutline(id);
  const into = view.wires
    .filter((wire) => wire.target === block.id)
    .map(
      (wire): Detail => ({
        id: `in ${wire.id}`,
        words: t("Input {port} from {name}: {shape}", {
          port: wire.target_port,
          name: name(wire.source),
          shape: wire.shape || "?",
        }),
        wire: wire.id,
        act: goTo(wire.source),
      }),
    );
  const outOf = view.wires
    .filter((wire) => wire.source === block.id)
    .map(
      (wire): Detail => ({
        id: `out ${wire.id}`,
        words: [t("Leads to {name}", { name: name(wire.target) }), ...pointsOf(wire)].join(", "),
        wire: wire.id,
        act: goTo(wire.target),
      }),
    );
  const shapes = block.outputs.filter(Boolean).map(
    (shape, at): Detail => ({
      id: `shape ${at}`,
      words: t("Output: {shape}", { shape: shapeWords(shape) }),
    }),
  );
  const problems = view.problems.filter((problem) => problem.block === block.id);
  const wrong = problems.flatMap((problem, at): Detail[] => [
    { id: `problem ${at}`, words: problem.sentence },
    ...problem.fixes.map(
      (fix: Fix): Detail => ({
        id: `fix ${at} ${fix.label}`,
        words: t("Fix: {label}", { label: fix.label }),
        act: (session) => void applyFix(session, fix),
      }),
    ),
  ]);
  return [...into, ...shapes, ...outOf, ...wrong];
}
