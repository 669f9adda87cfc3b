import { t } from "../../shared/words";
import { useEye, useSession } from "../session";
import { openTemplates } from "./searching";

/** What an empty canvas teaches: three ways to begin. */
export function EmptyCanvas() {
  const session = useSession();
  const width = useEye((eye) => eye.width);
  const hasPalette = useEye((eye) => eye.panels.palette.open) && width === "wide";
  return (
    <div className="vnn-empty">
      <h3>Start a model</h3>
      <ol>
        <li>
          <span className="vnn-empty-sign" aria-hidden="true">
            ⤓
          </span>
          {hasPalette ? (
            <span>
              <b>Drag a layer</b> from the list on the left onto the canvas. An Input comes first.
            </span>
          ) : (
            <span>
              <b>Type a layer's name</b> into the search box above. An Input comes first.
            </span>
          )}
        </li>
        <li>
          <kbd>A</kbd>
          <span>
            <b>Search where you are</b>: press A or double-click the canvas, type, Enter.
          </span>
        </li>
        <li>
          <span className="vnn-empty-sign" aria-hidden="true">
            ❖
          </span>
          <span>
            <b>{t("Choose a model to begin with")}</b>{" "}
            <button
              type="button"
              className="vnn-button line small"
              aria-haspopup="listbox"
              onClick={(event) => openTemplates(session, event.currentTarget)}
            >
              {t("Templates")}
            </button>
          </span>
        </li>
        <li>
          <span className="vnn-empty-sign" aria-hidden="true">
            ↥
          </span>
          <span>
            <b>Open a .keras file</b> with Open in the bar above.
          </span>
        </li>
      </ol>
      <p className="vnn-dim">
        Press <kbd>?</kbd> for all keys.
      </p>
    </div>
  );
}
