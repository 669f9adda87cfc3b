import type { BlockView, BuilderView, WireView } from "../../shared/messages";
import { sameItems } from "../../shared/store";
import { t } from "../../shared/words";
import type { BlockNode, Point, WireData, WireEdge } from "../state";
import {
  BLOCK_HEIGHT,
  BLOCK_WIDTH,
  type Box,
  BoxIndex,
  type Direction,
  flippedBox,
} from "./geometry";
import { crowdedPills } from "./pills";
import { arrivingPoint, handleName, handlesOf, leavingPoint } from "./places";
import { detour, wirePath } from "./routes";

const NO_ROUTES: ReadonlyMap<string, Point[]> = new Map();
const NO_POINTS: Point[] = [];
const known = new WeakMap<WireView, Point[]>();

/** What a wire is led through: the same list for the same wire. */
function pointsOf(wire: WireView): Point[] {
  if (wire.points.length === 0) return NO_POINTS;
  let points = known.get(wire);
  if (!points) {
    points = wire.points.map(([x, y]) => ({ x, y }));
    known.set(wire, points);
  }
  return points;
}

/** The box of a block as it lies on the canvas now. */
export function boxOf(node: BlockNode): Box {
  return {
    ...node.position,
    width: node.measured?.width ?? BLOCK_WIDTH,
    height: node.measured?.height ?? BLOCK_HEIGHT,
  };
}

/**
 * The blocks as React Flow wants them.  A block that has not changed stays the same object; one
 * that the hand is moving stays where it is; selection is the browser's own and stays.
 */
export function drawnNodes(
  view: BuilderView,
  before: BlockNode[],
  moving: ReadonlySet<string>,
): BlockNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const taken = takenPorts(view.wires);
  const direction = directionOf(view);
  return view.blocks.map((block) => {
    const last = old.get(block.id);
    const counts = block.inputs.map((port) => taken.get(`${block.id}|${port.name}`) ?? 0);
    const held = last && (last.dragging || moving.has(block.id));
    const position = held ? last.position : { x: block.x, y: block.y };
    const data =
      last?.data.block === block &&
      last.data.direction === direction &&
      sameItems(last.data.taken, counts)
        ? last.data
        : { block, taken: counts, direction };
    if (last && last.data === data && samePoint(last.position, position)) return last;
    const measured = last?.measured ?? { width: BLOCK_WIDTH, height: BLOCK_HEIGHT };
    const handles = handlesOf(data, measured.height ?? BLOCK_HEIGHT);
    const node: BlockNode = { ...last, id: block.id, type: "block", position, data };
    return { ...node, width: BLOCK_WIDTH, measured, handles };
  });
}

/** The wires as React Flow wants them, with a way around the blocks between their ends. */
export function drawnEdges(
  view: BuilderView,
  before: WireEdge[],
  nodes: BlockNode[],
  routes: ReadonlyMap<string, Point[]> = NO_ROUTES,
): WireEdge[] {
  const direction = directionOf(view);
  const old = new Map(before.map((edge) => [edge.id, edge]));
  const blocks = new Map(view.blocks.map((block) => [block.id, block]));
  const placed = new Map(nodes.map((node) => [node.id, boxOf(node)]));
  const data = new Map(nodes.map((node) => [node.id, node.data]));
  // What leads to the right finds its way as if it led down.
  const boxes =
    direction === "down" ? placed : new Map([...placed].map(([id, box]) => [id, flippedBox(box)]));
  const all = new BoxIndex(boxes.values());
  const slots = wireSlots(view.wires);
  const drawn = view.wires.filter((wire) => boxes.has(wire.source) && boxes.has(wire.target));
  const ways = drawn.map((wire) =>
    wire.points.length > 0 ? null : detour(boxes.get(wire.source)!, boxes.get(wire.target)!, all),
  );
  const points = drawn.map((wire) => routes.get(wire.id) ?? pointsOf(wire));
  const crowded = crowdedPills(
    drawn.map((wire, at) => {
      const slot = slots.get(wire.id) ?? 0;
      const from = leavingPoint(data.get(wire.source)!, placed.get(wire.source)!, wire);
      const to = arrivingPoint(data.get(wire.target)!, placed.get(wire.target)!, wire, slot);
      return { wire, ...wirePath(from, to, ways[at] ?? null, direction, points[at]) };
    }),
  );
  return drawn.map((wire, at) => {
    const last = old.get(wire.id);
    const way = ways[at] ?? null;
    const targetHandle = inputHandle(blocks.get(wire.target), wire, slots.get(wire.id) ?? 0);
    const isCrowded = crowded.has(wire.id);
    const same =
      last?.data?.wire === wire &&
      last.data.detour === way &&
      last.data.crowded === isCrowded &&
      last.data.points === points[at] &&
      last.data.direction === direction;
    const shown: WireData =
      same && last.data
        ? last.data
        : {
            wire,
            detour: way,
            crowded: isCrowded,
            direction,
            points: points[at] ?? NO_POINTS,
            held: routes.has(wire.id),
          };
    if (last && last.data === shown && last.targetHandle === targetHandle) return last;
    return {
      ...last,
      id: wire.id,
      type: "wire",
      source: wire.source,
      target: wire.target,
      sourceHandle: String(wire.source_port),
      targetHandle,
      reconnectable: "target",
      ariaLabel: wireWords(wire, blocks),
      data: shown,
    };
  });
}

function directionOf(view: BuilderView): Direction {
  return view.direction === "right" ? "right" : "down";
}

function wireWords(wire: WireView, blocks: ReadonlyMap<string, BlockView>): string {
  const name = (id: string) => blocks.get(id)?.layer ?? id;
  const what = wire.error || wire.shape;
  const ends = { source: name(wire.source), target: name(wire.target) };
  return t("Wire from {source} to {target}", ends) + (what ? `, ${what}` : "");
}

/** The port that a place belongs to. */
export function portOfHandle(handle: string): string {
  return handle.replace(/#\d+$/, "");
}

function inputHandle(target: BlockView | undefined, wire: WireView, slot: number): string {
  const port = target?.inputs.find((input) => input.name === wire.target_port);
  return handleName(wire.target_port, port?.many ? slot : 0);
}

/** The rank of each wire among those at its port. */
function wireSlots(wires: WireView[]): Map<string, number> {
  const byPort = Map.groupBy(wires, (wire) => `${wire.target}|${wire.target_port}`);
  const slots = new Map<string, number>();
  for (const group of byPort.values()) {
    group.sort((a, b) => a.position - b.position);
    for (const [slot, wire] of group.entries()) slots.set(wire.id, slot);
  }
  return slots;
}

function takenPorts(wires: WireView[]): Map<string, number> {
  const taken = new Map<string, number>();
  for (const wire of wires) {
    const key = `${wire.target}|${wire.target_port}`;
    taken.set(key, (taken.get(key) ?? 0) + 1);
  }
  return taken;
}

function samePoint(a: { x: number; y: number }, b: { x: number; y: number }): boolean {
  return a.x === b.x && a.y === b.y;
}
