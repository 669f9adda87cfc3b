/** The layout in one system of coordinates: what the canvas draws and the pointer hits. */

import { edgeText, type Member } from "./layered";
import type { Layout, LevelLayout } from "./layout";
import type { Part } from "./parts";
import { type Beside, PILL_GAP, PILL_HEIGHT, pillWidth } from "./sizes";
import { elements } from "./spec";

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface SceneBox extends Rect {
  part: Part;
  isOpen: boolean;
  title: string;
  detail: string;
  pills: ScenePill[];
  /** What is inside are the boxes up to here. */
  end: number;
  /** The lines and labels of an open scope. */
  lines: SceneLine[];
  labels: SceneLabel[];
}

export interface ScenePill extends Rect {
  beside: Beside;
}

export interface SceneLine {
  /** Pairs of points, straight within a pair and curved between pairs; see route.ts. */
  points: number[];
  /** Left, top, right, bottom. */
  bounds: [number, number, number, number];
  /** Indexes into `hierarchy.edges`. */
  edges: number[];
  kind: "flow" | "across" | "loose";
  hasArrow: boolean;
  width: number;
}

export interface SceneLabel extends Rect {
  text: string;
  edges: number[];
}

export interface Scene {
  layout: Layout;
  /** Outer boxes before those inside them; the first is the root. */
  boxes: SceneBox[];
  /** The box of each visible part. */
  boxOf: Map<number, SceneBox>;
  /** Lines from lane to lane. */
  across: SceneLine[];
  bounds: Rect;
}

/** Shared by the many boxes and lines that have nothing of a kind. */
const NONE: never[] = [];

export function buildScene(layout: Layout): Scene {
  const { hierarchy, levels } = layout;
  const root = levels.get(0)!;
  const boxes: SceneBox[] = [];
  const boxOf = new Map<number, SceneBox>();
  const bounds = { x: 0, y: 0, width: root.width, height: root.height };

  const add = (part: Part, at: Rect, member: Member | undefined): SceneBox => {
    const box: SceneBox = {
      x: at.x,
      y: at.y,
      width: at.width,
      height: at.height,
      part,
      isOpen: !member || member.inner !== undefined,
      title: part.label,
      detail: member?.text.detail ?? "",
      pills: NONE,
      end: boxes.length + 1,
      lines: NONE,
      labels: NONE,
    };
    boxes.push(box);
    boxOf.set(part.index, box);
    return box;
  };

  // Depth first, without recursion: each open box is visited again when all inside it are there.
  type Step = { enter: LevelLayout; box: SceneBox; next: number };
  const path: Step[] = [{ enter: root, box: add(hierarchy.parts[0]!, bounds, undefined), next: 0 }];
  for (let step = path.at(-1); step; step = path.at(-1)) {
    const child = step.enter.boxes[step.next++];
    if (!child) {
      step.box.end = boxes.length;
      path.pop();
      continue;
    }
    const { member } = child;
    const { width, height } = member;
    const rect = { x: step.box.x + child.x, y: step.box.y + child.y, width, height };
    const box = add(member.part, rect, member);
    if (member.beside.length) box.pills = placePills(box, member.beside);
    if (member.inner) {
      drawLines(layout, member.inner, box);
      path.push({ enter: member.inner, box, next: 0 });
    }
  }
  drawLines(layout, root, boxes[0]!);
  return { layout, boxes, boxOf, across: drawAcross(layout, boxOf), bounds };
}

function placePills(box: Rect, beside: Beside[]): ScenePill[] {
  const step = PILL_HEIGHT + 4;
  const top = box.y + box.height / 2 - (beside.length * step - 4) / 2;
  return beside.map((pill, at) => ({
    beside: pill,
    x: box.x - PILL_GAP - pill.width,
    y: top + at * step,
    width: pill.width,
    height: PILL_HEIGHT,
  }));
}

