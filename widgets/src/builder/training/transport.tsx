import { t } from "../../shared/words";
import { isActive } from "../../training/progress";
import { PauseIcon, PlayIcon, StopIcon } from "../icons";
import { useDrawing, useEye, useSession } from "../session";
import { pause, resume, stop, train } from "./actions";

/** Train, Pause, Resume, Stop: they answer at once, whatever Python is doing. */
export function Transport() {
  const session = useSession();
  const status = useDrawing(({ training }) => training?.status ?? "idle");
  const hasCurves = useDrawing(({ training }) => (training?.curves.length ?? 0) > 0);
  const pressed = useEye((eye) => eye.pressed);
  const settingUp = useEye((eye) => eye.settingUp);
  const stopping = status === "stopping" || pressed === "stop";
  if (isActive(status)) {
    const paused = status === "paused";
    return (
      <div className="vnn-transport">
        <button
          type="button"
          className="vnn-button line small"
          disabled={stopping || status === "starting" || pressed !== ""}
          onClick={() => void (paused ? resume(session) : pause(session))}
        >
          {paused ? <PlayIcon size={12} /> : <PauseIcon size={12} />}
          {paused ? t("Resume") : pressed === "pause" ? t("Pausing…") : t("Pause")}
        </button>
        <button
          type="button"
          className="vnn-button line small"
          disabled={stopping}
          title={t("Stops after this batch; weights and curves are kept")}
          onClick={() => void stop(session)}
        >
          <StopIcon size={12} />
          {stopping ? t("Stopping…") : t("Stop and keep")}
        </button>
      </div>
    );
  }
  return (
    <div className="vnn-transport">
      {hasCurves && (
        <button
          type="button"
          className="vnn-button line small"
          onClick={() => session.eye.set({ settingUp: !settingUp })}
        >
          {settingUp ? t("Show curves") : t("Change setup")}
        </button>
      )}
      <button
        type="button"
        className="vnn-button go small"
        disabled={pressed !== ""}
        onClick={() => void train(session)}
      >
        <PlayIcon size={12} />
        {pressed === "train" ? t("Starting…") : hasCurves ? t("Train again") : t("Train")}
      </button>
    </div>
  );
}
