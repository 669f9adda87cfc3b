import { type MouseEvent, type PointerEvent, useRef } from "react";
import { t } from "../../shared/words";
import { moveThings } from "../edits";
import { type Session, useCanvas, useSession } from "../session";
import type { Point } from "../state";
import { openPointMenu } from "./menus";
import { type PointName, pointKey } from "./point_names";
import { holdPoints, pressPoint, removePoints, shiftedPoints } from "./points";

const REACH = 12;
const RADIUS = 4.5;
/** So near to a neighbour's row or column, in pixels, a point falls in line with it. */
const SNAP = 6;

interface Props {
  name: PointName;
  at: Point;
  count: number;
  /** What lies before and behind it on the wire: it falls in line with them. */
  neighbours: Point[];
}

/** A point of a wire: dragged, selected, and deleted by a double click. */
export function PointMark({ name, at, count, neighbours }: Props) {
  const session = useSession();
  const selected = useCanvas(({ points }) => points.has(pointKey(name)));
  const mark = useRef<SVGGElement>(null);
  const press = (event: PointerEvent<SVGGElement>) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    pressPoint(session, name, event.shiftKey || event.ctrlKey || event.metaKey);
    drag(session, event, at, neighbours);
  };
  const menu = (event: MouseEvent) => {
    pressPoint(session, name, false);
    openPointMenu(session, event, name);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: buttons are no part of SVG
    <g
      ref={mark}
      className={`vnn-point nopan nodrag ${selected ? "selected" : ""}`}
      data-point={pointKey(name)}
      role="button"
      tabIndex={-1}
      aria-label={t("Point {at} of {count} of the wire", { at: name.at + 1, count })}
      aria-pressed={selected}
      transform={`translate(${at.x} ${at.y})`}
      onPointerDown={press}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => {
        event.stopPropagation();
        void removePoints(session, [name]);
      }}
      onContextMenu={menu}
    >
      <circle className="vnn-point-hit" r={REACH} />
      <circle className="vnn-point-dot" r={RADIUS} />
    </g>
  );
}

/** Drags the selected points, and the selected blocks with them. */
function drag(
  session: Session,
  event: PointerEvent<SVGGElement>,
  at: Point,
  neighbours: Point[],
): void {
  const handle = event.currentTarget;
  const zoom = session.flow?.getZoom() ?? 1;
  const start = { x: event.clientX, y: event.clientY };
  const nodes = session.canvas.state.nodes.filter((node) => node.selected);
  const from = new Map(nodes.map((node) => [node.id, node.position]));
  let moved: Map<string, Point> | null = null;
  let routes: Map<string, Point[]> = new Map();
  handle.setPointerCapture(event.pointerId);
  const move = (to: globalThis.PointerEvent) => {
    const far = Math.hypot(to.clientX - start.x, to.clientY - start.y) >= 3;
    if (!moved && !far) return;
    const alone = session.canvas.state.points.size === 1 && from.size === 0;
    const by = { x: (to.clientX - start.x) / zoom, y: (to.clientY - start.y) / zoom };
    const shift = alone ? inLine(at, by, neighbours, SNAP / zoom) : by;
    routes = shiftedPoints(session, shift);
    moved = new Map([...from].map(([id, { x, y }]) => [id, { x: x + shift.x, y: y + shift.y }]));
    const places = moved;
    if (places.size > 0) {
      session.canvas.set({
        nodes: session.canvas.state.nodes.map((node) => {
          const position = places.get(node.id);
          return position ? { ...node, position } : node;
        }),
      });
    }
    holdPoints(session, routes);
  };
  const end = () => {
    handle.removeEventListener("pointermove", move);
    handle.removeEventListener("pointerup", end);
    handle.removeEventListener("pointercancel", end);
    if (moved) void moveThings(session, moved, routes);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
}

/** A shift that puts a point into the row or column of a neighbour, when it is near one. */
function inLine(at: Point, by: Point, neighbours: Point[], near: number): Point {
  const placed = (place: number, others: number[]) =>
    others.find((other) => Math.abs(other - place) < near) ?? place;
  return {
    x:
      placed(
        at.x + by.x,
        neighbours.map(({ x }) => x),
      ) - at.x,
    y:
      placed(
        at.y + by.y,
        neighbours.map(({ y }) => y),
      ) - at.y,
  };
}
