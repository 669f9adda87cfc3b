import { describe, expect, it } from "vitest";
import { applied } from "./changes";
import type { BlockView, BuilderChanges, BuilderView } from "./messages";

const block = (id: string, x = 0) => ({ id, x, layer: id }) as BlockView;
const VIEW = {
  name: "m",
  blocks: [block("a"), block("b")],
  wires: [],
  problems: [],
  undo: "",
} as unknown as BuilderView;
const changes = (more: Partial<BuilderChanges>) =>
  ({
    fields: {},
    blocks: [],
    wires: [],
    gone: [],
    block_order: null,
    wire_order: null,
    ...more,
  }) as BuilderChanges;

describe("applied", () => {
  it("changes fields and keeps all else the same object", () => {
    const after = applied(VIEW, changes({ blocks: [{ id: "b", x: 5 }] }));
    expect(after.blocks).toEqual([block("a"), block("b", 5)]);
    expect(after.blocks[0]).toBe(VIEW.blocks[0]);
    expect(after.wires).toBe(VIEW.wires);
    expect(after.problems).toBe(VIEW.problems);
  });
  it("takes away, adds at the end, and orders", () => {
    const after = applied(VIEW, changes({ gone: ["a"], blocks: [block("c")] }));
    expect(after.blocks.map(({ id }) => id)).toEqual(["b", "c"]);
    const turned = applied(VIEW, changes({ block_order: ["b", "a"] }));
    expect(turned.blocks.map(({ id }) => id)).toEqual(["b", "a"]);
  });
});
