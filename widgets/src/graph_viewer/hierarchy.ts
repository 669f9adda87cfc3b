/**
 * The graph folded by scopes: a tree of parts, and the edges sorted by the scope they lie in.
 *
 * A training step has three lanes. The forward lane (with loss and metrics) flows down, the backward
 * lane beside it flows up again, and the update lane ends it, so that a layer, its gradients and
 * its new weights can stand in one row. A graph of one lane has no lanes: its scopes are the root's.
 */
import type { GraphView, OpView } from "../shared/messages";
import { type Branch, grow, type Leaf, leaves } from "./tree";

export type Phase = OpView["phase"];
export type Lane = "forward" | "backward" | "update";

export const LANES: readonly Lane[] = ["forward", "backward", "update"];

/** One thing in the tree: the root, a lane, a scope, or an operation. */
export interface Part {
  index: number;
  kind: "root" | "lane" | "scope" | "op";
  /** Stays the same when the tree is built anew, so that what is open and selected stays so. */
  key: string;
  label: string;
  /** The full scoped name; "" for what no name speaks of. */
  path: string;
  lane: Lane;
  parent: number;
  depth: number;
  /** Parts inside, in running order. */
  children: number[];
  /** The operation's place in `graph.ops`, -1 for a scope. */
  op: number;
  /** For a variable or constant: the operation beside which it is drawn, else -1. */
  host: number;
  /** Of an operation: the variables and constants whose place is beside it. */
  attached: number[];
  /** How many operations are inside, without variables and constants. */
  ops: number;
  /** How many variables have their place inside. */
  variables: number;
  /** The place in `graph.ops` of the first operation inside: its turn in running order. */
  first: number;
  /** In the other lanes: the part of the forward lane that it belongs to, else -1. */
  partner: number;
  /** The layer call that made all of it, or "". */
  layer: string;
  /** What its colour says and for how many operations, the most frequent first. */
  hues: [hue: string, ops: number][];
}

/** Who reads what: one entry for each input of each operation. */
export interface Edges {
  count: number;
  /** Places in `graph.ops`. */
  source: Int32Array;
  target: Int32Array;
  /** Which output of the source, and which input of the target. */
  output: Int32Array;
  input: Int32Array;
}

export interface Hierarchy {
  graph: GraphView;
  parts: Part[];
  /** Lanes that are there; empty where the root itself holds the scopes. */
  lanes: Lane[];
  edges: Edges;
  /** The part of each operation, -1 where it is not shown. */
  partOf: Int32Array;
  /** Places in `graph.ops` by id. */
  placeOf: Map<number, number>;
  /** Of each scope: the edges between two of its children. */
  inner: Map<number, number[]>;
  /** The edges from one lane to another. */
  across: number[];
}

export function laneOf(phase: Phase): Lane {
  return phase === "backward" || phase === "update" ? phase : "forward";
}

/** Whether an operation is drawn small, beside what reads it. */
export function isAttachable(op: OpView): boolean {
  return op.phase === "variable" || op.phase === "constant";
}

/** Folds a graph by its scopes, without the operations of the hidden phases. */
export function buildHierarchy(
  graph: GraphView,
  hidden: ReadonlySet<Phase> = new Set(),
): Hierarchy {
  const placeOf = new Map(graph.ops.map((op, place) => [op.id, place]));
  const edges = readEdges(graph, placeOf);
  const shown = graph.ops.map((op) => !isAttachable(op) && !hidden.has(op.phase));
  const attached = attach(graph, edges, shown, hidden);

  const places: Record<Lane, number[]> = { forward: [], backward: [], update: [] };
  graph.ops.forEach((op, place) => {
    if (shown[place]) places[laneOf(op.phase)].push(place);
  });
  const present = LANES.filter((lane) => places[lane].length > 0);

  const hierarchy: Hierarchy = {
    graph,
    parts: [],
    lanes: present.length > 1 ? present : [],
    edges,
    partOf: new Int32Array(graph.ops.length).fill(-1),
    placeOf,
    inner: new Map(),
    across: [],
  };
  const root = addPart(hierarchy, { kind: "root", key: "", label: graph.name, parent: -1 });
  root.lane = present[0] ?? "forward";
  for (const lane of present) {
    const top = grow(graph, places[lane]);
    let holder = root;
    if (hierarchy.lanes.length) {
      const key = `lane:${lane}`;
      holder = addPart(hierarchy, { kind: "lane", key, label: laneTitles[lane], parent: 0 });
      holder.lane = lane;
    }
    holder.path = top.path;
    if (lane !== "forward") mirror(hierarchy, attached, top);
    plant(hierarchy, holder, top, attached.of);
  }
  countUp(hierarchy);
  sortEdges(hierarchy);
  pairUp(hierarchy, attached);
  return hierarchy;
}

const laneTitles: Record<Lane, string> = {
  forward: "Forward",
  backward: "Backward",
  update: "Update",
};

