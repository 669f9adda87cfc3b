import { type Hierarchy, isAttachable, type Part } from "./parts";
/** Answers about a part that need a walk over its edges: what it reads, gives, and belongs to. */

/** A tensor that crosses the border of a part, and who is at its other end. */
export interface Crossing {
  /** Place in `graph.ops` of what made it. */
  source: number;
  output: number;
  spec: string;
  /** Places of the operations that read it, on the far side (outputs) or inside (inputs). */
  readers: number[];
}

export interface Summary {
  inputs: Crossing[];
  outputs: Crossing[];
  /** Places of the variables read inside. */
  variables: number[];
  /** How often each primitive occurs inside, the most frequent first. */
  primitives: [op: string, count: number][];
}

/** Walks over all edges once. */
export function summarize(hierarchy: Hierarchy, part: Part): Summary {
  const { edges, graph, parts, partOf } = hierarchy;
  const isInside = insideOf(parts, part);
  const inputs = new Map<string, Crossing>();
  const outputs = new Map<string, Crossing>();
  const variables = new Set<number>();
  for (let edge = 0; edge < edges.count; edge++) {
    const [source, target] = [edges.source[edge]!, edges.target[edge]!];
    const [from, to] = [isInside(partOf[source]!), isInside(partOf[target]!)];
    const isAttached = isAttachable(graph.ops[source]!);
    if (to && isAttached && graph.ops[source]!.phase === "variable") variables.add(source);
    if (from === to || partOf[target]! < 0) continue;
    if (isAttached && part.op < 0) continue; // they are listed as variables
    const output = edges.output[edge]!;
    const key = `${source} ${output}`;
    const map = to ? inputs : outputs;
    const crossing = map.get(key);
    if (crossing) crossing.readers.push(target);
    else {
      const spec = graph.ops[source]!.outputs[output] ?? "";
      map.set(key, { source, output, spec, readers: [target] });
    }
  }
  const counts = new Map<string, number>();
  for (const other of parts) {
    if (other.op < 0 || other.host >= 0 || !isInside(other.index)) continue;
    const { op } = graph.ops[other.op]!;
    counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  return {
    inputs: [...inputs.values()],
    outputs: [...outputs.values()],
    variables: [...variables],
    primitives: [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])),
  };
}

/** Whether a part is `scope` or lies in it: inside are the parts from it up to the next outside. */
function insideOf(parts: Part[], scope: Part): (index: number) => boolean {
  if (scope.op >= 0) return (index) => index === scope.index;
  let end = scope.index + 1;
  while (end < parts.length && parts[end]!.depth > scope.depth) end += 1;
  return (index) => index >= scope.index && index < end;
}

/** The operations that belong to the same thing: gradients, forward operation, layer. */
export interface Relatives {
  /** Places of backward operations of a forward one. */
  backward: number[];
  /** The place of the forward operation of a backward one, or -1. */
  forward: number;
  /** Places of the other operations of its layer, in all phases. */
  layer: number[];
  /** Places of operations that update a variable of it. */
  updates: number[];
}

export function relativesOf(hierarchy: Hierarchy, part: Part): Relatives {
  const { graph, parts, partOf, placeOf } = hierarchy;
  const isInside = insideOf(parts, part);
  const here = graph.ops[part.op];
  const layer = here?.layer || part.layer;
  const found: Relatives = { backward: [], forward: -1, layer: [], updates: [] };
  if (here && here.forward >= 0) found.forward = placeOf.get(here.forward) ?? -1;
  else if (part.lane === "backward") found.forward = parts[part.partner]?.op ?? -1;
  graph.ops.forEach((op, place) => {
    const index = partOf[place]!;
    if (index < 0 || isInside(index)) return;
    const forward = op.forward < 0 ? undefined : placeOf.get(op.forward);
    if (forward !== undefined && isInside(partOf[forward]!)) found.backward.push(place);
    else if (layer && op.layer === layer && place !== found.forward) found.layer.push(place);
    else if (op.phase === "update" && part.lane === "forward") {
      let scope = parts[index]!;
      while (scope.partner < 0 && scope.parent >= 0) scope = parts[scope.parent]!;
      if (scope.partner >= 0 && isInside(scope.partner)) found.updates.push(place);
    }
  });
  return found;
}

/** The visible parts that read from a visible part, or that it reads from, with the edges. */
export function neighbours(
  hierarchy: Hierarchy,
  shownAs: Int32Array,
  part: Part,
): Map<number, number[]> {
  const { edges, parts, partOf } = hierarchy;
  const found = new Map<number, number[]>();
  const isInside = insideOf(parts, part);
  for (let edge = 0; edge < edges.count; edge++) {
    const source = partOf[edges.source[edge]!]!;
    const target = partOf[edges.target[edge]!]!;
    if (source < 0 || target < 0) continue;
    const [from, to] = [isInside(source), isInside(target)];
    if (from === to || parts[source]!.host >= 0) continue;
    const other = shownAs[from ? target : source]!;
    const list = found.get(other);
    if (list) list.push(edge);
    else found.set(other, [edge]);
  }
  return found;
}
