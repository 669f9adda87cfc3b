import { several, t } from "../../shared/words";
import { moveThings } from "../edits";
import type { Session } from "../session";
import type { Point } from "../state";
import { drawnEdges } from "./drawn";
import { type PointName, pointKey, pointOfKey, selectedPoints } from "./point_names";

/** Gives a wire another place among those at its end: one further, or one back. */
export async function moveInput(session: Session, wire: string, by: 1 | -1): Promise<void> {
  const { position, count } = placeAtEnd(session, wire);
  const to = position + by;
  if (to < 0 || to >= count) {
    session.say(t("There is no place further there."));
    return;
  }
  if (await session.do({ command: "MoveInput", wire, to }))
    session.say(t("Input {at} of {count}.", { at: to + 1, count }));
}

/** The place of a wire among those that end at its port. */
export function placeAtEnd(session: Session, id: string): { position: number; count: number } {
  const wires = session.view?.wires ?? [];
  const wire = wires.find((other) => other.id === id);
  const beside = wires.filter(
    (other) => other.target === wire?.target && other.target_port === wire.target_port,
  );
  return { position: wire?.position ?? 0, count: beside.length };
}

/** Selects points and nothing else, or besides what is selected. */
export function selectPoints(session: Session, points: PointName[], adds = false): void {
  if (!adds) session.select([]);
  const keys = points.map(pointKey);
  const { state } = session.canvas;
  session.canvas.set({ points: new Set(adds ? [...state.points, ...keys] : keys) });
}

/** Selects a point, or with Shift takes it away from those that are selected. */
export function pressPoint(session: Session, point: PointName, adds: boolean): void {
  const { points } = session.canvas.state;
  const key = pointKey(point);
  if (adds && points.has(key)) {
    session.canvas.set({ points: new Set([...points].filter((other) => other !== key)) });
  } else if (adds || !points.has(key)) selectPoints(session, [point], adds);
}

/** Leads a wire through a point, which is selected then. */
export async function addPoint(session: Session, wire: string, at: Point): Promise<void> {
  const before = session.view?.wires.find((other) => other.id === wire)?.points ?? [];
  const place = { x: Math.round(at.x), y: Math.round(at.y) };
  if (!(await session.do({ command: "AddPoint", wire, ...place }))) return;
  const now = session.view?.wires.find((other) => other.id === wire)?.points ?? [];
  const fresh = now.findIndex(([x, y], i) => x !== before[i]?.[0] || y !== before[i]?.[1]);
  if (fresh < 0) return;
  selectPoints(session, [{ wire, at: fresh }]);
  session.say(t("A point: arrow keys move it, Delete takes it away."));
}

/** Leads the selected wires through a point in the middle of each. */
export async function addPointByKey(session: Session): Promise<void> {
  const wires = session.selectedWires();
  const of = pointOfKey([...session.canvas.state.points][0] ?? "0|").wire;
  const wire = wires[0] ?? of;
  if (!wire) {
    session.say(t("Select a wire first: W goes through those of a block."));
    return;
  }
  const path = session.root?.querySelector<SVGPathElement>(
    `[data-wire="${CSS.escape(wire)}"] .vnn-wire-line`,
  );
  const length = path?.getTotalLength() ?? 0;
  const middle = path?.getPointAtLength(length / 2);
  if (middle) await addPoint(session, wire, middle);
}

/** Lets a wire find its own way again. */
export async function straighten(session: Session, wire: string): Promise<void> {
  if (await session.do({ command: "Route", wire, points: [] }))
    session.say(t("The wire finds its own way."));
}

/** Deletes points. */
export async function removePoints(session: Session, points: PointName[]): Promise<void> {
  const gone: Record<string, number[]> = {};
  for (const { wire, at } of points) gone[wire] = [...(gone[wire] ?? []), at];
  if (!(await session.do({ command: "Remove", blocks: [], wires: [], points: gone }))) return;
  session.say(several(points.length, "{count} point deleted.", "{count} points deleted."));
}

