/**
 * A widget of a notebook's output in a tab of its own, beside the one in the cell: both are views of
 * one model in the kernel.  A tab belongs to its cell: when that shows another model, because it was
 * run again, so does the tab; when the notebook is closed, the tab goes as well.
 */
import { MODEL, onAskForTab } from "../shared/host";
import { cellAround, cellOf, KernelKnown } from "./cells";
import type {
  Application,
  Class,
  Modules,
  NotebookPanel,
  NotebookTracker,
  Palette,
  Restorer,
  Widget,
} from "./jupyterlab";
import { WIDGET } from "./output";
import { t } from "./words";

export const OPEN_TAB = "visualnn:open-tab";
const PATIENCE = 1500; // milliseconds for the view before a sentence says that there is none

interface Wanted {
  /** The path of the notebook. */
  path: string;
  /** The id of the cell. */
  cell: string;
  /** The id of the widget's model. */
  model: string;
}

/** The content of a tab. */
interface View extends Widget {
  readonly wanted: Wanted;
  /** Shows the model as a widget of this notebook. */
  attach(panel: NotebookPanel): void;
  show(model: string): void;
  readonly isThere: boolean;
}

function viewClass({ widgets }: Modules): Class<View> {
  return class TabView extends widgets.Widget implements View {
    private live: Widget | null = null;
    private watch: MutationObserver | null = null;
    private readonly sentence = document.createElement("p");
    private panel: NotebookPanel | null = null;

    constructor(readonly wanted: Wanted) {
      super();
      this.addClass("visualnn-page");
      this.addClass("visualnn-tab");
      this.node.dataset.visualnnFill = ""; // widgets take the height they are given
      this.layout = new widgets.PanelLayout();
      this.sentence.className = "visualnn-sentence";
    }

    get isThere(): boolean {
      return (this.live?.node.childElementCount ?? 0) > 0;
    }

    attach(panel: NotebookPanel): void {
      this.panel = panel;
      this.show(this.wanted.model);
    }

    show(model: string): void {
      this.clear();
      this.wanted.model = model;
      this.node.setAttribute(MODEL, model);
      if (!this.panel) return;
      const live = this.panel.content.rendermime.createRenderer(WIDGET);
      this.live = live;
      this.layout!.addWidget(live);
      let late = false;
      const look = () => {
        const there = live.node.childElementCount > 0;
        live.node.style.display = there ? "" : "none";
        this.sentence.textContent = t(
          "This model is gone: its kernel was restarted, or its cell has not run yet. Run the cell, and it is here again.",
        );
        if (there) this.sentence.remove();
        else if (late) this.node.append(this.sentence);
      };
      this.watch = new MutationObserver(look);
      this.watch.observe(live.node, { childList: true });
      setTimeout(() => {
        late = true;
        if (this.live === live) look();
      }, PATIENCE);
      look();
      const view = { version_major: 2, version_minor: 0, model_id: model };
      void live.renderModel({ data: { [WIDGET]: view }, metadata: {}, trusted: true });
    }

    override dispose(): void {
      this.clear();
      super.dispose();
    }

    private clear(): void {
      this.watch?.disconnect();
      this.live?.dispose();
      this.live = null;
      this.sentence.remove();
    }
  };
}

/** Adds the command that opens tabs; gives what is called when a cell shows a model. */
export function addTabs(
  app: Application,
  modules: Modules,
  icon: object,
  notebooks: NotebookTracker,
  palette: Palette | null,
  restorer: Restorer | null,
): (element: Element) => void {
  const { apputils } = modules;
  const TabView = viewClass(modules);
  const tabs = new apputils.WidgetTracker({ namespace: "visualnn-tabs" });
  const views = new Map<View, Widget>();

  const wantedBy = (element: Element): Wanted | null => {
    const model = element.closest(`[${MODEL}]`)?.getAttribute(MODEL);
    const place = cellAround(notebooks, element);
    if (!model || !place) return null;
    return { path: place.panel.context.path, cell: place.cell.model.id, model };
  };
  /** The model to open when none is named: of the active cell, else the notebook's first. */
  const wantedHere = (): Wanted | null => {
    const panel = notebooks.currentWidget;
    const { activeCell, widgets = [] } = panel?.content ?? {};
    const cells = activeCell ? [activeCell, ...widgets] : widgets;
    const shown = cells
      .map(({ node }) => node.querySelector(`[${MODEL}]`))
      .find((element) => element?.getAttribute(MODEL));
    return shown ? wantedBy(shown) : null;
  };

  const open = (wanted: Wanted): void => {
    for (const [view, tab] of views) {
      if (view.wanted.path !== wanted.path || view.wanted.cell !== wanted.cell) continue;
      if (view.wanted.model !== wanted.model) view.show(wanted.model);
      app.shell.activateById(tab.id);
      return;
    }
    const content = new TabView({ ...wanted });
    const tab = new apputils.MainAreaWidget({ content });
    tab.id = `visualnn-tab-${wanted.cell}`;
    const name = (wanted.path.split("/").pop() as string).replace(/\.ipynb$/, "");
    tab.title.label = t("Model of {name}", { name });
    tab.title.caption = wanted.path;
    tab.title.icon = icon;
    tab.title.closable = true;
    tab.toolbar.hide(); // the builder has a bar of its own
    views.set(content, tab);
    tab.disposed.connect(() => views.delete(content));
    const ref = cellOf(notebooks, wanted.path, wanted.cell)?.panel.id;
    app.shell.add(tab, "main", ref ? { ref, mode: "tab-after" } : {});
    void tabs.add(tab);
    app.shell.activateById(tab.id);
    void attach(content, tab);
  };
  const attach = async (view: View, tab: Widget): Promise<void> => {
    const { path, cell } = view.wanted;
    let panel = cellOf(notebooks, path, cell)?.panel;
    if (!panel) {
      // The page was reloaded: what it showed comes back before anything can be opened.
      await app.restored;
      const options = { activate: false };
      panel = (await app.commands.execute("docmanager:open", { path, options })) as NotebookPanel;
    }
    if (panel) await new KernelKnown(panel).promise;
    if (tab.isDisposed) return;
    if (!panel) return tab.dispose(); // the notebook is gone
    panel.disposed.connect(() => tab.dispose());
    view.attach(panel);
  };

  app.commands.addCommand(OPEN_TAB, {
    label: t("Open model in a tab"),
    caption: t("Shows the model of the active cell in a tab of its own, too"),
    icon,
    isEnabled: () => wantedHere() !== null,
    describedBy: { args: { type: "object", properties: {} } },
    execute: (given: Partial<Wanted>) => {
      const wanted = given.path ? (given as Wanted) : wantedHere();
      if (wanted) open(wanted);
    },
  });
  palette?.addItem({ command: OPEN_TAB, category: t("Visual neural networks") });
  onAskForTab((element) => {
    const wanted = wantedBy(element);
    if (wanted) open(wanted);
  });
  void restorer?.restore(tabs, {
    command: OPEN_TAB,
    args: ({ content }: { content: View }) => ({ ...content.wanted }),
    name: ({ content }: { content: View }) => `${content.wanted.path}:${content.wanted.cell}`,
  });
  return (element) => {
    const wanted = wantedBy(element);
    if (!wanted) return;
    for (const view of views.keys()) {
      const { path, cell, model } = view.wanted;
      const isSame = path === wanted.path && cell === wanted.cell;
      if (isSame && (model !== wanted.model || !view.isThere)) view.show(wanted.model);
    }
  };
}
