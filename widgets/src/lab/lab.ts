/**
 * What visualnn adds to JupyterLab: the type of `.keras` files and their page, the launcher's card
 * "New model", and the pictures of models in saved notebooks. Widgets in notebooks need none of it.
 */
import type { Render, WidgetModel } from "../model";
import type {
  Application,
  DocumentContext,
  Launcher,
  Modules,
  NotebookPanel,
  NotebookTracker,
  Shared,
} from "./jupyterlab";
import { modelPage, quoted } from "./model_page";
import { GRAPH, outputRenderer } from "./output";

declare const WIDGET: string; // the bundle's file name without its ending, put in by build.mjs

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
<path fill="none" stroke="#5b6ee1" stroke-width="1.6" d="M6 6.5 17.5 12 6 17.5"/>
<g class="jp-icon-selectable" fill="#5b6ee1"><circle cx="5.5" cy="6" r="3.2"/><circle cx="5.5" cy="18" r="3.2"/><circle cx="18.5" cy="12" r="3.2"/></g></svg>`;

const STYLE = `.visualnn-page { overflow: auto; background: var(--jp-layout-color0, #fff); color: var(--jp-ui-font-color1, #222); }
.visualnn-page > :only-child { height: 100%; }`;

export default async function plugins(shared: Shared, base: string): Promise<object[]> {
  const [docregistry, widgets, ui, launcher, notebook] = (await Promise.all(
    [
      "@jupyterlab/docregistry",
      "@lumino/widgets",
      "@jupyterlab/ui-components",
      "@jupyterlab/launcher",
      "@jupyterlab/notebook",
    ].map(shared),
  )) as [
    Modules["docregistry"],
    Modules["widgets"],
    Modules["ui"],
    { ILauncher: unknown } | null,
    { INotebookTracker: unknown } | null,
  ];
  const modules = { docregistry, widgets, ui };
  const icon = new ui.LabIcon({ name: "visualnn:icon", svgstr: ICON });
  const style = document.createElement("style");
  style.textContent = STYLE;
  document.head.append(style);

  /** The same bundle that the widgets of notebooks use: the browser loads it once. */
  async function loadRender(): Promise<Render> {
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
    const bundle: { default: { render: Render } } = await import(`${base}${WIDGET}.js`);
    return (widget: { model: WidgetModel; el: HTMLElement }) => bundle.default.render(widget);
  }

  /** Opens a new notebook in a folder with one cell of code, which runs. */
  async function newNotebook(app: Application, folder: string, code: string): Promise<void> {
    const { kernelspecs } = app.serviceManager;
    await kernelspecs.ready;
    const panel = (await app.commands.execute("notebook:create-new", {
      cwd: folder,
      kernelName: kernelspecs.specs?.default,
    })) as NotebookPanel;
    await panel.context.ready;
    await panel.context.sessionContext.ready;
    panel.content.activeCell?.model.sharedModel.setSource(code);
    await app.commands.execute("notebook:run-cell");
  }

  const outputs = {
    id: "visualnn:outputs",
    description: "Shows models in notebooks: live, or as the picture that was saved.",
    autoStart: true,
    requires: [notebook?.INotebookTracker],
    activate(_: Application, tracker: NotebookTracker) {
      const Output = outputRenderer(modules);
      const add = ({ content: { rendermime } }: NotebookPanel) =>
        rendermime.addFactory(
          { safe: true, mimeTypes: [GRAPH], createRenderer: () => new Output(rendermime) },
          -20, // before the widget view's -10
        );
      tracker.forEach(add);
      tracker.widgetAdded.connect((_sender, panel) => add(panel));
    },
  };

  const files = {
    id: "visualnn:files",
    description: "Opens .keras files, and starts new models from the launcher.",
    autoStart: true,
    optional: launcher ? [launcher.ILauncher] : [],
    activate(app: Application, cards: Launcher | null) {
      const openNotebook = ({ path }: DocumentContext) => {
        const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
        const name = path.slice(path.lastIndexOf("/") + 1);
        const code = `import visualnn\n\nbuilder = visualnn.Builder.open(${quoted(name)})\nbuilder`;
        void newNotebook(app, folder, code);
      };
      const { ModelFactory, WidgetFactory } = modelPage(modules, icon, loadRender, openNotebook);
      app.docRegistry.addFileType({
        name: "keras",
        displayName: "Keras model",
        extensions: [".keras"],
        mimeTypes: ["application/x-keras"],
        contentType: "file",
        fileFormat: "base64",
        icon,
      });
      app.docRegistry.addModelFactory(new ModelFactory());
      app.docRegistry.addWidgetFactory(
        new WidgetFactory({
          name: "visualnn",
          label: "Model builder",
          modelName: "visualnn-file",
          fileTypes: ["keras"],
          defaultFor: ["keras"],
          readOnly: true,
          canStartKernel: true,
          preferKernel: true,
          autoStartDefault: true,
        }),
      );
      app.commands.addCommand("visualnn:new-model", {
        label: "New model",
        caption: "A new notebook with an empty canvas to draw a neural network on",
        icon,
        execute: ({ cwd = "" }: { cwd?: string }) =>
          newNotebook(app, cwd, "import visualnn\n\nbuilder = visualnn.Builder()\nbuilder"),
      });
      cards?.add({ command: "visualnn:new-model", category: "Visual neural networks", rank: 0 });
    },
  };
  return notebook ? [outputs, files] : [files];
}
