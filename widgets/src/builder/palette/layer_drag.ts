import { type PointerEvent as ReactPointerEvent, useCallback } from "react";
import type { LayerKind } from "../../shared/messages";
import { BLOCK_HEIGHT, BLOCK_WIDTH } from "../canvas/geometry";
import { addIntoWire, addLayer } from "../edits";
import { type Session, useSession } from "../session";
import type { Point } from "../state";

const THRESHOLD = 4;

/**
 * Drags a layer from a list onto the canvas by pointer events, which work with mouse, pen and
 * finger and inside Lab's panels, where HTML's own drag and drop does not.
 */
export function useLayerDrag(): (event: ReactPointerEvent<HTMLElement>, layer: LayerKind) => void {
  const session = useSession();
  return useCallback((event, layer) => startDrag(session, event, layer), [session]);
}

function startDrag(session: Session, event: ReactPointerEvent<HTMLElement>, layer: LayerKind) {
  if (event.button !== 0) return;
  const item = event.currentTarget;
  const start = { x: event.clientX, y: event.clientY };
  // From the press on: a quick hand has left the item before the first move is reported.
  item.setPointerCapture(event.pointerId);
  let ghost: HTMLElement | null = null;
  let wire = "";

  const move = (moved: PointerEvent) => {
    const at = { x: moved.clientX, y: moved.clientY };
    if (!ghost) {
      if (Math.hypot(at.x - start.x, at.y - start.y) < THRESHOLD) return;
      ghost = makeGhost(session, item);
    }
    const zoom = overCanvas(session, at) ? (session.flow?.getZoom() ?? 1) : 1;
    const root = session.root?.getBoundingClientRect();
    if (root) place(ghost, { x: at.x - root.left, y: at.y - root.top }, zoom);
    wire = overCanvas(session, at) ? wireUnder(session, at) : "";
    markWire(session, wire);
  };
  const stop = () => {
    item.removeEventListener("pointermove", move);
    item.removeEventListener("pointerup", drop);
    item.removeEventListener("pointercancel", stop);
    item.removeEventListener("keydown", giveUp);
    markWire(session, "");
    if (ghost) swallowClick(item);
    ghost?.remove();
    ghost = null;
  };
  const giveUp = (key: KeyboardEvent) => {
    if (key.key === "Escape") stop();
  };
  const drop = (dropped: PointerEvent) => {
    const wasDragged = ghost !== null;
    const into = wire;
    stop();
    const at = { x: dropped.clientX, y: dropped.clientY };
    if (!wasDragged || !session.flow || !overCanvas(session, at)) return;
    const middle = session.flow.screenToFlowPosition(at);
    const corner = { x: middle.x - BLOCK_WIDTH / 2, y: middle.y - BLOCK_HEIGHT / 2 };
    if (into && layer.inputs !== "none") void addIntoWire(session, layer.name, corner, into);
    else void addLayer(session, layer.name, corner);
  };
  item.addEventListener("pointermove", move);
  item.addEventListener("pointerup", drop);
  item.addEventListener("pointercancel", stop);
  item.addEventListener("keydown", giveUp);
}

/** A picture of the item that follows the pointer, in the size the block will have. */
function makeGhost(session: Session, item: HTMLElement): HTMLElement {
  const ghost = document.createElement("div");
  ghost.className = "vnn-ghost";
  ghost.style.width = `${BLOCK_WIDTH}px`;
  for (const child of item.children) ghost.append(child.cloneNode(true));
  session.root?.append(ghost);
  return ghost;
}

function place(ghost: HTMLElement, at: Point, zoom: number): void {
  ghost.style.transform = `translate(${at.x}px, ${at.y}px) translate(-50%, -50%) scale(${zoom})`;
}

function overCanvas(session: Session, at: Point): boolean {
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  return Boolean(
    pane && at.x > pane.left && at.x < pane.right && at.y > pane.top && at.y < pane.bottom,
  );
}

/** The wire under a point, or under its shape, when no block is there. */
function wireUnder(session: Session, at: Point): string {
  const elements = document.elementsFromPoint(at.x, at.y);
  if (elements.some((element) => element.closest("[data-block]"))) return "";
  const marks = elements.map((element) => element.closest<SVGElement>("[data-wire], [data-pill]"));
  const mark = marks.find((element) => element && session.root?.contains(element));
  return mark?.dataset.wire ?? mark?.dataset.pill ?? "";
}

function markWire(session: Session, wire: string): void {
  const marks = session.root?.querySelectorAll<SVGElement>("[data-wire], [data-pill]") ?? [];
  for (const { classList, dataset } of marks) {
    classList.toggle("receives", wire !== "" && (dataset.wire ?? dataset.pill) === wire);
  }
}

/** The click that a browser sends after a drag must not add the layer a second time. */
function swallowClick(item: HTMLElement): void {
  const swallow = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  item.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => item.removeEventListener("click", swallow, { capture: true }), 0);
}
