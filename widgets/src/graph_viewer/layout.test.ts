import { describe, expect, it } from "vitest";
import type { GraphView } from "../shared/messages";
import { flatChain, forwardPass, nestedBlocks, trainingStep } from "./dev/samples";
import { buildHierarchy } from "./hierarchy";
import { type Layout, layOut } from "./layout";
import type { Hierarchy } from "./parts";
import { buildScene, type Rect, type Scene } from "./scene";
import { buildStructure, Levels, rankOf } from "./structure";
import { randomGraph, seeded } from "./testing/random_graph";

const textWidth = (text: string) => text.length * 6.6;

function sceneOf(hierarchy: Hierarchy, open: ReadonlySet<string>): Scene {
  return buildScene(layOut(hierarchy, buildStructure(hierarchy, open), textWidth));
}

function allKeys({ parts }: Hierarchy): Set<string> {
  return new Set(parts.filter((part) => part.op < 0).map((part) => part.key));
}

/** A few states of openness: nothing, everything, and some by chance. */
function openStates(hierarchy: Hierarchy, chance: () => number): Set<string>[] {
  const keys = [...allKeys(hierarchy)];
  const some = () => new Set(keys.filter(() => chance() < 0.6));
  return [new Set(), new Set(keys), some(), some()];
}

const graphs: [string, GraphView][] = [
  ["forward pass", forwardPass()],
  ["training step", trainingStep()],
  ["training step of many blocks", trainingStep(4)],
  ["nested blocks", nestedBlocks(400)],
  ["chain", flatChain(300)],
  ["empty", { name: "empty", ops: [], outputs: [], help: [], families: [] }],
  ...Array.from({ length: 16 }, (_, seed): [string, GraphView] => [
    `random ${seed}`,
    randomGraph(seeded(seed), 8 + seed * 14),
  ]),
];

describe.each(graphs)("layout of %s", (_name, graph) => {
  const hierarchy = buildHierarchy(graph);
  const states = openStates(hierarchy, seeded(graph.ops.length));

  it("shows every operation once when all is open", () => {
    const scene = sceneOf(hierarchy, allKeys(hierarchy));
    const shown = scene.boxes.map((box) => box.part.op).filter((op) => op >= 0);
    const pills = scene.boxes.flatMap((box) => box.pills.filter((pill) => pill.beside.isHere));
    const all = [...shown, ...pills.map((pill) => pill.beside.op)].sort((a, b) => a - b);
    expect(all).toEqual(graph.ops.map((_op, place) => place));
  });

  it.each(states.map((open, at) => [at, open] as const))(
    "never overlaps (state %i)",
    (_at, open) => {
      const scene = sceneOf(hierarchy, open);
      const inside = new Map<number, Rect[]>();
      for (const box of scene.boxes.slice(1)) {
        const holder = scene.boxOf.get(box.part.parent)!;
        expect(contains(holder, box)).toBe(true);
        const list = inside.get(box.part.parent) ?? [];
        for (const rect of [box, ...box.pills]) {
          for (const other of list) expect(overlap(rect, other)).toBe(false);
          list.push(rect);
        }
        inside.set(box.part.parent, list);
      }
    },
  );

  it.each(states.map((open, at) => [at, open] as const))(
    "flows one way (state %i)",
    (_at, open) => {
      const structure = buildStructure(hierarchy, open);
      for (const level of structure.levels.values()) {
        const lane = hierarchy.parts[level.scope]!.lane;
        const between = level.links.filter(
          ({ source, target }) => source < level.members.length && target < level.members.length,
        );
        const against = between.filter((link) => {
          const goesDown = rankOf(level, link.target) > rankOf(level, link.source);
          return lane === "backward" ? goesDown : !goesDown;
        });
        if (!hasLoop(between)) expect(against).toEqual([]);
        for (const link of level.links)
          expect(rankOf(level, link.target)).not.toBe(rankOf(level, link.source));
      }
    },
  );

  it.each(states.map((open, at) => [at, open] as const))(
    "draws every edge (state %i)",
    (_at, open) => {
      const scene = sceneOf(hierarchy, open);
      const drawn = new Set<number>();
      for (const box of scene.boxes)
        for (const line of box.lines) for (const edge of line.edges) drawn.add(edge);
      for (const line of scene.across) for (const edge of line.edges) drawn.add(edge);
      const { edges, partOf, parts } = hierarchy;
      const { shownAs } = scene.layout.structure;
      for (let edge = 0; edge < edges.count; edge++) {
        const source = parts[partOf[edges.source[edge]!]!]!;
        const target = parts[partOf[edges.target[edge]!]!]!;
        const isVisible = source.host < 0 && shownAs[source.index] !== shownAs[target.index];
        expect(drawn.has(edge)).toBe(isVisible);
      }
    },
  );

  it("keeps what did not change, and gets the same as from scratch", () => {
    const levels = new Levels(hierarchy);
    const chance = seeded(7);
    const keys = [...allKeys(hierarchy)];
    const open = new Set<string>();
    let layout: Layout | undefined;
    for (let step = 0; step < 12 && keys.length; step++) {
      const key = keys[Math.floor(chance() * keys.length)]!;
      if (!open.delete(key)) open.add(key);
      layout = layOut(hierarchy, buildStructure(hierarchy, open, levels), textWidth, true, layout);
      const places = ({ boxes }: Scene) =>
        boxes.map(({ x, y, width, height }) => [x, y, width, height]);
      expect(places(buildScene(layout))).toEqual(places(sceneOf(hierarchy, open)));
    }
  });

  it("leads each line from the border of a box to the border of a box", () => {
    for (const open of states) {
      const scene = sceneOf(hierarchy, open);
      for (const box of scene.boxes)
        for (const line of box.lines) {
          const [x, y] = [line.points.at(-2)!, line.points.at(-1)!];
          const ends = scene.boxes.filter(
            (other) =>
              x >= other.x - 1 &&
              x <= other.x + other.width + 1 &&
              (Math.abs(y - other.y) < 1 || Math.abs(y - other.y - other.height) < 1),
          );
          if (line.edges.length) expect(ends.length).toBeGreaterThan(0);
        }
    }
  });
});

