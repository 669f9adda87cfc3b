/** Where each node of a layered drawing stands from left to right. */
import { type Layers, segmentCount, segmentsAt } from "./layers";

/** Distances between neighbours in a row. */
export interface Gaps {
  nodes: number;
  bends: number;
}

/**
 * The centre of each node: close to its neighbours above and below, in the given order, without
 * overlap.  Each row is solved exactly (least squares under order, by pooling), row after row,
 * down and up.
 */
export function placeAcross(layers: Layers, gaps: Gaps): Float64Array {
  const { rows, widths, gives } = layers;
  const x = new Float64Array(widths.length);
  const distance = (left: number, right: number) => {
    const bends = Math.min(1, gives[left]!) + Math.min(1, gives[right]!);
    const gap = bends === 2 ? gaps.bends : bends === 1 ? (gaps.nodes + gaps.bends) / 2 : gaps.nodes;
    return (widths[left]! + widths[right]!) / 2 + gap;
  };
  for (const row of rows) {
    let edge = 0;
    row.forEach((node, at) => {
      edge += at ? distance(row[at - 1]!, node) : 0;
      x[node] = edge;
    });
    for (const node of row) x[node]! -= edge / 2;
  }
  const pull = new Pull(layers, x);
  const sweeps = segmentCount(layers) > 6000 ? 3 : 10;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    const looks = sweep < sweeps - 2 ? (down ? "above" : "below") : "both";
    for (let step = 0; step < rows.length; step++) {
      const row = rows[down ? step : rows.length - 1 - step]!;
      solveRow(row, x, pull, looks, gives, distance);
    }
  }
  straighten(layers, x, distance);
  let left = Number.POSITIVE_INFINITY;
  for (const row of rows)
    for (const node of row) left = Math.min(left, x[node]! - widths[node]! / 2);
  for (let node = 0; node < x.length; node++) x[node] = Math.round((x[node]! - left) * 2) / 2;
  return x;
}

type Looks = "above" | "below" | "both";

const NO_WISH: [number, number] = [0, 0];

/**
 * Where the neighbours of a node would like it to be, and how much: their weighted median.
 *
 * A mean would let a chain with shortcuts drift to the side; the median follows the heaviest line.
 */
class Pull {
  private readonly at: ReturnType<typeof segmentsAt>;
  private readonly wishes: number[] = [];
  private readonly weights: number[] = [];
  position = 0;
  weight = 0;

  constructor(
    private readonly layers: Layers,
    private readonly x: Float64Array,
  ) {
    this.at = segmentsAt(layers);
  }

  of(node: number, looks: Looks): void {
    const [fromAbove, above] = looks === "below" ? NO_WISH : this.wish(node, true);
    const [fromBelow, below] = looks === "above" ? NO_WISH : this.wish(node, false);
    this.weight = above + below;
    // Half way between would make chains slant: the heavier side wins, else the nearer one.
    const isNearer = Math.abs(fromAbove - this.x[node]!) <= Math.abs(fromBelow - this.x[node]!);
    const followsAbove = Math.abs(above - below) > 1e-6 ? above > below : isNearer;
    this.position = followsAbove ? fromAbove : fromBelow;
  }

  /** Where the neighbours on one side would like a node to be, and with what weight. */
  private wish(node: number, isAbove: boolean): [position: number, weight: number] {
    this.wishes.length = 0;
    this.weights.length = 0;
    this.weight = 0;
    this.add(node, isAbove);
    return [this.median(), this.weight];
  }

  private median(): number {
    const { wishes, weights } = this;
    const half = this.weight / 2;
    let sum = 0;
    for (let at = 0; at < wishes.length; at++) {
      sum += weights[at]!;
      if (sum > half + 1e-6 || at === wishes.length - 1) return wishes[at]!;
      // As much on either side: half way between.
      if (sum >= half - 1e-6) return (wishes[at]! + wishes[at + 1]!) / 2;
    }
    return 0;
  }

