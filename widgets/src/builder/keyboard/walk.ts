import type { WireView } from "../../shared/messages";
import type { Box } from "../canvas/geometry";

export type Direction = "up" | "down" | "left" | "right";

/**
 * The block that an arrow leads to: up and down (left and right where the wires lead to the
 * right) follow the wires, the others go to the neighbour beside; where there is no wire, to the nearest block in that direction.
 */
export function walk(
  from: string,
  direction: Direction,
  boxes: ReadonlyMap<string, Box>,
  wires: WireView[],
  leads: "down" | "right" = "down",
): string {
  const box = boxes.get(from);
  if (!box) return boxes.keys().next().value ?? "";
  const [forth, back] = leads === "down" ? ["down", "up"] : ["right", "left"];
  if (direction === forth || direction === back) {
    const ends = wires
      .filter((wire) => (direction === forth ? wire.source : wire.target) === from)
      .map((wire) => (direction === forth ? wire.target : wire.source));
    const nearest = ends
      .filter((id) => boxes.has(id))
      .sort((a, b) => sideways(box, boxes.get(a)!, leads) - sideways(box, boxes.get(b)!, leads));
    if (nearest[0]) return nearest[0];
  }
  return nearestTowards(from, direction, boxes);
}

function nearestTowards(
  from: string,
  direction: Direction,
  boxes: ReadonlyMap<string, Box>,
): string {
  const here = centre(boxes.get(from)!);
  let best = "";
  let least = Number.POSITIVE_INFINITY;
  for (const [id, box] of boxes) {
    if (id === from) continue;
    const there = centre(box);
    const x = there.x - here.x;
    const y = there.y - here.y;
    const isVertical = direction === "up" || direction === "down";
    const along = { up: -y, down: y, left: -x, right: x }[direction];
    const across = Math.abs(isVertical ? x : y);
    // Beside means beside: what is more across than along lies in another direction.
    if (along < 8 || across > along + 10) continue;
    const distance = along + 2 * across;
    if (distance < least) {
      least = distance;
      best = id;
    }
  }
  return best;
}

function centre(box: Box) {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function sideways(a: Box, b: Box, leads: "down" | "right"): number {
  const axis = leads === "down" ? "x" : "y";
  return Math.abs(centre(a)[axis] - centre(b)[axis]);
}
