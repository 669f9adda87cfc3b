import { useEffect, useRef } from "react";
import type { PlaceView } from "../../shared/messages";
import { t } from "../../shared/words";
import { fitAtFirst } from "../canvas/camera";
import { useDrawing, useSession } from "../session";
import { leave } from "./actions";

const NOWHERE: PlaceView[] = [];

/** The way from the model to the submodel that is being edited; each name leads back to it. */
export function Breadcrumbs() {
  const session = useSession();
  const name = useDrawing(({ view }) => view?.name ?? "");
  const place = useDrawing(({ view }) => view?.beside?.place ?? NOWHERE);
  if (place.length === 0) return null;
  const last = place.at(-1);
  return (
    <nav className="vnn-breadcrumbs" aria-label={t("Where you are")} data-own-keys>
      <ol>
        <li>
          <button type="button" className="vnn-button small" onClick={() => void leave(session, 0)}>
            {name || "model"}
          </button>
        </li>
        {place.map((step, at) => (
          <li key={at}>
            <span aria-hidden="true">›</span>
            {at < place.length - 1 ? (
              <button
                type="button"
                className="vnn-button small"
                onClick={() => void leave(session, at + 1)}
              >
                {step.name}
                {step.repeat && ` ×${step.repeat}`}
              </button>
            ) : (
              <b aria-current="location">
                {step.name}
                {step.repeat && ` ×${step.repeat}`}
              </b>
            )}
          </li>
        ))}
      </ol>
      {last && last.linked > 1 && (
        <span className="vnn-breadcrumbs-note" title={t("All linked submodels have one structure")}>
          {t("edits {count} linked", { count: last.linked })}
        </span>
      )}
      <button
        type="button"
        className="vnn-button small vnn-breadcrumbs-out"
        title={t("Out of the submodel (Escape)")}
        onClick={() => void leave(session)}
      >
        {t("Out")} <kbd>Esc</kbd>
      </button>
    </nav>
  );
}

/** Shows all of a model when one has come into it, and lets go of what was selected before. */
export function FollowPlace() {
  const session = useSession();
  const key = useDrawing(({ view }) =>
    (view?.beside?.place ?? []).map(({ name }) => name).join("/"),
  );
  const before = useRef(key);
  useEffect(() => {
    if (before.current === key) return;
    before.current = key;
    session.select([]);
    session.drawing.set({ unfolded: null });
    session.eye.set({ depth: 0, callout: "", menu: null, search: null, connecting: null });
    session.moved = false;
    requestAnimationFrame(() => requestAnimationFrame(() => fitAtFirst(session)));
  }, [session, key]);
  return null;
}
