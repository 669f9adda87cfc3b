import type { BlockView, PortView, WireView } from "../../shared/messages";
import type { BlockData, Point } from "../state";
import { type Box, portPlaces } from "./geometry";

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
