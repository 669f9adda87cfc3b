import type { WireView } from "../../shared/messages";
import type { Point } from "../state";
import { type Box, BoxIndex } from "./geometry";

const CHARACTER = 6.7;
export const PILL_HEIGHT = 18;

/** What a wire's pill says: the shape that flows, with a cross where it does not fit. */
export function pillLabel(wire: WireView): string {
  return wire.error ? `${wire.shape || "?"} ✕` : wire.shape;
}

export function pillWidth(label: string): number {
  return Math.ceil(label.length * CHARACTER + 14);
}

export interface Pill {
  wire: WireView;
  middle: Point;
  isUpright: boolean;
}

/**
 * The wires whose pill would lie on another one: it is shown only while the wire is pointed at or
 * selected.  What does not fit has the first claim to a place.
 */
export function crowdedPills(pills: Pill[]): Set<string> {
  const crowded = new Set<string>();
  const placed = new BoxIndex();
  const byWeight = [...pills].sort(
    (a, b) => Number(b.wire.error !== "") - Number(a.wire.error !== ""),
  );
  for (const pill of byWeight) {
    const box = pillBox(pill);
    if (placed.within(box, 1).length > 0) crowded.add(pill.wire.id);
    else placed.add(box);
  }
  return crowded;
}

function pillBox({ wire, middle, isUpright }: Pill): Box {
  const long = pillWidth(pillLabel(wire));
  const [width, height] = isUpright ? [PILL_HEIGHT, long] : [long, PILL_HEIGHT];
  return { x: middle.x - width / 2, y: middle.y - height / 2, width, height };
}
