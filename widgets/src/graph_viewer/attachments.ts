/** Who reads what, and where variables and constants stand: beside who reads them. */

import type { GraphView } from "../shared/messages";
import { type Edges, isAttachable, laneOf, type Phase } from "./parts";

/** Lists each input of each operation once; what is not in the graph cannot be drawn. */
export function readEdges(graph: GraphView, placeOf: Map<number, number>): Edges {
  const size = graph.ops.reduce((sum, op) => sum + op.inputs.length, 0);
  const source = new Int32Array(size);
  const target = new Int32Array(size);
  const output = new Int32Array(size);
  const input = new Int32Array(size);
  let count = 0;
  graph.ops.forEach((op, place) => {
    op.inputs.forEach(([id, index], slot) => {
      const from = placeOf.get(id);
      if (from === undefined || from === place) return;
      source[count] = from;
      target[count] = place;
      output[count] = index;
      input[count] = slot;
      count += 1;
    });
  });
  return { count, source, target, output, input };
}

/** Where variables and constants stand: `host` of each one, and the list `of` each host. */
export interface Attachments {
  host: Map<number, number>;
  of: Map<number, number[]>;
}

/** Gives each variable and constant its place beside its first reader, a forward one if possible. */
export function attach(
  graph: GraphView,
  edges: Edges,
  shown: boolean[],
  hidden: ReadonlySet<Phase>,
): Attachments {
  const host = new Map<number, number>();
  const isRead = new Set<number>();
  for (let edge = 0; edge < edges.count; edge++) {
    const source = edges.source[edge]!;
    if (!isAttachable(graph.ops[source]!)) continue;
    isRead.add(source);
    const target = edges.target[edge]!;
    if (!shown[target]) continue;
    const before = host.get(source);
    const isForward = (place: number) => laneOf(graph.ops[place]!.phase) === "forward";
    if (before === undefined || (!isForward(before) && isForward(target))) host.set(source, target);
  }
  const of = new Map<number, number[]>();
  graph.ops.forEach((op, place) => {
    if (!isAttachable(op)) return;
    const at = host.get(place);
    const beside = at === undefined ? undefined : of.get(at);
    if (beside) beside.push(place);
    else if (at !== undefined) of.set(at, [place]);
    else if (!isRead.has(place) && !hidden.has(op.phase)) shown[place] = true; // read by nobody
  });
  return { host, of };
}
