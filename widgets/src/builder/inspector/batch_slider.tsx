import { useId } from "react";
import { t } from "../../shared/words";
import { useEye, useSession } from "../session";

/** How many examples come at once, for the numbers beside it: a power of two. */
export function BatchSlider() {
  const session = useSession();
  const id = useId();
  const batch = useEye((eye) => eye.batch);
  return (
    <div className="vnn-batch">
      <label htmlFor={id}>{t("batch size")}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={10}
        step={1}
        value={Math.log2(batch)}
        aria-valuetext={String(batch)}
        onChange={(event) => session.eye.set({ batch: 2 ** Number(event.target.value) })}
      />
      <output className="vnn-mono" htmlFor={id}>
        {batch}
      </output>
    </div>
  );
}
