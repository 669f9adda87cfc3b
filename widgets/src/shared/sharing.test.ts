import { describe, expect, it } from "vitest";
import { equalJson, share, shareById } from "./sharing";

describe("share", () => {
  it("gives the old value back when nothing has changed", () => {
    const before = { a: [1, { b: null }], c: "x" };
    expect(share(before, structuredClone(before))).toBe(before);
  });
  it("keeps the parts that are equal", () => {
    const before = { a: [1, 2], b: { c: 3 } };
    const now = share(before, { a: [1, 2], b: { c: 4 } });
    expect(now).toEqual({ a: [1, 2], b: { c: 4 } });
    expect(now.a).toBe(before.a);
  });
  it("tells a missing key from one that is undefined, and lists from records", () => {
    expect(equalJson({ a: undefined }, {})).toBe(false);
    expect(equalJson([], {})).toBe(false);
    expect(equalJson({ a: [null] }, { a: [null] })).toBe(true);
  });
});

describe("shareById", () => {
  it("finds members again after one before them has gone", () => {
    const before = [{ id: "a" }, { id: "b" }];
    expect(shareById(before, [{ id: "b" }])[0]).toBe(before[1]);
  });
});
