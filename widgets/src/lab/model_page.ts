/**
 * A `.keras` or `.h5` file in a page of its own.  It is first drawn without a kernel, from what the
 * file says; nothing of it runs.  "Edit" starts a kernel, which reads it with visualnn, and the
 * builder fills the page.  The kernel stays when the page is closed or reloaded, and so do the
 * edits; the file is written by the builder's own Save only, never by JupyterLab.
 */
import { MODEL } from "../shared/host";
import type {
  Bundle,
  Class,
  DocumentContext,
  Kernel,
  Modules,
  OutputMessage,
  Widget,
} from "./jupyterlab";
import { acceptComms, KernelModel } from "./kernel_model";
import { t } from "./words";

const WIDGET = "application/vnd.jupyter.widget-view+json";
const COLORS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"); // of a terminal

/** What a page needs of JupyterLab. */
export interface PageHost {
  loadBundle(): Promise<Bundle>;
  openNotebook(context: DocumentContext): void;
  /** Where the server gives the bytes of a file. */
  addressOf(path: string): Promise<string>;
  /** The name of the kernel to start. */
  defaultKernel(): Promise<string>;
}

/** A Python expression for a text: JSON's escapes are Python's too. */
const quoted = (text: string) => JSON.stringify(text);

/** The Python expression of a builder with what is in a file. */
export function openedIn(name: string, visualnn: string): string {
  return /\.keras$/i.test(name)
    ? `${visualnn}.Builder.open(${quoted(name)})`
    : `${visualnn}.Builder(${visualnn}.models.load_model(${quoted(name)}))`;
}

/** The builder is kept in the kernel by name, so that a reloaded page finds it with its edits. */
export function openingCode(name: string): string {
  return `import visualnn as _visualnn
if "_visualnn_page" not in globals():
    _visualnn_page = ${openedIn(name, "_visualnn")}
_visualnn_page`;
}

/** Runs code in a kernel; gives the id of the widget that it displays, or throws its error. */
async function widgetShownBy(kernel: Kernel, code: string): Promise<string> {
  let id = "";
  let error: Error | null = null;
  const execution = kernel.requestExecute({ code, store_history: false });
  execution.onIOPub = ({ content }: OutputMessage) => {
    const view = content.data?.[WIDGET] as { model_id: string } | undefined;
    if (view) id = view.model_id;
    const { traceback, evalue, ename } = content;
    if (traceback) {
      error = new Error(evalue || ename || "");
      error.stack = traceback.join("\n").replace(COLORS, "");
    }
  };
  await execution.done.catch(() => {}); // an error has arrived as an output already
  if (!id) throw error ?? new Error(t("The kernel answered without a widget."));
  return id;
}

/** The content of a page: the file as it is, or the builder while there is a kernel. */
class ModelPage {
  private close = () => {};
  private attempt = 0;

  constructor(
    private readonly node: HTMLElement,
    private readonly context: DocumentContext,
    private readonly host: PageHost,
    private readonly isEdited: (yes: boolean) => void,
  ) {
    const { sessionContext } = context;
    sessionContext.kernelChanged.connect((_, { newValue }) => {
      if (newValue) void this.edit(newValue);
      else void this.look();
    });
    sessionContext.statusChanged.connect((_, status) => {
      const kernel = sessionContext.session?.kernel;
      if (kernel && (status === "restarting" || status === "autorestarting"))
        void this.edit(kernel);
    });
    void this.look();
    void sessionContext.ready.then(() => {
      const kernel = sessionContext.session?.kernel;
      if (kernel && this.attempt === 1) void this.edit(kernel); // of the page before a reload
    });
  }

  private get name(): string {
    return this.context.path.split(/[/:]/).pop() as string;
  }

