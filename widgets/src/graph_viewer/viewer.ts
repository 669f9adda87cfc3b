/** The whole viewer: puts canvas, outline, search and panel together and keeps them in step. */

import type { GraphView } from "../shared/messages";
import { keepKeys } from "../shared/own_keys";
import { watchTheme } from "../shared/theme";
import { grouped, t } from "../shared/words";
import type { Camera } from "./camera";
import { CanvasView } from "./canvas";
import { make } from "./dom";
import { buildFrame, type Frame } from "./frame";
import { type Host, listen, zoomBy } from "./interaction";
import { Minimap } from "./minimap";
import { Outline } from "./outline";
import { type Colors, readColors } from "./palette";
import { fillPanel } from "./panel";
import type { Rect } from "./scene";
import { SearchBox } from "./search_box";
import { describe } from "./speech";
import { type Change, ViewerState } from "./state";
import { Toolbar } from "./toolbar";
import { Tooltip } from "./tooltip";

/** The element of a viewer can tell where things are: for lessons that point at them, and tests. */
export interface GraphElement extends HTMLElement {
  /** The place on the page of what has this full name, or of the closed scope that hides it. */
  locate(name: string): Rect | null;
  /** Selects what a layer of the model does, unless some of it is selected already. */
  showLayer(name: string): void;
}

/** How a graph was looked at last, for the next one in the same place. */
export interface Looked {
  state: ViewerState;
  camera: Camera;
}

type Side = "outline" | "panel";

/** Drawing this many boxes takes long enough to say so first. */
const LONG = 15_000;

/** Draws a graph into `root`; the returned function takes it away and tells how it was seen last. */
export function mountViewer(root: HTMLElement, graph: GraphView, before?: Looked): () => Looked {
  const viewer = new Viewer(root, graph, before);
  return () => viewer.dispose();
}

class Viewer implements Host {
  private readonly state: ViewerState;
  private readonly canvas: CanvasView;
  private readonly outline: Outline;
  private readonly search: SearchBox;
  private readonly minimap: Minimap;
  private readonly tooltip: Tooltip;
  private readonly toolbar: Toolbar;
  private readonly frame: Frame;
  private readonly stops: (() => void)[] = [];
  private colors: Colors;

  constructor(
    readonly root: HTMLElement,
    private readonly graph: GraphView,
    before?: Looked,
  ) {
    this.state = new ViewerState(graph, before?.state);
    const { state } = this;
    this.colors = readColors(root, graph.families);
    this.canvas = new CanvasView(state, this.colors, state.continues ? before?.camera : undefined);
    this.outline = new Outline(state, this.colors, this);
    this.search = new SearchBox(state, this.colors, this);
    this.minimap = new Minimap(this.canvas, this.colors);
    this.tooltip = new Tooltip(state, this.canvas);
    this.toolbar = new Toolbar(state, this);
    const contents = {
      toolbar: this.toolbar.element,
      canvas: this.canvas.element,
      minimap: this.minimap.element,
      tooltip: this.tooltip.element,
      side: [this.search.field, this.search.results, this.outline.element],
    };
    this.frame = buildFrame(root, contents, (factor) => zoomBy(this.canvas, state, factor));
    this.canvas.onPaint = () => this.painted();
    this.canvas.remark();
    this.frame.nothing.hidden = state.hierarchy.parts.length > 1;
    this.showTrail();
    this.listen();
    (root as GraphElement).locate = (name) => this.locate(name);
    (root as GraphElement).showLayer = (name) => this.showLayer(name);
  }

  private listen(): void {
    const { root, frame, stops } = this;
    const keys = (event: KeyboardEvent) => this.press(event);
    root.addEventListener("keydown", keys);
    stops.push(() => root.removeEventListener("keydown", keys));
    stops.push(keepKeys(root));
    stops.push(listen(this.canvas, this.state, this));
    stops.push(this.state.subscribe((change) => this.update(change)));
    const resized = new ResizeObserver(() => this.resize());
    resized.observe(root);
    resized.observe(frame.stage);
    stops.push(() => resized.disconnect());
    const restyle = (theme: string) => {
      root.dataset.theme = theme;
      this.colors = readColors(root, this.graph.families);
      const { canvas, outline, search, minimap, toolbar } = this;
      for (const part of [canvas, outline, search, minimap, toolbar]) part.setColors(this.colors);
      this.fillPanel();
    };
    stops.push(watchTheme(root, restyle));
  }

  dispose(): Looked {
    for (const stop of this.stops) stop();
    this.canvas.dispose();
    this.root.replaceChildren();
    return { state: this.state, camera: this.canvas.camera };
  }

  // What the canvas, the outline, the search and the bar ask for.

  say(sentence: string): void {
    this.frame.live.textContent = sentence;
  }

  goTo(index: number): void {
    this.state.uncover(this.state.part(index));
    this.state.select({ kind: "part", part: index });
    this.canvas.reveal(this.state.part(index));
  }

  toggle(index: number): void {
    const part = this.state.part(index);
    if (part.op >= 0) this.canvas.reveal(part);
    else
      this.patiently(part.ops, () => {
        this.state.toggle(part);
        const said = { label: part.label };
        this.say(this.state.isOpen(part) ? t("{label} opened", said) : t("{label} closed", said));
      });
  }

