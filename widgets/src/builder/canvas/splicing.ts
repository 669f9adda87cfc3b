import { t } from "../../shared/words";
import type { Session } from "../session";
import type { BlockNode } from "../state";
import { endDrag } from "./changes";
import { boxOf } from "./drawn";
import { markWire, wireUnder } from "./wires_under";

let aimed = "";

/** Whether a block can go into a wire: it stands alone, or waits for an input with nothing behind. */
export function canSplice(session: Session, id: string): boolean {
  const block = session.block(id);
  if (!block || block.inputs.length === 0) return false;
  return !(session.view?.wires ?? []).some((wire) => wire.source === id || wire.target === id);
}

/** While a lone block is dragged: shows the wire into which it would go. */
export function dragOverWires(session: Session, node: BlockNode, dragged: BlockNode[]): void {
  const mayGo = dragged.length === 1 && canSplice(session, node.id);
  const wire = mayGo ? underBlock(session, node) : "";
  if (wire !== aimed) markWire(session, wire);
  aimed = wire;
}

/** Ends the drag of blocks: into a wire, or only to another place. */
export function dropBlocks(session: Session, node: BlockNode): void {
  const wire = aimed;
  aimed = "";
  markWire(session, "");
  if (wire) void splice(session, node.id, wire);
  else endDrag(session);
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
