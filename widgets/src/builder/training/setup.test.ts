import { describe, expect, it } from "vitest";
import type { ArrayView } from "../../shared/messages";
import { firstSetup, followSuggestion, plan, setupProblem } from "./setup";

const array = (name: string, shape: string): ArrayView => ({ name, shape, dtype: "float32" });
const digits = [
  array("y_train", "(1437,)"),
  array("x_test", "(360, 8, 8, 1)"),
  array("x_train", "(1437, 8, 8, 1)"),
  array("y_test", "(360,)"),
];

describe("firstSetup", () => {
  it("finds the usual names", () => {
    const setup = firstSetup(digits, null);
    expect([setup.x, setup.y]).toEqual(["x_train", "y_train"]);
    expect([setup.validation_x, setup.validation_y]).toEqual(["x_test", "y_test"]);
    expect(setup.validation_split).toBe(0);
  });
  it("chooses nothing when the arrays do not belong together", () => {
    const setup = firstSetup([array("x", "(10, 2)"), array("y", "(9,)")], null);
    expect([setup.x, setup.y]).toEqual(["", ""]);
  });
  it("splits validation off where there are no arrays for it", () => {
    expect(firstSetup([array("x", "(10, 2)"), array("y", "(10,)")], null).validation_split).toBe(
      0.2,
    );
  });
});

describe("setupProblem", () => {
  const complete = { ...firstSetup(digits, null), loss: "mse", optimizer: "adam" };
  it("has nothing to say about a complete setup", () => {
    expect(setupProblem(complete, digits)).toBe("");
  });
  it("names both arrays when they do not have as many samples", () => {
    const words = setupProblem({ ...complete, y: "y_test" }, digits);
    expect(words).toBe("x_train has 1437 samples, y_test has 360: they must be as many.");
  });
  it.each([
    ["x", ""],
    ["validation_y", ""],
    ["loss", ""],
    ["learning_rate", Number.NaN],
    ["epochs", 2.5],
    ["batch_size", 0],
  ])("explains what is wrong with %s", (field, value) => {
    expect(setupProblem({ ...complete, [field]: value }, digits)).toMatch(/\.$/);
  });
});

describe("followSuggestion", () => {
  it("takes a new suggestion only where the old one still stands", () => {
    const before = { ...firstSetup(digits, null), loss: "mse", optimizer: "adam" };
    const chosen = { ...before, optimizer: "sgd", epochs: 3 };
    const now = { ...before, loss: "crossentropy", optimizer: "rmsprop", metrics: ["accuracy"] };
    const followed = followSuggestion(chosen, before, now);
    expect(followed.loss).toBe("crossentropy");
    expect(followed.metrics).toEqual(["accuracy"]);
    expect(followed.optimizer).toBe("sgd");
    expect(followed.epochs).toBe(3);
  });
});

describe("plan", () => {
  it("counts samples and batches", () => {
    const setup = { ...firstSetup(digits, null), batch_size: 32 };
    expect(plan(setup, digits)).toEqual({ training: 1437, validation: 360, batches: 45 });
    const split = { ...setup, validation_x: "", validation_y: "", validation_split: 0.2 };
    expect(plan(split, digits)).toEqual({ training: 1149, validation: 288, batches: 36 });
  });
});
