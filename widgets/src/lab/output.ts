/**
 * Shows a widget in a notebook's output: the live one while its kernel has it, else the picture
 * that the output carries. So a saved notebook shows the model without a kernel and without trust
 * (visualnn/widgets/bundle.py writes the output: `mimebundle`).
 */
import { MODEL, TAB } from "../shared/host";
import type { KernelKnown } from "./cells";
import type { Class, MimeModel, MimeRenderer, Modules, RenderMime, Widget } from "./jupyterlab";
import { pannable } from "./pannable";

export const GRAPH = "application/vnd.visualnn.graph+json";
export const WIDGET = "application/vnd.jupyter.widget-view+json";
const SOURCE = /data:image\/svg\+xml;base64,[A-Za-z0-9+/=]+/;
const PATIENCE = 400; // milliseconds for the live widget before the picture appears

/** The picture as an image: scripts in it cannot run, whatever a notebook from elsewhere holds. */
function picture(data: MimeModel["data"]): HTMLElement {
  const { svg, text } = (data[GRAPH] ?? {}) as { svg?: unknown; text?: unknown };
  const image = document.createElement("img");
  image.className = "visualnn-snapshot";
  image.alt = String(text ?? "A neural network");
  // Notebooks of earlier versions hold the picture twice, here and in the HTML.
  image.src = svg
    ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(String(svg))}`
    : (SOURCE.exec([data["text/html"]].flat().join(""))?.[0] ?? "");
  return pannable(image);
}

/** Which widget an output shows, "" for none. */
function widgetOf(model: MimeModel): string {
  const view = model.trusted ? (model.data[WIDGET] as { model_id?: unknown } | undefined) : null;
  return String(view?.model_id ?? "");
}

/**
 * Makes the class of the renderer from JupyterLab's Widget.
 *
 * Where widgets can have tabs, `onLive` is called when an output begins to show a widget.
 */
export function outputRenderer(
  { widgets }: Modules,
  onLive: ((element: Element) => void) | null,
): Class<MimeRenderer> {
  return class Output extends widgets.Widget implements MimeRenderer {
    private live: Widget | null = null;
    private shown = "";
    private image: HTMLElement | null = null;
    private watch: MutationObserver | null = null;

    constructor(
      private readonly rendermime: RenderMime,
      private readonly kernel: KernelKnown,
    ) {
      super();
      this.addClass("visualnn-output");
      this.layout = new widgets.PanelLayout();
    }

    async renderModel(model: MimeModel): Promise<void> {
      const id = widgetOf(model);
      const image = picture(model.data);
      if (this.live && id === this.shown) {
        // A newer picture of the widget that is shown: it stays, with all that was opened in it.
        this.image?.replaceWith(image);
        this.image = image;
        return;
      }
      this.clear();
      this.image = image;
      this.shown = id;
      const live = id ? this.rendermime.createRenderer(WIDGET) : null;
      if (!live) {
        this.node.append(image);
        return;
      }
      // The widget is there when its renderer has a child: before that it holds a sentence about
      // waiting or about a widget that the kernel no longer has, and after a close it is empty.
      let late = false;
      const show = () => {
        const there = live.node.childElementCount > 0;
        live.node.style.display = there ? "" : "none";
        if (there) this.image?.remove();
        else if (late && this.image) this.node.append(this.image);
      };
      this.live = live;
      this.node.setAttribute(MODEL, id);
      this.node.toggleAttribute(TAB, onLive !== null);
      if (onLive) requestAnimationFrame(() => onLive(this.node)); // when its cell has it
      this.layout!.addWidget(live);
      this.watch = new MutationObserver(show);
      this.watch.observe(live.node, { childList: true });
      setTimeout(() => {
        late = true;
        if (this.live === live) show();
      }, PATIENCE);
      show();
      void live.renderModel(model);
      if (!this.kernel.isKnown) void this.kernel.promise.then(() => this.drawAgain(model, live));
    }

    /** Draws a widget anew that was drawn before the kernel was known, as after a reload. */
    private drawAgain(model: MimeModel, live: Widget): void {
      if (this.live !== live || live.node.childElementCount > 0) return;
      this.clear();
      void this.renderModel(model);
    }

    override dispose(): void {
      this.clear();
      super.dispose();
    }

    private clear(): void {
      this.watch?.disconnect();
      this.live?.dispose();
      this.live = null;
      this.image = null;
      this.node.removeAttribute(MODEL);
      this.node.removeAttribute(TAB);
      this.node.replaceChildren();
    }
  };
}