  openTo(level: number): void {
    this.patiently(level >= this.state.levels ? this.state.size : 0, () => {
      this.state.openTo(level);
      this.canvas.flyTo(this.canvas.overview());
    });
  }

  show(...what: Parameters<ViewerState["show"]>): void {
    this.state.show(...what);
  }

  fit(): void {
    this.canvas.fit();
  }

  leave(): void {
    this.canvas.element.focus({ preventScroll: true });
  }

  openSearch(): void {
    this.root.dataset.outline = "shown";
    this.outline.refresh();
    this.search.focus();
  }

  toggleSide(side: Side): void {
    const { dataset } = this.root;
    const wasShown = (dataset[side] ?? (this.isDrawer(side) ? "hidden" : "shown")) === "shown";
    dataset[side] = wasShown ? "hidden" : "shown";
    const other = side === "outline" ? "panel" : "outline";
    if (!wasShown && this.isDrawer(side) && this.isDrawer(other)) dataset[other] = "hidden";
    if (!wasShown && side === "outline") this.search.focus();
    this.outline.refresh();
  }

  /** Whether a side lies over the canvas instead of beside it. */
  private isDrawer(side: Side): boolean {
    const { width } = this.root.dataset;
    return side === "outline" ? width !== "wide" : width === "narrow" || width === "small";
  }

  /** Says what takes a moment before it begins. */
  private patiently(size: number, work: () => void): void {
    if (size < LONG) {
      work();
      return;
    }
    const { busy } = this.frame;
    busy.textContent = t("Laying out {count} operations …", { count: grouped(size) });
    busy.hidden = false;
    // Two frames: one to paint the sentence, the next to begin.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        work();
        busy.hidden = true;
      }),
    );
  }

  // What follows from a change.

  private update(change: Change): void {
    const { state, canvas } = this;
    if (change === "search") {
      this.search.update();
      this.outline.element.hidden = state.query !== "";
      canvas.remark();
      return;
    }
    if (change === "selection") {
      canvas.remark();
      this.outline.follow();
      this.say(describe(state));
      this.tellLayer();
    }
    if (change === "layout") {
      canvas.relayout(state.selected ?? null);
      this.outline.update();
      this.toolbar.update();
      this.frame.nothing.hidden = state.hierarchy.parts.length > 1;
    }
    if (change === "graph") {
      canvas.hovered = null;
      this.search.update();
    }
    this.showTrail();
    this.fillPanel();
  }

  /** Tells the page which layer is selected, "" for none: it may show the same one. */
  private tellLayer(): void {
    const about = { bubbles: true, detail: { layer: this.selectedLayer } };
    this.root.dispatchEvent(new CustomEvent("visualnn-layer-selected", about));
  }

  private get selectedLayer(): string {
    const { selected } = this.state;
    return selected ? (this.graph.ops[selected.op]?.layer ?? selected.layer) : "";
  }

  private showLayer(name: string): void {
    if (layerName(this.selectedLayer) === name) return;
    const part = this.state.hierarchy.parts.find(
      ({ kind, layer, path }) =>
        layerName(layer) === name || (kind === "scope" && path.endsWith(`/${name}`)),
    );
    if (part) this.goTo(part.index);
  }

  private fillPanel(): void {
    fillPanel(this.frame.panel, this.state, this.colors, this);
  }

  private showTrail(): void {
    const { trail } = this.frame;
    const { selected } = this.state;
    const scopes = selected ? [...this.state.around(selected), selected] : [];
    trail.hidden = scopes.length === 0;
    const crumbs = scopes.map((part) =>
      part === selected
        ? make("span", { text: part.label, attributes: { "aria-current": "true" } })
        : make("button", {
            text: part.label,
            attributes: { type: "button" },
            on: { click: () => this.goTo(part.index) },
          }),
    );
    trail.replaceChildren(...crumbs);
  }

  private painted(): void {
    this.minimap.paint();
    this.tooltip.follow();
    this.frame.zoom.textContent = `${Math.round(this.canvas.camera.scale * 100)} %`;
  }

  private resize(): void {
    const { clientWidth: width, dataset } = this.root;
    dataset.width =
      width >= 1120 ? "wide" : width >= 820 ? "middle" : width >= 560 ? "narrow" : "small";
    const { stage } = this.frame;
    this.canvas.setSize({ width: stage.clientWidth, height: stage.clientHeight });
    this.outline.refresh();
  }

  private press(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const isFind = key.toLowerCase() === "f" && (ctrlKey || metaKey) && !shiftKey;
    if (isFind || (key === "/" && !isTyping(event.target))) {
      this.openSearch();
      event.preventDefault();
    } else if (key === "Escape" || ctrlKey || metaKey || altKey) return;
    event.stopPropagation(); // a plain key in here means nothing to what is around
  }

  private locate(name: string): Rect | null {
    const part = this.state.hierarchy.parts.find(({ path }) => path === name);
    const rect = part && this.canvas.rectOf(part);
    if (!rect) return null;
    const { left, top } = this.canvas.element.getBoundingClientRect();
    const { x, y, width, height } = this.canvas.onScreen(rect);
    return { x: x + left, y: y + top, width, height };
  }
}

/** The model's own layer in the path of a call, which begins with the model. */
export function layerName(path: string): string {
  return path.split("/")[1] ?? "";
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
