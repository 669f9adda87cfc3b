import type { Session } from "../session";
import type { PortName } from "../state";
import { bestPort, completeConnecting, endConnecting } from "./connecting";
import { dropEnd } from "./moving_end";
import { openSearchAt } from "./searching";

/**
 * Ends the drag of a wire: on a port it connects, on a block it goes to the first port that takes
 * it, on empty canvas it asks which layer to put there; a wire taken from its end goes away there.
 */
export async function dropWire(
  session: Session,
  port: PortName | null,
  event: MouseEvent | TouchEvent,
): Promise<void> {
  const { connecting } = session.eye.state;
  if (!connecting) return;
  if (port) {
    await completeConnecting(session, port);
    return;
  }
  const at = "clientX" in event ? event : event.changedTouches[0];
  const under = at && document.elementFromPoint(at.clientX, at.clientY);
  const block = under?.closest<HTMLElement>("[data-block]")?.dataset.block;
  const best = block && bestPort(session, connecting, block);
  if (best) {
    await completeConnecting(session, best);
    return;
  }
  endConnecting(session);
  if (!at || !under?.closest(".react-flow__pane")) return;
  if (connecting.wire) await dropEnd(session, connecting.wire);
  else openSearchAt(session, { x: at.clientX, y: at.clientY }, connecting.from);
}
