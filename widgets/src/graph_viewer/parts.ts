/** The parts of a folded graph: scopes and operations in a tree, and what can be asked of them. */
import type { GraphView, OpView } from "../shared/messages";

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
