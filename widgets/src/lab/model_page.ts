/**
 * Opens a `.keras` file in a page of its own: a kernel reads it with visualnn, and the builder
 * fills the page. The kernel stays when the page is closed or reloaded, and so do the edits;
 * the file is written by the builder's own Save only, never by JupyterLab.
 */
import type { Render } from "../model";
import type { Class, DocumentContext, Kernel, Modules, OutputMessage, Widget } from "./jupyterlab";
import { acceptComms, KernelModel } from "./kernel_model";

const WIDGET = "application/vnd.jupyter.widget-view+json";
const COLORS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"); // of a terminal

/** A Python expression for a text: JSON's escapes are Python's too. */
export const quoted = (text: string) => JSON.stringify(text);

/** Runs code in a kernel; gives the id of the widget that it displays, or throws its error. */
async function widgetShownBy(kernel: Kernel, code: string): Promise<string> {
  let id = "";
  let error = "";
  const execution = kernel.requestExecute({ code, store_history: false });
  execution.onIOPub = ({ content }: OutputMessage) => {
    const view = content.data?.[WIDGET] as { model_id: string } | undefined;
    if (view) id = view.model_id;
    if (content.traceback) error = content.traceback.join("\n").replace(COLORS, "");
  };
  await execution.done.catch(() => {}); // an error has arrived as an output already
  if (!id) throw new Error(error || "The kernel answered without a widget.");
  return id;
}

/** The content of the page, which opens the model again whenever the kernel is a new one. */
class ModelPage {
  private close = () => {};
  private attempt = 0;

  constructor(
    private readonly host: HTMLElement,
    private readonly context: DocumentContext,
    private readonly loadRender: () => Promise<Render>,
  ) {
    const { sessionContext } = context;
    sessionContext.kernelChanged.connect((_, { newValue }) => {
      if (newValue) void this.open(newValue);
      else this.say("The kernel has been shut down: start one from the Kernel menu.");
    });
    sessionContext.statusChanged.connect((_, status) => {
      const kernel = sessionContext.session?.kernel;
      if (kernel && (status === "restarting" || status === "autorestarting"))
        void this.open(kernel);
    });
    this.say("Starting Python …");
    void sessionContext.ready.then(() => {
      const kernel = sessionContext.session?.kernel;
      if (kernel && this.attempt === 0) void this.open(kernel);
    });
  }

  async open(kernel: Kernel): Promise<void> {
    this.attempt += 1;
    const attempt = this.attempt;
    const name = this.context.path.split(/[/:]/).pop() as string;
    this.say(`Opening ${name} …`);
    try {
      await kernel.info;
      const commOf = acceptComms(kernel);
      const [id, render] = await Promise.all([
        widgetShownBy(kernel, openingCode(name)),
        this.loadRender(),
      ]);
      const model = await KernelModel.of(commOf(id));
      if (attempt !== this.attempt) return;
      this.host.replaceChildren();
      this.close = render({ model, el: this.host });
    } catch (error) {
      if (attempt === this.attempt) this.say(`${name} was not opened.`, (error as Error).message);
    }
  }

  /** Shows a sentence, and what there is to read about it, in place of the builder. */
  private say(sentence: string, details = ""): void {
    this.close();
    this.close = () => {};
    const lines = [document.createElement("p"), document.createElement("pre")];
    lines[0]!.textContent = sentence;
    lines[1]!.textContent = details;
    for (const line of lines) line.style.cssText = "margin: 16px; white-space: pre-wrap";
    this.host.replaceChildren(...lines);
  }

  dispose(): void {
    this.attempt = -1;
    this.close();
  }
}

/** The builder is kept in the kernel by name, so that a reloaded page finds it with its edits. */
export function openingCode(name: string): string {
  return `import visualnn as _visualnn
if "_visualnn_page" not in globals():
    _visualnn_page = _visualnn.Builder.open(${quoted(name)})
_visualnn_page`;
}

/** Makes the factories of a `.keras` file: a model without content, and the page's widget. */
export function modelPage(
  { docregistry, widgets, ui }: Modules,
  icon: object,
  loadRender: () => Promise<Render>,
  openNotebook: (context: DocumentContext) => void,
): { ModelFactory: Class<object>; WidgetFactory: Class<object> } {
  class ModelFactory extends docregistry.Base64ModelFactory {
    readonly name = "visualnn-file";
    readonly contentType = "file";
    readonly fileFormat = null; // JupyterLab does not read the file: it may be gigabytes
    preferredLanguage(): string {
      return "python";
    }
    override createNew(options: Record<string, unknown>): unknown {
      // What somebody else keeps, JupyterLab neither saves nor copies for a checkpoint.
      return super.createNew({ ...options, collaborationEnabled: true });
    }
  }

  class Content extends widgets.Widget {
    private readonly page: ModelPage;
    constructor(context: DocumentContext) {
      super();
      this.addClass("visualnn-page");
      this.node.dataset.visualnnFill = ""; // widgets take the height they are given
      this.page = new ModelPage(this.node, context, loadRender);
    }
    override dispose(): void {
      this.page.dispose();
      super.dispose();
    }
  }

  class WidgetFactory extends docregistry.ABCWidgetFactory {
    createNewWidget(context: DocumentContext): Widget {
      const page = new docregistry.DocumentWidget({ context, content: new Content(context) });
      page.title.icon = icon;
      const label = "Open in a notebook";
      const tooltip = "A new notebook with the code that opens this model";
      const onClick = () => openNotebook(context);
      page.toolbar.addItem("notebook", new ui.ToolbarButton({ label, tooltip, onClick }));
      return page;
    }
  }
  return { ModelFactory, WidgetFactory };
}
