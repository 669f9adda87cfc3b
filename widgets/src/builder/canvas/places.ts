import { type NodeHandle, Position } from "@xyflow/react";
import type { PortView, WireView } from "../../shared/messages";
import type { BlockData, Point, Side } from "../state";
import { BLOCK_WIDTH, type Box, type Direction, flipped, PORT_REACH, portPlaces } from "./geometry";

/** A place at the upper edge of a block where a wire may end. */
export interface InputPlace {
  port: PortView;
  /** The rank among the places of its port. */
  slot: number;
  /** How many wires end at the port. */
  wires: number;
  /** Whether this is the free place of a port that takes many wires and has some. */
  spare: boolean;
}

/** The places of a block: one for each port, and for a port that takes many, one for each wire. */
export function inputPlaces({ block, taken }: Pick<BlockData, "block" | "taken">): InputPlace[] {
  return block.inputs.flatMap((port, at) => {
    const wires = taken[at] ?? 0;
    const places = port.many && wires > 0 ? wires + 1 : 1;
    return Array.from({ length: places }, (_, slot) => ({
      port,
      slot,
      wires,
      spare: port.many && wires > 0 && slot === wires,
    }));
  });
}

/** The name of a place at an input port: ports that take many wires have one place for each. */
export function handleName(port: string, slot: number): string {
  return `${port}#${slot}`;
}

/**
 * Where the ports of a block lie, as React Flow wants to know it.  Told of it, it need not put
 * every block into the page once to measure it.
 */
export function handlesOf(data: BlockData, height: number): NodeHandle[] {
  const size = 2 * PORT_REACH;
  const { direction } = data;
  const isDown = direction === "down";
  const inputs = inputPlaces(data);
  const along = portPlaces(inputs.length, direction);
  const outputs = portPlaces(data.block.outputs.length, direction);
  const length = isDown ? BLOCK_WIDTH : height;
  const end = isDown ? height : BLOCK_WIDTH;
  const handle = (id: string, type: "source" | "target", place: number): NodeHandle => {
    const at = { x: place * length - PORT_REACH, y: (type === "source" ? end : 0) - PORT_REACH };
    return {
      id,
      type,
      position: portSide(type, direction),
      ...(isDown ? at : flipped(at)),
      width: size,
      height: size,
    };
  };
  return [
    ...inputs.map(({ port, slot }, at) =>
      handle(handleName(port.name, slot), "target", along[at] ?? 0.5),
    ),
    ...outputs.map((place, at) => handle(String(at), "source", place)),
  ];
}

/** The edge of a block at which its inputs or outputs lie. */
export function portSide(side: Side, direction: Direction): Position {
  if (direction === "down") return side === "source" ? Position.Bottom : Position.Top;
  return side === "source" ? Position.Right : Position.Left;
}

/** Where a wire leaves its source. */
export function leavingPoint({ block, direction }: BlockData, box: Box, wire: WireView): Point {
  const place = portPlaces(block.outputs.length, direction)[wire.source_port] ?? 0.5;
  return direction === "down"
    ? { x: box.x + box.width * place, y: box.y + box.height }
    : { x: box.x + box.width, y: box.y + box.height * place };
}

/** Where a wire with this rank at its port reaches its target. */
export function arrivingPoint(data: BlockData, box: Box, wire: WireView, slot: number): Point {
  const places = inputPlaces(data);
  const at = places.findIndex(
    (place) => place.port.name === wire.target_port && (!place.port.many || place.slot === slot),
  );
  const place = portPlaces(places.length, data.direction)[at] ?? 0.5;
  return data.direction === "down"
    ? { x: box.x + box.width * place, y: box.y }
    : { x: box.x, y: box.y + box.height * place };
}
