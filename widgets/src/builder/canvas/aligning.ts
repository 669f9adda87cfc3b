import { t } from "../../shared/words";
import { moveBlocks } from "../edits";
import type { Session } from "../session";
import { boxOf } from "./drawn";
import type { Box } from "./geometry";

export type Alignment = "left" | "centre" | "right" | "top" | "middle" | "bottom";

const ALONG: Record<Alignment, (box: Box) => number> = {
  left: (box) => box.x,
  centre: (box) => box.x + box.width / 2,
  right: (box) => box.x + box.width,
  top: (box) => box.y,
  middle: (box) => box.y + box.height / 2,
  bottom: (box) => box.y + box.height,
};

/** Puts the selected blocks in line with the one that was selected last. */
export async function alignSelection(session: Session, alignment: Alignment): Promise<void> {
  const nodes = session.canvas.state.nodes.filter((node) => node.selected);
  const leader = nodes.find((node) => node.id === session.canvas.state.current) ?? nodes[0];
  if (!leader || nodes.length < 2) return;
  const edge = ALONG[alignment];
  const goal = edge(boxOf(leader));
  const isAcross = alignment === "left" || alignment === "centre" || alignment === "right";
  const positions: Record<string, [number, number]> = {};
  for (const node of nodes) {
    const box = boxOf(node);
    const by = goal - edge(box);
    positions[node.id] = [
      Math.round(box.x + (isAcross ? by : 0)),
      Math.round(box.y + (isAcross ? 0 : by)),
    ];
  }
  await moveBlocks(session, positions);
  session.say(t("Aligned."));
}

/** Puts the selected blocks at equal distances, between the outermost two. */
export async function distributeSelection(session: Session, axis: "x" | "y"): Promise<void> {
  const nodes = session.canvas.state.nodes.filter((node) => node.selected);
  if (nodes.length < 3) return;
  const boxes = nodes.map((node) => ({ id: node.id, box: boxOf(node) }));
  boxes.sort((a, b) => a.box[axis] - b.box[axis]);
  const first = boxes[0]!.box[axis];
  const step = (boxes.at(-1)!.box[axis] - first) / (boxes.length - 1);
  const positions: Record<string, [number, number]> = {};
  for (const [at, { id, box }] of boxes.entries()) {
    const place = Math.round(first + at * step);
    positions[id] = axis === "x" ? [place, Math.round(box.y)] : [Math.round(box.x), place];
  }
  await moveBlocks(session, positions);
  session.say(t("Distributed."));
}
