import { getViewportForBounds, type Viewport } from "@xyflow/react";
import { prefersReducedMotion } from "../../shared/theme";
import { frameBoxes } from "../notes/framing";
import type { Session } from "../session";
import { boxOf } from "./drawn";
import { type Box, boundsOf, overlaps } from "./geometry";

const MARGIN = 24;
/** Around the middle of a point of a wire. */
const POINT = 8;
const FROM_TOP = 20;
/** Below the box that opens the search, where there is no list of layers. */
const UNDER_HANDLE = 52;
export const LEAST_ZOOM = 0.02;
/** From this zoom on a block says more than its name. */
const READABLE = 0.6;
const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0 };

function duration(): number {
  return prefersReducedMotion() ? 0 : 180;
}

/** Shows the whole drawing, or the selected blocks when there are several. */
export function fitView(session: Session): void {
  const chosen = session.canvas.state.nodes.filter((node) => node.selected);
  if (chosen.length > 1) fitBoxes(session, chosen.map(boxOf), duration());
  else fitAll(session);
}

/** Shows the whole drawing. */
function fitAll(session: Session): void {
  fitBoxes(session, drawnBoxes(session), duration());
}

/** The boxes of all that is drawn: blocks, points of wires, and what is written beside them. */
export function drawnBoxes(session: Session): Box[] {
  const { unfolded } = session.drawing.state;
  const points = (unfolded ? [] : (session.view?.wires ?? [])).flatMap((wire) => wire.points);
  return [
    ...session.canvas.state.nodes.map(boxOf),
    ...besideBoxes(session),
    ...points.map(([x, y]) => ({
      x: x - POINT,
      y: y - POINT,
      width: 2 * POINT,
      height: 2 * POINT,
    })),
  ];
}

/** The boxes of notes and frames. */
export function besideBoxes(session: Session): Box[] {
  const { unfolded } = session.drawing.state;
  if (unfolded) return unfolded.frames;
  return [...frameBoxes(session), ...(session.view?.beside?.notes ?? [])];
}

/** Shows the whole drawing where it stays readable, else at least what is selected. */
export function fitReadably(session: Session): void {
  const { nodes, current } = session.canvas.state;
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  if (!pane || nodes.length === 0) return;
  const bounds = boundsOf(drawnBoxes(session));
  if (pane.height / bounds.height >= READABLE && pane.width / bounds.width >= READABLE) {
    fitAll(session);
  } else {
    reveal(session, session.selectedBlocks()[0] ?? current);
  }
}

/**
 * Shows the whole drawing, as it is first seen. One that would be too small to be read is shown from
 * its top on instead; the map and the fit button show the rest.
 */
export function fitAtFirst(session: Session): void {
  const { nodes } = session.canvas.state;
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  const whole = fitting(session, drawnBoxes(session));
  if (!pane || !whole) return;
  const isLegible = nodes.length === 0 || whole.zoom >= READABLE;
  const [first] = [...nodes].sort((a, b) => a.position.y - b.position.y);
  const { x, y, width } = first ? boxOf(first) : NOWHERE;
  const hasHandle = session.root?.querySelector(".vnn-search-handle") !== null;
  const top = {
    x: pane.width / 2 - (x + width / 2) * READABLE,
    y: (hasHandle ? UNDER_HANDLE : FROM_TOP) - y * READABLE,
    zoom: READABLE,
  };
  void session.flow?.setViewport(isLegible ? whole : top, { duration: 0 });
}

/** Fits boxes into the part of the canvas that nothing floats over. */
function fitBoxes(session: Session, boxes: Box[], milliseconds: number): void {
  const viewport = fitting(session, boxes);
  if (viewport) void session.flow?.setViewport(viewport, { duration: milliseconds });
}

/** How the camera stands when boxes fit into the part of the canvas that nothing floats over. */
function fitting(session: Session, boxes: Box[]): Viewport | null {
  const { flow, root } = session;
  const pane = root?.querySelector(".react-flow")?.getBoundingClientRect();
  if (boxes.length === 0 || !flow || !pane || pane.width === 0) return null;
  const bounds = boundsOf(boxes);
  const hasHandle = root?.querySelector(".vnn-search-handle") !== null;
  const viewport = (right: number) =>
    getViewportForBounds(bounds, pane.width, pane.height, LEAST_ZOOM, 1, {
      top: `${hasHandle ? UNDER_HANDLE : FROM_TOP}px`,
      bottom: "52px",
      left: "24px",
      right: `${right}px`,
    });
  const map = root?.querySelector(".vnn-minimap")?.getBoundingClientRect();
  const free = viewport(24);
  const covered = map && boxes.some((box) => overlaps(onScreen(box, free), onPane(map, pane), 6));
  return covered ? viewport(Math.round(pane.right - map.left + 16)) : free;
}

function onScreen(box: Box, { x, y, zoom }: Viewport): Box {
  return {
    x: box.x * zoom + x,
    y: box.y * zoom + y,
    width: box.width * zoom,
    height: box.height * zoom,
  };
}

function onPane(box: DOMRect, pane: DOMRect): Box {
  return { x: box.x - pane.x, y: box.y - pane.y, width: box.width, height: box.height };
}

/** Whether a canvas of this size shows every block as the camera stands. */
export function showsAll(session: Session, size: { width: number; height: number }): boolean {
  const viewport = session.flow?.getViewport();
  if (!viewport) return false;
  return drawnBoxes(session).every((drawn) => {
    const box = onScreen(drawn, viewport);
    const isRight = box.x >= 0 && box.x + box.width <= size.width;
    return isRight && box.y >= 0 && box.y + box.height <= size.height;
  });
}

/** Moves the view just so far that a block is wholly in it. */
export function reveal(session: Session, id: string): void {
  const node = session.canvas.state.nodes.find((other) => other.id === id);
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  const { flow } = session;
  if (!node || !pane || !flow) return;
  const { x, y, zoom } = flow.getViewport();
  const box = boxOf(node);
  const shift = (start: number, size: number, room: number) => {
    if (start < MARGIN) return MARGIN - start;
    const over = start + size + MARGIN - room;
    return over > 0 ? -Math.min(over, start - MARGIN) : 0;
  };
  const byX = shift(box.x * zoom + x, box.width * zoom, pane.width);
  const byY = shift(box.y * zoom + y, box.height * zoom, pane.height);
  if (byX === 0 && byY === 0) return;
  session.moved = true;
  void flow.setViewport({ x: x + byX, y: y + byY, zoom }, { duration: duration() });
}

/** Selects a block and brings it to the middle when it is out of view. */
export function goTo(session: Session, id: string): void {
  session.select([id]);
  reveal(session, id);
}

export function zoomBy(session: Session, factor: number): void {
  const { flow } = session;
  if (!flow) return;
  session.moved = true;
  void flow.zoomTo(flow.getZoom() * factor, { duration: duration() });
}

export function zoomTo(session: Session, zoom: number): void {
  session.moved = true;
  void session.flow?.zoomTo(zoom, { duration: duration() });
}

/** Focuses a block's element, waiting until it is in the page (far blocks are drawn on demand). */
export function focusBlock(session: Session, id: string): void {
  session.canvas.set({ current: id });
  reveal(session, id);
  const find = () => session.root?.querySelector<HTMLElement>(`[data-block="${CSS.escape(id)}"]`);
  const element = find();
  if (element) element.focus({ preventScroll: true });
  else setTimeout(() => find()?.focus({ preventScroll: true }), 220);
}
