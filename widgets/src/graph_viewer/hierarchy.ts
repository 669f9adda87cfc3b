/**
 * The graph folded by scopes: a tree of parts, and the edges sorted by the scope they lie in.
 *
 * A training step has three lanes. The forward lane (with loss and metrics) flows down, the backward
 * lane beside it flows up again, and the update lane ends it, so that a layer, its gradients and
 * its new weights can stand in one row. A graph of one lane has no lanes: its scopes are the root's.
 */

import type { GraphView } from "../shared/messages";
import { later, t } from "../shared/words";
import { type Attachments, attach, readEdges } from "./attachments";
import { mirror, partners } from "./mirror";
import {
  commonAncestor,
  type Hierarchy,
  hueOf,
  isAttachable,
  LANES,
  type Lane,
  laneOf,
  type Part,
  type Phase,
} from "./parts";
import { type Branch, grow, type Leaf } from "./tree";

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
      holder = addPart(hierarchy, { kind: "lane", key, label: t(laneTitles[lane]), parent: 0 });
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
  forward: later("Forward"),
  backward: later("Backward"),
  update: later("Update"),
};

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
