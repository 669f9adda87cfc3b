import { describe, expect, it } from "vitest";
import type { LayerKind, Palette } from "../../shared/messages";
import { groupLayers, matchLayers, reasonOf } from "./matching";

function layer(name: string, family: string, synonyms: string[] = []): LayerKind {
  return { name, family, synonyms, help: "", settings: [], inputs: "one", ports: ["inputs"] };
}

const family = (name: string) => ({ name, glyph: "▦", color: "#000000", color_dark: "#ffffff" });
const palette: Palette = {
  families: [family("Core"), family("Pooling"), family("Normalization"), family("Empty")],
  layers: [
    layer("MaxPooling2D", "Pooling", ["maxpool"]),
    layer("Dense", "Core", ["linear", "fully connected", "fc"]),
    layer("BatchNormalization", "Normalization", ["batchnorm"]),
  ],
};
const names = (typed: string) => matchLayers(palette, typed).map(({ name }) => name);

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

describe("groupLayers", () => {
  it("keeps the order of the families and leaves empty ones out", () => {
    const groups = groupLayers(palette, palette.layers).map((group) => group.family.name);
    expect(groups).toEqual(["Core", "Pooling", "Normalization"]);
  });
});

describe("reasonOf", () => {
  it("names the synonym only when the name itself does not show the match", () => {
    expect(reasonOf(palette.layers[1]!, "lin")).toBe("linear");
    expect(reasonOf(palette.layers[1]!, "den")).toBe("");
  });
});
