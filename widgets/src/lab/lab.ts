/**
 * What visualnn adds to JupyterLab: the type of `.keras` files and their page, the launcher's card
 * "New model", and the pictures of models in saved notebooks. Widgets in notebooks need none of it.
 */
import { lend } from "../shared/host";
import { KernelKnown } from "./cells";
import type {
  Application,
  Bundle,
  DocumentContext,
  FileBrowser,
  Launcher,
  MarkdownParser,
  Modules,
  NotebookPanel,
  NotebookTracker,
  Palette,
  Restorer,
  Shared,
  Typesetter,
} from "./jupyterlab";
import { modelPage, openedIn } from "./model_page";
import { defaultKernel, newNotebook, newNotebookPage } from "./new_notebook";
import { GRAPH, outputRenderer } from "./output";
import { addSidebar } from "./side";
import { addStyle } from "./style";
import { addTabs } from "./tabs";
import { t } from "./words";

/** A module of JupyterLab by the tokens in it, by which plugins ask for one another. */
type Tokens = Record<string, unknown>;

declare const WIDGET: string; // the bundle's file name without its ending, put in by build.mjs

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<path fill="none" stroke="#5b6ee1" stroke-width="1.6" d="M6 6.5 17.5 12 6 17.5"/>
<g class="jp-icon-selectable" fill="#5b6ee1"><circle cx="5.5" cy="6" r="3.2"/><circle cx="5.5" cy="18" r="3.2"/><circle cx="18.5" cy="12" r="3.2"/></g></svg>`;

/** The same in the gray of the other icons beside the sidebar's. */
const SIDE_ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<g class="jp-icon3 jp-icon-selectable" fill="#616161"><path d="m6.2 5.2 12.6 5.9v1.8l-12.6 5.9-.7-1.5 11.4-5.3L5.5 6.7z"/><circle cx="5.5" cy="6" r="3.2"/><circle cx="5.5" cy="18" r="3.2"/><circle cx="18.5" cy="12" r="3.2"/></g></svg>`;