/** The selected points elsewhere, wire by wire, as a hand or a key shifts them. */
export function shiftedPoints(session: Session, by: Point): Map<string, Point[]> {
  const found = new Map<string, Point[]>();
  for (const [wire, places] of selectedPoints(session.canvas.state)) {
    const points = session.view?.wires.find((other) => other.id === wire)?.points ?? [];
    const led = points.map(([x, y], at) =>
      places.includes(at) ? { x: x + by.x, y: y + by.y } : { x, y },
    );
    found.set(wire, led);
  }
  return found;
}

/** Shows points where the hand has them. */
export function holdPoints(session: Session, routes: ReadonlyMap<string, Point[]>): void {
  const { view } = session;
  if (!view) return;
  const { edges, nodes } = session.canvas.state;
  session.canvas.set({ routes, edges: drawnEdges(view, edges, nodes, routes) });
}

/** Moves what is selected by keys: points, and blocks with them. */
export function nudgeSelection(session: Session, x: number, y: number): void {
  const moved = new Map(
    session.canvas.state.nodes
      .filter((node) => node.selected)
      .map((node) => [node.id, { x: node.position.x + x, y: node.position.y + y }]),
  );
  const held = session.canvas.state.routes;
  const routes = shiftedPoints(session, { x, y });
  for (const [wire, led] of held) if (!routes.has(wire)) routes.set(wire, led);
  if (moved.size + routes.size === 0) return;
  session.canvas.set({
    nodes: session.canvas.state.nodes.map((node) => {
      const position = moved.get(node.id);
      return position ? { ...node, position } : node;
    }),
  });
  holdPoints(session, routes);
  void moveThings(session, moved, routes);
}

/** Moves what is selected so that its upper left corner comes to a place. */
export function moveSelectionTo(session: Session, place: Point): void {
  const blocks = session.canvas.state.nodes.filter((node) => node.selected);
  const points = [...selectedPoints(session.canvas.state)].flatMap(([wire, places]) => {
    const led = session.view?.wires.find((other) => other.id === wire)?.points ?? [];
    return places.map((at) => ({ x: led[at]?.[0] ?? place.x, y: led[at]?.[1] ?? place.y }));
  });
  const all = [...blocks.map((node) => node.position), ...points];
  if (all.length === 0) return;
  const [left, top] = [Math.min(...all.map(({ x }) => x)), Math.min(...all.map(({ y }) => y))];
  nudgeSelection(session, Math.round(place.x - left), Math.round(place.y - top));
}

/** The wires that begin or end at a block, each followed by its points, as `W` goes through them. */
export function wireStops(session: Session, block: string): (string | PointName)[] {
  return (session.view?.wires ?? [])
    .filter((wire) => wire.source === block || wire.target === block)
    .flatMap((wire) => [wire.id, ...wire.points.map((_, at) => ({ wire: wire.id, at }))]);
}

/** Goes to the next wire of a block, or to the next point of that. */
export function nextWire(session: Session, block: string, step: 1 | -1): void {
  const [wire] = session.selectedWires();
  const [key] = session.canvas.state.points;
  const here = key ? pointOfKey(key) : null;
  const of = here?.wire ?? wire;
  const known = session.view?.wires.find((other) => other.id === of);
  const at = known && (known.source === block || known.target === block) ? block : "";
  const stops = wireStops(session, at || block);
  if (stops.length === 0) {
    session.say(t("No wire leads to this block or away from it."));
    return;
  }
  const isHere = (stop: string | PointName) =>
    typeof stop === "string"
      ? !here && stop === wire
      : here !== null && pointKey(stop) === pointKey(here);
  const from = stops.findIndex(isHere);
  const next = stops.at(from < 0 && step < 0 ? -1 : (from + step) % stops.length)!;
  if (typeof next === "string") {
    session.select([], [next]);
    session.say(wordsOf(session, next));
  } else {
    selectPoints(session, [next]);
    const count = session.view?.wires.find((other) => other.id === next.wire)?.points.length ?? 0;
    session.say(t("Point {at} of {count} of the wire.", { at: next.at + 1, count }));
  }
}

function wordsOf(session: Session, wire: string): string {
  const edge = session.canvas.state.edges.find((other) => other.id === wire);
  return edge?.ariaLabel ?? "";
}
