import { expect, it } from "vitest";
import { bytes, count, counted, duration, measure, shapeWords } from "./numbers";

it("writes numbers with separators and nouns", () => {
  expect(count(1234567)).toBe("1,234,567");
  expect(counted(1, "problem")).toBe("1 problem");
  expect(counted(0, "problem")).toBe("0 problems");
});

it("writes sizes in steps of 1,024", () => {
  expect([bytes(0), bytes(46720), bytes(5 * 1024 * 1024)]).toEqual(["0 B", "45.6 KB", "5 MB"]);
});

it("writes measures with as many digits as they need", () => {
  expect([0.96641, 1.5, 42.123, 1234.5, 0.00012, 0].map(measure)).toEqual([
    "0.9664",
    "1.500",
    "42.12",
    "1235",
    "1.20e-4",
    "0.0000",
  ]);
  expect(measure(Number.NaN)).toBe("not a number");
});

it("writes times and shapes in words", () => {
  expect([duration(8.6), duration(250), duration(3900)]).toEqual([
    "9 s",
    "4 min 10 s",
    "1 h 5 min",
  ]);
  expect(shapeWords("(?, 28, 28, 32)")).toBe("28 × 28 × 32");
  expect(shapeWords("(?,)")).toBe("?");
});
