/** Finding operations, scopes and layers by words: name, op, layer, shape. */

import type { Hierarchy, Part } from "./parts";
import { lastWord } from "./tree";

/** What can be asked for by name, as in `op:matmul layer:dense shape:28`. */
const FIELDS = ["name", "op", "layer", "shape", "phase"] as const;
type Field = (typeof FIELDS)[number];

interface Word {
  field: Field | null;
  text: string;
}

/** Splits a query into words; all of them must be found. */
export function readQuery(query: string): Word[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.map((word) => {
    const colon = word.indexOf(":");
    const field = FIELDS.find((name) => name === word.slice(0, Math.max(0, colon)));
    return field ? { field, text: word.slice(colon + 1) } : { field: null, text: word };
  });
}

/** Parts in which all words occur: exact names first, then beginnings, then the rest, in order. */
export function findParts(hierarchy: Hierarchy, query: string): number[] {
  const words = readQuery(query).filter((word) => word.text !== "");
  if (!words.length) return [];
  const texts = indexOf(hierarchy);
  const found: { part: number; rank: number }[] = [];
  for (const part of hierarchy.parts) {
    if (part.index === 0) continue;
    const text = texts[part.index]!;
    if (!words.every((word) => occurs(word, text))) continue;
    found.push({ part: part.index, rank: rankFor(words, text, part) });
  }
  return found.sort((a, b) => a.rank - b.rank || a.part - b.part).map(({ part }) => part);
}

type Texts = Record<Field, string> & { last: string };

const indexes = new WeakMap<Hierarchy, Texts[]>();

/** The texts of all parts in small letters, made once. */
function indexOf(hierarchy: Hierarchy): Texts[] {
  let texts = indexes.get(hierarchy);
  if (!texts) {
    texts = hierarchy.parts.map((part) => textsOf(hierarchy, part));
    indexes.set(hierarchy, texts);
  }
  return texts;
}

function textsOf({ graph }: Hierarchy, part: Part): Texts {
  const op = graph.ops[part.op];
  const name = (part.path || part.label).toLowerCase();
  // "28,28" and "28, 28" and "28 × 28" are written alike.
  const shape = op ? op.outputs.join(" ").toLowerCase().replaceAll(", ", ",") : "";
  return {
    name,
    last: lastWord(name),
    op: op?.op.toLowerCase() ?? "",
    layer: (op?.layer ?? part.layer).toLowerCase(),
    shape,
    phase: op?.phase ?? part.lane,
  };
}

function occurs({ field, text }: Word, texts: Texts): boolean {
  if (field === "shape") return texts.shape.includes(shapeText(text));
  if (field) return texts[field].includes(text);
  return (
    texts.name.includes(text) ||
    texts.op.includes(text) ||
    texts.layer.includes(text) ||
    texts.shape.includes(shapeText(text))
  );
}

function shapeText(text: string): string {
  return text
    .replaceAll("×", ",")
    .replaceAll("none", "?")
    .replace(/(?<=\d)x(?=\d)/g, ",");
}

function rankFor(words: Word[], texts: Texts, part: Part): number {
  const first = words[0]!.text;
  const later = part.lane === "forward" ? 0 : 0.5; // what is said first is meant first
  if (texts.last === first) return later;
  if (texts.op === first) return 2 + later;
  if (texts.last.startsWith(first)) return 3 + later;
  return (texts.last.includes(first) ? 4 : 5) + later;
}
