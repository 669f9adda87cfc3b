import { t } from "../../shared/words";
import { isActive, progressOf } from "../../training/progress";
import { PlayIcon } from "../icons";
import { openTab } from "../panels";
import { useDrawing, useEye, useSession } from "../session";
import { train } from "./actions";

/** The bar's main button: trains, and shows how far training is. */
export function TrainButton() {
  const session = useSession();
  const training = useDrawing((drawing) => drawing.training);
  const pressed = useEye((eye) => eye.pressed);
  const width = useEye((eye) => eye.width);
  if (training && isActive(training.status)) {
    const percent = Math.floor(progressOf(training) * 100);
    const words = training.status === "paused" ? t("Paused") : t("Training");
    return (
      <button
        type="button"
        className="vnn-button line vnn-training-button"
        title={t("Show the curves")}
        onClick={() => openTab(session, "training")}
      >
        <i style={{ width: `${percent}%` }} />
        <span>
          {width === "narrow" ? "" : `${words} `}
          {percent} %
        </span>
      </button>
    );
  }
  return (
    <button
      type="button"
      className="vnn-button go"
      disabled={pressed === "train"}
      onClick={() => void train(session)}
    >
      <PlayIcon size={12} />
      {t("Train")}
    </button>
  );
}
