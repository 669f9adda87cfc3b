/** Painting lines and the pills on them. */
import type { Painter } from "./draw";
import type { SceneLabel, SceneLine } from "./scene";

/** Below this scale curves are drawn as straight lines, and arrows not at all. */
const COARSE = 0.2;

/** Draws the lines that are in view; lit ones are drawn last, over the others. */
export function drawLines(painter: Painter, lines: SceneLine[]): void {
  const { context, colors, marks } = painter;
  const seen = lines.filter((line) => isSeen(painter, line));
  const isQuiet = marks.litLines.size > 0;
  for (const kind of ["loose", "across", "flow"] as const) {
    const strength = kind === "flow" ? 1 : kind === "across" ? 0.38 : 0.3;
    context.globalAlpha = strength * (isQuiet ? 0.5 : 1) * painter.opacity;
    strokeAll(
      painter,
      seen.filter((line) => line.kind === kind && !marks.litLines.has(line)),
      colors.wire,
      0,
    );
  }
  context.globalAlpha = painter.opacity;
  strokeAll(
    painter,
    seen.filter((line) => marks.litLines.has(line)),
    colors.accent,
    0.5,
  );
  context.globalAlpha = 1;
}

function isSeen({ view, camera }: Painter, { bounds }: SceneLine): boolean {
  const [left, top, right, bottom] = bounds;
  if (right < view.x || bottom < view.y) return false;
  if (left > view.x + view.width || top > view.y + view.height) return false;
  return (right - left + bottom - top) * camera.scale > 1.5;
}

/** Strokes lines of one colour, those of one width together. */
function strokeAll(painter: Painter, lines: SceneLine[], color: string, wider: number): void {
  const { context, camera } = painter;
  const isCoarse = camera.scale < COARSE;
  const byWidth = new Map<number, SceneLine[]>();
  for (const line of lines) {
    const width = isCoarse ? 1.2 : Math.round(line.width * 2) / 2 + wider;
    const list = byWidth.get(width);
    if (list) list.push(line);
    else byWidth.set(width, [line]);
  }
  context.strokeStyle = color;
  context.fillStyle = color;
  for (const [width, list] of byWidth) {
    context.lineWidth = Math.max(width, 0.7 / camera.scale);
    context.beginPath();
    for (const line of list) trace(context, line, isCoarse);
    context.stroke();
  }
  if (isCoarse) return;
  context.beginPath();
  for (const line of lines) if (line.hasArrow) traceArrow(context, line);
  context.fill();
}

function trace(context: CanvasRenderingContext2D, line: SceneLine, isCoarse: boolean): void {
  const { points } = line;
  context.moveTo(points[0]!, points[1]!);
  const isAcross = line.kind === "across";
  for (let at = 2; at < points.length; at += 2) {
    const [x, y] = [points[at]!, points[at + 1]!];
    if (at % 4 === 2 || isCoarse) {
      context.lineTo(x, y);
      continue;
    }
    const [fromX, fromY] = [points[at - 2]!, points[at - 1]!];
    if (isAcross) {
      const bend = (fromX + x) / 2;
      context.bezierCurveTo(bend, fromY, bend, y, x, y);
    } else if (Math.abs(fromX - x) < 0.5) context.lineTo(x, y);
    else {
      const bend = (fromY + y) / 2;
      context.bezierCurveTo(fromX, bend, x, bend, x, y);
    }
  }
}

const ARROW = 7;

function traceArrow(context: CanvasRenderingContext2D, line: SceneLine): void {
  const { points, kind } = line;
  const [x, y] = [points.at(-2)!, points.at(-1)!];
  const half = ARROW * 0.5;
  context.moveTo(x, y);
  if (kind === "across") {
    const back = points.at(-8)! < x ? -ARROW : ARROW;
    context.lineTo(x + back, y - half);
    context.lineTo(x + back, y + half);
  } else {
    const back = points[1]! < y ? -ARROW : ARROW;
    context.lineTo(x - half, y + back);
    context.lineTo(x + half, y + back);
  }
  context.closePath();
}

/** Draws the pill with a shape; `isLit` on an edge that is selected or pointed at. */
export function drawLabel(painter: Painter, label: SceneLabel, isLit: boolean): void {
  const { context, colors } = painter;
  const { x, y, width, height, text } = label;
  if (!text) return; // a file may not say what flows
  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fillStyle = colors.canvas;
  context.fill();
  context.strokeStyle = isLit ? colors.accent : colors.wire;
  context.globalAlpha = (isLit ? 1 : 0.55) * painter.opacity;
  context.lineWidth = isLit ? 1.5 : 1;
  context.stroke();
  context.globalAlpha = painter.opacity;
  context.font = colors.fonts.mono;
  context.fillStyle = isLit ? colors.accent : colors.dim;
  context.textAlign = "center";
  context.fillText(text, x + width / 2, y + height / 2 + 0.5);
  context.textAlign = "left";
}

/** Whether a point is on a line, within a distance in units of the drawing. */
export function isOnLine(line: SceneLine, x: number, y: number, within: number): boolean {
  const [left, top, right, bottom] = line.bounds;
  if (x < left - within || x > right + within || y < top - within || y > bottom + within)
    return false;
  const { points } = line;
  for (let at = 2; at < points.length; at += 2) {
    const from = { x: points[at - 2]!, y: points[at - 1]! };
    const to = { x: points[at]!, y: points[at + 1]! };
    const steps = at % 4 === 2 ? 1 : 8;
    let before = from;
    for (let step = 1; step <= steps; step++) {
      const here = steps === 1 ? to : alongCurve(from, to, step / steps, line.kind === "across");
      if (distance(before, here, x, y) <= within) return true;
      before = here;
    }
  }
  return false;
}

interface Point {
  x: number;
  y: number;
}

function alongCurve(from: Point, to: Point, part: number, isAcross: boolean): Point {
  const rest = 1 - part;
  const [a, b, c, d] = [rest ** 3, 3 * rest * rest * part, 3 * rest * part * part, part ** 3];
  const [midX, midY] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const x = isAcross ? a * from.x + (b + c) * midX + d * to.x : (a + b) * from.x + (c + d) * to.x;
  const y = isAcross ? (a + b) * from.y + (c + d) * to.y : a * from.y + (b + c) * midY + d * to.y;
  return { x, y };
}

function distance(from: Point, to: Point, x: number, y: number): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length ? ((x - from.x) * dx + (y - from.y) * dy) / length : 0;
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from.x - part * dx, y - from.y - part * dy);
}
