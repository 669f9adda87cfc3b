/**
 * A page to look at made-up graphs, without Jupyter and Python.  In `widgets`:
 *
 *   npx esbuild src/graph_viewer/dev/page.ts --bundle --format=esm \
 *     --outdir=src/graph_viewer/dev --servedir=src/graph_viewer/dev
 *
 * and open /page.html?graph=training&theme=dark (other graphs: see below; nothing is written).
 */

import type { WidgetModel } from "../../model";
import type { GraphView } from "../../shared/messages";
import { render } from "../index";
import { flatChain, forwardPass, nestedBlocks, trainingStep } from "./samples";

const graphs: Record<string, () => GraphView | null> = {
  forward: forwardPass,
  training: () => trainingStep(1),
  deep: () => trainingStep(8),
  blocks: () => nestedBlocks(5000),
  huge: () => nestedBlocks(50000),
  chain: () => flatChain(5000),
  empty: () => ({ name: "empty", ops: [], outputs: [], help: [], families: [] }),
  loading: () => null,
};

/** A model that holds traits and tells when they change. */
class PageModel implements WidgetModel {
  private readonly listeners = new Map<string, Set<(...values: never[]) => void>>();
  private readonly traits = new Map<string, unknown>();

  get(name: string): unknown {
    return this.traits.get(name);
  }
  set(name: string, value: unknown): void {
    this.traits.set(name, value);
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }
  save_changes(): void {}
  on(event: string, callback: (...values: never[]) => void): void {
    const list = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, list.add(callback));
  }
  off(event: string, callback?: (...values: never[]) => void): void {
    if (callback) this.listeners.get(event)?.delete(callback);
  }
  send(): void {}
}

const asked = new URLSearchParams(location.search);
const model = new PageModel();
const started = performance.now();
const name = asked.get("graph") ?? "training";
// What is not made up here is a file beside the page, written from a real model.
const graph = graphs[name] ? graphs[name]() : await (await fetch(`${name}.json`)).json();
if (graph) model.set("graph", graph);
const made = performance.now();
const el = document.getElementById("widget")!;
const stop = render({ model, el });
requestAnimationFrame(() =>
  Object.assign(window, {
    page: { model, stop, graphs, made: made - started, shown: performance.now() - made },
  }),
);