  /** Draws the file without a kernel. */
  async look(): Promise<void> {
    const attempt = this.begin(false);
    const { name } = this;
    const place = document.createElement("div");
    try {
      const [bundle, address] = await Promise.all([
        this.host.loadBundle(),
        this.host.addressOf(this.context.path),
      ]);
      if (attempt !== this.attempt) return;
      this.node.replaceChildren(place);
      const close = await bundle.file(place, address);
      if (attempt === this.attempt) this.close = close;
      else close();
    } catch (error) {
      if (attempt === this.attempt)
        this.say(t("{name} cannot be shown.", { name }), (error as Error).message);
    }
  }

  /** Starts the kernel, which is what `edit` waits for. */
  async start(): Promise<void> {
    this.begin(true);
    this.say(t("Starting Python …"));
    await this.context.sessionContext.changeKernel({ name: await this.host.defaultKernel() });
  }

  /** Opens the file in a kernel, and shows the builder. */
  async edit(kernel: Kernel): Promise<void> {
    const attempt = this.begin(true);
    const { name } = this;
    this.say(t("Opening {name} …", { name }));
    try {
      await kernel.info;
      const commOf = acceptComms(kernel);
      const [id, bundle] = await Promise.all([
        widgetShownBy(kernel, openingCode(name)),
        this.host.loadBundle(),
      ]);
      const model = await KernelModel.of(commOf(id));
      if (attempt !== this.attempt) return;
      this.node.replaceChildren();
      this.node.setAttribute(MODEL, id);
      this.close = bundle.render({ model, el: this.node });
    } catch (error) {
      const { message, stack = "" } = error as Error;
      if (attempt === this.attempt) this.say(t("{name} was not opened.", { name }), message, stack);
    }
  }

  private begin(isEdited: boolean): number {
    this.clear();
    this.isEdited(isEdited);
    this.attempt += 1;
    return this.attempt;
  }

  private clear(): void {
    this.close();
    this.close = () => {};
    this.node.removeAttribute(MODEL);
  }

  /** Shows a sentence, why, and what programmers read about it, in place of the model. */
  private say(sentence: string, reason = "", traceback = ""): void {
    this.clear();
    const lines: HTMLElement[] = [line("p", sentence)];
    if (reason) lines.push(line("p", reason));
    if (traceback) {
      const details = document.createElement("details");
      details.append(line("summary", t("Details")), line("pre", traceback));
      lines.push(details);
    }
    const box = document.createElement("div");
    box.className = "visualnn-sentence";
    box.setAttribute("role", "status");
    box.append(...lines);
    this.node.replaceChildren(box);
  }

  dispose(): void {
    this.attempt = -1;
    this.clear();
  }
}

function line(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** Makes the factories of models' files: a model without content, and the page's widget. */
export function modelPage(
  { docregistry, widgets, ui }: Modules,
  icon: object,
  host: PageHost,
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
    readonly page: ModelPage;
    constructor(context: DocumentContext, isEdited: (yes: boolean) => void) {
      super();
      this.addClass("visualnn-page");
      this.node.dataset.visualnnFill = ""; // widgets take the height they are given
      this.page = new ModelPage(this.node, context, host, isEdited);
    }
    override dispose(): void {
      this.page.dispose();
      super.dispose();
    }
  }

  class WidgetFactory extends docregistry.ABCWidgetFactory {
    createNewWidget(context: DocumentContext): Widget {
      const edit = new ui.ToolbarButton({
        label: t("Edit"),
        tooltip: t("Start Python and open the model in the builder"),
        onClick: () => void content.page.start(),
      });
      const notebook = new ui.ToolbarButton({
        label: t("Open in a notebook"),
        tooltip: t("A new notebook with the code that opens this model"),
        onClick: () => host.openNotebook(context),
      });
      const content = new Content(context, (isEdited) => {
        edit.node.style.display = isEdited ? "none" : "";
      });
      const page = new docregistry.DocumentWidget({ context, content });
      page.title.icon = icon;
      page.toolbar.addItem("edit", edit);
      page.toolbar.addItem("notebook", notebook);
      return page;
    }
  }
  return { ModelFactory, WidgetFactory };
}
