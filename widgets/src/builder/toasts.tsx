import { t } from "../shared/words";
import { CloseIcon } from "./icons";
import { useEye, useSession } from "./session";
import type { Toast } from "./state";

const WIDTH = 320;
const HEIGHT = 76;

/** Sentences that stand for a while: refusals near the pointer, the rest at the canvas's foot. */
export function Toasts() {
  const toasts = useEye((eye) => eye.toasts);
  return (
    <div className="vnn-toasts">
      {toasts.map((toast, at) => (
        <ToastCard key={toast.id} toast={toast} fromLast={toasts.length - 1 - at} />
      ))}
    </div>
  );
}

function ToastCard({ toast, fromLast }: { toast: Toast; fromLast: number }) {
  const session = useSession();
  const root = session.root?.getBoundingClientRect();
  const width = root?.width ?? 800;
  const height = root?.height ?? 560;
  const at = toast.at && root ? { x: toast.at.x - root.left, y: toast.at.y - root.top } : null;
  const wide = Math.min(WIDTH, width - 16);
  const near = at && fromLast === 0 && at.x > 0 && at.y > 0 && at.x < width && at.y < height;
  const left = near ? at.x + 16 : (width - wide) / 2;
  const top = near ? at.y + 18 : height - 60 - HEIGHT * (fromLast + 1);
  return (
    <div
      className={`vnn-toast ${toast.level}`}
      style={{
        left: Math.max(8, Math.min(left, width - wide - 8)),
        top: Math.max(48, Math.min(top, height - HEIGHT - 8)),
        maxWidth: wide,
      }}
    >
      <span aria-hidden="true">{toast.level === "error" ? "✕" : "ℹ"}</span>
      <p>{toast.sentence}</p>
      <button
        type="button"
        className="vnn-button icon small"
        aria-label={t("Close the message")}
        onClick={() => session.dismiss(toast.id)}
      >
        <CloseIcon size={12} />
      </button>
    </div>
  );
}

/** What changes is said here to those who do not see it. */
export function LiveRegion() {
  const said = useEye((eye) => eye.said);
  return (
    <output className="vnn-unseen" aria-live="polite">
      {said}
    </output>
  );
}
