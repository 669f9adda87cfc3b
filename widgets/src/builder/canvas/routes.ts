import type { Point } from "../state";
import { type Box, type BoxIndex, type Direction, flipped } from "./geometry";

const CLEARANCE = 18;
const LEAST_BEND = 24;
/** How much a wire leans to the side at its points: where it can, it passes them straight down. */
const ASIDE = 0.35;

/**
 * The x at which a wire passes the blocks that lie between its ends, or null when the direct way
 * is free.  The side with the shorter way is taken.
 */
export function detour(source: Box, target: Box, boxes: BoxIndex): number | null {
  const from = { x: source.x + source.width / 2, y: source.y + source.height };
  const to = { x: target.x + target.width / 2, y: target.y };
  const drop = to.y - from.y;
  if (drop < source.height) return null;
  // The curve bends near its ends and is nearly straight between: that stretch must be free.
  const middle = {
    x: Math.min(from.x, to.x) - 4,
    y: from.y + 12,
    width: Math.abs(from.x - to.x) + 8,
    height: drop - 24,
  };
  const near = boxes
    .within(middle)
    .filter((box) => box !== source && box !== target && crosses(from, to, box));
  if (near.length === 0) return null;
  const left = clearColumn(from, to, boxes, Math.min(...near.map((box) => box.x)) - CLEARANCE, -1);
  const right = clearColumn(
    from,
    to,
    boxes,
    Math.max(...near.map((box) => box.x + box.width)) + CLEARANCE,
    1,
  );
  const length = (x: number) => Math.abs(x - from.x) + Math.abs(x - to.x);
  return length(left) < length(right) ? left : right;
}

interface WirePath {
  path: string;
  middle: Point;
  /** Whether the wire runs straight down at its middle, between blocks: there is no room across. */
  isUpright: boolean;
}

/** The path of a wire: down from the source, a curve, and down into the target. */
export function wirePath(
  from: Point,
  to: Point,
  by: number | null,
  direction: Direction = "down",
  points: Point[] = [],
): WirePath {
  if (direction === "down") return downPath(from, to, by, points);
  const { path, middle } = downPath(flipped(from), flipped(to), by, points.map(flipped));
  const turned = path.replaceAll(/(-?[\d.]+),(-?[\d.]+)/g, "$2,$1");
  return { path: turned, middle: flipped(middle), isUpright: false };
}

function downPath(from: Point, to: Point, by: number | null, points: Point[]): WirePath {
  if (points.length > 0) return pathThrough([from, ...points, to]);
  if (by !== null && to.y - from.y > 80) return aroundPath(from, to, by);
  const drop = to.y - from.y;
  const bend = drop > 0 ? Math.max(22, drop / 2) : Math.min(120, 40 - drop / 4);
  const path = `M${from.x},${from.y} C${from.x},${from.y + bend} ${to.x},${to.y - bend} ${to.x},${to.y}`;
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  return { path, middle, isUpright: false };
}

/** A smooth way through points, mostly down; its shape is on its longest stretch. */
function pathThrough(way: Point[]): WirePath {
  let path = `M${way[0]!.x},${way[0]!.y}`;
  let middle = way[0]!;
  let longest = -1;
  for (let at = 1; at < way.length; at += 1) {
    const [a, b] = [way[at - 1]!, way[at]!];
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    const reach = Math.min(length / 2, Math.max(LEAST_BEND, Math.abs(b.y - a.y) / 2));
    const [out, into] = [heading(way, at - 1), heading(way, at)];
    const one = { x: cents(a.x + out.x * reach), y: cents(a.y + out.y * reach) };
    const other = { x: cents(b.x - into.x * reach), y: cents(b.y - into.y * reach) };
    path += ` C${one.x},${one.y} ${other.x},${other.y} ${b.x},${b.y}`;
    const isBetween = at > 1 && at < way.length - 1;
    const weight = isBetween ? 2 * length : length; // near the ends there are blocks
    if (weight > longest) {
      longest = weight;
      middle = {
        x: (a.x + 3 * one.x + 3 * other.x + b.x) / 8,
        y: (a.y + 3 * one.y + 3 * other.y + b.y) / 8,
      };
    }
  }
  return { path, middle, isUpright: false };
}

/** A number as a path writes it: never as 1e-15. */
function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Where a way leads at one of its points: from the one before to the one behind. */
function heading(way: Point[], at: number): Point {
  const before = way[at - 1];
  const behind = way[at + 1];
  if (!before || !behind) return { x: 0, y: 1 };
  const [x, y] = [ASIDE * (behind.x - before.x), behind.y - before.y];
  const length = Math.hypot(x, y) || 1;
  return { x: x / length, y: y / length };
}

function aroundPath(from: Point, to: Point, by: number): WirePath {
  const turn = Math.min(56, (to.y - from.y) / 3);
  const out = from.y + turn;
  const back = to.y - turn;
  const path = [
    `M${from.x},${from.y}`,
    `C${from.x},${from.y + turn * 0.7} ${by},${out - turn * 0.7} ${by},${out}`,
    `L${by},${back}`,
    `C${by},${back + turn * 0.7} ${to.x},${to.y - turn * 0.7} ${to.x},${to.y}`,
  ].join(" ");
  return { path, middle: { x: by, y: (out + back) / 2 }, isUpright: true };
}

/** Whether the curve between two points comes near a box (checked at points along it). */
function crosses(from: Point, to: Point, box: Box): boolean {
  const bend = (to.y - from.y) / 2;
  for (let step = 1; step < 24; step += 1) {
    const t = step / 24;
    const u = 1 - t;
    const x = u * u * (u + 3 * t) * from.x + t * t * (t + 3 * u) * to.x;
    const y =
      u ** 3 * from.y +
      3 * u * u * t * (from.y + bend) +
      3 * u * t * t * (to.y - bend) +
      t ** 3 * to.y;
    if (x > box.x - 3 && x < box.x + box.width + 3 && y > box.y && y < box.y + box.height)
      return true;
  }
  return false;
}

/** Moves a column sideways until no block stands in it between the two ends. */
function clearColumn(from: Point, to: Point, boxes: BoxIndex, start: number, side: 1 | -1): number {
  let x = start;
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const column = { x: x - 6, y: from.y + 30, width: 12, height: to.y - from.y - 60 };
    const [blocking] = boxes.within(column);
    if (!blocking) return x;
    x = side > 0 ? blocking.x + blocking.width + CLEARANCE : blocking.x - CLEARANCE;
  }
  return x;
}
