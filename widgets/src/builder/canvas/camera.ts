import { prefersReducedMotion } from "../../shared/theme";
import type { Session } from "../session";
import { boxOf } from "./drawn";

const MARGIN = 24;

function duration(): number {
  return prefersReducedMotion() ? 0 : 180;
}

/** Shows the whole drawing, or the selected blocks when there are several. */
export function fitView(session: Session): void {
  const chosen = session.canvas.state.nodes.filter((node) => node.selected);
  const nodes = chosen.length > 1 ? chosen : session.canvas.state.nodes;
  if (nodes.length === 0) return;
  void session.flow?.fitView({
    nodes: nodes.map(({ id }) => ({ id })),
    padding: 0.12,
    maxZoom: 1,
    duration: duration(),
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
  void flow.zoomTo(flow.getZoom() * factor, { duration: duration() });
}

export function zoomTo(session: Session, zoom: number): void {
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
