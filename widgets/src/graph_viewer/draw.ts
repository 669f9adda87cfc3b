/** Painting the scene: only what is in view, and only as much of it as can be seen at its size. */

import type { OpView } from "../shared/messages";
import { type Camera, type Size, viewOf } from "./camera";
import { drawBox, drawFrame, drawHeader, drawLaneTitle, drawPill } from "./draw_boxes";
import { drawLabel, drawLines } from "./draw_lines";
import type { Colors, Hatching } from "./palette";
import type { Part } from "./parts";
import type { Rect, Scene, SceneBox, SceneLabel, SceneLine } from "./scene";
import type { TextMeter } from "./text";

export type Ring = "selected" | "related" | "match";

/** What stands out. */
export interface Marks {
  rings: Map<number, Ring>;
  hovered: number;
  litLines: Set<SceneLine>;
  litLabels: SceneLabel[];
}

export const NO_MARKS: Marks = {
  rings: new Map(),
  hovered: -1,
  litLines: new Set(),
  litLabels: [],
};

export interface Painter {
  context: CanvasRenderingContext2D;
  colors: Colors;
  hatching: Hatching;
  meter: TextMeter;
  camera: Camera;
  /** What is seen of the drawing. */
  view: Rect;
  marks: Marks;
  opacity: number;
  opOf(place: number): OpView | undefined;
  phaseOf(part: Part): string;
}

export interface Picture {
  scene: Scene;
  camera: Camera;
  size: Size;
  colors: Colors;
  marks: Marks;
  showsAcross: boolean;
  /** How much of the way to this layout is done; lines come in with the second half. */
  progress: number;
}

/** Pills on edges need this scale, as in the builder. */
const LABEL_SCALE = 0.6;

export function draw(
  context: CanvasRenderingContext2D,
  picture: Picture,
  tools: { hatching: Hatching; meter: TextMeter },
  pixelRatio: number,
): void {
  const { scene, camera, size, colors, marks } = picture;
  const { ops } = scene.layout.hierarchy.graph;
  const painter: Painter = {
    ...tools,
    context,
    colors,
    camera,
    view: viewOf(camera, size),
    marks,
    opacity: 1,
    opOf: (place) => ops[place],
    phaseOf: (part) => ops[part.op]?.phase ?? "",
  };
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.fillStyle = colors.canvas;
  context.fillRect(0, 0, size.width, size.height);
  drawGrid(painter, size);
  const scale = pixelRatio * camera.scale;
  context.setTransform(scale, 0, 0, scale, -camera.x * scale, -camera.y * scale);
  context.textBaseline = "middle";

  const { boxes, across } = scene;
  const open: SceneBox[] = [];
  const closed: SceneBox[] = [];
  for (let at = 0; at < boxes.length; ) {
    const box = boxes[at]!;
    if (!isInView(painter, box)) {
      at = box.end;
      continue;
    }
    const isTiny = box.isOpen && at > 0 && box.height * camera.scale < 9;
    if (isTiny || !box.isOpen) closed.push(box);
    else open.push(box);
    at = isTiny ? box.end : at + 1;
  }
  const lines = { ...painter, opacity: Math.max(0, 2 * picture.progress - 1) };
  for (const box of open) {
    drawFrame(painter, box);
    if (lines.opacity) drawLines(lines, box.lines);
  }
  for (const box of open) if (box.part.kind === "scope") drawHeader(painter, box);
  const shown = picture.showsAcross ? across : across.filter((line) => marks.litLines.has(line));
  if (lines.opacity) drawLines(lines, shown);
  for (const box of closed) {
    drawBox(painter, box);
    for (const pill of box.pills) drawPill(painter, box, pill);
  }
  if (camera.scale >= LABEL_SCALE && picture.progress === 1)
    for (const box of open)
      for (const label of box.labels)
        if (isInView(painter, label)) drawLabel(painter, label, false);
  if (camera.scale >= LABEL_SCALE / 2 && picture.progress === 1)
    for (const label of marks.litLabels) drawLabel(painter, label, true);
  for (const box of open) if (box.part.kind === "lane") drawLaneTitle(painter, box);
}

function isInView({ view }: Painter, rect: Rect): boolean {
  const pills = 150; // how far the pills beside a box may reach out at its left
  return (
    rect.x - pills < view.x + view.width &&
    rect.y - 8 < view.y + view.height &&
    rect.x + rect.width + 8 > view.x &&
    rect.y + rect.height + 8 > view.y
  );
}

/** Dots, as on the builder's canvas. */
function drawGrid({ context, camera, colors }: Painter, size: Size): void {
  const step = 16 * camera.scale;
  if (step < 9) return;
  const left = -((camera.x * camera.scale) % step);
  const top = -((camera.y * camera.scale) % step);
  context.fillStyle = colors.grid;
  for (let x = left; x < size.width; x += step)
    for (let y = top; y < size.height; y += step) context.fillRect(x - 0.5, y - 0.5, 1, 1);
}
