import type { Family } from "../../shared/messages";
import type { Entry } from "./entries";

export interface Group {
  family: string;
  entries: Entry[];
}

/** The entries whose name, synonym or family fits what was typed, the best first. */
export function matchEntries(entries: Entry[], typed: string): Entry[] {
  const wanted = plain(typed);
  if (!wanted) return entries;
  return entries
    .map((entry, order) => ({ entry, order, score: scoreOf(entry, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ entry }) => entry);
}

/** Entries by family, in the order of the families; families without an entry are left out. */
export function groupEntries(families: Family[], entries: Entry[]): Group[] {
  const byFamily = Map.groupBy(entries, (entry) => entry.family);
  const known = families.map(({ name }) => name);
  const others = [...byFamily.keys()].filter((name) => !known.includes(name));
  return [...known, ...others]
    .map((family) => ({ family, entries: byFamily.get(family) ?? [] }))
    .filter((group) => group.entries.length > 0);
}

/** The synonym that made a layer fit, when its own name does not say why it is there. */
export function reasonOf(layer: Entry, typed: string): string {
  const wanted = plain(typed);
  if (!wanted || plain(layer.name).includes(wanted)) return "";
  return layer.synonyms.find((synonym) => plain(synonym).includes(wanted)) ?? "";
}

function scoreOf(layer: Entry, wanted: string): number {
  const name = plain(layer.name);
  const synonyms = layer.synonyms.map(plain);
  if (name === wanted) return 100;
  if (synonyms.includes(wanted)) return 90;
  if (name.startsWith(wanted)) return 80;
  if (wordStarts(layer.name).some((word) => word.startsWith(wanted))) return 70;
  if (synonyms.some((synonym) => synonym.startsWith(wanted))) return 60;
  if (name.includes(wanted)) return 50;
  if (synonyms.some((synonym) => synonym.includes(wanted))) return 40;
  if (plain(layer.family).startsWith(wanted)) return 30;
  return inOrder(name, wanted) ? 10 : 0;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_-]/g, "");
}

/** The rests of a name from each of its words on: "MaxPooling2D" has "pooling2d" and "2d". */
function wordStarts(name: string): string[] {
  const starts = [...name.matchAll(/[A-Z]+[a-z]*|\d+/g)].map((match) => match.index);
  return starts.slice(1).map((at) => plain(name.slice(at)));
}

/** Whether the letters come in this order, so that "bn" finds BatchNormalization. */
function inOrder(name: string, wanted: string): boolean {
  if (wanted.length < 2) return false;
  let at = -1;
  return [...wanted].every((letter) => {
    at = name.indexOf(letter, at + 1);
    return at >= 0;
  });
}
