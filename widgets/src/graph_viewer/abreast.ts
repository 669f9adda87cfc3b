/** Decides the rows of scopes side by side, so that what belongs together stands in one row. */

import { childTowards, type Hierarchy, type Part } from "./parts";
import { type Arcs, linearOrder, longestPathRanks } from "./ranks";
import type { Level } from "./structure";

/**
 * Decides the rows of levels side by side. Members that belong to one forward member share its row.
 *
 * Returns, for each member that shares a row, the forward member there.
 */
export function arrange(
  hierarchy: Hierarchy,
  levels: { forward?: Level; backward?: Level; update?: Level },
): Map<number, number> {
  const { parts } = hierarchy;
  const all = Object.values(levels);
  const beside = levels.forward ? pair(parts, levels.forward, all) : new Map<number, number>();
  let plan = planRows(hierarchy, all, beside);
  // A pair that would turn a link round is no pair: let go of it and look again.
  while (beside.size) {
    const against = againstOrder(plan.arcs, plan.turn);
    const isAgainst = (part: number) => against.has(plan.rows.get(part)!);
    const broken = [...beside.keys()].filter(isAgainst);
    for (const part of broken) beside.delete(part);
    if (!broken.length) {
      if (!against.size) break;
      const alone = planRows(hierarchy, all, new Map());
      if (againstOrder(alone.arcs, alone.turn).size === against.size) break;
      beside.clear();
    }
    plan = planRows(hierarchy, all, beside);
  }
  const { arcs, turn, isFed, rows } = plan;
  const ranks = longestPathRanks(arcs, turn, (row) => isFed[row] === 1);
  const count = ranks.reduce((most, rank) => Math.max(most, rank + 1), 0);
  for (const level of all) {
    level.rows = count;
    level.members.forEach((part, place) => {
      level.ranks[place] = ranks[rows.get(part)!]!;
    });
  }
  return beside;
}

interface RowPlan {
  /** The number of the row-to-be of each part. */
  rows: Map<number, number>;
  arcs: Arcs;
  turn: Float64Array;
  /** Whether something comes into a row from outside the scope. */
  isFed: Uint8Array;
}

/** Sets up the question which row stands above which, for these pairs. */
function planRows(hierarchy: Hierarchy, levels: Level[], beside: Map<number, number>): RowPlan {
  const { graph, parts } = hierarchy;
  const members = levels.flatMap((level) => level.members);
  const rows = new Map<number, number>();
  for (const part of members) if (!beside.has(part)) rows.set(part, rows.size);
  for (const [part, row] of beside) rows.set(part, rows.get(row)!);
  const arcs = rowArcs(hierarchy, levels, rows, members.length - beside.size);
  const turn = new Float64Array(arcs.count).fill(Number.POSITIVE_INFINITY);
  const isFed = new Uint8Array(arcs.count);
  for (const part of members) {
    const row = rows.get(part)!;
    turn[row] = Math.min(turn[row]!, turnOf(parts, parts[part]!, graph.ops.length));
  }
  for (const level of levels)
    for (const { source, target } of level.links)
      if (source >= level.members.length) isFed[rows.get(level.members[target]!)!] = 1;
  return { rows, arcs, turn, isFed };
}

/** Finds for the members of other lanes the forward member that they belong to: one for each lane. */
function pair(parts: Part[], forward: Level, all: Level[]): Map<number, number> {
  const beside = new Map<number, number>();
  for (const level of all) {
    if (level === forward) continue;
    const best = new Map<number, number>();
    for (const part of level.members) {
      const { partner, ops } = parts[part]!;
      const row = partner < 0 ? -1 : childTowards(parts, forward.scope, partner);
      if (row < 0) continue;
      const other = best.get(row);
      if (other === undefined || parts[other]!.ops < ops) best.set(row, part);
    }
    for (const [row, part] of best) beside.set(part, row);
  }
  return beside;
}

/** The links as arcs between rows; what flows backward goes up. */
function rowArcs(
  hierarchy: Hierarchy,
  levels: Level[],
  rows: Map<number, number>,
  count: number,
): Arcs {
  const arcs: Arcs = { count, from: [], to: [] };
  for (const level of levels) {
    const isUpward = hierarchy.parts[level.scope]!.lane === "backward";
    for (const { source, target } of level.links) {
      const [a, b] = [level.members[source], level.members[target]];
      if (a === undefined || b === undefined) continue;
      arcs.from.push(rows.get(isUpward ? b : a)!);
      arcs.to.push(rows.get(isUpward ? a : b)!);
    }
  }
  return arcs;
}

/** The rows at the ends of arcs that cannot lead down. */
function againstOrder(arcs: Arcs, turn: Float64Array): Set<number> {
  const position = new Int32Array(arcs.count);
  linearOrder(arcs, turn).forEach((row, at) => {
    position[row] = at;
  });
  const found = new Set<number>();
  arcs.from.forEach((from, arc) => {
    const to = arcs.to[arc]!;
    if (position[from]! > position[to]!) found.add(from).add(to);
  });
  return found;
}

/** When it is a member's turn from top to bottom, where the links leave a choice. */
function turnOf(parts: Part[], part: Part, operations: number): number {
  if (part.lane !== "backward") return part.first;
  return parts[part.partner]?.first ?? operations - part.first;
}
