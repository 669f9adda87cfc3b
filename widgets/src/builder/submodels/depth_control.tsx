import { useEffect } from "react";
import { t } from "../../shared/words";
import { useDrawing, useEye, useSession } from "../session";
import { followEdits, levelsOf, openToDepth } from "./depth";

/** How deep submodels are opened on the canvas; it is there when there are some. */
export function DepthControl() {
  const session = useSession();
  const levels = useDrawing(({ view }) => levelsOf(view));
  const version = useDrawing(({ view }) => view?.version ?? 0);
  const depth = useEye((eye) => eye.depth);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each edit may change what is inside
  useEffect(() => void followEdits(session), [session, version]);
  if (levels === 0) return null;
  return (
    <label className="vnn-depth" title={t("How deep submodels are opened (. and ,)")}>
      <span aria-hidden="true">{t("Depth")}</span>
      <input
        type="range"
        min={0}
        max={levels}
        step={1}
        value={Math.min(depth, levels)}
        aria-label={t("How deep submodels are opened")}
        aria-valuetext={depth === 0 ? t("closed") : t("{depth} of {levels}", { depth, levels })}
        onChange={(event) => void openToDepth(session, Number(event.target.value))}
      />
      <span className="vnn-mono" aria-hidden="true">
        {Math.min(depth, levels)}
      </span>
    </label>
  );
}
