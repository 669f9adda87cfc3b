import { afterEach, expect, test } from "vitest";
import { inWords } from "./sentences";
import { setLanguage } from "./words";

const FREE = {
  said: "{name} has no input yet: connect a block to it.",
  values: { name: "dense" },
};

afterEach(() => setLanguage("en"));

test("a sentence becomes a text wherever it stands", () => {
  const message = { problems: [{ block: "dense", sentence: FREE }], version: 3 };
  setLanguage("en");
  expect(inWords(message)).toEqual({
    problems: [{ block: "dense", sentence: "dense has no input yet: connect a block to it." }],
    version: 3,
  });
  setLanguage("de");
  expect(inWords(message).problems[0]?.sentence).toBe(
    "dense hat noch keinen Eingang: einen Block damit verbinden.",
  );
});

test("sentences in sentences, and numbers, follow the language", () => {
  const inside = { said: "Inside {name}: {problem}", values: { name: "block", problem: FREE } };
  const loss = { said: "After the first epoch the loss is {loss}.", values: { loss: 0.25 } };
  setLanguage("de");
  expect(inWords(inside)).toMatch(/^In block: dense hat noch keinen Eingang/);
  expect(inWords(loss)).toContain("0,25");
  expect(inWords({ said: "{count} blocks", values: { count: 1234 } })).toBe("1.234 Blöcke");
});

test("what has no sentences stays the same object", () => {
  const message = {
    blocks: [{ config: { said: "me" } }],
    numbers: new DataView(new ArrayBuffer(2)),
  };
  expect(inWords(message)).toBe(message);
});
