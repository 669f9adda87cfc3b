import { connect } from "../edits";
import type { Session } from "../session";
import { type Connecting, type PortName, portKey, type Verdict } from "../state";
import { moveEnd } from "./moving_end";

const JUST_NOW = 120;
let endedAt = 0;

/** Begins a connection at a port, or takes a wire from its end; asks Python where it could end. */
export async function beginConnecting(
  session: Session,
  by: Connecting["by"],
  from: PortName,
  wire = "",
): Promise<void> {
  if (session.drawing.state.unfolded) return;
  session.eye.set({
    connecting: { by, from, wire, verdicts: null, target: "" },
    callout: "",
    menu: null,
    search: null,
  });
  const verdicts = await session.ask<Record<string, Verdict>>({
    request: "can_connect",
    without: wire,
    ...(from.side === "source"
      ? { source: from.block, source_port: Number(from.port), target: "", target_port: "" }
      : { source: "", source_port: 0, target: from.block, target_port: from.port }),
  });
  const { connecting } = session.eye.state;
  if (!connecting || connecting.from !== from || !verdicts) return;
  session.eye.set({ connecting: { ...connecting, verdicts } });
}

export function endConnecting(session: Session): void {
  if (session.eye.state.connecting?.by === "drag") endedAt = performance.now();
  session.eye.set({ connecting: null });
}

/** Whether a click is only the end of a drag that has just connected something. */
export function justConnected(): boolean {
  return performance.now() - endedAt < JUST_NOW;
}

/** What Python said about a port for the connection being made. */
export function verdictOf(connecting: Connecting | null, port: PortName): Verdict | null {
  if (!connecting || port.side === connecting.from.side) return null;
  return connecting.verdicts?.[portKey(port.block, port.port)] ?? null;
}

/** Connects the begun connection to this port, or says in words why that cannot be. */
export async function completeConnecting(session: Session, port: PortName): Promise<void> {
  const { connecting } = session.eye.state;
  if (!connecting) return;
  const verdict = verdictOf(connecting, port);
  endConnecting(session);
  if (verdict?.verdict === "impossible") {
    session.toast(verdict.why, "error", session.pointer);
    return;
  }
  const { from, wire } = connecting;
  if (wire && port.side !== from.side) await moveEnd(session, wire, port);
  else await connect(session, from, port);
}

/** The port of a block that a wire dropped on the block itself goes to: the first that takes it. */
export function bestPort(session: Session, connecting: Connecting, block: string): PortName | null {
  const view = session.block(block);
  if (!view || block === connecting.from.block) return null;
  const ports: PortName[] =
    connecting.from.side === "target"
      ? view.outputs.map((_, number) => ({ block, side: "source", port: String(number) }))
      : view.inputs.map(({ name }) => ({ block, side: "target", port: name }));
  const rank = (port: PortName) => {
    const verdict = verdictOf(connecting, port)?.verdict;
    return ["legal", "broadcast", "mismatch", "impossible"].indexOf(verdict ?? "legal");
  };
  return ports.sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** The inputs that the keys can choose among, from top to bottom. */
export function candidates(session: Session, connecting: Connecting): PortName[] {
  const order = new Map(
    session.canvas.state.nodes.map((node) => [node.id, node.position.y * 1e5 + node.position.x]),
  );
  return (session.view?.blocks ?? [])
    .flatMap((block) =>
      block.inputs.map(({ name }): PortName => ({ block: block.id, side: "target", port: name })),
    )
    .filter((port) => {
      const verdict = verdictOf(connecting, port)?.verdict;
      return verdict !== undefined && verdict !== "impossible";
    })
    .sort((a, b) => (order.get(a.block) ?? 0) - (order.get(b.block) ?? 0));
}
