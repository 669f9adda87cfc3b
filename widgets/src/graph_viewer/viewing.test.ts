/** What the user does with a graph, without pixels: opening, searching, walking, asking. */
import { describe, expect, it } from "vitest";
import {
  between,
  fitted,
  opening,
  panned,
  revealing,
  toDrawing,
  toScreen,
  viewOf,
  zoomed,
} from "./camera";
import { Recorder, type Tensor } from "./dev/recorder";
import { forwardPass, nestedBlocks, trainingStep } from "./dev/samples";
import { layOut } from "./layout";
import { pick } from "./pick";
import { buildScene } from "./scene";
import { readQuery } from "./search";
import { elements, shortSpec } from "./spec";
import { describe as speak } from "./speech";
import { ViewerState } from "./state";
import { type Direction, step } from "./steps";
import { buildStructure } from "./structure";
import { relativesOf, summarize } from "./summary";
import { randomGraph, seeded } from "./testing/random_graph";

function named(state: ViewerState, path: string, lane = "forward") {
  const part = state.hierarchy.parts.find((other) => other.path === path && other.lane === lane);
  if (!part) throw new Error(`no part ${path}`);
  return part;
}

function sceneOf(state: ViewerState) {
  const structure = buildStructure(state.hierarchy, state.open);
  return buildScene(layOut(state.hierarchy, structure, (text) => text.length * 6.6));
}

describe("opening and closing", () => {
  it("starts with the layers of the model in view, each closed", () => {
    const state = new ViewerState(trainingStep());
    expect(state.isOpen(named(state, "digits_cnn"))).toBe(true);
    expect(state.isOpen(named(state, "digits_cnn/conv2d"))).toBe(false);
  });

  it("starts with the network open, even where there is more to measure than to compute", () => {
    const recorder = new Recorder();
    const spec = "float32[?, 4]";
    const repeated = (x: Tensor, times: number) =>
      Array.from({ length: times }).reduce((y: Tensor) => recorder.op("add", [y], spec), x);
    const x = recorder.source("x", "input", spec);
    const y = recorder.within("tiny", {}, () => repeated(x, 4));
    recorder.within("metrics", { phase: "metrics" }, () => repeated(y, 60));
    const state = new ViewerState(recorder.view("step", [y]));
    expect(state.isOpen(named(state, "tiny"))).toBe(true);
    expect(state.isOpen(named(state, "metrics"))).toBe(false);
  });

  it("starts with few boxes however large the graph is", () => {
    const state = new ViewerState(nestedBlocks(20_000));
    expect(sceneOf(state).boxes.length).toBeLessThan(300);
  });

  it("starts with something for every graph", () => {
    for (let seed = 0; seed < 40; seed++) {
      const state = new ViewerState(randomGraph(seeded(seed), 5 + seed * 12));
      expect(sceneOf(state).boxes.length).toBeGreaterThan(1);
    }
  });

  it("opens to a level, and to nothing", () => {
    const state = new ViewerState(trainingStep());
    state.openTo(0);
    expect([state.level, state.anyOpen]).toEqual([0, false]);
    state.openTo(2);
    expect(state.level).toBe(2);
    state.openTo(state.levels);
    expect(state.level).toBe(state.levels);
  });

  it("opens what is around a part to show it, and selects the scope that closes over it", () => {
    const state = new ViewerState(trainingStep());
    state.openTo(0);
    const op = named(state, "digits_cnn/batch_normalization/moments/square");
    state.uncover(op);
    expect(state.shownAs(op)).toBe(op.index);
    state.select({ kind: "part", part: op.index });
    state.toggle(named(state, "digits_cnn"));
    expect(state.selected?.path).toBe("digits_cnn");
  });

  it("keeps what is open and selected when a phase is hidden and shown", () => {
    const state = new ViewerState(trainingStep());
    const scope = named(state, "digits_cnn/conv2d");
    state.toggle(scope);
    state.select({ kind: "part", part: scope.index });
    state.show("update", false);
    expect(state.selected?.path).toBe("digits_cnn/conv2d");
    expect(state.isOpen(named(state, "digits_cnn/conv2d"))).toBe(true);
    expect(state.hierarchy.lanes).toEqual(["forward", "backward"]);
    state.show("update", true);
    expect(state.hierarchy.lanes).toHaveLength(3);
  });

  it("goes back and forward in what was selected", () => {
    const state = new ViewerState(trainingStep());
    const [a, b] = [named(state, "images"), named(state, "loss/mean")];
    state.select({ kind: "part", part: a.index });
    state.select({ kind: "part", part: b.index });
    expect(state.revisit(true)).toBe(a);
    expect(state.revisit(true)).toBeUndefined();
    expect(state.revisit(false)).toBe(b);
  });
});

