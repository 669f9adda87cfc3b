import type { BlockView } from "../../shared/messages";
import { useDrawing, useSession } from "../session";

/** Inside a submodel: shows a setting on the submodel itself, or no longer. */
export function PromoteButton({ block, setting }: { block: BlockView; setting: string }) {
  const session = useSession();
  const isInside = useDrawing(({ view }) => (view?.beside?.place.length ?? 0) > 0);
  const promoted = block.promoted?.includes(setting) ?? false;
  if (!isInside) return null;
  const words = promoted
    ? `Do not show ${setting} on the submodel`
    : `Show ${setting} on the submodel`;
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
