/** Which row each node of a layered drawing stands in. */

/** Arcs between nodes 0 ... count-1; the end of an arc stands at least one row below its start. */
export interface Arcs {
  count: number;
  from: number[];
  to: number[];
}

/**
 * An order in which as many arcs as possible lead forward: all of them where there is no loop.
 *
 * Where a loop leaves nothing free to go next, the node that is first by `turn` does; the arcs into
 * it that are still open are the ones that will lead backward.
 */
export function linearOrder(arcs: Arcs, turn: ArrayLike<number>): Int32Array {
  const { count, from, to } = arcs;
  const open = new Int32Array(count);
  for (const node of to) open[node]!++;
  const leaving = adjacency(count, from, to);
  const byTurn = Int32Array.from({ length: count }, (_, node) => node);
  byTurn.sort((a, b) => turn[a]! - turn[b]! || a - b);

  const order = new Int32Array(count);
  const isPlaced = new Uint8Array(count);
  let made = 0; // order[0 .. made-1] is decided, order[read .. made-1] not yet followed
  const place = (node: number) => {
    isPlaced[node] = 1;
    order[made++] = node;
  };
  for (const node of byTurn) if (open[node] === 0) place(node);
  let nextInTurn = 0;
  for (let read = 0; read < count; read++) {
    if (read === made) {
      while (isPlaced[byTurn[nextInTurn]!]) nextInTurn++;
      place(byTurn[nextInTurn]!);
    }
    const node = order[read]!;
    for (let at = leaving.start[node]!; at < leaving.start[node + 1]!; at++) {
      const next = leaving.items[at]!;
      open[next]!--;
      if (open[next] === 0 && !isPlaced[next]) place(next);
    }
  }
  return order;
}

/**
 * The row of each node by the longest path that leads to it; arcs of a loop lead upward.
 *
 * What nothing leads to, such as an input, stands just above its first reader, unless it is fed
 * from outside.
 */
export function longestPathRanks(
  arcs: Arcs,
  turn: ArrayLike<number>,
  isFed: (node: number) => boolean = () => false,
): Int32Array {
  const { count, from, to } = arcs;
  const order = linearOrder(arcs, turn);
  const position = new Int32Array(count);
  order.forEach((node, at) => {
    position[node] = at;
  });
  // Upward arcs are turned round, so that their ends are still apart.
  const above: number[] = [];
  const below: number[] = [];
  for (let arc = 0; arc < from.length; arc++) {
    const [a, b] = [from[arc]!, to[arc]!];
    if (a === b) continue;
    const leadsDown = position[a]! < position[b]!;
    above.push(leadsDown ? a : b);
    below.push(leadsDown ? b : a);
  }
  const leaving = adjacency(count, above, below);
  const ranks = new Int32Array(count);
  for (const node of order)
    for (let at = leaving.start[node]!; at < leaving.start[node + 1]!; at++) {
      const next = leaving.items[at]!;
      ranks[next] = Math.max(ranks[next]!, ranks[node]! + 1);
    }

  const isReached = new Uint8Array(count);
  for (const node of below) isReached[node] = 1;
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at]!;
    const [start, end] = [leaving.start[node]!, leaving.start[node + 1]!];
    if (isReached[node] || start === end || isFed(node)) continue;
    let first = Number.POSITIVE_INFINITY;
    for (let next = start; next < end; next++)
      first = Math.min(first, ranks[leaving.items[next]!]!);
    ranks[node] = first - 1;
  }
  return ranks;
}

/** For each node a slice of `items`: from `start[node]` to `start[node + 1]`. */
export interface Adjacency {
  start: Int32Array;
  items: Int32Array;
}

export function adjacency(
  count: number,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
): Adjacency {
  const start = new Int32Array(count + 1);
  for (let arc = 0; arc < from.length; arc++) start[from[arc]! + 1]!++;
  for (let node = 0; node < count; node++) start[node + 1]! += start[node]!;
  const next = start.slice(0, count);
  const items = new Int32Array(from.length);
  for (let arc = 0; arc < from.length; arc++) items[next[from[arc]!]!++] = to[arc]!;
  return { start, items };
}
