import { describe, expect, it } from "vitest";
import { type Box, BoxIndex } from "./geometry";
import { detour as detourAmong, wirePath } from "./routes";

const box = (x: number, y: number) => ({ x, y, width: 192, height: 72 });
const detour = (from: Box, to: Box, boxes: Box[]) => detourAmong(from, to, new BoxIndex(boxes));
const top = box(0, 0);
const bottom = box(0, 360);

describe("detour", () => {
  it("is not made where the way is free", () => {
    expect(detour(top, bottom, [top, bottom, box(400, 180)])).toBeNull();
    expect(detour(top, box(0, 116), [top, box(0, 116)])).toBeNull();
  });
  it("passes a block in the way at its side", () => {
    const x = detour(top, bottom, [top, bottom, box(0, 180)]);
    expect(x === -18 || x === 210).toBe(true);
  });
  it("takes the shorter side", () => {
    expect(detour(top, bottom, [top, bottom, box(-60, 180)])).toBe(150);
    expect(detour(top, bottom, [top, bottom, box(60, 180)])).toBe(42);
  });
  it("goes on to the side until no other block stands there", () => {
    const blocks = [top, bottom, box(-60, 180), box(140, 180)];
    const x = detour(top, bottom, blocks)!;
    for (const { x: left, width } of blocks.slice(2)) {
      expect(x < left || x > left + width).toBe(true);
    }
  });
  it("is not made for a wire that leads upward", () => {
    expect(detour(bottom, top, [top, bottom, box(0, 180)])).toBeNull();
  });
});

describe("wirePath", () => {
  it("begins and ends at the ports", () => {
    const { path, middle } = wirePath({ x: 10, y: 20 }, { x: 50, y: 120 }, null);
    expect(path).toMatch(/^M10,20 C.* 50,120$/);
    expect(middle).toEqual({ x: 30, y: 70 });
  });
  it("runs upright past a block", () => {
    const { path, middle, isUpright } = wirePath({ x: 96, y: 72 }, { x: 96, y: 360 }, 210);
    expect(path).toContain("L210,");
    expect(middle).toEqual({ x: 210, y: 216 });
    expect(isUpright).toBe(true);
  });
  it("goes smoothly through its points, its shape on the longest stretch", () => {
    const points = [
      { x: 100, y: 60 },
      { x: 100, y: 260 },
    ];
    const { path, middle } = wirePath({ x: 0, y: 0 }, { x: 0, y: 300 }, null, "down", points);
    expect(path).toMatch(/^M0,0 C0,\S+ \S+ 100,60 C\S+ \S+ 100,260 C\S+ 0,\S+ 0,300$/);
    expect(middle.y).toBeCloseTo(160, 0);
    const right = wirePath({ x: 0, y: 0 }, { x: 300, y: 0 }, null, "right", [{ x: 60, y: 300 }]);
    expect(right.path).toContain(" 60,300 ");
  });
});
