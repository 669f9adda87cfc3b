/**
 * One level made ready for drawing in layers: sizes of its members, where links leave them, and the
 * bends of long links.
 */

import type { Layers } from "./layers";
import type { Layout, LevelLayout } from "./layout";
import type { Hierarchy, Part } from "./parts";
import {
  type Beside,
  type BoxText,
  boxText,
  closedSize,
  PILL_GAP,
  PILL_HEIGHT,
  pillWidth,
  readBeside,
} from "./sizes";
import { shortSpec } from "./spec";
import { type Level, type Link, rankOf } from "./structure";

/** A box as large as it must be; `inset` is the room for pills at its left. */
export interface Member {
  part: Part;
  inner: LevelLayout | undefined;
  text: BoxText;
  width: number;
  height: number;
  inset: number;
  beside: Beside[];
  exits: Exit[];
}

/** Where one tensor (or one bundle of them) leaves a closed box, whoever reads it. */
export interface Exit {
  text: string;
  width: number;
  links: Link[];
  upward: boolean;
  /** Distance from the centre of the box. */
  at: number;
  /** What leaves here, as a text to compare. */
  key: string;
}

/** The way of a link: its source, the bends, its target. */
export interface Route {
  link: Link;
  nodes: number[];
  upward: boolean;
  /** Too long for bends of its own: drawn in one curve, behind everything. */
  isLoose: boolean;
}

export interface Prepared {
  level: Level;
  members: Member[];
  routes: Route[];
  layers: Layers;
}

export type Settings = Pick<Layout, "hierarchy" | "textWidth" | "showsAttached">;

/** Finds sizes, exits and routes of a level whose open members are laid out already. */
export function prepare(
  settings: Settings,
  level: Level,
  done: ReadonlyMap<number, LevelLayout>,
): Prepared {
  const { hierarchy } = settings;
  const members = level.members.map((index) =>
    sizeOf(settings, hierarchy.parts[index]!, done.get(index)),
  );
  for (const link of level.links) {
    const member = members[link.source];
    if (member && !member.inner) addToExit(settings, member, link, isUpward(level, link));
  }
  for (const member of members) {
    addOutputExits(settings, member);
    makeRoomForPills(member);
  }
  const layers: Layers = {
    rows: Array.from({ length: level.rows + 2 }, () => []),
    widths: new Float64Array(0),
    gives: new Uint8Array(0),
    segments: { upper: [], lower: [], upperAt: [], lowerAt: [] },
  };
  const widths: number[] = [];
  members.forEach((member, node) => {
    widths.push(member.inset + member.width);
    layers.rows[level.ranks[node]! + 1]!.push(node);
  });
  level.ports.forEach((port, at) => {
    widths.push(8);
    layers.rows[port.atTop ? 0 : level.rows + 1]!.push(members.length + at);
  });
  const firm = new Set<number>();
  const routes = findRoutes(level, members, layers, widths, firm);
  layers.widths = Float64Array.from(widths);
  const firstBend = members.length + level.ports.length;
  layers.gives = Uint8Array.from(widths, (_, node) => {
    if (node < members.length || firm.has(node)) return 0;
    return node < firstBend ? 2 : 1;
  });
  return { level, members, routes, layers };
}

function isUpward(level: Level, link: Link): boolean {
  return rankOf(level, link.target) < rankOf(level, link.source);
}

function sizeOf(settings: Settings, part: Part, inner: LevelLayout | undefined): Member {
  const { hierarchy, textWidth, showsAttached } = settings;
  if (inner) {
    const { width, height } = inner;
    const text = { title: part.label, detail: "" };
    return { part, inner, text, width, height, inset: 0, beside: [], exits: [] };
  }
  const beside = showsAttached && part.op >= 0 ? readBeside(hierarchy, part, textWidth) : [];
  const inset = beside.length ? Math.max(...beside.map((pill) => pill.width)) + PILL_GAP : 0;
  const text = boxText(hierarchy, part);
  const { width, height } = closedSize(hierarchy, part, text, textWidth);
  return { part, inner, text, width, height, inset, beside, exits: [] };
}

/** The height that a member takes in its row, with the pills beside it. */
export function outerHeight(member: Member): number {
  return Math.max(member.height, member.beside.length * (PILL_HEIGHT + 4) - 4);
}

/** What travels in a link: its tensors, each once, as numbers `source, output`. */
export function tensorsOf({ edges }: Hierarchy, indexes: number[]): [number, number][] {
  const found = new Map<string, [number, number]>();
  for (const edge of indexes) {
    const tensor: [number, number] = [edges.source[edge]!, edges.output[edge]!];
    if (indexes.length === 1) return [tensor];
    found.set(tensor.join(), tensor);
  }
  return [...found.values()];
}

/** The words on an edge: its shape, or how many tensors it bundles. */
export function edgeText(hierarchy: Hierarchy, edges: number[]): string {
  return tensorText(hierarchy, tensorsOf(hierarchy, edges));
}

