import type { Point } from "../state";

/** The size of a block; its height is a row taller when it has something to complain about. */
export const BLOCK_WIDTH = 192;
export const BLOCK_HEIGHT = 72;
/** From the edge of a block to the outer end of a port's 24 px target. */
export const PORT_REACH = 12;
/** From the edge of a block to the outer edge of a port's 11 px dot. */
export const PORT_RADIUS = 5.5;
/** The room between a block and the one that is put below it: a shape fits in. */
export const ROW_GAP = 44;
export const COLUMN_GAP = 40;
/** The same where blocks stand side by side. */
export const SIDE_GAP = 72;

export interface Box extends Point {
  width: number;
  height: number;
}

/** The smallest box around boxes. */
export function boundsOf(boxes: Box[]): Box {
  let [x, y, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    x = Math.min(x, box.x);
    y = Math.min(y, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return { x, y, width: right - x, height: bottom - y };
}

export function overlaps(a: Box, b: Box, margin = 0): boolean {
  return (
    a.x < b.x + b.width + margin &&
    b.x < a.x + a.width + margin &&
    a.y < b.y + b.height + margin &&
    b.y < a.y + a.height + margin
  );
}

/** Boxes by where they lie, so that those near a place are found without asking all. */
export class BoxIndex {
  private readonly cells = new Map<string, Set<Box>>();

  constructor(boxes: Iterable<Box> = []) {
    for (const box of boxes) this.add(box);
  }

  add(box: Box): void {
    for (const cell of cellsOf(box)) {
      const known = this.cells.get(cell);
      if (known) known.add(box);
      else this.cells.set(cell, new Set([box]));
    }
  }

  /** The boxes that overlap an area. */
  within(area: Box, margin = 0): Box[] {
    const found = new Set<Box>();
    for (const cell of cellsOf(area, margin)) {
      for (const box of this.cells.get(cell) ?? []) {
        if (overlaps(box, area, margin)) found.add(box);
      }
    }
    return [...found];
  }
}

const CELL = 400;

function cellsOf({ x, y, width, height }: Box, margin = 0): string[] {
  const cells: string[] = [];
  const [left, right] = [x - margin, x + width + margin].map((at) => Math.floor(at / CELL));
  const [top, bottom] = [y - margin, y + height + margin].map((at) => Math.floor(at / CELL));
  for (let column = left!; column <= right!; column += 1) {
    for (let row = top!; row <= bottom!; row += 1) cells.push(`${column},${row}`);
  }
  return cells;
}

/** The nearest place to `wanted` where a new block covers no other: to the side, then below. */
export function freePlace(wanted: Point, boxes: Box[]): Point {
  const isFree = (place: Point) => {
    const box = { ...place, width: BLOCK_WIDTH, height: BLOCK_HEIGHT };
    return !boxes.some((other) => overlaps(box, other, 8));
  };
  const columns = [0, 1, -1, 2, -2, 3, -3, 4];
  for (let row = 0; row < 60; row += 1) {
    for (const column of columns) {
      const place = {
        x: Math.round(wanted.x + column * (BLOCK_WIDTH + COLUMN_GAP)),
        y: Math.round(wanted.y + row * (BLOCK_HEIGHT + ROW_GAP)),
      };
      if (isFree(place)) return place;
    }
  }
  return wanted;
}

/** Where the wires of a drawing lead. */
export type Direction = "down" | "right";

/** Where along a block's edge its ports lie, as fractions of the edge. */
export function portPlaces(ports: number, direction: Direction = "down"): number[] {
  const length = direction === "down" ? BLOCK_WIDTH : BLOCK_HEIGHT;
  const margin = direction === "down" ? 20 : 12;
  const spread = Math.min(60, (length - 2 * margin) / Math.max(1, ports - 1));
  const first = length / 2 - (spread * (ports - 1)) / 2;
  return Array.from({ length: ports }, (_, at) => (first + at * spread) / length);
}

export function flippedBox({ x, y, width, height }: Box): Box {
  return { x: y, y: x, width: height, height: width };
}

/** A point with its coordinates exchanged: what leads to the right is found as if it led down. */
export function flipped({ x, y }: Point): Point {
  return { x: y, y: x };
}
