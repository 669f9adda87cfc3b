import type { BlockView } from "../../shared/messages";
import { bytes, count, counted } from "../../shared/numbers";
import { familyStyle } from "../../shared/theme";
import { t } from "../../shared/words";
import { goTo } from "../canvas/camera";
import { useFamily } from "../families";
import { openTab } from "../panels";
import { Parameters } from "../parameters/parameters";
import { useDrawing, useSession } from "../session";
import { ModelCosts } from "./model_costs";

const SHOWN = 6;

/** The model as a whole, shown while nothing is selected. */
export function Overview() {
  const session = useSession();
  const view = useDrawing((drawing) => drawing.view);
  if (!view) return null;
  const layers = new Map(view.blocks.map((block) => [block.layer, block]));
  const inputs = view.blocks.filter((block) => block.inputs.length === 0);
  const outputs = view.blocks.filter((block) => block.is_output);
  const heaviest = [...layers.values()]
    .filter((block) => (block.parameters ?? 0) > 0)
    .sort((a, b) => (b.parameters ?? 0) - (a.parameters ?? 0));
  const most = heaviest[0]?.parameters ?? 1;
  return (
    <>
      <div className="vnn-inspector-title">
        <b>{view.name || t("Model")}</b>
      </div>
      <dl className="vnn-flow vnn-mono">
        <Row name={t("layers")} value={count(layers.size)} />
        {inputs.map((block) => (
          <Row
            key={block.id}
            name={`${t("in")} ${block.layer}`}
            value={block.outputs[0] || "(?)"}
          />
        ))}
        {outputs.map((block) => (
          <Row
            key={block.id}
            name={`${t("out")} ${block.layer}`}
            value={block.outputs.join(" ") || "(?)"}
          />
        ))}
        <Row
          name={t("parameters")}
          value={view.parameters === null ? t("not known yet") : count(view.parameters)}
        />
        {view.bytes !== null && <Row name={t("memory")} value={bytes(view.bytes)} />}
      </dl>
      {view.problems.length > 0 && (
        <button
          type="button"
          className="vnn-button line small vnn-overview-problems"
          onClick={() => openTab(session, "problems")}
        >
          {t("Show")} <span className="vnn-bad">{counted(view.problems.length, "problem")}</span>
        </button>
      )}
      <Parameters />
      {view.blocks.length > 0 && <ModelCosts />}
      {heaviest.length > 0 && (
        <>
          <div className="vnn-capitals vnn-section">{t("Where the parameters are")}</div>
          <div className="vnn-weights">
            {heaviest.slice(0, SHOWN).map((block) => (
              <Weight key={block.id} block={block} share={(block.parameters ?? 0) / most} />
            ))}
          </div>
          {heaviest.length > SHOWN && (
            <p className="vnn-dim">
              {t("and")} {counted(heaviest.length - SHOWN, "more layer")}
            </p>
          )}
        </>
      )}
      <p className="vnn-dim vnn-section">
        {view.blocks.length > 0
          ? t("Select a block to see and change its settings.")
          : t("The settings of a selected block appear here.")}
      </p>
    </>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
      </dd>
    </div>
  );
}

function Weight({ block, share }: { block: BlockView; share: number }) {
  const session = useSession();
  const family = useFamily(block.family);
  return (
    <button
      type="button"
      className="vnn-weight"
      data-family={block.family}
      style={familyStyle(family)}
      onClick={() => goTo(session, block.id)}
    >
      <span>{block.layer}</span>
      <span className="vnn-mono">{count(block.parameters ?? 0)}</span>
      <i style={{ width: `${Math.max(1, share * 100)}%` }} />
    </button>
  );
}
