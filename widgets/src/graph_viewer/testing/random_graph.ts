/** Graphs by chance, from a seed: for properties that must hold for every graph. */

import type { GraphView } from "../../shared/messages";
import type { Phase } from "../parts";

/** Numbers from 0 to 1 that are the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Operations in scopes by chance, scopes that form loops included; ids are not places. */
export function randomGraph(chance: () => number, size: number): GraphView {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(chance() * items.length)]!;
  const words = ["a", "b", "c", "encoder", "dense"];
  const phases: Phase[] = ["forward", "forward", "backward", "update", "loss", "metrics"];
  const ops: GraphView["ops"] = [];
  for (let place = 0; place < size; place++) {
    const isSource = place < 2 || chance() < 0.2;
    const phase = isSource ? pick(["input", "variable", "constant"] as const) : pick(phases);
    const scopes = Array.from({ length: Math.floor(chance() * 4) }, () => pick(words));
    const inputs: [number, number][] = [];
    if (!isSource)
      for (let at = Math.floor(chance() * 3); at >= 0; at--) {
        const near = Math.max(0, place - 1 - Math.floor(chance() * chance() * place));
        inputs.push([ops[near]!.id, Math.floor(chance() * 2)]);
      }
    ops.push({
      id: 1000 + place * 3,
      name: [...scopes, `op${place}`].join("/"),
      op: pick(["add", "matmul", "relu"]),
      inputs,
      outputs: ["float32[?, 8]", "int64[]"],
      phase,
      layer: scopes[0] ?? "",
      family: "",
      forward: phase === "backward" ? ops[Math.floor(chance() * place)]!.id : -1,
      settings: chance() < 0.3 ? { axis: "-1" } : {},
      line: "",
    });
  }
  return { name: "random", ops, outputs: [[ops.at(-1)!.id, 0]], help: [], families: [] };
}
