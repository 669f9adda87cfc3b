import { Fragment } from "react";
import type { LayerKind } from "../../shared/messages";
import { familyStyle } from "../../shared/theme";
import { useFamily } from "../families";

/** A layer in a list: the glyph of its family, its name, and why it is there. */
export function LayerLabel({ layer, reason }: { layer: LayerKind; reason: string }) {
  const family = useFamily(layer.family);
  return (
    <span className="vnn-layer" data-family={layer.family} style={familyStyle(family)}>
      <span className="vnn-glyph" aria-hidden="true">
        {family?.glyph ?? "▪"}
      </span>
      <span className="vnn-layer-name">{breakable(layer.name)}</span>
      {reason && <span className="vnn-layer-reason">{reason}</span>}
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
