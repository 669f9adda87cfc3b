import { describe, expect, it } from "vitest";
import type { SettingForm } from "../../shared/messages";
import { understood, written } from "./entry";

function form(kind: SettingForm["kind"], more: Partial<SettingForm> = {}): SettingForm {
  return {
    name: "size",
    kind,
    default: null,
    required: true,
    choices: [],
    help: "",
    optional: false,
    length: 0,
    ...more,
  };
}

describe("understood", () => {
  it("reads whole numbers, also with separators", () => {
    expect(understood(form("integer"), "1,024")).toEqual({ value: 1024 });
    expect(understood(form("integer"), "-3")).toEqual({ value: -3 });
  });
  it("says what is wrong with half a neuron", () => {
    expect(understood(form("integer"), "3.5")).toEqual({
      error: "size is a whole number: for example 64. “3.5” is not one.",
    });
  });
  it("reads numbers in scientific form", () => {
    expect(understood(form("number"), "1e-3")).toEqual({ value: 0.001 });
    expect(understood(form("number"), "fast")).toHaveProperty("error");
  });
  it.each(["3 × 3", "3x3", "3, 3", "(3, 3)", "3 3", "3"])("reads %s as a pair", (typed) => {
    expect(understood(form("integers", { length: 2 }), typed)).toEqual({ value: [3, 3] });
  });
  it("refuses a triple where a pair is due", () => {
    expect(understood(form("integers", { length: 2 }), "1 2 3")).toEqual({
      error: "size takes 2 numbers, here are 3.",
    });
  });
  it("keeps any number of integers where the length is free", () => {
    expect(understood(form("integers"), "-1, 7, 7")).toEqual({ value: [-1, 7, 7] });
  });
  it("reads shapes with unknown sizes", () => {
    expect(understood(form("shape"), "? × 28 × None")).toEqual({ value: [null, 28, null] });
    expect(understood(form("shape"), "wide")).toHaveProperty("error");
  });
  it("takes nothing only where nothing is allowed", () => {
    expect(understood(form("integer", { optional: true }), "None")).toEqual({ value: null });
    expect(understood(form("integer", { required: false, default: 7 }), "")).toEqual({ value: 7 });
    expect(understood(form("integer"), "")).toHaveProperty("error");
  });
  it("takes an object by name or as JSON", () => {
    expect(understood(form("object"), "he_normal")).toEqual({ value: "he_normal" });
    expect(understood(form("object"), '{"a": 1}')).toEqual({ value: { a: 1 } });
    expect(understood(form("object"), "{a")).toHaveProperty("error");
  });
});

describe("written", () => {
  it("is what understood reads back", () => {
    for (const [kind, value] of [
      ["integers", [3, 3]],
      ["shape", [null, 28, 1]],
      ["integer", 64],
      ["number", 0.25],
      ["object", { class_name: "Constant", config: { value: 2 } }],
    ] as const) {
      expect(understood(form(kind), written(form(kind), value))).toEqual({ value });
    }
  });
  it("calls an object without settings by its name", () => {
    const zeros = { class_name: "Zeros", config: { seed: null } };
    expect(written(form("object"), zeros)).toBe("Zeros");
  });
});
