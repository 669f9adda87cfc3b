/**
 * Shows a widget in a notebook's output: the live one while its kernel has it, else the picture
 * that the output carries. So a saved notebook shows the model without a kernel and without trust
 * (visualnn/widgets/bundle.py writes the output: `mimebundle`).
 */
import type { Class, MimeModel, MimeRenderer, Modules, RenderMime, Widget } from "./jupyterlab";

export const GRAPH = "application/vnd.visualnn.graph+json";
const WIDGET = "application/vnd.jupyter.widget-view+json";
const PATIENCE = 400; // milliseconds for the live widget before the picture appears

/** The picture as an image: scripts in it cannot run, whatever a notebook from elsewhere holds. */
function picture(data: unknown): HTMLElement {
  const { svg, text } = (data ?? {}) as { svg?: unknown; text?: unknown };
  const image = document.createElement("img");
  image.className = "visualnn-snapshot";
  image.alt = String(text ?? "A neural network");
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(String(svg ?? ""))}`;
  image.style.maxWidth = "100%";
  return image;
}

/** Makes the class of the renderer from JupyterLab's Widget. */
export function outputRenderer({ widgets }: Modules): Class<MimeRenderer> {
  return class Output extends widgets.Widget implements MimeRenderer {
    private live: Widget | null = null;
    private watch: MutationObserver | null = null;

    constructor(private readonly rendermime: RenderMime) {
      super();
      this.addClass("visualnn-output");
      this.layout = new widgets.PanelLayout();
    }

    async renderModel(model: MimeModel): Promise<void> {
      this.clear();
      const image = picture(model.data[GRAPH]);
      const live =
        model.data[WIDGET] && model.trusted ? this.rendermime.createRenderer(WIDGET) : null;
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
        if (there) image.remove();
        else if (late) this.node.append(image);
      };
      this.live = live;
      this.layout!.addWidget(live);
      this.watch = new MutationObserver(show);
      this.watch.observe(live.node, { childList: true });
      setTimeout(() => {
        late = true;
        if (this.live === live) show();
      }, PATIENCE);
      show();
      void live.renderModel(model);
    }

    override dispose(): void {
      this.clear();
      super.dispose();
    }

    private clear(): void {
      this.watch?.disconnect();
      this.live?.dispose();
      this.live = null;
      this.node.replaceChildren();
    }
  };
}