describe("search", () => {
  const state = new ViewerState(trainingStep());
  const find = (query: string) => {
    state.search(query);
    return state.matches.map((match) => state.part(match));
  };

  it("reads fields", () => {
    expect(readQuery("op:add  dense")).toEqual([
      { field: "op", text: "add" },
      { field: null, text: "dense" },
    ]);
  });
  it("finds by name, exact names first", () => {
    expect(find("conv2d_1")[0]!.label).toBe("conv2d_1");
    expect(find("conv2d_1")[0]!.kind).toBe("scope");
  });
  it("finds by op, layer, phase and shape", () => {
    expect(find("op:matmul layer:logits phase:forward").map((part) => part.path)).toEqual([
      "digits_cnn/logits/matmul",
    ]);
    const shapes = ["shape:14,14", "14×14", "14x14"].map((query) => find(query).length);
    expect(shapes[0]).toBeGreaterThan(0);
    expect(new Set(shapes).size).toBe(1);
  });
  it("finds nothing for nothing", () => {
    expect(find("")).toEqual([]);
    expect(find("zebra")).toEqual([]);
    expect(find("op:")).toEqual([]);
  });
});

describe("answers about parts", () => {
  const state = new ViewerState(trainingStep());
  const { graph, hierarchy } = state;

  it("tells what a layer reads and gives", () => {
    const summary = summarize(hierarchy, named(state, "digits_cnn/conv2d"));
    expect(summary.inputs.map(({ source }) => graph.ops[source]!.name)).toEqual(["images"]);
    expect(summary.variables.map((place) => graph.ops[place]!.name)).toEqual([
      "digits_cnn/conv2d/kernel",
      "digits_cnn/conv2d/bias",
    ]);
    expect(summary.outputs.map(({ source }) => graph.ops[source]!.name)).toEqual([
      "digits_cnn/conv2d/add",
    ]);
    expect(Object.fromEntries(summary.primitives)).toEqual({ convolution: 1, add: 1 });
  });

  it("finds the gradients, the layer and the update of an operation, and the way back", () => {
    const op = named(state, "digits_cnn/logits/matmul");
    const { backward, layer } = relativesOf(hierarchy, op);
    expect(backward.map((place) => graph.ops[place]!.forward)).toEqual(
      backward.map(() => graph.ops[op.op]!.id),
    );
    expect(backward.length).toBe(4);
    expect(layer.map((place) => graph.ops[place]!.layer)).toEqual(layer.map(() => "logits"));
    const gradient = state.part(hierarchy.partOf[backward[0]!]!);
    expect(relativesOf(hierarchy, gradient).forward).toBe(op.op);
    const scope = relativesOf(hierarchy, named(state, "digits_cnn/logits"));
    expect(scope.updates.length).toBe(20);
  });

  it("says the selection in words", () => {
    state.select({ kind: "part", part: named(state, "digits_cnn/conv2d").index });
    expect(speak(state)).toBe("conv2d, closed scope, 2 operations, 1 input, 1 output");
    state.select({ kind: "part", part: named(state, "digits_cnn/logits/add").index });
    expect(speak(state)).toBe(
      "add, forward add of layer logits, gives float32[?, 10], 2 inputs, 1 output",
    );
  });

  it("shortens specs and measures them", () => {
    expect(shortSpec("float32[?, 28, 28, 1]")).toBe("? × 28 × 28 × 1");
    expect(shortSpec("int64[]")).toBe("int64 scalar");
    expect(shortSpec("bool[None]")).toBe("bool ?");
    expect(shortSpec("no spec")).toBe("no spec");
    expect(elements("float32[?, 28, 28, 2]")).toBe(1568);
  });
});

