/** Pointer, wheel and keys on the canvas. */
import { t } from "../shared/words";
import { panned, zoomed } from "./camera";
import type { CanvasView } from "./canvas";
import type { ViewerState } from "./state";
import { type Direction, step } from "./steps";

/** What the canvas asks of the viewer around it. */
export interface Host {
  root: HTMLElement;
  say(sentence: string): void;
  openSearch(): void;
  toggle(part: number): void;
  goTo(part: number): void;
}

const CLICK_PIXELS = 4;
const PAN_STEP = 60;
const ZOOM_STEP = 1.25;

interface Point {
  x: number;
  y: number;
}

/** Listens until the returned function is called. */
export function listen(canvas: CanvasView, state: ViewerState, host: Host): () => void {
  const { element } = canvas;
  const fingers = new Map<number, Point>();
  let start: Point | null = null;
  let hasMoved = false;

  const pointOf = (event: MouseEvent): Point => {
    const bounds = element.getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  };

  const down = (event: PointerEvent) => {
    if (event.button > 1) return;
    element.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, pointOf(event));
    start = pointOf(event);
    hasMoved = fingers.size > 1;
  };

  const move = (event: PointerEvent) => {
    const point = pointOf(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      const hit = canvas.pickAt(point);
      element.style.cursor = hit && hit.kind !== "scope" ? "pointer" : "";
      canvas.hover(hit?.kind === "scope" ? null : hit);
      return;
    }
    if (fingers.size === 2) {
      pinch(event.pointerId, before, point);
    } else {
      const far = start ? Math.hypot(point.x - start.x, point.y - start.y) : 0;
      if (!hasMoved && far < CLICK_PIXELS) return;
      if (!hasMoved) element.style.cursor = "grabbing";
      hasMoved = true;
      canvas.look(panned(canvas.camera, before.x - point.x, before.y - point.y));
    }
    fingers.set(event.pointerId, point);
  };

  /** Two fingers: their middle moves the drawing, their distance makes it larger. */
  const pinch = (moving: number, before: Point, now: Point) => {
    const other = [...fingers].find(([finger]) => finger !== moving)?.[1];
    if (!other) return;
    const spread = (point: Point) => Math.hypot(point.x - other.x, point.y - other.y);
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    const moved = panned(canvas.camera, (before.x - now.x) / 2, (before.y - now.y) / 2);
    canvas.look(zoomed(moved, spread(now) / Math.max(1, spread(before)), middle));
  };

  const up = (event: PointerEvent) => {
    const wasDown = fingers.delete(event.pointerId);
    element.style.cursor = "";
    if (!wasDown || hasMoved || event.type === "pointercancel") return;
    const hit = canvas.pickAt(pointOf(event));
    if (hit?.kind === "toggle") host.toggle(hit.part);
    else if (hit?.kind === "edge") state.select(hit);
    else if (hit) state.select({ kind: "part", part: hit.part });
    else state.select(null);
  };

  const twice = (event: MouseEvent) => {
    const hit = canvas.pickAt(pointOf(event));
    if (hit?.kind === "part" || hit?.kind === "scope") host.toggle(hit.part);
  };

  const wheel = (event: WheelEvent) => {
    const unit = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 320 : 1;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const factor = Math.exp(-Math.max(-60, Math.min(60, event.deltaY * unit)) * 0.01);
      canvas.look(zoomed(canvas.camera, factor, pointOf(event)));
    } else if (host.root.contains(document.activeElement)) {
      // Without focus the page scrolls on: a notebook must not be caught in its own drawing.
      event.preventDefault();
      const [right, below] =
        event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      canvas.look(panned(canvas.camera, right * unit, below * unit));
    }
  };

  const leave = () => canvas.hover(null);

  const key = (event: KeyboardEvent) => {
    if (handleKey(event, canvas, state, host)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("dblclick", twice);
  element.addEventListener("wheel", wheel, { passive: false });
  element.addEventListener("keydown", key);
  return () => {
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("pointerleave", leave);
    element.removeEventListener("dblclick", twice);
    element.removeEventListener("wheel", wheel);
    element.removeEventListener("keydown", key);
  };
}

/** Larger or smaller about what is selected, if that is in view, or about the middle. */
export function zoomBy(canvas: CanvasView, state: ViewerState, factor: number): void {
  const { width, height } = canvas.size;
  const rect = state.selected && canvas.rectOf(state.selected);
  const place = rect && canvas.onScreen(rect);
  const middle = place && { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  const isSeen = middle && middle.x > 0 && middle.y > 0 && middle.x < width && middle.y < height;
  canvas.flyTo(zoomed(canvas.camera, factor, isSeen ? middle : { x: width / 2, y: height / 2 }));
}

/** Does what a key stands for; false where it stands for nothing. */
function handleKey(
  event: KeyboardEvent,
  canvas: CanvasView,
  state: ViewerState,
  host: Host,
): boolean {
  const { key, altKey, shiftKey } = event;
  if (event.ctrlKey || event.metaKey) return false;
  const direction = /^Arrow(Up|Down|Left|Right)$/.exec(key)?.[1]?.toLowerCase() as
    | Direction
    | undefined;
  if (direction && altKey) {
    if (direction === "up" || direction === "down") return false;
    const part = state.revisit(direction === "left");
    if (part) canvas.reveal(part);
    return true;
  }
  if (direction) {
    if (shiftKey || !state.selected) pan(canvas, direction);
    else follow(canvas, state, host, direction);
    return true;
  }
  const { selected } = state;
  switch (key) {
    case "+":
    case "=":
      zoomBy(canvas, state, ZOOM_STEP);
      return true;
    case "-":
    case "_":
      zoomBy(canvas, state, 1 / ZOOM_STEP);
      return true;
    case "f":
    case "F":
      canvas.fit();
      return true;
    case "0":
      zoomBy(canvas, state, 1 / canvas.camera.scale);
      return true;
    case "Enter":
    case " ":
      if (selected) host.toggle(selected.index);
      else chooseFirst(canvas, host);
      return true;
    case "Backspace":
      if (selected && selected.parent > 0) host.goTo(selected.parent);
      return true;
    case "Home":
      chooseFirst(canvas, host);
      return true;
    case "Escape":
      if (!state.selection) return false;
      state.select(null);
      return true;
    default:
      return false;
  }
}

function pan(canvas: CanvasView, direction: Direction): void {
  const [right, down] = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] }[direction];
  canvas.look(panned(canvas.camera, right! * PAN_STEP, down! * PAN_STEP));
}

function follow(canvas: CanvasView, state: ViewerState, host: Host, direction: Direction): void {
  const from = state.part(state.shownAs(state.selected!));
  const next = step(canvas.scene, from, direction);
  if (next) host.goTo(next.index);
  else
    host.say(
      t("Nothing {direction}", {
        direction: { up: "above", down: "below", left: "left", right: "right" }[direction],
      }),
    );
}

/** Selects the box nearest to the top left of what is seen. */
function chooseFirst(canvas: CanvasView, host: Host): void {
  let best: { part: number; far: number } | undefined;
  for (const { part, x, y } of canvas.scene.boxes) {
    if (part.kind === "root" || part.kind === "lane") continue;
    const far = y + x * 0.25;
    if (!best || far < best.far) best = { part: part.index, far };
  }
  if (best) host.goTo(best.part);
}
