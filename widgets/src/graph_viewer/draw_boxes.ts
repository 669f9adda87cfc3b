/** Painting boxes: operations, closed scopes, and the frames of open ones. */
import type { Painter } from "./draw";
import { hueOfPart, hueOrPlain } from "./palette";
import type { SceneBox, ScenePill } from "./scene";
import { HEADER } from "./sizes";

const STRIP = 4;
const RADIUS = 7;
/** The width of the button that opens or closes a scope. */
export const TOGGLE = 26;
/** Below this scale there is no such button, as it could not be hit. */
export const TOGGLE_SCALE = 0.5;

/** The frame of an open scope: a lane is a quiet band, a scope a card. */
export function drawFrame(painter: Painter, box: SceneBox): void {
  const { context, colors, camera } = painter;
  const { x, y, width, height, part } = box;
  if (part.kind === "root") return;
  const isLane = part.kind === "lane";
  context.beginPath();
  context.roundRect(x, y, width, height, isLane ? 14 : 10);
  context.fillStyle = isLane ? colors.lane : toneOf(painter, box);
  context.fill();
  if (!isLane) {
    context.strokeStyle = colors.lineStrong;
    context.lineWidth = Math.max(1, 0.6 / camera.scale);
    context.stroke();
    if (part.hues.length === 1) drawStrip(painter, box, 10);
  }
  drawRing(painter, box, isLane ? 14 : 10);
}

/** Scopes within scopes are told apart by two tones. */
function toneOf({ colors }: Painter, { part }: SceneBox): string {
  return part.depth % 2 === 0 ? colors.scope : colors.scopeDeep;
}

/** The title of an open scope, over the lines that come in through it. */
export function drawHeader(painter: Painter, box: SceneBox): void {
  const { context, colors, camera, meter } = painter;
  const { x, y, width, part, title } = box;
  // Titles of scopes stay readable longer than what is in them: they may fill their bar.
  const pixels = Math.max(12 * camera.scale, Math.min(11, HEADER.scope * camera.scale * 0.66));
  if (pixels < 6) return;
  const enlarged = pixels / (12 * camera.scale);
  const room = (width - TOGGLE - 12) / enlarged - 24;
  const hue = hueOfPart(colors, part);
  const { header, mono } = colors.fonts;
  context.save();
  context.translate(x + 12, y + HEADER.scope / 2);
  context.scale(enlarged, enlarged);
  context.font = header;
  const words = meter.cut(title, header, room);
  const after = 20 + meter.width(words, header) + 8;
  const count = part.ops.toLocaleString("en-US");
  const isCounted = after + meter.width(count, mono) < room + 20;
  // A line that passes behind is covered where the words are.
  context.fillStyle = toneOf(painter, box);
  const covered = isCounted ? after + meter.width(count, mono) : after - 8;
  context.fillRect(-2, -7, covered + 5, 14);
  context.fillStyle = hue.ink;
  context.fillText(hue.glyph, 0, 0);
  context.fillStyle = colors.text;
  context.fillText(words, 20, 0);
  context.font = mono;
  context.fillStyle = colors.dim;
  if (isCounted) context.fillText(count, after, 0.5);
  context.restore();
  if (camera.scale >= TOGGLE_SCALE)
    drawToggle(painter, x + width - TOGGLE + 4, y + HEADER.scope / 2, true);
}

/** The title of a lane stays in view while its band is: it stands at the top of what is seen. */
export function drawLaneTitle(painter: Painter, box: SceneBox): void {
  const { context, colors, camera, view, meter } = painter;
  const { x, y, width, height, part } = box;
  const size = 1 / camera.scale; // drawn at the same size whatever the scale
  const room = width * camera.scale;
  if (room < 40) return;
  const bar = 26;
  const top = Math.min(Math.max(y, view.y), y + height - bar * size);
  context.save();
  context.translate(x, top);
  context.scale(size, size);
  if (top > y) {
    context.beginPath();
    context.roundRect(0, 0, room, bar, [0, 0, 8, 8]);
    context.globalAlpha = 0.92 * painter.opacity;
    context.fillStyle = colors.canvas;
    context.fill();
    context.fillStyle = colors.lane;
    context.fill();
    context.globalAlpha = painter.opacity;
  }
  const arrow = { forward: "↓", backward: "↑", update: "↻" }[part.lane];
  const hasToggle = camera.scale >= TOGGLE_SCALE;
  const space = room - (hasToggle ? 44 : 22);
  const title = meter.cut(`${arrow} ${part.label}`.toUpperCase(), colors.fonts.lane, space);
  context.font = colors.fonts.lane;
  context.letterSpacing = "0.5px";
  context.fillStyle = colors.dim;
  const middle = top > y ? bar / 2 : Math.min(18, 18 * camera.scale + 4);
  context.fillText(title, 14, middle);
  context.letterSpacing = "0px";
  context.restore();
  if (hasToggle) drawToggle(painter, x + width - TOGGLE, y + 18, true);
}

