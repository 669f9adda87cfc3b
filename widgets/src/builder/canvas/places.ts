import { type NodeHandle, Position } from "@xyflow/react";
import type { BlockView, PortView, WireView } from "../../shared/messages";
import type { BlockData, Point } from "../state";
import { BLOCK_WIDTH, type Box, PORT_REACH, portPlaces } from "./geometry";

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
export function inputPlaces({ block, taken }: BlockData): InputPlace[] {
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
  const inputs = inputPlaces(data);
  const along = portPlaces(inputs.length);
  const outputs = portPlaces(data.block.outputs.length);
  const left = (place: number) => place * BLOCK_WIDTH - PORT_REACH;
  return [
    ...inputs.map(
      ({ port, slot }, at): NodeHandle => ({
        id: handleName(port.name, slot),
        type: "target",
        position: Position.Top,
        x: left(along[at] ?? 0.5),
        y: -PORT_REACH,
        width: size,
        height: size,
      }),
    ),
    ...outputs.map(
      (place, at): NodeHandle => ({
        id: String(at),
        type: "source",
        position: Position.Bottom,
        x: left(place),
        y: height - PORT_REACH,
        width: size,
        height: size,
      }),
    ),
  ];
}

/** Where a wire leaves its source. */
export function leavingPoint(block: BlockView, box: Box, wire: WireView): Point {
  const place = portPlaces(block.outputs.length)[wire.source_port] ?? 0.5;
  return { x: box.x + box.width * place, y: box.y + box.height };
}

/** Where a wire with this rank at its port reaches its target. */
export function arrivingPoint(data: BlockData, box: Box, wire: WireView, slot: number): Point {
  const places = inputPlaces(data);
  const at = places.findIndex(
    (place) => place.port.name === wire.target_port && (!place.port.many || place.slot === slot),
  );
  return { x: box.x + box.width * (portPlaces(places.length)[at] ?? 0.5), y: box.y };
}
