/**
 * Where everything visible stands: each open scope is laid out in layers, innermost first, and is
 * then a box in the scope around it.  Scopes side by side (lanes) share the height of their rows.
 */

import { placeAcross } from "./coordinates";
import { type Member, MOST_LABELS, outerHeight, type Prepared, prepare } from "./layered";
import { reduceCrossings } from "./order";
import type { Hierarchy } from "./parts";
import { type Label, type Piece, routeLevel } from "./route";
import { HEADER, headerWidth, type TextWidth } from "./sizes";
import type { Level, Link, Structure } from "./structure";

/** A box, in coordinates of its level. */
export interface Box {
  member: Member;
  x: number;
  y: number;
}

/** An open scope, in coordinates of its own. */
export interface LevelLayout {
  level: Level;
  boxes: Box[];
  pieces: Piece[];
  labels: Label[];
  /** Where each link of the level outside crosses the border. */
  portX: Map<Link, number>;
  width: number;
  height: number;
  /** The revision of the level that this was made for. */
  revision: number;
}

export interface Layout {
  hierarchy: Hierarchy;
  structure: Structure;
  textWidth: TextWidth;
  /** Whether variables and constants are drawn. */
  showsAttached: boolean;
  levels: Map<number, LevelLayout>;
}

/** Where the rows of a group of levels begin and end; the ports' rows are the first and last. */
export interface Rows {
  top: Float64Array;
  bottom: Float64Array;
  height: number;
}

const SIDE = 16;
const GAPS = { nodes: 26, bends: 10 };
const LANE_GAPS = { nodes: 72, bends: 10 };

/**
 * Lays out all that is visible. Of an earlier layout everything is kept in which nothing changed;
 * it was made with the same levels, texts and settings.
 */
export function layOut(
  hierarchy: Hierarchy,
  structure: Structure,
  textWidth: TextWidth,
  showsAttached = true,
  before?: Layout,
): Layout {
  const levels = new Map<number, LevelLayout>();
  const layout: Layout = { hierarchy, structure, textWidth, showsAttached, levels };
  for (let at = structure.groups.length - 1; at >= 0; at--) {
    const kept = before && keptGroup(before, structure.groups[at]!, levels);
    if (kept) {
      for (const level of kept) levels.set(level.level.scope, level);
      continue;
    }
    const group = structure.groups[at]!.map((level) => prepare(layout, level, levels));
    const across = group.map(({ layers, level }) => {
      reduceCrossings(layers);
      const holdsLanes = level.scope === 0 && hierarchy.lanes.length > 0;
      return placeAcross(layers, holdsLanes ? LANE_GAPS : GAPS);
    });
    const rows = shareRows(layout, group, across);
    group.forEach((prepared, index) => {
      levels.set(prepared.level.scope, finish(layout, prepared, across[index]!, rows));
    });
  }
  return layout;
}

/** The earlier layouts of levels side by side, if they and all that is inside them still hold. */
function keptGroup(
  before: Layout,
  group: Level[],
  levels: ReadonlyMap<number, LevelLayout>,
): LevelLayout[] | null {
  const kept: LevelLayout[] = [];
  for (const level of group) {
    const known = before.levels.get(level.scope);
    const holds =
      known?.level === level &&
      known.revision === level.revision &&
      known.boxes.every(({ member }) => member.inner === levels.get(member.part.index));
    if (!holds) return null;
    kept.push(known);
  }
  return kept;
}

/** The rows of levels side by side: as high as the highest member of any of them. */
function shareRows(layout: Layout, group: Prepared[], across: Float64Array[]): Rows {
  const count = group[0]!.level.rows + 2;
  const heights = new Float64Array(count);
  const gaps = new Float64Array(count); // gaps[row] lies between row - 1 and row
  const header = Math.max(
    ...group.map(({ level }) => HEADER[layout.hierarchy.parts[level.scope]!.kind]),
  );
  heights[0] = header;
  gaps[1] = header ? 12 : 20;
  for (let row = 2; row < count; row++) gaps[row] = row === count - 1 ? 18 : 26;
  const widen = (row: number, gap: number) => {
    if (row > 0 && row < count) gaps[row] = Math.max(gaps[row]!, gap);
  };
  group.forEach(({ level, members, layers }, index) => {
    const x = across[index]!;
    members.forEach((member, node) => {
      const row = level.ranks[node]! + 1;
      heights[row] = Math.max(heights[row]!, outerHeight(member));
      for (const exit of member.exits) {
        const hasPill = member.exits.length <= MOST_LABELS;
        widen(exit.upward ? row : row + 1, hasPill ? 46 : 30);
      }
    });
    const rowOf = new Int32Array(x.length);
    layers.rows.forEach((row, at) => {
      for (const node of row) rowOf[node] = at;
    });
    const { upper, lower, upperAt, lowerAt } = layers.segments;
    upper.forEach((node, segment) => {
      const other = lower[segment]!;
      const aside = Math.abs(x[node]! + upperAt[segment]! - x[other]! - lowerAt[segment]!);
      widen(rowOf[other]!, 26 + Math.min(44, aside * 0.06));
    });
  });
  const top = new Float64Array(count);
  const bottom = new Float64Array(count);
  let y = 0;
  for (let row = 0; row < count; row++) {
    y += gaps[row]!;
    top[row] = y;
    y += heights[row]!;
    bottom[row] = y;
  }
  return { top, bottom, height: y };
}

/** Puts the boxes of a level in its rows and draws its links. */
function finish(layout: Layout, prepared: Prepared, x: Float64Array, rows: Rows): LevelLayout {
  const { level, members, layers } = prepared;
  const part = layout.hierarchy.parts[level.scope]!;
  let content = 0;
  x.forEach((centre, node) => {
    content = Math.max(content, centre + layers.widths[node]! / 2);
  });
  const width = Math.max(content + 2 * SIDE, headerWidth(part, layout.textWidth));
  const left = (width - content) / 2;
  for (let node = 0; node < x.length; node++) x[node]! += left;
  const boxes = members.map((member, node): Box => {
    const row = level.ranks[node]! + 1;
    return {
      member,
      x: x[node]! - (member.inset + member.width) / 2 + member.inset,
      y: (rows.top[row]! + rows.bottom[row]! - member.height) / 2,
    };
  });
  const portX = new Map(level.ports.map((port, at) => [port.outer, x[members.length + at]!]));
  const { pieces, labels } = routeLevel(prepared, boxes, x, rows);
  const { revision } = level;
  return { level, boxes, pieces, labels, portX, width, height: rows.height, revision };
}
