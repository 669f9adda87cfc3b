import { sameItems } from "../../shared/store";
import { t } from "../../shared/words";
import { CloseIcon } from "../icons";
import { inspectorIsDrawer, openInspector } from "../panels";
import { useCanvas, useDrawing, useEye, useSession } from "../session";
import { BlockForm } from "./block_form";
import { Overview } from "./overview";
import { SeveralForm } from "./several_form";

/** What is selected, and all that can be set about it. */
export function Inspector() {
  const session = useSession();
  const isDrawer = useEye((eye) => inspectorIsDrawer(eye.width));
  const selected = useCanvas(
    (canvas) => canvas.nodes.filter((node) => node.selected).map((node) => node.id),
    sameItems,
  );
  const blocks = useDrawing(
    ({ view }) => (view?.blocks ?? []).filter((block) => selected.includes(block.id)),
    sameItems,
  );
  const [only] = blocks;
  return (
    <aside
      className={`vnn-inspector ${isDrawer ? "drawer" : ""}`}
      aria-label={t("Inspector")}
      data-own-keys
    >
      {isDrawer && (
        <button
          type="button"
          className="vnn-button icon vnn-drawer-close"
          aria-label={t("Close the inspector")}
          onClick={() => openInspector(session, false)}
        >
          <CloseIcon />
        </button>
      )}
      {blocks.length > 1 ? (
        <SeveralForm blocks={blocks} />
      ) : only ? (
        <BlockForm key={only.id} block={only} />
      ) : (
        <Overview />
      )}
    </aside>
  );
}
