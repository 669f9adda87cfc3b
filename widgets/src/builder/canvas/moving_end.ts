import { counted } from "../../shared/numbers";
import { t } from "../../shared/words";
import type { Session } from "../session";
import type { PortName } from "../state";

/**
 * Takes hold of the end of the wire at a place of a block: a drag from there leads it elsewhere.
 * The place lies over what React Flow would have one take hold of, and blocks that lie close leave
 * no more of a wire free than its shape covers: so the press is handed on.
 */
export function takeEnd(session: Session, block: string, handle: string, at: Touchable): void {
  const { edges } = session.canvas.state;
  const wire = edges.find((edge) => edge.target === block && edge.targetHandle === handle);
  if (!wire || session.drawing.state.unfolded) return;
  const held = session.root?.querySelector(
    `.react-flow__edge[data-id="${CSS.escape(wire.id)}"] .react-flow__edgeupdater-target`,
  );
  const { clientX, clientY } = at;
  held?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, clientX, clientY }));
}

type Touchable = Pick<MouseEvent, "clientX" | "clientY">;

/** Lets a wire end at another input, as one step; its points, which led to the old one, go. */
export async function moveEnd(session: Session, id: string, to: PortName): Promise<void> {
  const wire = session.view?.wires.find((other) => other.id === id);
  if (wire?.target === to.block && wire.target_port === to.port) return;
  const done = await session.do({
    command: "Reconnect",
    wire: id,
    target: to.block,
    target_port: to.port,
  });
  const target = session.block(to.block);
  if (!done || !wire || target?.error) return;
  const block = session.block(wire.source)?.layer ?? wire.source;
  session.say(t("Connected {block} to {block2}.", { block, block2: target?.layer ?? to.block }));
}

/** Takes away a wire whose end is let go of over the empty canvas. */
export async function dropEnd(session: Session, wire: string): Promise<void> {
  if (await session.do({ command: "Disconnect", wire }))
    session.say(t("Deleted {what}.", { what: counted(1, "wire") }));
}
