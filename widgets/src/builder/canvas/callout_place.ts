import type { Point } from "../state";
import { type Box, overlaps } from "./geometry";

const GAP = 14;
/** What it costs to cover the block that is explained: more than a few others. */
const OWN = 400;
export const CALLOUT_WIDTH = 272;

/** Beside the block where the card covers the fewest others and stays in view. */
export function calloutPlace(
  box: Box,
  others: Box[],
  view: { width: number; height: number },
  tall: number,
): Point {
  const wide = Math.min(CALLOUT_WIDTH, view.width - 16);
  const places: Point[] = [
    { x: box.x + box.width + GAP, y: box.y },
    { x: box.x - wide - GAP, y: box.y },
    { x: box.x + box.width / 2 - wide / 2, y: box.y + box.height + GAP },
    { x: box.x + box.width / 2 - wide / 2, y: box.y - tall - GAP },
  ];
  const inView = ({ x, y }: Point): Point => ({
    x: Math.max(8, Math.min(x, view.width - wide - 8)),
    y: Math.max(8, Math.min(y, view.height - tall - 8)),
  });
  const cost = (place: Point) => {
    const shown = inView(place);
    const card = { ...shown, width: wide, height: tall };
    const pushed = Math.abs(shown.x - place.x) + Math.abs(shown.y - place.y);
    const covered = others.filter((other) => overlaps(card, other, 4)).length;
    return covered * 60 + (overlaps(card, box, 4) ? OWN : 0) + pushed;
  };
  return inView(places.reduce((one, other) => (cost(other) < cost(one) ? other : one)));
}
