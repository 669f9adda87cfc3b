import { describe, expect, it } from "vitest";
import { forwardPass, trainingStep } from "./dev/samples";
import { buildHierarchy } from "./hierarchy";
import { childTowards, commonAncestor, type Hierarchy } from "./parts";

import { randomGraph, seeded } from "./testing/random_graph";

function partAt({ parts }: Hierarchy, lane: string, path: string) {
  const found = parts.find((part) => part.lane === lane && part.path === path);
  if (!found) throw new Error(`no part ${path}`);
  return found;
}

describe("a forward pass", () => {
  const hierarchy = buildHierarchy(forwardPass());
  const root = hierarchy.parts[0]!;

  it("has no lanes: its inputs and scopes are the root's", () => {
    expect(hierarchy.lanes).toEqual([]);
    expect(root.children.map((child) => hierarchy.parts[child]!.label)).toEqual([
      "images",
      "digits_cnn",
    ]);
  });

  it("puts each variable beside its reader, in its reader's scope", () => {
    const kernel = partAt(hierarchy, "forward", "digits_cnn/conv2d/kernel");
    const convolution = partAt(hierarchy, "forward", "digits_cnn/conv2d/convolution");
    expect(kernel.host).toBe(convolution.index);
    expect(kernel.parent).toBe(convolution.parent);
    expect(convolution.attached).toEqual([kernel.index]);
  });

  it("merges a scope of one operation with it, under the name of the scope", () => {
    const relu = partAt(hierarchy, "forward", "digits_cnn/relu/relu");
    expect(relu.label).toBe("relu");
    expect(hierarchy.parts[relu.parent]!.path).toBe("digits_cnn");
  });

  it("counts operations, variables and colours", () => {
    const scope = partAt(hierarchy, "forward", "digits_cnn/conv2d");
    expect([scope.ops, scope.variables, scope.layer]).toEqual([2, 2, "conv2d"]);
    expect(scope.hues).toEqual([["family:Convolution", 2]]);
  });
});

describe("a training step", () => {
  const hierarchy = buildHierarchy(trainingStep());

  it("has three lanes, loss and metrics in the forward one", () => {
    expect(hierarchy.lanes).toEqual(["forward", "backward", "update"]);
    expect(partAt(hierarchy, "forward", "loss/mean").depth).toBe(3);
    expect(partAt(hierarchy, "forward", "accuracy/argmax").lane).toBe("forward");
  });

  it("pairs gradients and updates with the layer they belong to", () => {
    const forward = partAt(hierarchy, "forward", "digits_cnn/conv2d_1");
    const backward = partAt(hierarchy, "backward", "gradients/digits_cnn/conv2d_1");
    const update = partAt(hierarchy, "update", "adam/conv2d_1");
    expect(backward.partner).toBe(forward.index);
    expect(update.partner).toBe(forward.index);
  });

  it("gives the update lane the scope of the model, so that layers line up", () => {
    const update = partAt(hierarchy, "update", "adam/conv2d_1");
    const around = hierarchy.parts[update.parent]!;
    expect([around.kind, around.label]).toEqual(["scope", "digits_cnn"]);
    const steps = partAt(hierarchy, "update", "adam/add");
    expect(hierarchy.parts[steps.parent]!.kind).toBe("lane"); // belongs to no layer
  });

  it("lets a gradient wear the colour of what it is the gradient of", () => {
    const gradient = partAt(hierarchy, "backward", "gradients/loss");
    expect(gradient.hues.map(([hue]) => hue)).toEqual(["loss"]);
  });

  it("hides phases with the variables that nothing else reads", () => {
    const without = buildHierarchy(trainingStep(), new Set(["update"]));
    expect(without.lanes).toEqual(["forward", "backward"]);
    expect(without.parts.some((part) => part.path.startsWith("adam"))).toBe(false);
    expect(partAt(without, "forward", "digits_cnn/conv2d/kernel").host).toBeGreaterThan(0);
    const alone = buildHierarchy(trainingStep(), new Set(["update", "backward"]));
    expect(alone.lanes).toEqual([]);
  });
});

describe.each(Array.from({ length: 20 }, (_, seed) => seed))("random graph %i", (seed) => {
  const graph = randomGraph(seeded(seed), 10 + seed * 9);
  const hierarchy = buildHierarchy(graph);
  const { parts, edges } = hierarchy;

  it("holds every operation once, parents before children", () => {
    const places = parts.filter((part) => part.op >= 0).map((part) => part.op);
    expect(places.sort((a, b) => a - b)).toEqual(graph.ops.map((_op, place) => place));
    for (const part of parts.slice(1)) {
      expect(part.parent).toBeLessThan(part.index);
      expect(parts[part.parent]!.children).toContain(part.index);
      expect(part.depth).toBe(parts[part.parent]!.depth + 1);
    }
    expect(new Set(parts.map((part) => part.key)).size).toBe(parts.length);
  });

  it("puts every edge into the innermost scope that holds both ends, or between lanes", () => {
    const sorted = [...hierarchy.inner.values(), hierarchy.across].flat();
    const expected: number[] = [];
    for (let edge = 0; edge < edges.count; edge++) {
      const source = parts[hierarchy.partOf[edges.source[edge]!]!]!;
      if (source.host < 0) expected.push(edge);
    }
    expect(sorted.sort((a, b) => a - b)).toEqual(expected);
    for (const [scope, list] of hierarchy.inner)
      for (const edge of list) {
        const source = hierarchy.partOf[edges.source[edge]!]!;
        const target = hierarchy.partOf[edges.target[edge]!]!;
        expect(commonAncestor(parts, source, target)).toBe(scope);
        expect(childTowards(parts, scope, source)).not.toBe(childTowards(parts, scope, target));
      }
  });

  it("leaves out what is hidden, and only that", () => {
    const hidden = new Set(["backward", "loss"] as const);
    const rest = buildHierarchy(graph, hidden);
    for (const [place, op] of graph.ops.entries()) {
      if (op.phase === "backward" || op.phase === "loss") expect(rest.partOf[place]).toBe(-1);
      else if (op.phase === "forward") expect(rest.partOf[place]).toBeGreaterThan(0);
    }
  });
});

it("survives inputs that are not listed and names with empty scopes", () => {
  const graph = forwardPass();
  const odd = {
    ...graph.ops[3]!,
    id: 900,
    name: "//a//b/",
    inputs: [[12345, 0]] as [number, number][],
  };
  const hierarchy = buildHierarchy({ ...graph, ops: [...graph.ops, odd] });
  expect(hierarchy.partOf[graph.ops.length]).toBeGreaterThan(0);
});

it("folds a scope 3,000 levels deep without recursion", () => {
  const graph = forwardPass();
  const path = Array.from({ length: 3000 }, (_, level) => `s${level}`).join("/");
  const deep = [0, 1].map((at) => ({
    ...graph.ops[3]!,
    id: 900 + at,
    name: `${path}/op${at}`,
    inputs: [],
  }));
  const hierarchy = buildHierarchy({ ...graph, ops: [...graph.ops, ...deep] });
  expect(hierarchy.partOf[graph.ops.length]).toBeGreaterThan(0);
});
