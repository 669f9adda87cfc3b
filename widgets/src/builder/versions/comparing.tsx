import { ViewportPortal } from "@xyflow/react";
import { useEffect } from "react";
import type { Comparison, GoneBlock } from "../../shared/messages";
import { t } from "../../shared/words";
import { boxOf } from "../canvas/drawn";
import { BLOCK_HEIGHT, BLOCK_WIDTH, freePlace } from "../canvas/geometry";
import { useFetched } from "../dock/fetched";
import { openTab } from "../panels";
import { useCanvas, useEye, useSession } from "../session";

/** Keeps what the drawing differs in from another up to date, as long as the two are compared. */
export function Comparing() {
  const comparing = useEye((eye) => eye.comparing);
  return comparing ? <Compared key={comparing} what={comparing} /> : null;
}

function Compared({ what }: { what: string }) {
  const session = useSession();
  const [kind, name] = [what.slice(0, what.indexOf(":")), what.slice(what.indexOf(":") + 1)];
  const { value, error } = useFetched<Comparison>("compare", { [kind]: name });
  useEffect(() => {
    session.eye.set({ comparison: value });
    return () => session.eye.set({ comparison: null });
  }, [session, value]);
  const stop = () => session.eye.set({ comparing: "" });
  if (error) {
    return (
      <div className="vnn-comparing" role="alert">
        {error}
        <button type="button" className="vnn-button small" onClick={stop}>
          {t("Close")}
        </button>
      </div>
    );
  }
  if (!value) return null;
  return (
    <>
      <ViewportPortal>
        {value.gone.map((gone) => (
          <Ghost key={gone.layer} gone={gone} />
        ))}
      </ViewportPortal>
      <Summary comparison={value} stop={stop} />
    </>
  );
}

/** A block that is gone, where it was; where another has taken its place, beside that. */
function Ghost({ gone }: { gone: GoneBlock }) {
  const place = useCanvas(
    ({ nodes }) => freePlace({ x: gone.x, y: gone.y }, nodes.map(boxOf)),
    (a, b) => a.x === b.x && a.y === b.y,
  );
  return (
    <div
      className="vnn-ghost"
      role="img"
      aria-label={t("Removed: {kind} {layer}", { kind: gone.kind, layer: gone.layer })}
      style={{ left: place.x, top: place.y, width: BLOCK_WIDTH, height: BLOCK_HEIGHT }}
    >
      <span className="vnn-mark gone">−</span>
      <b>{gone.kind}</b> <span className="vnn-mono">{gone.layer}</span>
    </div>
  );
}

interface SummaryProps {
  comparison: Comparison;
  stop(): void;
}

function Summary({ comparison, stop }: SummaryProps) {
  const session = useSession();
  const { added, gone, changed, with_what: what } = comparison;
  return (
    <section className="vnn-comparing" aria-label={t("Comparison")}>
      <span>{t("Compared with {name}", { name: what })}</span>
      <span className="vnn-mark added" title={t("added")}>
        + {added.length}
      </span>
      <span className="vnn-mark gone" title={t("removed")}>
        − {gone.length}
      </span>
      <span className="vnn-mark changed" title={t("changed")}>
        Δ {changed.length}
      </span>
      <button
        type="button"
        className="vnn-button small"
        onClick={() => openTab(session, "versions")}
      >
        {t("List")}
      </button>
      <button type="button" className="vnn-button small" onClick={stop}>
        {t("Close")}
      </button>
    </section>
  );
}

/** The sign of what became of a block since the other drawing; it says it in words, too. */
export function ChangeMark({ block }: { block: string }) {
  const mark = useEye(({ comparison }) => markOf(comparison, block));
  if (!mark) return null;
  const sign = { added: "+", changed: "Δ" }[mark];
  const words = { added: t("added"), changed: t("changed") }[mark];
  return (
    <span className={`vnn-mark on-block ${mark}`} role="img" aria-label={words} title={words}>
      {sign}
    </span>
  );
}

function markOf(comparison: Comparison | null, block: string): "added" | "changed" | "" {
  if (!comparison) return "";
  if (comparison.added.includes(block)) return "added";
  return comparison.changed.some((changed) => changed.block === block) ? "changed" : "";
}
