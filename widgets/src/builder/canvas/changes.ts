import {
  applyEdgeChanges,
  applyNodeChanges,
  type EdgeChange,
  type NodeChange,
} from "@xyflow/react";
import { moveBlocks } from "../edits";
import { framingCommands } from "../notes/framing";
import type { Session } from "../session";
import type { BlockNode, WireEdge } from "../state";
import { align } from "./align";
import { boxOf } from "./drawn";
import { handlesOf } from "./places";

type Pair = [number, number];
const { round } = Math;

const NO_GUIDES = { x: null, y: null };

/** Blocks that a box selection begun with Shift adds to: they were selected before it. */
let kept: ReadonlySet<string> = new Set();
let boxIsDrawn = false;

/** Notes a press on the empty canvas, from which a box may be drawn: with Shift it adds. */
export function pressCanvas(session: Session, adds: boolean): void {
  kept = new Set(adds ? session.selectedBlocks() : []);
}

export function beginBoxSelection(): void {
  boxIsDrawn = true;
}

export function endBoxSelection(): void {
  boxIsDrawn = false;
  kept = new Set();
}

/** Takes over what React Flow says of blocks: selection, sizes, and positions while dragging. */
export function changeNodes(session: Session, changes: NodeChange<BlockNode>[]): void {
  const { nodes, guides } = session.canvas.state;
  let shownGuides = guides;
  const moves = changes.filter((change) => change.type === "position" && change.position);
  if (moves.length === 1) shownGuides = alignMove(nodes, moves[0]!);
  else if (moves.length > 1) shownGuides = NO_GUIDES;
  const taken = changes
    .filter((change) => change.type !== "remove")
    .map((change) => {
      const stays = change.type === "select" && kept.has(change.id);
      return stays ? { ...change, selected: true } : change;
    });
  const resized = new Set(
    changes.filter((change) => change.type === "dimensions").map((change) => change.id),
  );
  const changed = applyNodeChanges(taken, nodes).map((node) =>
    resized.has(node.id) ? { ...node, handles: handlesOf(node.data, boxOf(node).height) } : node,
  );
  const lastSelected = taken.findLast((change) => change.type === "select" && change.selected);
  session.canvas.set({
    nodes: changed,
    guides: shownGuides,
    current: lastSelected?.type === "select" ? lastSelected.id : session.canvas.state.current,
  });
}

/** Takes over what React Flow says of wires; a box selects blocks, and with them their wires go. */
export function changeEdges(session: Session, changes: EdgeChange<WireEdge>[]): void {
  const taken = changes.filter((change) => {
    if (change.type === "remove") return false;
    return !(change.type === "select" && change.selected && boxIsDrawn);
  });
  session.canvas.set({ edges: applyEdgeChanges(taken, session.canvas.state.edges) });
}

/** Sends where the dragged blocks lie now, as one step. */
export async function endDrag(session: Session): Promise<void> {
  const positions: Record<string, [number, number]> = {};
  for (const node of session.canvas.state.nodes) {
    const { block } = node.data;
    const at: [number, number] = [Math.round(node.position.x), Math.round(node.position.y)];
    if (at[0] !== Math.round(block.x) || at[1] !== Math.round(block.y)) positions[node.id] = at;
  }
  session.canvas.set({ guides: NO_GUIDES });
  const { routes, framing } = session.canvas.state;
  if (Object.keys(positions).length === 0) return;
  const points = Object.fromEntries(
    [...routes].map(([wire, led]) => [wire, led.map(({ x, y }): Pair => [round(x), round(y)])]),
  );
  await moveBlocks(session, positions, points, framingCommands(framing));
}

/** Lets a block that is dragged alone fall in line with others; gives the lines to show. */
function alignMove(nodes: BlockNode[], move: NodeChange<BlockNode>) {
  if (move.type !== "position" || !move.position) return NO_GUIDES;
  const dragged = nodes.find((node) => node.id === move.id);
  if (!dragged) return NO_GUIDES;
  const box = { ...boxOf(dragged), ...move.position };
  const others = nodes.filter((node) => node.id !== move.id).map(boxOf);
  const found = align(box, others);
  move.position = { x: box.x + found.shiftX, y: box.y + found.shiftY };
  return move.dragging ? { x: found.guideX, y: found.guideY } : NO_GUIDES;
}
