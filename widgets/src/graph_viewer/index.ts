/** The op-graph viewer (visualnn/widgets/graph_viewer.py): `visualnn.show(model)`. */
import { t } from "../shared/words";
import "../shared/theme.css";
import "./styles/frame.css";
import "./styles/bar.css";
import "./styles/rows.css";
import "./styles/canvas.css";
import "./styles/panel.css";
import "./styles/widths.css";
import type { WidgetModel } from "../model";
import type { GraphView } from "../shared/messages";
import { markTheme } from "../shared/theme";
import { make } from "./dom";
import { type Looked, mountViewer } from "./viewer";

/** How the last graph in an element was looked at: the next one there is looked at in the same way. */
const looked = new WeakMap<HTMLElement, Looked>();

/** Draws a graph into `el`, as high as `el` is; the returned function takes it away again. */
export function renderGraph(el: HTMLElement, graph: GraphView): () => void {
  const root = makeRoot();
  el.append(root);
  const stop = mountOrExplain(root, graph, el);
  return () => {
    stop();
    root.remove();
  };
}

/** Draws the trait `graph` of a widget, and draws anew when it changes. */
export function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const root = makeRoot();
  root.classList.add("vnn-graph-cell");
  el.append(root);
  let stop = () => {};
  const update = () => {
    stop();
    const graph = model.get("graph");
    stop = isGraph(graph) ? mountOrExplain(root, graph, el) : showLoading(root);
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key === "Escape") root.closest<HTMLElement>(".jp-Notebook")?.focus();
  };
  root.addEventListener("keydown", leave);
  model.on("change:graph", update);
  update();
  return () => {
    model.off("change:graph", update);
    stop();
    root.remove();
  };
}

function makeRoot(): HTMLElement {
  const root = make("div", {
    class: "vnn vnn-graph",
    // Lab's own keys (d d deletes a cell) stay away while the focus is in here.
    attributes: { "data-lm-suppress-shortcuts": "true" },
  });
  root.dataset.theme = "light";
  return root;
}

function isGraph(value: unknown): value is GraphView {
  return typeof value === "object" && value !== null && Array.isArray((value as GraphView).ops);
}

function mountOrExplain(root: HTMLElement, graph: GraphView, el: HTMLElement): () => void {
  markTheme(root);
  if (!graph.ops.length)
    return showMessage(
      root,
      t("This graph has no operations."),
      t(
        "A model shows its operations once it is built: call it on data, or give its layers an Input.",
      ),
    );
  try {
    const unmount = mountViewer(root, graph, looked.get(el));
    return () => {
      looked.set(el, unmount());
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(error);
    return showMessage(
      root,
      t("This graph cannot be drawn."),
      t("The viewer stopped at: {reason}", { reason }),
    );
  }
}

/** Grey boxes where the graph will be, within the first frame. */
function showLoading(root: HTMLElement): () => void {
  markTheme(root);
  const boxes = [46, 30, 62, 46].map((width) => make("i", { style: { width: `${width * 3}px` } }));
  root.replaceChildren(
    make(
      "div",
      { class: "vnn-graph-message loading", attributes: { role: "status" } },
      ...boxes,
      make("p", { text: t("Waiting for the graph …") }),
    ),
  );
  return () => root.replaceChildren();
}

function showMessage(root: HTMLElement, title: string, text: string): () => void {
  root.replaceChildren(
    make(
      "div",
      { class: "vnn-graph-message", attributes: { role: "status" } },
      make("b", { text: title }),
      make("p", { text }),
    ),
  );
  return () => root.replaceChildren();
}
