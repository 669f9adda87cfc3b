/** The elements around the canvas, and where they stand. */
import { t } from "../shared/words";
import { button, make } from "./dom";

/** What is put into the frame, made elsewhere. */
export interface Contents {
  toolbar: HTMLElement;
  canvas: HTMLCanvasElement;
  minimap: HTMLElement;
  tooltip: HTMLElement;
  /** The left side from top to bottom: search field, its results, outline. */
  side: HTMLElement[];
}

export interface Frame {
  stage: HTMLElement;
  panel: HTMLElement;
  /** The scopes around the selection. */
  trail: HTMLElement;
  /** The scale in words. */
  zoom: HTMLElement;
  /** Shown where all phases are hidden. */
  nothing: HTMLElement;
  /** Shown before work that takes a moment. */
  busy: HTMLElement;
  /** Read aloud when it changes. */
  live: HTMLElement;
}

/** Fills `root`; `zoomBy` makes the drawing larger or smaller by a factor. */
export function buildFrame(
  root: HTMLElement,
  { toolbar, canvas, minimap, tooltip, side }: Contents,
  zoomBy: (factor: number) => void,
): Frame {
  const live = make("div", {
    class: "vnn-unseen",
    attributes: { "aria-live": "polite", role: "status" },
  });
  const trail = make("nav", {
    class: "vnn-graph-trail",
    attributes: { "aria-label": t("Scopes of the selection") },
  });
  const nothing = make("p", {
    class: "vnn-graph-empty",
    text: t("Everything is hidden. Show a phase again in the bar above."),
  });
  const busy = make("p", { class: "vnn-graph-busy", attributes: { hidden: "" } });
  const zoom = make("span");
  const zoomButtons = make(
    "div",
    { class: "vnn-graph-zoom", attributes: { role: "group", "aria-label": t("Zoom") } },
    button("−", t("Smaller (−)"), () => zoomBy(0.8)),
    zoom,
    button("+", t("Larger (+)"), () => zoomBy(1.25)),
  );
  const stage = make(
    "div",
    { class: "vnn-graph-stage" },
    ...[canvas, trail, minimap, zoomButtons, tooltip, nothing, busy],
  );
  const panel = make("aside", {
    class: "vnn-graph-panel",
    attributes: { "aria-label": t("Details"), tabindex: -1 },
  });
  const left = make(
    "aside",
    { class: "vnn-graph-side", attributes: { "aria-label": t("Outline and search") } },
    ...side,
  );
  root.replaceChildren(toolbar, make("div", { class: "vnn-graph-main" }, left, stage, panel), live);
  return { stage, panel, trail, zoom, nothing, busy, live };
}