it("puts a layer, its gradients and its update in one row", () => {
  const hierarchy = buildHierarchy(trainingStep());
  const open = new Set(["lane:forward", "lane:backward", "lane:update"]);
  for (const part of hierarchy.parts)
    if (part.label === "digits_cnn" && part.kind === "scope") open.add(part.key);
  const scene = sceneOf(hierarchy, open);
  const middles = ["forward", "backward", "update"].map((lane) => {
    const box = scene.boxes.find(({ part }) => part.lane === lane && part.label === "conv2d_1");
    return box && box.y + box.height / 2;
  });
  expect(middles[0]).toBeGreaterThan(0);
  expect(middles[1]).toBe(middles[0]);
  expect(middles[2]).toBe(middles[0]);
});

it.each([5000, 50000])(
  "lays out %i operations (times are printed)",
  (size) => {
    const graph = nestedBlocks(size);
    const started = performance.now();
    const hierarchy = buildHierarchy(graph);
    const built = performance.now();
    sceneOf(hierarchy, new Set());
    const collapsed = performance.now();
    const scene = sceneOf(hierarchy, allKeys(hierarchy));
    const expanded = performance.now();
    expect(scene.boxes.filter((box) => box.part.op >= 0)).toHaveLength(graph.ops.length);
    const times = [built - started, collapsed - built, expanded - collapsed];
    console.log(
      `${size} ops: tree, collapsed, all open: ${times.map((time) => `${time.toFixed(0)} ms`)}`,
    );
  },
  120_000,
);

it("lays out a flat chain of 5,000 operations without running out of stack or time", () => {
  const started = performance.now();
  const scene = sceneOf(buildHierarchy(flatChain(5000)), new Set());
  expect(scene.boxes).toHaveLength(5001);
  console.log(`flat chain of 5,000: ${(performance.now() - started).toFixed(0)} ms`);
}, 60_000);

function contains(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x - 0.5 &&
    inner.y >= outer.y - 0.5 &&
    inner.x + inner.width <= outer.x + outer.width + 0.5 &&
    inner.y + inner.height <= outer.y + outer.height + 0.5
  );
}

function overlap(a: Rect, b: Rect): boolean {
  const apart = 0.5;
  return (
    a.x + a.width > b.x + apart &&
    b.x + b.width > a.x + apart &&
    a.y + a.height > b.y + apart &&
    b.y + b.height > a.y + apart
  );
}

/** Whether links form a loop: what is left when all without a predecessor are taken away. */
function hasLoop(links: { source: number; target: number }[]): boolean {
  let left = links;
  for (;;) {
    const targets = new Set(left.map((link) => link.target));
    const rest = left.filter((link) => targets.has(link.source));
    if (rest.length === left.length) return rest.length > 0;
    left = rest;
  }
}
