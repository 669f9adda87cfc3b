/** What lies under a point of the drawing. */
import { TOGGLE, TOGGLE_SCALE } from "./draw_boxes";
import { isOnLine } from "./draw_lines";
import type { Rect, Scene, SceneBox } from "./scene";
import { HEADER } from "./sizes";

export type Hit =
  | { kind: "part"; part: number }
  | { kind: "toggle"; part: number }
  | { kind: "edge"; edges: number[] }
  /** The inside of an open scope. */
  | { kind: "scope"; part: number };

/** The foremost thing at a point; `pixel` is the size of a screen pixel in the drawing. */
export function pick(
  scene: Scene,
  x: number,
  y: number,
  pixel: number,
  showsAcross: boolean,
): Hit | null {
  const inside: SceneBox[] = [];
  const { boxes } = scene;
  for (let at = 0; at < boxes.length; ) {
    const box = boxes[at]!;
    for (const pill of box.pills)
      if (holds(pill, x, y) && pill.beside.part >= 0)
        return { kind: "part", part: pill.beside.part };
    if (holds(box, x, y)) {
      if (!box.isOpen) return isOnToggle(box, x, y, pixel) ? toggle(box) : part(box);
      inside.push(box);
      at += 1;
    } else at = box.end;
  }
  for (const box of inside.toReversed()) {
    if (box.part.kind !== "root" && isOnToggle(box, x, y, pixel)) return toggle(box);
    for (const label of box.labels)
      if (label.edges.length && holds(label, x, y)) return { kind: "edge", edges: label.edges };
    if (box.part.kind === "scope" && y < box.y + HEADER.scope) return part(box);
    for (const line of box.lines)
      if (line.edges.length && isOnLine(line, x, y, 4 * pixel))
        return { kind: "edge", edges: line.edges };
  }
  if (showsAcross)
    for (const line of scene.across)
      if (isOnLine(line, x, y, 3 * pixel)) return { kind: "edge", edges: line.edges };
  const innermost = inside.at(-1);
  return innermost && innermost.part.kind !== "root"
    ? { kind: "scope", part: innermost.part.index }
    : null;
}

function part(box: SceneBox): Hit {
  return { kind: "part", part: box.part.index };
}

function toggle(box: SceneBox): Hit {
  return { kind: "toggle", part: box.part.index };
}

function holds(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && x <= rect.x + rect.width && y >= rect.y && y <= rect.y + rect.height;
}

/** The button in the corner of a scope, as large as its corner, where it is drawn. */
function isOnToggle(box: SceneBox, x: number, y: number, pixel: number): boolean {
  if (box.part.op >= 0 || pixel * TOGGLE_SCALE > 1) return false;
  const height = box.isOpen ? HEADER.scope : 30;
  return (
    x > box.x + box.width - TOGGLE - 4 && y < box.y + height + (box.part.kind === "lane" ? 6 : 0)
  );
}
