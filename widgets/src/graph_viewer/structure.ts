/**
 * What is visible, level by level: the members of each open scope, the links between them and the
 * ports in its border, and the row of each member.  No coordinates yet.
 *
 * Lanes that stand side by side share their rows, scope by scope, so that what belongs together
 * lines up: the layer, its gradients, its update.
 */

import { arrange } from "./abreast";
import { childTowards, type Hierarchy, type Part } from "./parts";

/** Edges between the same two nodes of a level. Nodes are the members, then the ports. */
export interface Link {
  source: number;
  target: number;
  /** Indexes into `hierarchy.edges`. */
  edges: number[];
}

/** Where a link of the level outside crosses the border of an open scope. */
export interface Port {
  outer: Link;
  /** Whether it leads into the scope. */
  enters: boolean;
  atTop: boolean;
}

export interface Level {
  scope: number;
  /** Parts, in running order. */
  members: number[];
  ports: Port[];
  links: Link[];
  /** The row of each member. */
  ranks: Int32Array;
  /** How many rows it shares with the levels beside it. */
  rows: number;
  /** The scopes whose levels share the rows, as one text. */
  group: string;
  /** Goes up when rows or ports change: what was laid out before is out of date then. */
  revision: number;
}

/** Edges between two visible parts of different lanes. */
export interface Across {
  source: number;
  target: number;
  edges: number[];
}

export interface Structure {
  /** Levels that share rows, outer ones before those inside them. */
  groups: Level[][];
  levels: Map<number, Level>;
  across: Across[];
  /** For each part what stands for it: itself, or the closed scope that hides it. */
  shownAs: Int32Array;
}

/** Levels to line up: an open scope of each lane, as far as there is one. */
type Abreast = { forward?: number; backward?: number; update?: number };

/**
 * Finds what is visible when the scopes with these keys are open.
 *
 * Levels that are known from before are taken again, so that a step costs what it changes.
 */
export function buildStructure(
  hierarchy: Hierarchy,
  open: ReadonlySet<string>,
  known = new Levels(hierarchy),
): Structure {
  const { parts } = hierarchy;
  const isOpen = (index: number) => {
    const part = parts[index]!;
    return part.kind === "root" || (part.op < 0 && open.has(part.key));
  };
  const shownAs = findShown(parts, isOpen);
  const structure: Structure = { groups: [], levels: new Map(), across: [], shownAs };
  const root = known.level(0);
  const waiting: Abreast[] = []; // grows while it is gone through
  const addGroup = (levels: Level[]) => {
    structure.groups.push(levels);
    for (const level of levels) structure.levels.set(level.scope, level);
  };
  if (hierarchy.lanes.length) {
    root.rows = 1;
    addGroup([root]);
    const lanes: Abreast = {};
    for (const index of root.members) if (isOpen(index)) lanes[parts[index]!.lane] = index;
    waiting.push(lanes);
  } else waiting.push({ [parts[0]!.lane]: 0 });
  for (const next of waiting) {
    const levels: { forward?: Level; backward?: Level; update?: Level } = {};
    for (const lane of ["forward", "backward", "update"] as const)
      if (next[lane] !== undefined) levels[lane] = known.level(next[lane]);
    const all = Object.values(levels);
    if (!all.length) continue;
    addGroup(all);
    waiting.push(...abreast(all, known.arranged(levels)));
  }
  structure.across = gatherAcross(hierarchy, shownAs);
  return structure;

  function openMembers(level: Level): number[] {
    return level.members.filter(isOpen);
  }

  /** The open members of these levels, those of one row together; inside a layer each flows freely. */
  function abreast(levels: Level[], beside: Map<number, number>): Abreast[] {
    const found = new Map<number, Abreast>();
    for (const level of levels)
      for (const index of openMembers(level)) {
        const forward = beside.get(index) ?? index;
        const row = parts[forward]!.layer ? index : forward;
        const together = found.get(row) ?? {};
        together[parts[index]!.lane] = index;
        found.set(row, together);
      }
    return [...found.values()];
  }
}

/** For each part what stands for it when some scopes are closed. */
function findShown(parts: Part[], isOpen: (index: number) => boolean): Int32Array {
  const shownAs = new Int32Array(parts.length);
  for (const { index, parent } of parts) {
    if (parent < 0) continue; // the root stands for itself; parents come before children
    const above = shownAs[parent]!;
    shownAs[index] = above === parent && isOpen(parent) ? index : above;
  }
  return shownAs;
}

/** The levels of a hierarchy, made when they are first asked for. */
export class Levels {
  private readonly made = new Map<number, Level>();
  private readonly besides = new Map<string, Map<number, number>>();
  /** The place of each part among the members of its level. */
  private readonly placeAmong: Int32Array;
  /** The links at each scope, in the level around it. */
  private readonly atScope = new Map<number, Link[]>();