export default async function plugins(shared: Shared, base: string): Promise<object[]> {
  const names = [
    "docregistry",
    "ui-components",
    "apputils",
    "application",
    "launcher",
    "notebook",
    "filebrowser",
    "rendermime",
  ].map((name) => shared(`@jupyterlab/${name}`));
  const [docregistry, ui, apputils, application, launcher, notebook, filebrowser, rendermime] =
    (await Promise.all(names)) as [
      Modules["docregistry"],
      Modules["ui"],
      Modules["apputils"] & Tokens,
      ...(Tokens | null)[],
    ];
  const widgets = (await shared("@lumino/widgets")) as Modules["widgets"];
  const modules = { docregistry, widgets, ui, apputils };
  const icon = new ui.LabIcon({ name: "visualnn:icon", svgstr: ICON });
  const sideIcon = new ui.LabIcon({ name: "visualnn:side-icon", svgstr: SIDE_ICON });
  addStyle();

  let bundle: Promise<Bundle> | null = null;

  /** The same bundle that the widgets of notebooks use: the browser loads it once. */
  function loadBundle(): Promise<Bundle> {
    bundle ??= load().catch((error) => {
      bundle = null; // the next one tries again
      throw error;
    });
    return bundle;
  }

  async function load(): Promise<Bundle> {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = `${base}${WIDGET}.css`;
    const styled = new Promise<void>((resolve) => {
      sheet.onload = sheet.onerror = () => resolve();
    });
    if (!document.querySelector(`link[href="${sheet.href}"]`)) {
      document.head.append(sheet);
      await styled;
    }
    return (await import(`${base}${WIDGET}.js`)).default;
  }

  const outputs = {
    id: "visualnn:outputs",
    description: "Shows models in notebooks: live, in tabs, or as the picture that was saved.",
    autoStart: true,
    requires: present(notebook?.INotebookTracker),
    optional: present(
      apputils.ICommandPalette,
      application?.ILabShell,
      application?.ILayoutRestorer,
    ),
    activate(
      app: Application,
      tracker: NotebookTracker,
      palette: Palette | null,
      shell: object | null,
      restorer: Restorer | null,
    ) {
      // Notebook 7 has no tabs: there, a widget stays in its cell.
      const onLive = shell && addTabs(app, modules, icon, tracker, palette, restorer);
      const Output = outputRenderer(modules, onLive);
      const add = (panel: NotebookPanel) => {
        const { rendermime } = panel.content;
        const kernel = new KernelKnown(panel);
        rendermime.addFactory(
          {
            safe: true,
            mimeTypes: [GRAPH],
            createRenderer: () => new Output(rendermime, kernel),
          },
          -20, // before the widget view's -10
        );
      };
      tracker.forEach(add);
      tracker.widgetAdded.connect((_sender, panel) => add(panel));
    },
  };

  const sidebar = {
    id: "visualnn:sidebar",
    description: "Lists the models that are open, with an outline, and the models in files.",
    autoStart: true,
    requires: present(notebook?.INotebookTracker),
    optional: present(
      apputils.ICommandPalette,
      application?.ILabShell,
      application?.ILayoutRestorer,
      filebrowser?.IDefaultFileBrowser,
    ),
    activate(
      app: Application,
      notebooks: NotebookTracker,
      palette: Palette | null,
      shell: object | null,
      restorer: Restorer | null,
      browser: FileBrowser | null,
    ) {
      if (!shell) return; // Notebook 7 keeps its sides for other things
      const loadSidebar = async () => (await loadBundle()).sidebar;
      addSidebar({
        app,
        modules,
        icon: sideIcon,
        notebooks,
        browser,
        palette,
        restorer,
        loadSidebar,
      });
    },
  };

  const notes = {
    id: "visualnn:notes",
    description: "Lends JupyterLab's own Markdown and formulas to the notes of drawings.",
    autoStart: true,
    optional: present(rendermime?.IMarkdownParser, rendermime?.ILatexTypesetter),
    activate(_: Application, parser: MarkdownParser | null, formulas: Typesetter | null) {
      lend({
        markdown: parser && ((text) => parser.render(text)),
        typeset: formulas && ((element) => formulas.typeset(element)),
      });
    },
  };

  const files = {
    id: "visualnn:files",
    description: "Opens .keras files, and starts new models from the launcher.",
    autoStart: true,
    optional: present(apputils.ICommandPalette, application?.ILabShell, launcher?.ILauncher),
    activate(
      app: Application,
      palette: Palette | null,
      shell: object | null,
      cards: Launcher | null,
    ) {
      const begin = shell ? newNotebook : newNotebookPage;
      const openNotebook = ({ path }: DocumentContext) => {
        const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
        const name = path.slice(path.lastIndexOf("/") + 1);
        const code = `import visualnn\n\nbuilder = ${openedIn(name, "visualnn")}\nbuilder`;
        void begin(app, folder, code);
      };
      const { ModelFactory, WidgetFactory } = modelPage(modules, icon, {
        loadBundle,
        openNotebook,
        addressOf: (path) => app.serviceManager.contents.getDownloadUrl(path),
        defaultKernel: () => defaultKernel(app),
      });
      app.docRegistry.addFileType({
        name: "keras",
        displayName: t("Keras model"),
        extensions: [".keras"],
        mimeTypes: ["application/x-keras"],
        contentType: "file",
        fileFormat: "base64",
        icon,
      });
      app.docRegistry.addFileType({
        name: "keras-h5",
        displayName: t("Keras model (HDF5)"),
        extensions: [".h5", ".hdf5"],
        mimeTypes: ["application/x-hdf5"],
        contentType: "file",
        fileFormat: "base64",
      });
      app.docRegistry.addModelFactory(new ModelFactory());
      app.docRegistry.addWidgetFactory(
        new WidgetFactory({
          name: "visualnn",
          label: t("Model builder"),
          modelName: "visualnn-file",
          fileTypes: ["keras", "keras-h5"],
          defaultFor: ["keras"],
          readOnly: true,
          canStartKernel: true,
          preferKernel: false, // files are looked at without one
        }),
      );
      app.commands.addCommand("visualnn:new-model", {
        label: t("New model"),
        caption: t("A new notebook with an empty canvas to draw a neural network on"),
        icon,
        execute: ({ cwd = "" }: { cwd?: string }) =>
          begin(app, cwd, "import visualnn\n\nbuilder = visualnn.Builder()\nbuilder"),
      });
      const category = t("Visual neural networks");
      cards?.add({ command: "visualnn:new-model", category, rank: 0 });
      palette?.addItem({ command: "visualnn:new-model", category });
    },
  };
  return notebook ? [outputs, files, notes, sidebar] : [files];
}

/** The tokens of the modules that this application has; those that may be missing come last. */
function present(...tokens: unknown[]): unknown[] {
  return tokens.filter(Boolean);
}
