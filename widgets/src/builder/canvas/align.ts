import type { Box } from "./geometry";

const REACH = 5;

export interface Alignment {
  /** How far to move so that the box is in line. */
  shiftX: number;
  shiftY: number;
  /** Where the lines are that it is now in line with. */
  guideX: number | null;
  guideY: number | null;
}

/** How a dragged box falls in line with the others: centre with centre, top with top. */
export function align(box: Box, others: Box[]): Alignment {
  const result: Alignment = { shiftX: 0, shiftY: 0, guideX: null, guideY: null };
  let nearestX = REACH;
  let nearestY = REACH;
  for (const other of others) {
    const byCentre = other.x + other.width / 2 - (box.x + box.width / 2);
    if (Math.abs(byCentre) < nearestX) {
      nearestX = Math.abs(byCentre);
      result.shiftX = byCentre;
      result.guideX = other.x + other.width / 2;
    }
    const byTop = other.y - box.y;
    if (Math.abs(byTop) < nearestY) {
      nearestY = Math.abs(byTop);
      result.shiftY = byTop;
      result.guideY = other.y;
    }
  }
  return result;
}