  constructor(private readonly hierarchy: Hierarchy) {
    this.placeAmong = new Int32Array(hierarchy.parts.length);
  }

  /** The level of a scope; that of the scope around it has been asked for, and arranged, before. */
  level(scope: number): Level {
    const level = this.made.get(scope) ?? this.make(scope);
    const around = this.made.get(this.hierarchy.parts[scope]!.parent);
    for (const port of level.ports) {
      const isFromAbove = rankOf(around!, port.outer.source) < rankOf(around!, port.outer.target);
      if (port.atTop === (isFromAbove === port.enters)) continue;
      port.atTop = !port.atTop;
      level.revision += 1;
    }
    return level;
  }

  /** Decides the rows of levels side by side, unless that was done for the same ones last. */
  arranged(levels: { forward?: Level; backward?: Level; update?: Level }): Map<number, number> {
    const all = Object.values(levels);
    const group = all.map((level) => level.scope).join();
    const known = this.besides.get(group);
    if (known && all.every((level) => level.group === group)) return known;
    const beside = arrange(this.hierarchy, levels);
    this.besides.set(group, beside);
    for (const level of all) {
      level.group = group;
      level.revision += 1;
    }
    return beside;
  }

  private make(scope: number): Level {
    const { parts } = this.hierarchy;
    const members = parts[scope]!.children.filter((child) => parts[child]!.host < 0);
    members.forEach((part, place) => {
      this.placeAmong[part] = place;
    });
    const ranks = new Int32Array(members.length);
    const given = { ports: [], links: [], rows: 0, group: "", revision: 0 };
    const level: Level = { scope, members, ranks, ...given };
    this.made.set(scope, level);
    this.linkMembers(level);
    this.linkPorts(level);
    for (const link of level.links)
      for (const node of [link.source, link.target]) {
        const part = parts[members[node] ?? -1];
        if (!part || part.op >= 0) continue;
        const links = this.atScope.get(part.index);
        if (links) links.push(link);
        else this.atScope.set(part.index, [link]);
      }
    return level;
  }

  private memberTowards(scope: number, operation: number): number {
    const { parts, partOf } = this.hierarchy;
    return this.placeAmong[childTowards(parts, scope, partOf[operation]!)]!;
  }

  private linkMembers(level: Level): void {
    const { edges, inner } = this.hierarchy;
    const links = new Map<number, Link>();
    for (const edge of inner.get(level.scope) ?? []) {
      const source = this.memberTowards(level.scope, edges.source[edge]!);
      const target = this.memberTowards(level.scope, edges.target[edge]!);
      const key = source * level.members.length + target;
      const link = links.get(key);
      if (link) link.edges.push(edge);
      else links.set(key, { source, target, edges: [edge] });
    }
    level.links = [...links.values()];
  }

  private linkPorts(level: Level): void {
    const { edges, parts } = this.hierarchy;
    const around = this.made.get(parts[level.scope]!.parent);
    if (!around) return;
    for (const outer of this.atScope.get(level.scope) ?? []) {
      const enters = around.members[outer.target] === level.scope;
      const port = level.members.length + level.ports.length;
      level.ports.push({ outer, enters, atTop: enters });
      const links = new Map<number, Link>();
      for (const edge of outer.edges) {
        const end = enters ? edges.target[edge]! : edges.source[edge]!;
        const member = this.memberTowards(level.scope, end);
        const link = links.get(member);
        if (link) link.edges.push(edge);
        else if (enters) links.set(member, { source: port, target: member, edges: [edge] });
        else links.set(member, { source: member, target: port, edges: [edge] });
      }
      level.links.push(...links.values());
    }
  }
}

/** The row of a node of a level: ports stand above the first row or below the last. */
export function rankOf(level: Level, node: number): number {
  const { members, ports, ranks, rows } = level;
  if (node < members.length) return ranks[node]!;
  return ports[node - members.length]!.atTop ? -1 : rows;
}

/** Gathers the edges between lanes by the visible parts at their ends. */
function gatherAcross(hierarchy: Hierarchy, shownAs: Int32Array): Across[] {
  const { across, edges, partOf, parts } = hierarchy;
  const found = new Map<number, Across>();
  for (const edge of across) {
    const source = shownAs[partOf[edges.source[edge]!]!]!;
    const target = shownAs[partOf[edges.target[edge]!]!]!;
    const key = source * parts.length + target;
    const bundle = found.get(key);
    if (bundle) bundle.edges.push(edge);
    else found.set(key, { source, target, edges: [edge] });
  }
  return [...found.values()];
}
