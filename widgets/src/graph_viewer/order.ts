/** The order of the nodes in each row, so that few segments cross. */
import { type Layers, segmentCount, segmentsAt } from "./layers";
import type { Adjacency } from "./ranks";

/** Above this many segments the order is good enough after two sweeps, and is not compared. */
const MANY = 6000;

/** Sorts each row by where its neighbours stand, sweeping down and up, and keeps the best order. */
export function reduceCrossings(layers: Layers): void {
  const { rows } = layers;
  const { above, below } = segmentsAt(layers);
  const place = new Float64Array(layers.widths.length);
  const settle = (row: number[]) => {
    row.forEach((node, at) => {
      place[node] = at;
    });
  };
  rows.forEach(settle);
  const isBig = segmentCount(layers) > MANY;
  const sweeps = isBig ? 2 : 12;
  let best = isBig ? 0 : countCrossings(layers);
  if (!isBig && best === 0) return;
  let kept = rows.map((row) => [...row]);
  let sinceBetter = 0;
  for (let sweep = 0; sweep < sweeps && sinceBetter < 4; sweep++) {
    const down = sweep % 2 === 0;
    for (let step = 1; step < rows.length; step++) {
      const row = rows[down ? step : rows.length - 1 - step]!;
      sortByNeighbours(layers, row, down ? above : below, down, place);
      settle(row);
    }
    if (isBig) continue;
    swapNeighbours(layers, above, below, place);
    const crossings = countCrossings(layers);
    if (crossings < best) {
      best = crossings;
      kept = rows.map((row) => [...row]);
      sinceBetter = 0;
      if (best === 0) break;
    } else sinceBetter++;
  }
  if (!isBig) layers.rows = kept;
}

/** Sorts a row by the middle of the neighbours in the row before; who has none stays in place. */
function sortByNeighbours(
  layers: Layers,
  row: number[],
  segments: Adjacency,
  areAbove: boolean,
  place: Float64Array,
): void {
  const { upper, lower, upperAt, lowerAt } = layers.segments;
  const [ends, at] = areAbove ? [upper, upperAt] : [lower, lowerAt];
  const wanted = new Map<number, number>();
  for (const node of row) {
    const [start, end] = [segments.start[node]!, segments.start[node + 1]!];
    let sum = 0;
    for (let index = start; index < end; index++) {
      const segment = segments.items[index]!;
      const other = ends[segment]!;
      sum += place[other]! + at[segment]! / Math.max(1, layers.widths[other]!);
    }
    if (end > start) wanted.set(node, sum / (end - start));
  }
  const moving = row.filter((node) => wanted.has(node));
  moving.sort((a, b) => wanted.get(a)! - wanted.get(b)! || place[a]! - place[b]!);
  let next = 0;
  row.forEach((node, index) => {
    if (wanted.has(node)) row[index] = moving[next++]!;
  });
}

/** Swaps neighbours in a row wherever that alone takes away crossings. */
function swapNeighbours(
  layers: Layers,
  above: Adjacency,
  below: Adjacency,
  place: Float64Array,
): void {
  const { upper, lower } = layers.segments;
  const crossings = (left: number, right: number, segments: Adjacency, ends: number[]) => {
    let count = 0;
    for (let a = segments.start[left]!; a < segments.start[left + 1]!; a++)
      for (let b = segments.start[right]!; b < segments.start[right + 1]!; b++)
        if (place[ends[segments.items[a]!]!]! > place[ends[segments.items[b]!]!]!) count++;
    return count;
  };
  for (const row of layers.rows) {
    for (let at = 0; at + 1 < row.length; at++) {
      const [left, right] = [row[at]!, row[at + 1]!];
      const degrees = (node: number) =>
        above.start[node + 1]! - above.start[node]! + below.start[node + 1]! - below.start[node]!;
      if (degrees(left) * degrees(right) > 400) continue;
      const now = crossings(left, right, above, upper) + crossings(left, right, below, lower);
      const then = crossings(right, left, above, upper) + crossings(right, left, below, lower);
      if (then >= now) continue;
      [row[at], row[at + 1]] = [right, left];
      [place[left], place[right]] = [at + 1, at];
    }
  }
}

/** How many pairs of segments cross. */
function countCrossings(layers: Layers): number {
  const { upper, lower } = layers.segments;
  const rowOf = new Int32Array(layers.widths.length);
  const place = new Int32Array(layers.widths.length);
  layers.rows.forEach((row, index) => {
    row.forEach((node, at) => {
      rowOf[node] = index;
      place[node] = at;
    });
  });
  const bundles: number[][] = layers.rows.map(() => []);
  upper.forEach((node, segment) => {
    bundles[rowOf[node]!]!.push(segment);
  });
  let crossings = 0;
  bundles.forEach((bundle, row) => {
    bundle.sort(
      (a, b) =>
        place[upper[a]!]! - place[upper[b]!]! || place[lower[a]!]! - place[lower[b]!]! || a - b,
    );
    crossings += inversions(
      bundle.map((segment) => place[lower[segment]!]!),
      layers.rows[row + 1]?.length ?? 0,
    );
  });
  return crossings;
}

/** How many pairs stand in the wrong order (a Fenwick tree counts the larger ones seen before). */
function inversions(places: number[], size: number): number {
  const tree = new Int32Array(size + 1);
  let count = 0;
  places.forEach((place, seen) => {
    let notLarger = 0;
    for (let at = place + 1; at > 0; at -= at & -at) notLarger += tree[at]!;
    count += seen - notLarger;
    for (let at = place + 1; at <= size; at += at & -at) tree[at]!++;
  });
  return count;
}