function drawLines({ hierarchy }: Layout, level: LevelLayout, box: SceneBox): void {
  const { x, y } = box;
  box.lines = level.pieces.map((piece): SceneLine => {
    const points = piece.points.slice();
    for (let at = 0; at < points.length; at += 2) {
      points[at]! += x;
      points[at + 1]! += y;
    }
    const edges = piece.link?.edges ?? NONE;
    const kind = piece.isLoose ? "loose" : "flow";
    const width = lineWidth(hierarchy, edges);
    return { points, bounds: boundsOf(points), edges, kind, hasArrow: piece.hasArrow, width };
  });
  box.labels = level.labels.map((label) => ({
    x: x + label.x - label.width / 2,
    y: y + label.y - PILL_HEIGHT / 2,
    width: label.width,
    height: PILL_HEIGHT,
    text: label.text,
    edges:
      label.links.length === 1 ? label.links[0]!.edges : label.links.flatMap((link) => link.edges),
  }));
}

/** Lines from lane to lane leave and arrive at the sides of boxes. */
function drawAcross(layout: Layout, boxOf: Map<number, SceneBox>): SceneLine[] {
  interface Side {
    box: SceneBox;
    ends: { other: number; set: (y: number) => void }[];
  }
  const sides = new Map<string, Side>();
  const atSide = (box: SceneBox, right: boolean, other: number, set: (y: number) => void) => {
    const key = `${box.part.index} ${right}`;
    const side = sides.get(key) ?? { box, ends: [] };
    side.ends.push({ other, set });
    sides.set(key, side);
  };
  const lines: SceneLine[] = [];
  for (const bundle of layout.structure.across) {
    const source = boxOf.get(bundle.source);
    const target = boxOf.get(bundle.target);
    if (!source || !target) continue;
    const toRight = source.x < target.x;
    const from = toRight ? source.x + source.width : source.x;
    const to = toRight ? target.x - pillRoom(target) : target.x + target.width;
    const points = [from, 0, from, 0, to, 0, to, 0];
    atSide(source, toRight, middle(target), (y) => {
      points[1] = points[3] = y;
    });
    atSide(target, !toRight, middle(source), (y) => {
      points[5] = points[7] = y;
    });
    const width = lineWidth(layout.hierarchy, bundle.edges);
    const bounds: SceneLine["bounds"] = [0, 0, 0, 0];
    lines.push({ points, bounds, edges: bundle.edges, kind: "across", hasArrow: true, width });
  }
  for (const { box, ends } of sides.values()) {
    ends.sort((a, b) => a.other - b.other);
    const step = Math.min(9, (box.height - 16) / Math.max(1, ends.length - 1));
    const top = middle(box) - (step * (ends.length - 1)) / 2;
    ends.forEach(({ set }, at) => {
      set(top + at * step);
    });
  }
  for (const line of lines) line.bounds = boundsOf(line.points);
  return lines;
}

/** How far the pills beside a box reach out at its left. */
function pillRoom(box: SceneBox): number {
  return box.pills.reduce((room, pill) => Math.max(room, box.x - pill.x + 4), 0);
}

function middle(box: Rect): number {
  return box.y + box.height / 2;
}

/** The larger the tensors, the wider the line, by the logarithm. */
function lineWidth(hierarchy: Layout["hierarchy"], edges: number[]): number {
  let most = 1;
  for (let at = 0; at < edges.length && at < 32; at++) {
    const edge = edges[at]!;
    const op = hierarchy.graph.ops[hierarchy.edges.source[edge]!]!;
    most = Math.max(most, elements(op.outputs[hierarchy.edges.output[edge]!] ?? ""));
  }
  return 1.2 + Math.min(1.8, Math.log10(most) * 0.3);
}

function boundsOf(points: number[]): [number, number, number, number] {
  let [left, top, right, bottom] = [points[0]!, points[1]!, points[0]!, points[1]!];
  for (let at = 2; at < points.length; at += 2) {
    left = Math.min(left, points[at]!);
    right = Math.max(right, points[at]!);
    top = Math.min(top, points[at + 1]!);
    bottom = Math.max(bottom, points[at + 1]!);
  }
  return [left, top, right, bottom];
}

/** The pill of a line that has none of its own, to show while it is pointed at. */
export function lineLabel(layout: Layout, line: SceneLine): SceneLabel {
  const text = edgeText(layout.hierarchy, line.edges);
  const width = pillWidth(text, layout.textWidth);
  const { points } = line;
  const half = points.length / 4;
  const at = 4 * Math.floor(half / 2);
  const x = (points[at - 2]! + points[at]!) / 2;
  const y = (points[at - 1]! + points[at + 1]!) / 2;
  const height = PILL_HEIGHT;
  return { x: x - width / 2, y: y - height / 2, width, height, text, edges: line.edges };
}
