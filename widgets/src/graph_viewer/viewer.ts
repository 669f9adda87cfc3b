/** The whole viewer: puts canvas, outline, search and panel together and keeps them in step. */
import type { GraphView } from "../shared/messages";
import { watchTheme } from "../shared/theme";
import type { Camera } from "./camera";
import { CanvasView } from "./canvas";
import { button, make } from "./dom";
import { listen, zoomBy } from "./interaction";
import { Minimap } from "./minimap";
import { Outline } from "./outline";
import { readColors } from "./palette";
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
}

/** Drawing this many boxes takes long enough to say so first. */
const LONG = 15_000;

/** How a graph was looked at last, for the next one in the same place. */
export interface Looked {
  state: ViewerState;
  camera: Camera;
}

/** Draws a graph into `root`; the returned function takes it away and tells how it was seen last. */
export function mountViewer(root: HTMLElement, graph: GraphView, before?: Looked): () => Looked {
  const state = new ViewerState(graph, before?.state);
  let colors = readColors(root, graph.families);
  const canvas = new CanvasView(state, colors, state.continues ? before?.camera : undefined);
  const live = make("div", {
    class: "vnn-unseen",
    attributes: { "aria-live": "polite", role: "status" },
  });
  const say = (sentence: string) => {
    live.textContent = sentence;
  };

  const goTo = (index: number) => {
    state.uncover(state.part(index));
    state.select({ kind: "part", part: index });
    canvas.reveal(state.part(index));
  };
  const toggle = (index: number) => {
    const part = state.part(index);
    if (part.op >= 0) {
      canvas.reveal(part);
      return;
    }
    patiently(part.ops, () => state.toggle(part));
    say(`${part.label} ${state.isOpen(part) ? "opened" : "closed"}`);
  };
  const toCanvas = () => canvas.element.focus({ preventScroll: true });

  const outline = new Outline(state, colors, { toggle, goTo, leave: toCanvas });
  const search = new SearchBox(state, colors, { goTo, leave: toCanvas, say });
  const minimap = new Minimap(canvas, colors);
  const tooltip = new Tooltip(state, canvas);
  const toolbar = new Toolbar(state, {
    fit: () => canvas.fit(),
    openTo: (level) =>
      patiently(level >= state.levels ? state.size : 0, () => {
        state.openTo(level);
        canvas.flyTo(canvas.overview());
      }),
    show: (what, isShown) => state.show(what, isShown),
    toggleSide,
  });

  const { element } = canvas;
  element.className = "vnn-graph-canvas";
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute(
    "aria-label",
    `Drawing of ${graph.name}. The outline says the same in words.`,
  );
  const trail = make("nav", {
    class: "vnn-graph-trail",
    attributes: { "aria-label": "Scopes of the selection" },
  });
  const nothing = make("p", {
    class: "vnn-graph-empty",
    text: "Everything is hidden. Show a phase again in the bar above.",
  });
  const busy = make("p", { class: "vnn-graph-busy", attributes: { hidden: "" } });
  const zoomWords = make("span");
  const zoomButtons = make(
    "div",
    { class: "vnn-graph-zoom", attributes: { role: "group", "aria-label": "Zoom" } },
    button("−", "Smaller (−)", () => zoomBy(canvas, state, 0.8)),
    zoomWords,
    button("+", "Larger (+)", () => zoomBy(canvas, state, 1.25)),
  );
  const stage = make(
    "div",
    { class: "vnn-graph-stage" },
    element,
    trail,
    minimap.element,
    zoomButtons,
    tooltip.element,
    nothing,
    busy,
  );
  const panel = make("aside", {
    class: "vnn-graph-panel",
    attributes: { "aria-label": "Details", tabindex: -1 },
  });
  const side = make(
    "aside",
    { class: "vnn-graph-side", attributes: { "aria-label": "Outline and search" } },
    search.field,
    search.results,
    outline.element,
  );
  const main = make("div", { class: "vnn-graph-main" }, side, stage, panel);
  root.replaceChildren(toolbar.element, main, live);

  /** Whether a side lies over the canvas instead of beside it. */
  function isDrawer(which: "outline" | "panel"): boolean {
    const { width } = root.dataset;
    return which === "outline" ? width !== "wide" : width === "narrow" || width === "small";
  }

  function toggleSide(which: "outline" | "panel"): void {
    const wasShown = (root.dataset[which] ?? (isDrawer(which) ? "hidden" : "shown")) === "shown";
    root.dataset[which] = wasShown ? "hidden" : "shown";
    const other = which === "outline" ? "panel" : "outline";
    if (!wasShown && isDrawer(which) && isDrawer(other)) root.dataset[other] = "hidden";
    if (!wasShown && which === "outline") search.focus();
    outline.refresh();
  }

  /** Says what takes a moment before it begins. */
  function patiently(size: number, work: () => void): void {
    if (size < LONG) {
      work();
      return;
    }
    busy.textContent = `Laying out ${size.toLocaleString("en-US")} operations …`;
    busy.hidden = false;
    // Two frames: one to paint the sentence, the next to begin.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        work();
        busy.hidden = true;
      }),
    );
  }

  function showTrail(): void {
    const { selected } = state;
    const scopes = selected ? [...state.around(selected), selected] : [];
    trail.hidden = scopes.length === 0;
    const crumbs = scopes.map((part, at) =>
      at < scopes.length - 1
        ? make("button", {
            text: part.label,
            attributes: { type: "button" },
            on: { click: () => goTo(part.index) },
          })
        : make("span", { text: part.label, attributes: { "aria-current": "true" } }),
    );
    trail.replaceChildren(...crumbs);
  }

  function showSelection(): void {
    canvas.remark();
    outline.follow();
    showTrail();
    fillPanel(panel, state, colors, { goTo });
    say(describe(state));
    const { selected } = state;
    const layer = selected ? (graph.ops[selected.op]?.layer ?? selected.layer) : "";
    root.dispatchEvent(
      new CustomEvent("visualnn-layer-selected", { bubbles: true, detail: { layer } }),
    );
  }

  const update = (change: Change) => {
    if (change === "search") {
      search.update();
      outline.element.hidden = state.query !== "";
      canvas.remark();
      return;
    }
    if (change === "selection") {
      showSelection();
      return;
    }
    if (change === "layout") {
      canvas.relayout(state.selected ?? null);
      outline.update();
      toolbar.update();
      nothing.hidden = state.hierarchy.parts.length > 1;
    }
    if (change === "graph") {
      canvas.hovered = null;
      search.update();
    }
    showTrail();
    fillPanel(panel, state, colors, { goTo });
  };
  const unsubscribe = state.subscribe(update);

  canvas.onPaint = () => {
    minimap.paint();
    tooltip.follow();
    zoomWords.textContent = `${Math.round(canvas.camera.scale * 100)} %`;
  };
  const stopListening = listen(canvas, state, { root, say, openSearch, toggle, goTo });
  function openSearch(): void {
    root.dataset.outline = "shown";
    outline.refresh();
    search.focus();
  }
  const keys = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const isFind = key.toLowerCase() === "f" && (ctrlKey || metaKey) && !shiftKey;
    if (isFind || (key === "/" && !isTyping(event.target))) {
      openSearch();
      event.preventDefault();
    } else if (key === "Escape" || ctrlKey || metaKey || altKey) return;
    event.stopPropagation(); // a plain key in here means nothing to what is around
  };
  root.addEventListener("keydown", keys);
  root.addEventListener("focusin", keepKeys);

  const resized = new ResizeObserver(() => {
    const width = root.clientWidth;
    root.dataset.width =
      width >= 1120 ? "wide" : width >= 820 ? "middle" : width >= 560 ? "narrow" : "small";
    canvas.setSize({ width: stage.clientWidth, height: stage.clientHeight });
    outline.refresh();
  });
  resized.observe(root);
  resized.observe(stage);

  const stopTheme = watchTheme(root, (theme) => {
    root.dataset.theme = theme;
    colors = readColors(root, graph.families);
    for (const part of [canvas, outline, search, minimap, toolbar]) part.setColors(colors);
    fillPanel(panel, state, colors, { goTo });
  });
  nothing.hidden = state.hierarchy.parts.length > 1;
  canvas.remark();
  showTrail();
  (root as GraphElement).locate = (name) => {
    const part = state.hierarchy.parts.find(({ path }) => path === name);
    const rect = part && canvas.rectOf(part);
    if (!rect) return null;
    const { left, top } = element.getBoundingClientRect();
    const { x, y, width, height } = canvas.onScreen(rect);
    return { x: x + left, y: y + top, width, height };
  };

  return () => {
    unsubscribe();
    stopListening();
    stopTheme();
    resized.disconnect();
    root.removeEventListener("keydown", keys);
    root.removeEventListener("focusin", keepKeys);
    canvas.dispose();
    root.replaceChildren();
    return { state, camera: canvas.camera };
  };
}

/**
 * JupyterLab looks for the mark that keeps its keys away only above the first element that one of
 * its keys is meant for, which may be the focused one itself: so that has to carry the mark.
 */
function keepKeys({ target }: FocusEvent): void {
  (target as Element).setAttribute("data-lm-suppress-shortcuts", "true");
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
