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
      <h3>{t("Start a model")}</h3>
      <ol>
        <li>
          <span className="vnn-empty-sign" aria-hidden="true">
            ⤓
          </span>
          {hasPalette ? (
            <span>
              <b>{t("Drag a layer")}</b>{" "}
              {t("from the list on the left onto the canvas. An Input comes first.")}
            </span>
          ) : (
            <span>
              <b>{t("Type a layer's name")}</b>{" "}
              {t("into the search box above. An Input comes first.")}
            </span>
          )}
        </li>
        <li>
          <kbd>A</kbd>
          <span>
            <b>{t("Search where you are")}</b>
            {t(": press A or double-click the canvas, type, Enter.")}
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
            <b>{t("Open a .keras file")}</b> {t("with Open in the bar above.")}
          </span>
        </li>
      </ol>
      <p className="vnn-dim">
        {t("Press")} <kbd>?</kbd> {t("for all keys.")}
      </p>
    </div>
  );
}
