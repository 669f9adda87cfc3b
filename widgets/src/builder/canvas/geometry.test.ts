import { describe, expect, it } from "vitest";
import { align } from "./align";
import { calloutPlace } from "./callout_place";
import { BLOCK_HEIGHT, BLOCK_WIDTH, freePlace, overlaps, portPlaces } from "./geometry";

const box = (x: number, y: number) => ({ x, y, width: BLOCK_WIDTH, height: BLOCK_HEIGHT });

describe("freePlace", () => {
  it("keeps the wanted place when nothing is there", () => {
    expect(freePlace({ x: 10, y: 20 }, [box(400, 400)])).toEqual({ x: 10, y: 20 });
  });
  it("covers no block, however many there are", () => {
    const boxes = [box(0, 0)];
    for (let n = 0; n < 30; n += 1) {
      const place = box(freePlace({ x: 0, y: 0 }, boxes).x, freePlace({ x: 0, y: 0 }, boxes).y);
      expect(boxes.some((other) => overlaps(place, other))).toBe(false);
      boxes.push(place);
    }
  });
});

describe("portPlaces", () => {
  it("puts ports in the middle, and several at even distances inside the block", () => {
    expect(portPlaces(1)).toEqual([0.5]);
    const [left, right] = portPlaces(2);
    expect(left! + right!).toBeCloseTo(1);
    for (const place of portPlaces(12)) {
      expect(place).toBeGreaterThan(0);
      expect(place).toBeLessThan(1);
    }
  });
});

describe("align", () => {
  it("takes a block into line with the nearest centre and top, and only from near", () => {
    const found = align(box(103, 202), [box(100, 0), box(500, 200), box(104, 900)]);
    expect([found.shiftX, found.shiftY]).toEqual([1, -2]);
    expect(align(box(50, 50), [box(100, 100)])).toMatchObject({ shiftX: 0, guideX: null });
  });
});

describe("calloutPlace", () => {
  const view = { width: 800, height: 600 };
  it("stands beside the block, on the side where nothing is covered", () => {
    const block = box(300, 200);
    const right = calloutPlace(block, [block], view, 120);
    expect(right.x).toBeGreaterThan(block.x + block.width);
    const left = calloutPlace(block, [block, box(510, 200)], view, 120);
    expect(left.x + 272).toBeLessThan(block.x);
  });
  it("stays in view", () => {
    const block = box(700, 560);
    const place = calloutPlace(block, [block], view, 120);
    expect(place.x).toBeLessThanOrEqual(800 - 272);
    expect(place.y).toBeLessThanOrEqual(600 - 120);
  });
});