/** A closed scope or an operation. */
export function drawBox(painter: Painter, box: SceneBox): void {
  const { context, colors, camera } = painter;
  const { x, y, width, height, part } = box;
  const isScope = part.op < 0;
  const phase = painter.phaseOf(part);
  const isRound = phase === "input" || phase === "variable" || phase === "constant";
  const radius = isRound ? height / 2 : RADIUS;
  const pixels = height * camera.scale;
  if (pixels < 5) {
    context.fillStyle = hueOfPart(colors, part).color;
    context.globalAlpha = (part.lane === "backward" ? 0.45 : 0.75) * painter.opacity;
    const least = 0.8 / camera.scale;
    context.fillRect(x, y, Math.max(width, least), Math.max(height, least));
    context.globalAlpha = painter.opacity;
    if (painter.marks.rings.has(part.index)) drawRing(painter, box, radius);
    return;
  }
  if (isScope && pixels > 12) {
    // A second card behind says that there is more inside.
    context.beginPath();
    context.roundRect(x + 3, y + 3, width, height, radius);
    context.fillStyle = colors.scopeDeep;
    context.fill();
    context.strokeStyle = colors.lineStrong;
    context.lineWidth = 1;
    context.stroke();
  } else if (pixels > 12) {
    context.beginPath();
    context.roundRect(x, y + 1.5, width, height, radius);
    context.fillStyle = colors.shadow;
    context.fill();
  }
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fillStyle = colors.block;
  context.fill();
  context.strokeStyle = colors.lineStrong;
  context.lineWidth = Math.max(1, 0.6 / camera.scale);
  context.stroke();
  if (!isRound) drawStrip(painter, box, radius);
  drawRing(painter, box, radius);
  drawBoxText(painter, box, isScope);
}

function drawBoxText(painter: Painter, box: SceneBox, isScope: boolean): void {
  const { context, colors, camera, meter } = painter;
  const { x, y, width, height, title, detail, part } = box;
  const { fonts } = colors;
  if (camera.scale < TOGGLE_SCALE) {
    drawDistantTitle(painter, box);
    return;
  }
  const showsDetail = detail !== "" && camera.scale >= 0.6;
  const middle = showsDetail ? y + 16 : y + height / 2;
  const room = width - 18 - (isScope ? TOGGLE : 8);
  // Where the drawing is small, a short title is written larger, as far as there is room.
  const long = 20 + meter.width(title, fonts.title);
  const enlarged = Math.max(1, Math.min(10 / (13 * camera.scale), room / long, height / 28));
  const hue = hueOfPart(colors, part, painter.phaseOf(part));
  context.save();
  context.translate(x + 11, middle);
  context.scale(enlarged, enlarged);
  context.font = fonts.title;
  context.fillStyle = hue.ink;
  context.textAlign = "center";
  context.fillText(hue.glyph, 7, 0);
  context.textAlign = "left";
  context.fillStyle = colors.text;
  context.fillText(meter.cut(title, fonts.title, room / enlarged - 18), 19, 0);
  context.restore();
  if (showsDetail) {
    context.font = fonts.detail;
    context.fillStyle = colors.dim;
    context.fillText(meter.cut(detail, fonts.detail, width - 22), x + 12, y + 33);
  }
  if (isScope) drawToggle(painter, x + width - TOGGLE + 4, middle, false);
}

/** From afar the title alone, as large as the box allows, at a size that can be read. */
function drawDistantTitle(painter: Painter, box: SceneBox): void {
  const { context, colors, camera, meter } = painter;
  const { x, y, width, height, title } = box;
  const { header } = colors.fonts;
  const room = width * camera.scale - 10;
  if (height * camera.scale < 11 || room < 24) return;
  const fits = (12 * room) / meter.width(title, header);
  const pixels = Math.min(10, Math.max(8, fits), height * camera.scale * 0.8);
  const words = meter.cut(title, header, (room * 12) / pixels + 0.5);
  if (words.length < 3 && words !== title) return;
  context.save();
  context.translate(x + 7 / camera.scale, y + height / 2);
  context.scale(pixels / 12 / camera.scale, pixels / 12 / camera.scale);
  context.font = header;
  context.fillStyle = colors.text;
  context.fillText(words, 0, 0);
  context.restore();
}