function tensorText({ graph }: Hierarchy, tensors: [number, number][]): string {
  if (tensors.length > 1) return `${tensors.length} tensors`;
  const [source, output] = tensors[0]!;
  return shortSpec(graph.ops[source]!.outputs[output] ?? "");
}

/** Links that carry the same leave at the same point. */
function addToExit(settings: Settings, member: Member, link: Link, upward: boolean): void {
  const tensors = tensorsOf(settings.hierarchy, link.edges);
  const some = tensors.length > 16 ? tensors.slice(0, 16) : tensors;
  const key = `${upward} ${tensors.length} ${some}`;
  const exit = member.exits.find((other) => other.key === key);
  if (exit) exit.links.push(link);
  else newExit(settings, member, tensorText(settings.hierarchy, tensors), upward, key, [link]);
}

function newExit(
  { textWidth }: Settings,
  member: Member,
  text: string,
  upward: boolean,
  key: string,
  links: Link[],
): void {
  member.exits.push({ text, width: pillWidth(text, textWidth), links, upward, at: 0, key });
}

/** A result of the whole graph that nothing else reads leaves by a short stub. */
function addOutputExits(settings: Settings, member: Member): void {
  const { graph, placeOf } = settings.hierarchy;
  if (member.part.op < 0 || member.exits.length) return;
  for (const [id, output] of graph.outputs)
    if (placeOf.get(id) === member.part.op) {
      const text = shortSpec(graph.ops[member.part.op]!.outputs[output] ?? "");
      newExit(settings, member, text, member.part.lane === "backward", `output ${output}`, []);
    }
}

/** Up to this many pills stand side by side below a box; more would make it too wide. */
export const MOST_LABELS = 3;

function makeRoomForPills(member: Member): void {
  for (const upward of [false, true]) {
    const exits = member.exits.filter((exit) => exit.upward === upward);
    if (exits.length > MOST_LABELS) continue;
    const room = exits.reduce((sum, exit) => sum + exit.width + 8, 0);
    member.width = Math.max(member.width, room);
  }
}

/** A link to the nearest reader of an exit is as firm as a box if it is no longer than this. */
const FIRM_SPAN = 3;

/**
 * Leads each link through the rows between its ends; links from one exit share their bends.
 *
 * Bends that hold their place like boxes are added to `firm`.
 */
function findRoutes(
  level: Level,
  members: Member[],
  layers: Layers,
  widths: number[],
  firm: Set<number>,
): Route[] {
  const most = 4000 + 6 * members.length;
  const trunks = new Map<object, Map<number, number>>();
  const byLink = new Map<Link, Exit>();
  for (const member of members)
    for (const exit of member.exits) for (const link of exit.links) byLink.set(link, exit);
  const span = (link: Link) => Math.abs(rankOf(level, link.target) - rankOf(level, link.source));

  const anchor = (node: number, link: Link) => {
    const member = members[node];
    if (!member) return 0;
    if (member.inner) return member.inner.portX.get(link)! - member.width / 2;
    return member.inset / 2;
  };
  const { upper, lower, upperAt, lowerAt } = layers.segments;
  const join = (link: Link, from: number, to: number, upward: boolean) => {
    const fromAt = from === link.source ? anchor(from, link) : 0;
    const toAt = to === link.target ? anchor(to, link) : 0;
    upper.push(upward ? to : from);
    lower.push(upward ? from : to);
    upperAt.push(upward ? toAt : fromAt);
    lowerAt.push(upward ? fromAt : toAt);
  };

  let bends = 0;
  return [...level.links]
    .sort((a, b) => span(a) - span(b))
    .map((link): Route => {
      const upward = isUpward(level, link);
      const nodes = [link.source];
      if (bends + span(link) - 1 > most)
        return { link, nodes: [link.source, link.target], upward, isLoose: true };
      const step = upward ? -1 : 1;
      const end = rankOf(level, link.target);
      const origin = byLink.get(link) ?? level.ports[link.source - members.length] ?? link;
      const isFirm = !trunks.has(origin) && span(link) <= FIRM_SPAN;
      const trunk = trunks.get(origin) ?? new Map<number, number>();
      trunks.set(origin, trunk);
      for (let row = rankOf(level, link.source) + step; row !== end; row += step) {
        let bend = trunk.get(row);
        if (bend === undefined) {
          bend = widths.push(2) - 1;
          bends += 1;
          if (isFirm) firm.add(bend);
          layers.rows[row + 1]!.push(bend);
          trunk.set(row, bend);
          join(link, nodes.at(-1)!, bend, upward);
        }
        nodes.push(bend);
      }
      join(link, nodes.at(-1)!, link.target, upward);
      nodes.push(link.target);
      return { link, nodes, upward, isLoose: false };
    });
}
