import { type PointerEvent as ReactPointerEvent, useCallback } from "react";
import { BLOCK_HEIGHT, BLOCK_WIDTH } from "../canvas/geometry";
import { markWire, wireUnder } from "../canvas/wires_under";
import { addIntoWire, addLayer } from "../edits";
import { type Session, useSession } from "../session";
import type { Point } from "../state";
import { addTogether } from "./choosing";
import type { Entry } from "./entries";
import { used } from "./own_blocks";

const THRESHOLD = 4;

/**
 * Drags a layer from a list onto the canvas by pointer events, which work with mouse, pen and
 * finger and inside Lab's panels, where HTML's own drag and drop does not.
 */
export function useLayerDrag(): (event: ReactPointerEvent<HTMLElement>, entry: Entry) => void {
  const session = useSession();
  return useCallback((event, entry) => startDrag(session, event, entry), [session]);
}

function startDrag(session: Session, event: ReactPointerEvent<HTMLElement>, entry: Entry) {
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
    used(entry.id);
    if (!entry.layer) void addTogether(session, entry, corner);
    else if (into && entry.inputs !== "none") void addIntoWire(session, entry.name, corner, into);
    else void addLayer(session, entry.name, corner);
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

/** The click that a browser sends after a drag must not add the layer a second time. */
function swallowClick(item: HTMLElement): void {
  const swallow = (event: Event) => {
    event.stopPropagation();
    event.preventDefault();
  };
  item.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => item.removeEventListener("click", swallow, { capture: true }), 0);
}
