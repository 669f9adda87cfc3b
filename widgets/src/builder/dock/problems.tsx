import { t } from "../../shared/words";
import { goTo } from "../canvas/camera";
import { Fixes } from "../fixes";
import { useDrawing, useSession } from "../session";

/** All problems of the drawing; each leads to its block and offers what would repair it. */
export function Problems() {
  const session = useSession();
  const problems = useDrawing(({ view }) => view?.problems ?? []);
  const blocks = useDrawing(({ view }) => view?.blocks ?? []);
  if (problems.length === 0) {
    return (
      <p className="vnn-calm">
        <span className="vnn-ok" aria-hidden="true">
          ✓
        </span>{" "}
        {blocks.length > 0
          ? t("No problems: the model can be trained and saved.")
          : t("No problems. The canvas is empty.")}
      </p>
    );
  }
  return (
    <ul className="vnn-problem-list">
      {problems.map((problem, at) => {
        const block = blocks.find((other) => other.id === problem.block);
        const show = () => {
          goTo(session, problem.block);
          session.eye.set({ callout: problem.block });
        };
        return (
          <li key={`${problem.block}${at}`}>
            <span
              className={problem.level === "warning" ? "vnn-block-hint" : "vnn-bad"}
              role="img"
              aria-label={problem.level === "warning" ? t("Hint") : t("Problem")}
            >
              {problem.level === "warning" ? "⚠" : "✕"}
            </span>
            {block ? (
              <button type="button" className="vnn-button small line vnn-mono" onClick={show}>
                {block.layer}
              </button>
            ) : (
              <span className="vnn-dim">{t("model")}</span>
            )}
            <p>{problem.sentence}</p>
            <Fixes fixes={problem.fixes} />
          </li>
        );
      })}
    </ul>
  );
}
