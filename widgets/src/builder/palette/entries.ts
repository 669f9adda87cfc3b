import type { LayerKind, Offer, Palette } from "../../shared/messages";
import { later, t } from "../../shared/words";
import type { SavedBlocks } from "./own_blocks";

/** Something that can be put on the canvas: a layer, a template, or blocks that the user saved. */
export interface Entry {
  /** Its name among all entries. */
  id: string;
  /** What it is called. */
  name: string;
  family: string;
  help: string;
  synonyms: string[];
  inputs: LayerKind["inputs"];
  layer?: LayerKind;
  /** The name of the template. */
  template?: string;
  saved?: SavedBlocks;
}

export const TEMPLATES = later("Templates");
export const OWN_BLOCKS = later("My blocks");

/** The glyphs of what has no family. */
export const GLYPHS: Record<string, string> = { [TEMPLATES]: "❖", [OWN_BLOCKS]: "★" };

export function entriesOf(palette: Palette | null, saved: SavedBlocks[]): Entry[] {
  if (!palette) return [];
  return [
    ...palette.layers.map((layer) => layerEntry(layer)),
    ...palette.templates.map(
      (template): Entry => ({
        id: `template:${template.name}`,
        name: t(template.title),
        family: TEMPLATES,
        help: template.help,
        synonyms: [...template.synonyms, "template"],
        inputs: "none",
        template: template.name,
      }),
    ),
    ...saved.map(
      (blocks): Entry => ({
        id: `saved:${blocks.name}`,
        name: blocks.name,
        family: OWN_BLOCKS,
        help: blocks.help,
        synonyms: ["my blocks"],
        inputs: "none",
        saved: blocks,
      }),
    ),
  ];
}

export function layerEntry(layer: LayerKind): Entry {
  const { name, family, help, synonyms, inputs } = layer;
  return { id: name, name, family, help, synonyms, inputs, layer };
}

const RANK = { legal: 0, through: 1, impossible: 2 } as const;

/** The entries with what fits the tensor in hand first; their order is kept otherwise. */
export function byLegality(
  entries: Entry[],
  offers: Record<string, Offer> | null,
  hasTensor = false,
): Entry[] {
  if (!offers && !hasTensor) return entries;
  const rank = (entry: Entry) =>
    // What makes data of its own has no input for the tensor: known before Python answers.
    hasTensor && entry.layer && entry.inputs === "none"
      ? RANK.impossible
      : RANK[offers?.[entry.id]?.verdict ?? "legal"];
  return entries
    .map((entry, at) => ({ entry, at }))
    .sort((a, b) => rank(a.entry) - rank(b.entry) || a.at - b.at)
    .map(({ entry }) => entry);
}

/** What an entry says of the tensor in hand, for the eye and for those who listen. */
export function offerWords(offer: Offer | undefined): string {
  if (!offer?.why) return "";
  if (offer.verdict === "impossible") return t("Does not fit: {why}", { why: offer.why });
  return offer.why;
}
