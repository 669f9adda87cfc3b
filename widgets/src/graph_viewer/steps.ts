/** Where the arrow keys lead: along the edges up and down, along the row to the sides. */

import type { Part } from "./parts";
import type { Rect, Scene, SceneBox } from "./scene";
import { neighbours } from "./summary";

export type Direction = "up" | "down" | "left" | "right";

/** The part to go to from a visible part, if there is one in this direction. */
export function step(scene: Scene, from: Part, direction: Direction): Part | undefined {
  const { hierarchy, structure } = scene.layout;
  const pill = from.host >= 0 ? pillStep(scene, from, direction) : undefined;
  if (from.host >= 0) return pill;
  const box = scene.boxOf.get(from.index);
  if (!box) return undefined;
  const isAside = direction === "left" || direction === "right";
  if (direction === "left") {
    const first = box.pills.find((candidate) => candidate.beside.isHere);
    if (first) return hierarchy.parts[first.beside.part];
  }
  if (box.isOpen && direction === "down") return first(scene, box)?.part;
  const linked = [...neighbours(hierarchy, structure.shownAs, from).keys()]
    .map((index) => scene.boxOf.get(index))
    .filter((other) => other !== undefined)
    .filter((other) => isAside === (other.part.lane !== from.lane));
  const beside = scene.boxes.filter((other) => other.part.parent === from.parent && other !== box);
  if (!isAside) return nearest(box, linked, direction)?.part;
  const inRow = beside.filter((other) => sharesRow(box, other));
  return (nearest(box, inRow, direction) ?? nearest(box, linked, direction))?.part;
}

/** From a variable beside an operation: to the operation, or to the next variable. */
function pillStep(scene: Scene, from: Part, direction: Direction): Part | undefined {
  const { parts } = scene.layout.hierarchy;
  const host = parts[from.host]!;
  if (direction === "right") return host;
  if (direction === "left") return undefined;
  const at = host.attached.indexOf(from.index) + (direction === "down" ? 1 : -1);
  return parts[host.attached[at] ?? -1];
}

/** The top of what is inside an open scope. */
function first(scene: Scene, scope: SceneBox): SceneBox | undefined {
  let found: SceneBox | undefined;
  for (const child of scope.part.children) {
    const box = scene.boxOf.get(child);
    if (box && (!found || box.y < found.y || (box.y === found.y && box.x < found.x))) found = box;
  }
  return found;
}

function sharesRow(a: Rect, b: Rect): boolean {
  return a.y < b.y + b.height && b.y < a.y + a.height;
}

function nearest(from: Rect, boxes: SceneBox[], direction: Direction): SceneBox | undefined {
  const [x, y] = centre(from);
  let best: SceneBox | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    const [right, down] = [centre(box)[0] - x, centre(box)[1] - y];
    const isAside = direction === "left" || direction === "right";
    const ahead = { up: -down, down, left: -right, right }[direction];
    if (ahead <= 0) continue;
    const aside = Math.abs(isAside ? down : right);
    const far = isAside ? ahead + 2 * aside : 0.2 * ahead + aside;
    if (far >= least) continue;
    least = far;
    best = box;
  }
  return best;
}

function centre({ x, y, width, height }: Rect): [number, number] {
  return [x + width / 2, y + height / 2];
}
