import { expect, it } from "vitest";
import { pythonWords } from "./python_words";

it("tells keywords, strings, numbers and comments apart, and loses nothing", () => {
  const source =
    'from visualnn import layers  # "no string"\nx = layers.Dense(1_0, name="for")(x)\n';
  const words = pythonWords(source);
  expect(words.map(({ text }) => text).join("")).toBe(source);
  const kinds = (kind: string) =>
    words.filter((word) => word.kind === kind).map(({ text }) => text);
  expect(kinds("keyword")).toEqual(["from", "import"]);
  expect(kinds("string")).toEqual(['"for"']);
  expect(kinds("number")).toEqual(["1_0"]);
  expect(kinds("comment")).toEqual(['# "no string"']);
});
