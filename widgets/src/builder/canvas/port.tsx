import { Handle } from "@xyflow/react";
import { memo } from "react";
import { useEye, useSession } from "../session";
import { type PortName, portKey, type Side } from "../state";
import { beginConnecting, completeConnecting, justConnected, verdictOf } from "./connecting";
import type { Direction } from "./geometry";
import { takeEnd } from "./moving_end";
import { portSide } from "./places";

interface PortProps {
  block: string;
  side: Side;
  port: string;
  /** The name that React Flow knows the place by. */
  handle: string;
  direction: Direction;
  /** Where along the edge, 0 to 1. */
  place: number;
  /** What the port is called when one points at it. */
  label: string;
  /** Whether this is the free place of a port that takes many wires. */
  spare: boolean;
  /** Whether a wire ends here: a drag from here takes it along. */
  taken: boolean;
}

/** A port: 11 px to see, 24 px to hit; a click begins or ends a connection, as a drag does. */
export const Port = memo(function Port(props: PortProps) {
  const session = useSession();
  const name: PortName = { block: props.block, side: props.side, port: props.port };
  const state = useEye(({ connecting }) => {
    if (!connecting) return "";
    const { from } = connecting;
    const isFrom = from.block === name.block && from.side === name.side && from.port === name.port;
    if (isFrom) return "from";
    if (from.side === name.side) return "aside";
    const verdict = verdictOf(connecting, name)?.verdict ?? "open";
    const isAimed = connecting.target === portKey(name.block, name.port);
    return isAimed ? `${verdict} aimed` : verdict;
  });

  const click = () => {
    if (justConnected()) return;
    if (session.eye.state.connecting) void completeConnecting(session, name);
    else void beginConnecting(session, "click", name);
  };
  const take = (at: { clientX: number; clientY: number; button?: number }) => {
    if (props.taken && !at.button) takeEnd(session, name.block, props.handle, at);
  };
  const enter = () => aim(portKey(name.block, name.port));
  const leave = () => aim("");
  const aim = (target: string) => {
    const { connecting } = session.eye.state;
    if (connecting?.by === "click") session.eye.set({ connecting: { ...connecting, target } });
  };

  return (
    <Handle
      id={props.handle}
      type={props.side}
      position={portSide(props.side, props.direction)}
      className={`vnn-port ${state} ${props.spare ? "spare" : ""} ${props.taken ? "taken" : ""}`}
      isConnectableStart={!props.taken}
      style={{ [props.direction === "down" ? "left" : "top"]: `${props.place * 100}%` }}
      data-port={`${props.side}|${portKey(name.block, name.port)}`}
      data-label={props.label}
      role="img"
      aria-label={props.label}
      onClick={click}
      onMouseDown={take}
      onTouchStart={(event) => event.touches[0] && take(event.touches[0])}
      onMouseEnter={enter}
      onMouseLeave={leave}
    />
  );
});
