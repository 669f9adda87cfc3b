import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { ExpandIcon } from "../builder/icons";
import { keyHandlers } from "../builder/keyboard/handler";
import { opened } from "../builder/opened";
import { Outline } from "../builder/outline/outline";
import { type Session, SessionContext } from "../builder/session";
import { askForTab, canHaveTab, MODEL } from "../shared/host";
import { bytes, count, counted } from "../shared/numbers";
import { keepKeys } from "../shared/own_keys";
import { useStore } from "../shared/store";
import { type Theme, watchTheme } from "../shared/theme";
import { t } from "../shared/words";
import type { Folder, SidebarHost } from "./host";

/** The models that are open, the outline of the one that was worked in last, and files of models. */
export function Sidebar({ host }: { host: SidebarHost }) {
  const root = useRef<HTMLElement>(null);
  const [theme, setTheme] = useState<Theme>("light");
  const sessions = useStore(opened, (state) => state.sessions);
  const current = useStore(opened, (state) => state.current);
  const [, setChange] = useState(0);
  useEffect(() => host.onChange(() => setChange((last) => last + 1)), [host]);
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const stopKeys = keepKeys(element);
    const stopTheme = watchTheme(element, setTheme);
    return () => {
      stopKeys();
      stopTheme();
    };
  }, []);
  const shown = oneOfEach(sessions, current);
  return (
    <section className="vnn vnn-sidebar" ref={root} aria-label={t("Models")} data-theme={theme}>
      <div className="vnn-sidebar-head">
        <h2 className="vnn-capitals">{t("Open models")}</h2>
        <button type="button" className="vnn-button small line" onClick={() => host.newModel()}>
          {t("New model")}
        </button>
      </div>
      {shown.length === 0 && (
        <p className="vnn-calm">
          {t("No model is open. Run a cell that shows a builder, or open one of the files below.")}
        </p>
      )}
      <ul>
        {shown.map((session) => (
          <OpenModel
            key={keyOf(session)}
            session={session}
            host={host}
            isCurrent={session === current}
          />
        ))}
      </ul>
      {current && <CurrentOutline key={keyOf(current)} session={current} host={host} />}
      <Files host={host} />
    </section>
  );
}

/** Of the views of one model the one that was worked in last, else the first. */
function oneOfEach(sessions: readonly Session[], current: Session | null): Session[] {
  const found = new Map<string, Session>();
  for (const session of sessions) {
    const model = modelOf(session);
    if (!found.has(model) || session === current) found.set(model, session);
  }
  return [...found.values()];
}

const keys = new WeakMap<Session, string>();
let lastKey = 0;

function keyOf(session: Session): string {
  const key = keys.get(session) ?? `view ${++lastKey}`;
  keys.set(session, key);
  return key;
}

/** The id of the model that a view shows; views that nobody has marked are each their own. */
function modelOf(session: Session): string {
  const marked = session.root?.closest(`[${MODEL}]`);
  return marked?.getAttribute(MODEL) || keyOf(session);
}

function OpenModel(props: { session: Session; host: SidebarHost; isCurrent: boolean }) {
  const { session, host, isCurrent } = props;
  const view = useStore(session.drawing, (drawing) => drawing.view);
  const { root } = session;
  const choose = () => {
    opened.set({ current: session });
    if (session.root) host.show(session.root);
  };
  const numbers = [
    root ? host.titleOf(root) : "",
    view ? counted(view.blocks.length, "block") : "",
    view?.parameters ? `${count(view.parameters)} ${t("parameters")}` : "",
  ];
  return (
    <li className={isCurrent ? "current" : undefined}>
      <button type="button" className="vnn-sidebar-row" aria-current={isCurrent} onClick={choose}>
        <b>{view?.name ?? "…"}</b>
        <span className="vnn-dim">{numbers.filter(Boolean).join(" · ")}</span>
        {view && view.problems.length > 0 && (
          <span className="vnn-bad">{counted(view.problems.length, "problem")}</span>
        )}
      </button>
      {root && canHaveTab(root) && (
        <button
          type="button"
          className="vnn-button icon"
          aria-label={t("Open in a tab")}
          title={t("Open in a tab")}
          onClick={() => askForTab(root)}
        >
          <ExpandIcon />
        </button>
      )}
    </li>
  );
}

/** The outline of a builder: all its keys work here as they do there. */
function CurrentOutline({ session, host }: { session: Session; host: SidebarHost }) {
  const handlers = useMemo(() => keyHandlers(session), [session]);
  const isThere = useStore(session.drawing, (drawing) => drawing.view !== null);
  if (!isThere) return null;
  return (
    <>
      <h2 className="vnn-capitals">{t("Outline")}</h2>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the outline in it is the tree */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys do not bring the builder to the front */}
      <div
        className="vnn-sidebar-outline"
        {...handlers}
        onClick={() => session.root && host.show(session.root)}
      >
        <SessionContext value={session}>
          <Outline />
        </SessionContext>
      </div>
    </>
  );
}

function Files({ host }: { host: SidebarHost }) {
  const [folder, setFolder] = useState<Folder | null>(null);
  useEffect(() => {
    let wanted = true;
    const look = () =>
      void host.files().then(
        (found) => wanted && setFolder(found),
        () => wanted && setFolder({ path: "", models: [] }),
      );
    look();
    const stop = host.onChange(look);
    return () => {
      wanted = false;
      stop();
    };
  }, [host]);
  return (
    <>
      <h2 className="vnn-capitals">{folder?.path || t("Files")}</h2>
      {folder?.models.length === 0 && (
        <p className="vnn-calm">{t("There are no models in this folder.")}</p>
      )}
      <ul>
        {folder?.models.map(({ name, path, bytes: size }) => (
          <li key={path}>
            <button type="button" className="vnn-sidebar-row" onClick={() => host.open(path)}>
              <span>{name}</span>
              {size !== null && <span className="vnn-dim">{bytes(size)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
