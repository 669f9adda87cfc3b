/** JupyterLab's sidebar of models.  What is in it is drawn by the bundle, when it is first seen. */
import type { Folder, SidebarHost } from "../sidebar/host";
import { cellAround } from "./cells";
import type {
  Application,
  FileBrowser,
  Modules,
  NotebookTracker,
  Palette,
  Restorer,
  Widget,
} from "./jupyterlab";
import { t } from "./words";

const ID = "visualnn-sidebar";
const MODELS = /\.(keras|h5|hdf5)$/i;

type DrawSidebar = (el: HTMLElement, host: SidebarHost) => () => void;

interface Around {
  app: Application;
  modules: Modules;
  icon: object;
  notebooks: NotebookTracker;
  browser: FileBrowser | null;
  palette: Palette | null;
  restorer: Restorer | null;
  loadSidebar: () => Promise<DrawSidebar>;
}

/** Adds the sidebar and the command that opens it. */
export function addSidebar(around: Around): void {
  const { app, modules, icon, palette, restorer } = around;
  const host = sidebarHost(around);

  class Side extends modules.widgets.Widget {
    private close: Promise<() => void> | null = null;
    override onAfterShow(): void {
      this.close ??= around.loadSidebar().then((draw) => draw(this.node, host));
    }
    override dispose(): void {
      void this.close?.then((close) => close());
      super.dispose();
    }
  }

  const side = new Side();
  side.id = ID;
  side.title.icon = icon;
  side.title.caption = t("Models");
  side.node.setAttribute("aria-label", t("Models"));
  app.shell.add(side, "left", { rank: 300 });
  restorer?.add(side, ID);
  app.commands.addCommand("visualnn:show-sidebar", {
    label: t("Show models"),
    caption: t("Models that are open, the outline of one, and models in files"),
    icon,
    describedBy: { args: { type: "object", properties: {} } },
    execute: () => app.shell.activateById(ID),
  });
  palette?.addItem({ command: "visualnn:show-sidebar", category: t("Visual neural networks") });
}

function sidebarHost({ app, notebooks, browser }: Around): SidebarHost {
  const { contents } = app.serviceManager;
  /** The tab of the main area that an element stands in. */
  const tabAround = (element: Element): Widget | undefined => {
    const cell = cellAround(notebooks, element);
    return cell?.panel ?? [...app.shell.widgets("main")].find((tab) => tab.node.contains(element));
  };
  return {
    titleOf: (element) => tabAround(element)?.title.label ?? "",
    show(element) {
      const tab = tabAround(element);
      if (tab && !tab.isVisible) app.shell.activateById(tab.id);
      const place = cellAround(notebooks, element);
      const { top, bottom } = element.getBoundingClientRect();
      const isSeen = element.isConnected && bottom > 80 && top < window.innerHeight - 80;
      if (!place || (isSeen && tab?.isVisible)) return;
      void place.panel.content
        .scrollToItem(place.index, "smart")
        .then(() => element.scrollIntoView({ block: "nearest" }));
    },
    async files(): Promise<Folder> {
      const path = browser?.model.path ?? "";
      const { content } = await contents.get(path, { content: true });
      const models = content
        .filter(({ name, type }) => type !== "directory" && MODELS.test(name))
        .map(({ name, path: file, size }) => ({ name, path: file, bytes: size ?? null }));
      return { path, models: models.sort((a, b) => a.name.localeCompare(b.name)) };
    },
    open: (path) => void app.commands.execute("docmanager:open", { path }),
    newModel: () =>
      void app.commands.execute("visualnn:new-model", { cwd: browser?.model.path ?? "" }),
    onChange(callback) {
      contents.fileChanged.connect(callback);
      browser?.model.pathChanged.connect(callback);
      browser?.model.refreshed.connect(callback);
      app.shell.layoutModified?.connect(callback);
      return () => {
        contents.fileChanged.disconnect(callback);
        browser?.model.pathChanged.disconnect(callback);
        browser?.model.refreshed.disconnect(callback);
        app.shell.layoutModified?.disconnect(callback);
      };
    },
  };
}
