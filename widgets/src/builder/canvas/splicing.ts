import { t } from "../../shared/words";
import { copyTo } from "../clipboard";
import { framingOf } from "../notes/framing";
import type { Session } from "../session";
import type { BlockNode, Framing } from "../state";
import { endDrag } from "./changes";
import { boxOf } from "./drawn";
import { holdPoints, shiftedPoints } from "./points";
import { markWire, wireUnder } from "./wires_under";

const NO_FRAMING: Framing = { into: {}, outOf: {} };

let aimed = "";

/** Whether a block can go into a wire: it stands alone, or waits for an input with nothing behind. */
export function canSplice(session: Session, id: string): boolean {
  const block = session.block(id);
  if (!block || block.inputs.length === 0) return false;
  return !(session.view?.wires ?? []).some((wire) => wire.source === id || wire.target === id);
}

/**
 * While blocks are dragged: shows the wire into which a lone one would go, the frames that they
 * would go into or leave, and, with Alt, that a copy is dragged.
 */
export function dragOver(
  session: Session,
  copies: boolean,
  node: BlockNode,
  dragged: BlockNode[],
): void {
  const mayGo = !copies && dragged.length === 1 && canSplice(session, node.id);
  const wire = mayGo ? underBlock(session, node) : "";
  if (wire !== aimed) markWire(session, wire);
  aimed = wire;
  const { nodes, copying, framing } = session.canvas.state;
  const ids = dragged.map(({ id }) => id);
  const frames = session.view?.beside?.frames ?? [];
  const now = wire || copies ? NO_FRAMING : framingOf(frames, nodes, ids);
  if (copies !== copying) session.canvas.set({ copying: copies });
  if (JSON.stringify(now) !== JSON.stringify(framing)) session.canvas.set({ framing: now });
  if (!copies) carryPoints(session, node);
}

/** Ends the drag of blocks: into a wire or a frame, to another place, or with Alt as a copy. */
export async function dropBlocks(
  session: Session,
  copies: boolean,
  node: BlockNode,
  dragged: BlockNode[],
): Promise<void> {
  const wire = aimed;
  aimed = "";
  markWire(session, "");
  if (copies) await dropCopies(session, dragged);
  else if (wire) await splice(session, node.id, wire);
  else await endDrag(session);
  session.canvas.set({ framing: NO_FRAMING, copying: false });
}

/** Selected points go with the selected blocks. */
function carryPoints(session: Session, node: BlockNode): void {
  const { points } = session.canvas.state;
  if (points.size === 0) return;
  const { block } = node.data;
  const by = { x: node.position.x - block.x, y: node.position.y - block.y };
  holdPoints(session, shiftedPoints(session, by));
}

/** Leaves the dragged blocks where they were, and puts copies where the hand let go. */
async function dropCopies(session: Session, dragged: BlockNode[]): Promise<void> {
  const blocks = dragged.map(({ id }) => id);
  const x = Math.min(...dragged.map(({ position }) => position.x));
  const y = Math.min(...dragged.map(({ position }) => position.y));
  session.canvas.set({ guides: { x: null, y: null }, copying: false });
  session.redraw();
  await copyTo(session, blocks, { x, y });
}

/** Puts a block into a wire, where it lies now. */
export async function splice(session: Session, block: string, wire: string): Promise<void> {
  const node = session.canvas.state.nodes.find((other) => other.id === block);
  if (!node) return;
  const { x, y } = node.position;
  session.canvas.set({ guides: { x: null, y: null } });
  const command = "Splice" as const;
  if (await session.do({ command, block, wire, x: Math.round(x), y: Math.round(y) }))
    session.say(t("{name} is in the wire.", { name: node.data.block.layer }));
  session.redraw();
}

/** The wire under the middle of a block, or near it. */
function underBlock(session: Session, node: BlockNode): string {
  const { flow } = session;
  if (!flow) return "";
  const box = boxOf(node);
  const zoom = flow.getZoom();
  const middle = flow.flowToScreenPosition({
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
  });
  for (const by of [0, -24, 24, -48, 48]) {
    const found = wireUnder(session, { x: middle.x + by * zoom, y: middle.y }, node.id);
    if (found) return found;
  }
  return "";
}
