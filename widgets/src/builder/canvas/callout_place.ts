import type { Point } from "../state";
import { type Box, overlaps } from "./geometry";

const GAP = 14;
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
  const cost = (place: Point) => {
    const card = { ...place, width: wide, height: tall };
    const inView =
      Math.max(0, 8 - card.x, card.x + wide - view.width + 8) +
      Math.max(0, 8 - card.y, card.y + tall - view.height + 8);
    return others.filter((other) => overlaps(card, other, 4)).length * 60 + inView;
  };
  const best = places.reduce((one, other) => (cost(other) < cost(one) ? other : one));
  return {
    x: Math.max(8, Math.min(best.x, view.width - wide - 8)),
    y: Math.max(8, Math.min(best.y, view.height - tall - 8)),
  };
}