/** The strip at the left: the colours of the layers, hatched where gradients flow backward. */
function drawStrip(painter: Painter, box: SceneBox, radius: number): void {
  const { context, colors, hatching, camera } = painter;
  const { x, y, height, part, isOpen } = box;
  const { hues } = part;
  if (!hues.length) return;
  const thickness = Math.max(STRIP, 2 / camera.scale);
  context.save();
  context.beginPath();
  context.roundRect(x, y, Math.max(thickness * 2, radius * 2), height, [radius, 0, 0, radius]);
  context.clip();
  const shown = isOpen ? hues.slice(0, 1) : hues.slice(0, 4);
  const all = shown.reduce((sum, [, ops]) => sum + Math.max(1, ops), 0);
  let top = y;
  for (const [name, ops] of shown) {
    const { color } = hueOrPlain(colors, name);
    const length = (height * Math.max(1, ops)) / all;
    const isHatched = part.lane === "backward" && camera.scale > 0.35;
    if (isHatched) {
      context.globalAlpha = 0.28 * painter.opacity;
      context.fillStyle = color;
      context.fillRect(x, top, thickness + 1.5, length);
      context.globalAlpha = painter.opacity;
    }
    context.fillStyle = isHatched ? hatching.of(context, color) : color;
    context.fillRect(x, top, isHatched ? thickness + 1.5 : thickness, length);
    top += length;
  }
  context.restore();
}

/** The ring of what is selected, pointed at, found, or belongs to the selection. */
function drawRing(painter: Painter, box: SceneBox, radius: number): void {
  const { context, colors, camera, marks } = painter;
  const ring = marks.rings.get(box.part.index);
  const isHovered = marks.hovered === box.part.index;
  if (!ring && !isHovered) return;
  const color = ring === "match" ? colors.match : colors.accent;
  const grow = ring === "selected" ? 2 : 1;
  const thickness = ring === "selected" ? 2 : ring === "match" ? 3 : 1.5;
  context.beginPath();
  const { x, y, width, height } = box;
  context.roundRect(x - grow, y - grow, width + 2 * grow, height + 2 * grow, radius + grow);
  context.lineWidth = Math.max(thickness, thickness / camera.scale);
  context.strokeStyle = ring ? color : colors.dim;
  if (ring === "related") context.setLineDash([5, 3]);
  if (!ring) context.globalAlpha = 0.6 * painter.opacity;
  context.stroke();
  context.setLineDash([]);
  if (ring === "selected") {
    context.globalAlpha = 0.22 * painter.opacity;
    context.lineWidth = Math.max(7, 6 / camera.scale);
    context.stroke();
  }
  context.globalAlpha = painter.opacity;
}

/** The button that opens (+) or closes (−) a scope. */
function drawToggle(painter: Painter, x: number, y: number, isOpen: boolean): void {
  const { context, colors } = painter;
  const [size, arm] = [15, 4];
  context.beginPath();
  context.roundRect(x + 1.5, y - size / 2, size, size, 4);
  context.fillStyle = colors.block;
  context.fill();
  context.strokeStyle = colors.lineStrong;
  context.lineWidth = 1;
  context.stroke();
  const middle = x + 1.5 + size / 2;
  context.beginPath();
  context.moveTo(middle - arm, y);
  context.lineTo(middle + arm, y);
  if (!isOpen) {
    context.moveTo(middle, y - arm);
    context.lineTo(middle, y + arm);
  }
  context.strokeStyle = colors.dim;
  context.lineWidth = 1.4;
  context.stroke();
}

/** A variable (a full pill) or a constant (an empty one); dashed where its place is elsewhere. */
export function drawPill(painter: Painter, box: SceneBox, pill: ScenePill): void {
  const { context, colors, camera, meter, marks } = painter;
  const { x, y, width, height, beside } = pill;
  if (height * camera.scale < 4) return;
  const op = painter.opOf(beside.op);
  const isVariable = op?.phase === "variable";
  const hue = op?.family ? hueOrPlain(colors, `family:${op.family}`) : hueOfPart(colors, box.part);
  context.beginPath();
  context.moveTo(x + width, y + height / 2);
  const end = Math.min(box.y + box.height - 8, Math.max(box.y + 8, y + height / 2));
  context.bezierCurveTo(x + width + 6, y + height / 2, box.x - 6, end, box.x, end);
  context.strokeStyle = colors.wire;
  context.globalAlpha = 0.8 * painter.opacity;
  context.lineWidth = 1;
  context.stroke();
  context.globalAlpha = painter.opacity;

  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fillStyle = colors.canvas;
  context.fill();
  const isMarked = marks.rings.get(beside.part);
  if (isVariable) {
    context.globalAlpha = (beside.isHere ? 0.2 : 0.08) * painter.opacity;
    context.fillStyle = hue.color;
    context.fill();
    context.globalAlpha = painter.opacity;
  }
  context.strokeStyle = isMarked
    ? isMarked === "match"
      ? colors.match
      : colors.accent
    : isVariable
      ? hue.ink
      : colors.lineStrong;
  context.lineWidth = isMarked ? 2 : 1;
  if (!beside.isHere) context.setLineDash([3, 2.5]);
  context.stroke();
  context.setLineDash([]);
  if (11 * camera.scale < 6) return;
  context.font = colors.fonts.mono;
  context.fillStyle = isVariable ? colors.text : colors.dim;
  context.textAlign = "center";
  context.fillText(
    meter.cut(beside.text, colors.fonts.mono, width - 10),
    x + width / 2,
    y + height / 2 + 0.5,
  );
  context.textAlign = "left";
}
