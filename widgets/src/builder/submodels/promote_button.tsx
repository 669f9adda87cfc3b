import type { BlockView } from "../../shared/messages";
import { t } from "../../shared/words";
import { useDrawing, useSession } from "../session";

/** Inside a submodel: shows a setting on the submodel itself, or no longer. */
export function PromoteButton({ block, setting }: { block: BlockView; setting: string }) {
  const session = useSession();
  const isInside = useDrawing(({ view }) => (view?.beside?.place.length ?? 0) > 0);
  const promoted = block.promoted?.includes(setting) ?? false;
  if (!isInside) return null;
  const words = promoted
    ? t("Do not show {setting} on the submodel", { setting })
    : t("Show {setting} on the submodel", { setting });
  return (
    <button
      type="button"
      className="vnn-button icon small vnn-promote"
      aria-label={words}
      title={words}
      aria-pressed={promoted}
      onClick={() =>
        void session.do({ command: "Promote", block: block.id, setting, promoted: !promoted })
      }
    >
      {promoted ? "⇱" : "⇡"}
    </button>
  );
}
