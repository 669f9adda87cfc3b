import { expect, it } from "vitest";
import type { WireView } from "../../shared/messages";
import { crowdedPills, type Pill, pillLabel } from "./pills";

const pill = (id: string, x: number, y: number, error = ""): Pill => {
  const ends = { source: "a", source_port: 0, target: "b", target_port: "inputs", position: 0 };
  const wire: WireView = { id, ...ends, points: [], shape: "28 × 28 × 32", error };
  return { wire, middle: { x, y }, isUpright: false };
};

it("keeps pills that do not touch", () => {
  expect(crowdedPills([pill("one", 0, 0), pill("two", 120, 0), pill("three", 0, 24)]).size).toBe(0);
});

it("hides the later of two that would lie on each other, but never the wrong one", () => {
  expect([...crowdedPills([pill("one", 0, 0), pill("two", 40, 4)])]).toEqual(["two"]);
  expect([...crowdedPills([pill("one", 0, 0), pill("two", 40, 4, "differs")])]).toEqual(["one"]);
});

it("crosses a shape that does not fit", () => {
  expect(pillLabel(pill("one", 0, 0, "differs").wire)).toBe("28 × 28 × 32 ✕");
});
