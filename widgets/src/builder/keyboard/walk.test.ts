import { describe, expect, it } from "vitest";
import type { WireView } from "../../shared/messages";
import { walk } from "./walk";

const box = (x: number, y: number) => ({ x, y, width: 192, height: 72 });
const wire = (source: string, target: string): WireView => ({
  id: `${source}-${target}`,
  source,
  source_port: 0,
  target,
  target_port: "inputs",
  position: 0,
  shape: "",
  points: [],
  error: "",
});
// a forks into b (left) and c (right), which meet in d; e lies apart below a.
const boxes = new Map([
  ["a", box(200, 0)],
  ["b", box(100, 120)],
  ["c", box(340, 120)],
  ["d", box(240, 240)],
  ["e", box(800, 240)],
]);
const wires = [wire("a", "b"), wire("a", "c"), wire("b", "d"), wire("c", "d")];

describe("walk", () => {
  it("follows the wires down and up, to the end that is least sideways", () => {
    expect(walk("a", "down", boxes, wires)).toBe("b");
    expect(walk("b", "down", boxes, wires)).toBe("d");
    expect(walk("d", "up", boxes, wires)).toBe("c");
  });
  it("goes to the neighbour beside", () => {
    expect(walk("b", "right", boxes, wires)).toBe("c");
    expect(walk("c", "left", boxes, wires)).toBe("b");
    expect(walk("d", "right", boxes, wires)).toBe("e");
  });
  it("stays where there is nothing in that direction", () => {
    expect(walk("a", "up", boxes, wires)).toBe("");
  });
  it("begins at the first block when none is current", () => {
    expect(walk("", "down", boxes, wires)).toBe("a");
  });
});
