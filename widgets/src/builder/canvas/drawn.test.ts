import { describe, expect, it } from "vitest";
import type { BlockView, BuilderView, WireView } from "../../shared/messages";
import { shareById } from "../../shared/sharing";
import { drawnEdges, drawnNodes } from "./drawn";

const block = (id: string, y: number, many = false): BlockView => ({
  id,
  layer: id,
  kind: "Dense",
  family: "Core",
  x: 0,
  y,
  config: { units: 3 },
  settings: "3",
  inputs: [{ name: "inputs", many }],
  outputs: ["(?, 3)"],
  parameters: 1,
  error: "",
  warning: "",
  muted: false,
  pinned: false,
  frozen: false,
  calls: 1,
  is_output: false,
  submodel: false,
  inside: null,
  expressions: {},
  promoted: [],
});
const wire = (source: string, target: string, position = 0): WireView => ({
  id: `${source}>${target}`,
  source,
  source_port: 0,
  target,
  target_port: "inputs",
  position,
  points: [],
  shape: "3",
  error: "",
});
const view = (blocks: BlockView[], wires: WireView[]): BuilderView => ({
  name: "",
  blocks,
  wires,
  problems: [],
  parameters: 0,
  bytes: 0,
  undo: "",
  redo: "",
  version: 1,
  direction: "down",
  beside: { place: [], variables: [], notes: [], frames: [], snapshots: [] },
});
const none = new Set<string>();

describe("drawnNodes", () => {
  const first = drawnNodes(view([block("a", 0), block("b", 120)], []), [], none);

  it("keeps the objects of blocks that have not changed", () => {
    const blocks = shareById(
      first.map((node) => node.data.block),
      [block("a", 0), { ...block("b", 120), parameters: 9 }],
    );
    const next = drawnNodes(view(blocks, []), first, none);
    expect(next[0]).toBe(first[0]);
    expect(next[1]).not.toBe(first[1]);
  });
  it("leaves a block where the hand holds it, and its selection alone", () => {
    const held = [{ ...first[0]!, position: { x: 77, y: 5 }, dragging: true, selected: true }];
    const next = drawnNodes(view([block("a", 0)], []), held, none);
    expect(next[0]).toMatchObject({ position: { x: 77, y: 5 }, selected: true });
    const waiting = [{ ...first[0]!, position: { x: 77, y: 5 } }];
    expect(drawnNodes(view([block("a", 0)], []), waiting, new Set(["a"]))[0]?.position.x).toBe(77);
    expect(drawnNodes(view([block("a", 0)], []), waiting, none)[0]?.position.x).toBe(0);
  });
});

describe("drawnEdges", () => {
  it("gives each wire of a port for many its own place, in order", () => {
    const blocks = [block("a", 0), block("b", 0), block("sum", 200, true)];
    const shown = view(blocks, [wire("a", "sum", 1), wire("b", "sum", 0)]);
    const edges = drawnEdges(shown, [], drawnNodes(shown, [], none));
    expect(edges.map((edge) => edge.targetHandle)).toEqual(["inputs#1", "inputs#0"]);
  });
  it("leaves out wires of blocks that are not drawn", () => {
    const shown = view([block("a", 0)], [wire("a", "gone")]);
    expect(drawnEdges(shown, [], drawnNodes(shown, [], none))).toEqual([]);
  });
});
