/** The note beside the pointer: the full name and the shapes of what it is on. */
import { t } from "../shared/words";
import type { CanvasView } from "./canvas";
import { make } from "./dom";
import { tensorsOf } from "./layered";
import type { ViewerState } from "./state";

const DELAY_MILLISECONDS = 350;

export class Tooltip {
  readonly element = make("div", {
    class: "vnn-graph-tooltip",
    attributes: { role: "tooltip", hidden: "" },
  });
  private shown = "";
  private waiting = 0;

  constructor(
    private readonly state: ViewerState,
    private readonly canvas: CanvasView,
  ) {
    canvas.element.addEventListener("pointermove", (event) => {
      const bounds = canvas.element.getBoundingClientRect();
      this.place(event.clientX - bounds.left, event.clientY - bounds.top);
    });
    canvas.element.addEventListener("pointerdown", () => this.hide());
  }

  /** Shows what the canvas says is pointed at now. */
  follow(): void {
    const { hovered } = this.canvas;
    const key = hovered ? JSON.stringify(hovered).slice(0, 200) : "";
    if (key === this.shown) return;
    this.hide();
    this.shown = key;
    if (hovered) this.waiting = window.setTimeout(() => this.show(), DELAY_MILLISECONDS);
  }

  private hide(): void {
    clearTimeout(this.waiting);
    this.element.hidden = true;
  }

  private show(): void {
    const { hovered } = this.canvas;
    if (!hovered) return;
    const { graph, hierarchy } = this.state;
    const lines: [string, string][] = [];
    if (hovered.kind === "edge")
      for (const [source, output] of tensorsOf(hierarchy, hovered.edges).slice(0, 6))
        lines.push([graph.ops[source]!.name, graph.ops[source]!.outputs[output] ?? ""]);
    else {
      const part = this.state.part(hovered.part);
      const op = graph.ops[part.op];
      lines.push([
        part.path || part.label,
        op ? op.outputs.join("  ") : t("{ops} ops", { ops: part.ops }),
      ]);
      for (const [name, value] of Object.entries(op?.settings ?? {})) lines.push([name, value]);
    }
    this.element.replaceChildren(
      ...lines.map(([name, value]) =>
        make("div", {}, make("span", { text: name }), make("code", { text: value })),
      ),
    );
    this.element.hidden = false;
  }

  private place(x: number, y: number): void {
    const { width } = this.canvas.size;
    const isRight = x > width - 280;
    this.element.style.left = isRight ? "" : `${x + 14}px`;
    this.element.style.right = isRight ? `${width - x + 10}px` : "";
    this.element.style.top = `${y + 16}px`;
  }
}
