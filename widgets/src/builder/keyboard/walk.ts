import type { WireView } from "../../shared/messages";
import type { Box } from "../canvas/geometry";

export type Direction = "up" | "down" | "left" | "right";

/**
 * The block that an arrow leads to: up and down follow the wires, left and right go to the
 * neighbour beside; where there is no wire, to the nearest block in that direction.
 */
export function walk(
  from: string,
  direction: Direction,
  boxes: ReadonlyMap<string, Box>,
  wires: WireView[],
): string {
  const box = boxes.get(from);
  if (!box) return boxes.keys().next().value ?? "";
  if (direction === "down" || direction === "up") {
    const ends = wires
      .filter((wire) => (direction === "down" ? wire.source : wire.target) === from)
      .map((wire) => (direction === "down" ? wire.target : wire.source));
    const nearest = ends
      .filter((id) => boxes.has(id))
      .sort((a, b) => sideways(box, boxes.get(a)!) - sideways(box, boxes.get(b)!));
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

function sideways(a: Box, b: Box): number {
  return Math.abs(centre(a).x - centre(b).x);
}