function readEdges(graph: GraphView, placeOf: Map<number, number>): Edges {
  const size = graph.ops.reduce((sum, op) => sum + op.inputs.length, 0);
  const [source, target, output, input] = Array.from({ length: 4 }, () => new Int32Array(size)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  let count = 0;
  graph.ops.forEach((op, place) => {
    op.inputs.forEach(([id, index], slot) => {
      const from = placeOf.get(id);
      if (from === undefined || from === place) return; // what is not listed cannot be drawn
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
interface Attachments {
  host: Map<number, number>;
  of: Map<number, number[]>;
}

/** Gives each variable and constant its place beside its first reader, a forward one if possible. */
function attach(
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

function addPart(
  hierarchy: Hierarchy,
  given: Pick<Part, "kind" | "key" | "label" | "parent"> & Partial<Part>,
): Part {
  const above = hierarchy.parts[given.parent];
  const part: Part = {
    index: hierarchy.parts.length,
    path: "",
    lane: above?.lane ?? "forward",
    depth: above ? above.depth + 1 : 0,
    children: [],
    op: -1,
    host: -1,
    attached: [],
    ops: 0,
    variables: 0,
    first: Number.POSITIVE_INFINITY,
    partner: -1,
    layer: "",
    hues: [],
    ...given,
  };
  hierarchy.parts.push(part);
  above?.children.push(part.index);
  if (part.op >= 0) hierarchy.partOf[part.op] = part.index;
  return part;
}

/** Makes parts of a tree of names: a scope that holds a single thing is merged with it. */
function plant(hierarchy: Hierarchy, holder: Part, top: Branch, of: Map<number, number[]>): void {
  const waiting: { member: Branch | Leaf; parent: number }[] = [];
  const wait = (branch: Branch, parent: number) => {
    for (let at = branch.members.length - 1; at >= 0; at--)
      waiting.push({ member: branch.members[at]!, parent });
  };
  wait(top, holder.index);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    let { member } = next;
    let label = member.label;
    while ("members" in member && member.members.length === 1) {
      member = member.members[0]!;
      // A scope of one operation, such as most activation layers, goes by its own name.
      if ("members" in member && member.label !== label) label = `${label}/${member.label}`;
    }
    if ("members" in member) {
      const key = `${holder.lane}:${member.isAdded ? "around " : ""}${member.path}`;
      const path = member.isAdded ? "" : member.path;
      const { parent } = next;
      wait(member, addPart(hierarchy, { kind: "scope", key, label, path, parent }).index);
      continue;
    }
    const part = addOp(hierarchy, member.op, label, next.parent);
    for (const place of of.get(member.op) ?? []) {
      const { name } = hierarchy.graph.ops[place]!;
      const beside = addOp(hierarchy, place, name.slice(name.lastIndexOf("/") + 1), next.parent);
      beside.host = part.index;
      part.attached.push(beside.index);
    }
  }
}

function addOp(hierarchy: Hierarchy, place: number, label: string, parent: number): Part {
  const op = hierarchy.graph.ops[place]!;
  const key = `#${op.id}`;
  return addPart(hierarchy, { kind: "op", key, label, path: op.name, parent, op: place });
}

/**
 * Puts what belongs to a scope of the forward lane into a scope like it, so that both line up.
 *
 * Names such as `adam/dense_kernel` lack the scopes of the model and of the layer, for example. What
 * belongs to nothing in particular, such as the count of steps, stays outside.
 */
function mirror(hierarchy: Hierarchy, attached: Attachments, top: Branch): void {
  const outside: Branch = { ...top, members: [] };
  const made = new Map<number, Branch>();
  const waiting = top.members.toReversed();
  for (let member = waiting.pop(); member; member = waiting.pop()) {
    const chain = chainFor(hierarchy, attached, member);
    if (!chain && "members" in member) {
      waiting.push(...member.members.toReversed()); // such as `gradients`, around everything
      continue;
    }
    let holder = outside;
    for (const part of chain ?? []) {
      let inside = made.get(part.index);
      if (!inside) {
        inside = { label: part.label, path: part.path, members: [], isAdded: true };
        made.set(part.index, inside);
        holder.members.push(inside);
      }
      holder = inside;
    }
    holder.members.push(member);
  }
  top.members = outside.members;
}

/**
 * The scopes of the forward lane that hold what a member belongs to, without one like itself;
 * null where it belongs to several things that no scope holds together.
 */
function chainFor(
  hierarchy: Hierarchy,
  attached: Attachments,
  member: Branch | Leaf,
): Part[] | null {
  const { parts } = hierarchy;
  let common = -1;
  for (const leaf of leaves(member))
    for (const partner of partners(hierarchy, attached, leaf.op))
      common = common < 0 ? partner : commonAncestor(parts, common, partner);
  const chain: Part[] = [];
  for (let at = parts[common]; at; at = parts[at.parent])
    if (at.kind === "scope") chain.unshift(at);
  if (parts[common]?.kind === "lane") return null;
  if ("members" in member && chain.at(-1)?.label.split("/")[0] === member.label) chain.pop();
  return chain;
}

/** The forward parts that an operation of another lane belongs to. */
function partners(hierarchy: Hierarchy, attached: Attachments, place: number): number[] {
  const { graph, partOf, placeOf, parts } = hierarchy;
  const op = graph.ops[place]!;
  const found: number[] = [];
  const add = (at: number | undefined) => {
    const part = at === undefined ? undefined : parts[partOf[at]!];
    if (part?.lane === "forward" && part.index > 0)
      found.push(part.host < 0 ? part.index : part.host);
  };
  if (op.phase === "backward") add(placeOf.get(op.forward));
  if (op.phase === "update")
    for (const [id] of op.inputs) add(attached.host.get(placeOf.get(id) ?? -1));
  return found;
}

/** Counts what is inside each part, its colours and its layer; children come after their parents. */
function countUp({ graph, parts, placeOf }: Hierarchy): void {
  const hues = parts.map(() => new Map<string, number>());
  const layers: (string | undefined)[] = [];
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index]!;
    if (part.op >= 0) {
      const op = graph.ops[part.op]!;
      part.first = part.op;
      part.ops = part.host < 0 ? 1 : 0;
      part.variables = op.phase === "variable" ? 1 : 0;
      layers[index] = op.layer;
      const hued = part.host < 0 || op.family ? op : graph.ops[parts[part.host]!.op]!;
      hues[index]!.set(hueOf(hued, graph.ops[placeOf.get(hued.forward) ?? -1]), 1);
    }
    part.layer = layers[index] ?? "";
    part.hues = [...hues[index]!].sort((a, b) => b[1] - a[1]);
    const above = parts[part.parent];
    if (!above) continue;
    above.variables += part.variables;
    if (part.host >= 0) continue;
    above.ops += part.ops;
    above.first = Math.min(above.first, part.first);
    const before = layers[above.index];
    layers[above.index] = before === undefined || before === part.layer ? part.layer : "";
    const sums = hues[above.index]!;
    for (const [hue, ops] of part.hues) sums.set(hue, (sums.get(hue) ?? 0) + ops);
  }
}

/** What the colour of an operation says: `family:Core`, or the name of its phase. */
export function hueOf(op: OpView, forward: OpView | undefined): string {
  if (op.phase === "backward" && forward && !op.family) return hueOf(forward, undefined);
  if (op.family && op.phase !== "update") return `family:${op.family}`;
  return op.phase === "forward" || op.phase === "backward" ? "plain" : op.phase;
}

/** The one hue of a part; several together are mixed. */
export function mainHue(part: Part): string {
  return part.hues.length > 1 ? "mixed" : (part.hues[0]?.[0] ?? "plain");
}

/** Sorts the edges by the scope in which they join two children. */
function sortEdges(hierarchy: Hierarchy): void {
  const { edges, parts, partOf, inner, across } = hierarchy;
  for (let edge = 0; edge < edges.count; edge++) {
    const source = parts[partOf[edges.source[edge]!]!];
    const target = parts[partOf[edges.target[edge]!]!];
    if (!source || !target || source.host >= 0) continue;
    const scope = commonAncestor(parts, source.index, target.index);
    if (parts[scope]!.kind === "root" && hierarchy.lanes.length) {
      across.push(edge);
      continue;
    }
    const list = inner.get(scope);
    if (list) list.push(edge);
    else inner.set(scope, [edge]);
  }
}

/** Finds the part of the forward lane that each part of the other lanes belongs to. */
function pairUp(hierarchy: Hierarchy, attached: Attachments): void {
  const { parts } = hierarchy;
  for (let index = parts.length - 1; index > 0; index--) {
    const part = parts[index]!;
    if (part.lane === "forward" || part.host >= 0) continue;
    if (part.op >= 0)
      for (const partner of partners(hierarchy, attached, part.op)) meet(part, partner);
    const above = parts[part.parent]!;
    if (part.partner >= 0 && above.index > 0) meet(above, part.partner);
  }
  function meet(part: Part, partner: number): void {
    part.partner =
      part.partner < 0 ? partner : commonAncestor(hierarchy.parts, part.partner, partner);
  }
}

/** The innermost part that holds both. */
export function commonAncestor(parts: Part[], a: number, b: number): number {
  let left = parts[a]!;
  let right = parts[b]!;
  while (left !== right)
    if (left.depth >= right.depth) left = parts[left.parent]!;
    else right = parts[right.parent]!;
  return left.index;
}

/** The child of `scope` that is or holds `part`; -1 where it lies elsewhere. */
export function childTowards(parts: Part[], scope: number, part: number): number {
  const depth = parts[scope]!.depth + 1;
  let at = parts[part];
  while (at && at.depth > depth) at = parts[at.parent];
  return at && at.parent === scope ? at.index : -1;
}
