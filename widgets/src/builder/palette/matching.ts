import type { Family, LayerKind, Palette } from "../../shared/messages";

export interface Group {
  family: Family;
  layers: LayerKind[];
}

/** The layers whose name, synonym or family fits what was typed, the best first. */
export function matchLayers(palette: Palette, typed: string): LayerKind[] {
  const wanted = plain(typed);
  if (!wanted) return palette.layers;
  return palette.layers
    .map((layer, order) => ({ layer, order, score: scoreOf(layer, wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ layer }) => layer);
}

/** Layers by family, in the order of the families; families without a layer are left out. */
export function groupLayers(palette: Palette, layers: LayerKind[]): Group[] {
  const byFamily = Map.groupBy(layers, (layer) => layer.family);
  const groups = palette.families.map((family) => ({
    family,
    layers: byFamily.get(family.name) ?? [],
  }));
  return groups.filter((group) => group.layers.length > 0);
}

/** The synonym that made a layer fit, when its own name does not say why it is there. */
export function reasonOf(layer: LayerKind, typed: string): string {
  const wanted = plain(typed);
  if (!wanted || plain(layer.name).includes(wanted)) return "";
  return layer.synonyms.find((synonym) => plain(synonym).includes(wanted)) ?? "";
}

function scoreOf(layer: LayerKind, wanted: string): number {
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
