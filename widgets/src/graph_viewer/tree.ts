/** Scoped names as a tree: `model/dense/matmul` is the leaf `matmul` in two branches. */
import type { GraphView } from "../shared/messages";

export interface Leaf {
  label: string;
  /** Place in `graph.ops`. */
  op: number;
}

export interface Branch {
  label: string;
  path: string;
  members: (Branch | Leaf)[];
  /** A scope that no name asks for, put around others. */
  isAdded?: boolean;
}

/** The tree of the operations at these places; its top is the innermost scope that holds all. */
export function grow(graph: GraphView, places: number[]): Branch {
  const scopeOf = (place: number) => scopePath(graph.ops[place]!.name);
  const path = places.length ? places.map(scopeOf).reduce(commonPath) : "";
  const top: Branch = { label: lastWord(path), path, members: [] };
  const branches = new Map([[path, top]]);
  for (const place of places) {
    const label = lastWord(graph.ops[place]!.name);
    branchAt(branches, scopeOf(place)).members.push({ label, op: place });
  }
  return top;
}

/** The branch of this path, made with all that is missing above it. */
function branchAt(branches: Map<string, Branch>, path: string): Branch {
  const missing: string[] = [];
  let at = path;
  let branch = branches.get(at);
  while (!branch) {
    missing.push(at);
    at = scopePath(at);
    branch = branches.get(at);
  }
  for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
    const made: Branch = { label: lastWord(next), path: next, members: [] };
    branch.members.push(made);
    branches.set(next, made);
    branch = made;
  }
  return branch;
}

/** All but the last word of a scoped name. */
export function scopePath(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** The last word of a scoped name. */
export function lastWord(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** The longest path that holds both. */
function commonPath(a: string, b: string): string {
  let path = a;
  while (path && b !== path && !b.startsWith(`${path}/`)) path = scopePath(path);
  return path;
}

/** All leaves in or under a member. */
export function leaves(member: Branch | Leaf): Leaf[] {
  const found: Leaf[] = [];
  const waiting = [member];
  for (let next = waiting.pop(); next; next = waiting.pop())
    if ("members" in next) waiting.push(...next.members);
    else found.push(next);
  return found;
}