describe("arrow keys", () => {
  const state = new ViewerState(trainingStep());
  const scene = sceneOf(state);
  const walk = (path: string, ...directions: Direction[]) => {
    let part = named(state, path);
    for (const direction of directions) part = step(scene, part, direction) ?? part;
    return part;
  };

  it("follow edges down and up", () => {
    expect(walk("digits_cnn/conv2d", "down").path).toBe("digits_cnn/batch_normalization");
    expect(walk("digits_cnn/conv2d", "down", "up").path).toBe("digits_cnn/conv2d");
    expect(walk("images", "down").path).toBe("digits_cnn/conv2d");
  });
  it("go into an open scope, and from lane to lane", () => {
    expect(walk("digits_cnn", "down").path).toBe("digits_cnn/conv2d");
    expect(walk("digits_cnn/flatten/reshape", "right").lane).toBe("backward");
  });
  it("reach variables beside an operation", () => {
    state.open.add(named(state, "digits_cnn/dense").key);
    const open = sceneOf(state);
    const kernel = step(open, named(state, "digits_cnn/dense/matmul"), "left");
    expect(kernel?.path).toBe("digits_cnn/dense/kernel");
    expect(step(open, kernel!, "right")?.path).toBe("digits_cnn/dense/matmul");
  });
  it("stay where there is nothing", () => {
    expect(step(scene, named(state, "images"), "up")).toBeUndefined();
  });
});

describe("the pointer", () => {
  const state = new ViewerState(forwardPass());
  const scene = sceneOf(state);
  const box = scene.boxOf.get(named(state, "digits_cnn/conv2d").index)!;
  const at = (x: number, y: number) => pick(scene, x, y, 1, true);

  it("hits boxes, their buttons, edges and scopes", () => {
    expect(at(box.x + 20, box.y + 20)).toEqual({ kind: "part", part: box.part.index });
    expect(at(box.x + box.width - 8, box.y + 10)).toEqual({ kind: "toggle", part: box.part.index });
    const below = at(box.x + box.width / 2, box.y + box.height + 30);
    expect(below?.kind).toBe("edge");
    const around = scene.boxOf.get(box.part.parent)!;
    expect(at(around.x + 4, around.y + around.height - 4)).toEqual({
      kind: "scope",
      part: around.part.index,
    });
    expect(at(-500, -500)).toBeNull();
  });
});

describe("the camera", () => {
  const view = { width: 800, height: 600 };
  const camera = { x: 10, y: 20, scale: 0.5 };

  it("leads to the drawing and back", () => {
    const point = { x: 123, y: 45 };
    expect(toDrawing(camera, toScreen(camera, point))).toEqual(point);
  });
  it("holds the point under the pointer still while zooming", () => {
    const still = { x: 300, y: 200 };
    const before = toDrawing(camera, still);
    const after = toDrawing(zoomed(camera, 1.7, still), still);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });
  it("fits all, and opens at a size that can be read", () => {
    const tall = { x: 0, y: 0, width: 400, height: 20_000 };
    const seen = viewOf(fitted(tall, view), view);
    expect(seen.y).toBeLessThanOrEqual(0);
    expect(seen.y + seen.height).toBeGreaterThanOrEqual(20_000);
    expect(opening(tall, view).scale).toBeGreaterThanOrEqual(0.55);
    expect(opening({ ...tall, height: 300 }, view).scale).toBe(1);
  });
  it("moves as little as needed to reveal something", () => {
    const inside = { x: 100, y: 100, width: 50, height: 50 };
    expect(revealing(camera, inside, view)).toBe(camera);
    const moved = viewOf(revealing(camera, { ...inside, y: 5000 }, view), view);
    expect(moved.y).toBeLessThan(5000);
    expect(moved.y + moved.height).toBeGreaterThan(5050);
  });
  it("flies from one look to another", () => {
    const to = panned(zoomed(camera, 3, { x: 0, y: 0 }), 50, 60);
    expect(between(camera, to, 0)).toEqual(camera);
    const end = between(camera, to, 1);
    expect([end.x, end.y, end.scale].map((value) => value.toFixed(6))).toEqual(
      [to.x, to.y, to.scale].map((value) => value.toFixed(6)),
    );
  });
});