  private add(node: number, above: boolean): void {
    const { gives, segments } = this.layers;
    const list = above ? this.at.above : this.at.below;
    const facing = above ? this.at.below : this.at.above;
    const ends = above ? segments.upper : segments.lower;
    const there = above ? segments.upperAt : segments.lowerAt;
    const here = above ? segments.lowerAt : segments.upperAt;
    for (let index = list.start[node]!; index < list.start[node + 1]!; index++) {
      const segment = list.items[index]!;
      const other = ends[segment]!;
      // Boxes and ports follow boxes, most of all one that has nothing else; bends follow bends.
      const alone = facing.start[other + 1]! - facing.start[other]! === 1;
      const isLike = (gives[node] === 1) === gives[other]! > 0;
      const weight = !isLike ? 0.1 : gives[node] === 1 ? 1 : alone ? 3 : 2;
      this.insert(this.x[other]! + there[segment]! - here[segment]!, weight);
    }
  }

  /** Keeps the wishes in order; nodes with very many neighbours take the first of them. */
  private insert(wish: number, weight: number): void {
    const { wishes, weights } = this;
    if (wishes.length === 64) return;
    let at = wishes.length;
    for (; at > 0 && wishes[at - 1]! > wish; at--) {
      wishes[at] = wishes[at - 1]!;
      weights[at] = weights[at - 1]!;
    }
    wishes[at] = wish;
    weights[at] = weight;
    this.weight += weight;
  }
}

/** Moves the nodes of a row to where they are pulled, in order and without overlap. */
function solveRow(
  row: number[],
  x: Float64Array,
  pull: Pull,
  looks: Looks,
  gives: Uint8Array,
  distance: (left: number, right: number) => number,
): void {
  // Blocks of nodes that touch; within a block each node stands at `start` plus its offset.
  const starts: number[] = [];
  const weights: number[] = [];
  const sizes: number[] = [];
  const offsets: number[] = [];
  let offset = 0;
  row.forEach((node, at) => {
    offset += at ? distance(row[at - 1]!, node) : 0;
    offsets.push(offset);
    pull.of(node, looks);
    let start = (pull.weight > 0 ? pull.position : x[node]!) - offset;
    // Boxes in a chain hold their place, bends give way to them, and boxes that hang on to nothing
    // but bends give way to these.
    const isChained = !gives[node] && pull.weight >= 1;
    let weight = isChained ? 100 * pull.weight : gives[node] ? 0.3 : 0.003;
    let size = 1;
    while (starts.length && starts.at(-1)! > start) {
      const before = weights.pop()!;
      start = (starts.pop()! * before + start * weight) / (before + weight);
      weight += before;
      size += sizes.pop()!;
    }
    starts.push(start);
    weights.push(weight);
    sizes.push(size);
  });
  let at = 0;
  starts.forEach((start, block) => {
    for (let end = at + sizes[block]!; at < end; at++) x[row[at]!] = start + offsets[at]!;
  });
}

/** Draws the bends of each long link in as few straight stretches as the boxes beside it allow. */
function straighten(
  { rows, gives, segments, widths }: Layers,
  x: Float64Array,
  distance: (left: number, right: number) => number,
): void {
  const rowOf = new Int32Array(widths.length);
  const place = new Int32Array(widths.length);
  rows.forEach((row, index) => {
    row.forEach((node, at) => {
      rowOf[node] = index;
      place[node] = at;
    });
  });
  const next = new Int32Array(widths.length).fill(-1);
  const isNext = new Uint8Array(widths.length);
  segments.upper.forEach((upper, segment) => {
    const lower = segments.lower[segment]!;
    if (gives[upper] !== 1 || gives[lower] !== 1) return;
    next[upper] = lower;
    isNext[lower] = 1;
  });
  const starts = Array.from(next.keys()).filter((node) => next[node]! >= 0 && !isNext[node]);
  for (let pass = 0; pass < 2; pass++)
    for (const start of starts) {
      let run: number[] = [];
      let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      const settle = () => {
        const middle = run.reduce((sum, node) => sum + x[node]!, 0) / run.length;
        for (const node of run) x[node] = Math.min(most, Math.max(least, middle));
      };
      for (let node = start; node >= 0; node = next[node]!) {
        const row = rows[rowOf[node]!]!;
        const [left, right] = [row[place[node]! - 1], row[place[node]! + 1]];
        const from =
          left === undefined ? Number.NEGATIVE_INFINITY : x[left]! + distance(left, node);
        const to =
          right === undefined ? Number.POSITIVE_INFINITY : x[right]! - distance(node, right);
        if (Math.max(least, from) > Math.min(most, to) && run.length) {
          settle();
          run = [];
          [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
        }
        least = Math.max(least, from);
        most = Math.max(least, Math.min(most, to));
        run.push(node);
      }
      settle();
    }
}
