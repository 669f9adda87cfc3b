import { describe, expect, it } from "vitest";
import type { LayerKind, Palette } from "../../shared/messages";
import { byLegality, entriesOf } from "./entries";
import { groupEntries, matchEntries, reasonOf } from "./matching";

function layer(name: string, family: string, synonyms: string[] = []): LayerKind {
  return { name, family, synonyms, help: "", settings: [], inputs: "one", ports: ["inputs"] };
}

const family = (name: string) => ({ name, glyph: "▦", color: "#000000", color_dark: "#ffffff" });
const palette: Palette = {
  templates: [],
  families: [family("Core"), family("Pooling"), family("Normalization"), family("Empty")],
  layers: [
    layer("MaxPooling2D", "Pooling", ["maxpool"]),
    layer("Dense", "Core", ["linear", "fully connected", "fc"]),
    layer("BatchNormalization", "Normalization", ["batchnorm"]),
  ],
};
const entries = entriesOf(palette, []);
const names = (typed: string) => matchEntries(entries, typed).map(({ name }) => name);

describe("matchLayers", () => {
  it("gives every layer while nothing is typed", () => {
    expect(names(" ")).toHaveLength(3);
  });
  it("finds a layer by what other libraries call it", () => {
    expect(names("fc")[0]).toBe("Dense");
    expect(names("fully conn")).toEqual(["Dense"]);
  });
  it("finds a layer by a later word of its name, and by its letters in order", () => {
    expect(names("pool")).toEqual(["MaxPooling2D"]);
    expect(names("bn")).toEqual(["BatchNormalization"]);
  });
  it("finds nothing for what no layer is called", () => {
    expect(names("qqq")).toEqual([]);
  });
});

describe("groupEntries", () => {
  it("keeps the order of the families and leaves empty ones out", () => {
    const groups = groupEntries(palette.families, entries).map((group) => group.family);
    expect(groups).toEqual(["Core", "Pooling", "Normalization"]);
  });
});

describe("reasonOf", () => {
  it("names the synonym only when the name itself does not show the match", () => {
    expect(reasonOf(entries[1]!, "lin")).toBe("linear");
    expect(reasonOf(entries[1]!, "den")).toBe("");
  });
});

describe("byLegality", () => {
  it("puts what fits first and keeps the order otherwise", () => {
    const offers = {
      MaxPooling2D: { verdict: "impossible", why: "(?, 16)", through: null },
      Dense: { verdict: "through", why: "", through: { kind: "Flatten", config: {} } },
    } as const;
    const order = byLegality(entries, offers).map(({ id }) => id);
    expect(order).toEqual(["BatchNormalization", "Dense", "MaxPooling2D"]);
  });
});
