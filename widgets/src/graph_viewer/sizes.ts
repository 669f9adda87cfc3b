/** What is written in a box, and how large the box must be for it. */

import { counted } from "../shared/numbers";
import { type Hierarchy, isAttachable, type Part } from "./parts";

export type Font = "title" | "detail" | "mono";

/** The width of a text in pixels. */
export type TextWidth = (text: string, font: Font) => number;

/** Where the content of an open scope begins below its top. */
export const HEADER = { root: 0, lane: 36, scope: 30, op: 0 } as const;
export const PILL_HEIGHT = 18;
/** Room between a pill beside an operation and the operation. */
export const PILL_GAP = 12;
const MOST_PILLS = 5;

export interface BoxText {
  title: string;
  detail: string;
}

/** The words in a closed box. */
export function boxText(hierarchy: Hierarchy, part: Part): BoxText {
  if (part.op < 0) return { title: part.label, detail: counted(part.ops, "op") };
  const op = hierarchy.graph.ops[part.op]!;
  if (op.phase === "input" || isAttachable(op)) return { title: part.label, detail: "" };
  const settings = Object.entries(op.settings).map(([name, value]) => `${name} ${value}`);
  const isNamed = part.label === op.op || part.label.startsWith(`${op.op}_`);
  return { title: part.label, detail: [...(isNamed ? [] : [op.op]), ...settings].join(" · ") };
}

/** A variable or constant beside an operation; `isHere` where this is its own place. */
export interface Beside {
  /** Place in `graph.ops`, -1 for "and so on". */
  op: number;
  part: number;
  isHere: boolean;
  text: string;
  width: number;
}

/** The variables and constants that an operation reads, once each. */
export function readBeside(hierarchy: Hierarchy, part: Part, textWidth: TextWidth): Beside[] {
  const { graph, parts, partOf, placeOf } = hierarchy;
  const found: Beside[] = [];
  const seen = new Set<number>();
  for (const [id] of graph.ops[part.op]!.inputs) {
    const place = placeOf.get(id);
    const read = place === undefined ? undefined : parts[partOf[place]!];
    if (!read || read.host < 0 || seen.has(read.index)) continue;
    seen.add(read.index);
    found.push(beside(read.op, read.index, read.host === part.index, pillText(hierarchy, read)));
  }
  if (found.length <= MOST_PILLS) return found;
  // What has its own place here is always shown; of the others the first ones.
  const kept = found.filter((pill) => pill.isHere);
  const others = found.filter((pill) => !pill.isHere);
  while (kept.length < MOST_PILLS - 1 && others.length) kept.push(others.shift()!);
  if (others.length) kept.push(beside(-1, -1, false, `+ ${others.length}`));
  return kept;

  function beside(op: number, index: number, isHere: boolean, text: string): Beside {
    const width = Math.min(132, Math.ceil(textWidth(text, "mono")) + 16);
    return { op, part: index, isHere, text, width };
  }
}

/** A constant says its value where Python sent it, a variable its name. */
function pillText(hierarchy: Hierarchy, part: Part): string {
  const op = hierarchy.graph.ops[part.op]!;
  return (op.phase === "constant" && shortNumber(op.settings.value ?? "")) || part.label;
}

/** A number as a person would write it: 0.9900000095367432 is the float32 of 0.99. */
export function shortNumber(text: string): string {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? text : String(Number(value.toPrecision(6)));
}

/** The size of a closed box, pills beside it not counted. */
export function closedSize(
  hierarchy: Hierarchy,
  part: Part,
  { title, detail }: BoxText,
  textWidth: TextWidth,
): { width: number; height: number } {
  const op = hierarchy.graph.ops[part.op];
  if (op && isAttachable(op))
    return { width: clamp(textWidth(title, "mono") + 20, 48, 160), height: PILL_HEIGHT + 6 };
  const button = part.op < 0 ? 26 : 0;
  const glyph = 20;
  const first = textWidth(title, "title") + 26 + glyph + button;
  const second = detail ? textWidth(detail, "detail") + 24 : 0;
  return {
    width: clamp(Math.max(first, second), part.op < 0 ? 132 : 96, 232),
    height: detail ? 46 : 30,
  };
}

/** The least width of an open scope, for its title. */
export function headerWidth(part: Part, textWidth: TextWidth): number {
  if (part.kind === "root") return 0;
  return Math.ceil(textWidth(part.label, "title") + textWidth(`${part.ops} ops`, "detail") + 84);
}

/** The width of the pill with a shape on an edge. */
export function pillWidth(text: string, textWidth: TextWidth): number {
  return Math.ceil(textWidth(text, "mono")) + 14;
}

function clamp(value: number, least: number, most: number): number {
  return Math.ceil(Math.min(most, Math.max(least, value)));
}
