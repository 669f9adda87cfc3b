import { Fragment } from "react";
import type { Offer } from "../../shared/messages";
import { useStore } from "../../shared/store";
import { familyStyle } from "../../shared/theme";
import { useFamily } from "../families";
import { type Entry, GLYPHS, offerWords } from "./entries";
import { memory } from "./own_blocks";

interface LabelProps {
  entry: Entry;
  /** The synonym by which it was found. */
  reason: string;
  offer?: Offer;
}

const MARKS = { legal: "✓", through: "↷", impossible: "✕" } as const;

/** Something of the palette: its glyph, its name, why it is there and whether it fits. */
export function EntryLabel({ entry, reason, offer }: LabelProps) {
  const family = useFamily(entry.family);
  const isFavourite = useStore(memory, ({ favourites }) => favourites.includes(entry.id));
  const words = offerWords(offer);
  return (
    <span className="vnn-layer" data-family={entry.family} style={familyStyle(family)}>
      <span className="vnn-glyph" aria-hidden="true">
        {family?.glyph ?? GLYPHS[entry.family] ?? "▪"}
      </span>
      <span className="vnn-layer-name">{breakable(entry.name)}</span>
      {isFavourite && (
        <span className="vnn-layer-star" aria-hidden="true">
          ★
        </span>
      )}
      {reason && <span className="vnn-layer-reason">{reason}</span>}
      {offer && (
        <span className={`vnn-layer-mark ${offer.verdict}`} aria-hidden="true">
          {MARKS[offer.verdict]}
        </span>
      )}
      {words && offer?.verdict !== "legal" && <span className="vnn-layer-why">{words}</span>}
    </span>
  );
}

/** A name that may break between its words: "GlobalAverage" and "Pooling2D". */
export function breakable(name: string) {
  return name.split(/(?<=[a-z])(?=[A-Z])/).map((word, at) => (
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}
