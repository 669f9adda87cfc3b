/** The viewer as a whole in a light-weight document: everything but pixels. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WidgetModel } from "../model";
import type { GraphView } from "../shared/messages";
import { forwardPass, trainingStep } from "./dev/samples";
import { render, renderGraph } from "./index";

let el: HTMLElement;

beforeEach(() => {
  // There are no pixels here: what draws on them is tested in a real browser.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  el = document.createElement("div");
  document.body.append(el);
});

afterEach(() => {
  el.remove();
  vi.restoreAllMocks();
});

function rows(): string[] {
  return [...el.querySelectorAll("[role=treeitem] .vnn-graph-name")].map(
    (row) => row.textContent ?? "",
  );
}

function row(name: string): HTMLElement {
  const found = [...el.querySelectorAll<HTMLElement>("[role=treeitem]")].find(
    (item) => item.querySelector(".vnn-graph-name")?.textContent === name,
  );
  if (!found) throw new Error(`no row ${name}: ${rows()}`);
  return found;
}

function press(target: Element, key: string, more: KeyboardEventInit = {}): void {
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
  );
}

function model(graph: unknown) {
  let listener = () => {};
  const traits: Record<string, unknown> = { graph };
  const fake: WidgetModel & { assign(graph: unknown): void; listens(): boolean } = {
    get: (name) => traits[name],
    set: () => {},
    save_changes: () => {},
    on: (_event, callback) => {
      listener = callback as () => void;
    },
    off: () => {
      listener = () => {};
    },
    send: () => {},
    assign(next) {
      traits.graph = next;
      listener();
    },
    listens: () => listener.name !== "listener",
  };
  return fake;
}

it("shows the outline of the graph and what is selected in it", () => {
  const stop = renderGraph(el, forwardPass());
  expect(rows()).toContain("digits_cnn");
  row("conv2d").click();
  expect(el.querySelector(".vnn-graph-panel h3")?.textContent).toBe("conv2d");
  expect(row("conv2d").getAttribute("aria-selected")).toBe("true");
  expect(el.querySelector(".vnn-graph-trail")?.textContent).toBe("digits_cnnconv2d");
  stop();
  expect(el.children).toHaveLength(0);
});

it("is walked by the keys of a tree", () => {
  const stop = renderGraph(el, forwardPass());
  const tree = el.querySelector("[role=tree]")!;
  row("conv2d").click();
  press(tree, "ArrowRight");
  expect(rows()).toContain("convolution");
  press(tree, "ArrowRight");
  expect(el.querySelector(".vnn-graph-panel h3")?.textContent).toBe("convolution");
  press(tree, "ArrowLeft");
  press(tree, "ArrowLeft");
  expect(rows()).not.toContain("convolution");
  press(tree, "m");
  expect(el.querySelector(".vnn-graph-panel h3")?.textContent).toBe("max_pooling2d");
  stop();
});

it("finds operations and goes to them", () => {
  const stop = renderGraph(el, trainingStep());
  const input = el.querySelector<HTMLInputElement>("input[type=search]")!;
  input.value = "op:matmul layer:logits phase:forward";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  expect(el.querySelectorAll("[role=option]")).toHaveLength(1);
  press(input, "Enter");
  expect(el.querySelector(".vnn-graph-panel .vnn-graph-path")?.textContent).toBe(
    "digits_cnn/logits/matmul",
  );
  press(input, "Escape");
  expect(rows()).toContain("matmul"); // its scope was opened
  stop();
});

it("shows formula, specs, settings, documentation and source of an operation", () => {
  const stop = renderGraph(el, forwardPass());
  press(el.querySelector(".vnn-graph")!, "/");
  const input = el.querySelector<HTMLInputElement>("input[type=search]")!;
  input.value = "conv2d/convolution";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  press(input, "Enter");
  const text = el.querySelector(".vnn-graph-panel")!.textContent;
  for (const words of [
    "Σ x[n",
    "Slides kernels",
    "float32[?, 28, 28, 32]",
    "padding",
    "model.py:14",
    "sliding_windows",
  ])
    expect(text).toContain(words);
  stop();
});

it("writes names as text, whatever is in them", () => {
  const graph = forwardPass();
  const evil = `<img src=x onerror="window.broken = true">`;
  graph.ops[1] = { ...graph.ops[1]!, name: evil, settings: { [evil]: evil }, layer: evil };
  graph.help.push({ op: graph.ops[1].op, formula: evil, doc: evil, source: evil });
  const stop = renderGraph(el, graph);
  const input = el.querySelector<HTMLInputElement>("input[type=search]")!;
  input.value = "onerror";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  press(input, "Enter");
  expect(el.querySelector("img")).toBeNull();
  expect(el.querySelector(".vnn-graph-panel")?.textContent).toContain(evil);
  stop();
});

it("waits for a graph, says when it is empty, and draws it when it comes", () => {
  const fake = model(null);
  const stop = render({ model: fake, el });
  expect(el.textContent).toContain("Waiting for the graph");
  const empty: GraphView = { name: "empty", ops: [], outputs: [], help: [], families: [] };
  fake.assign(empty);
  expect(el.textContent).toContain("This graph has no operations.");
  fake.assign(forwardPass());
  expect(rows()).toContain("images");
  stop();
  expect(el.children).toHaveLength(0);
});

it("looks at the next graph in the same place as at the one before", () => {
  const fake = model(trainingStep());
  const stop = render({ model: fake, el });
  row("conv2d").click();
  press(el.querySelector("[role=tree]")!, "ArrowRight");
  el.querySelector<HTMLElement>("[data-toggle=update]")!.click();
  fake.assign(trainingStep(2)); // the model was edited
  expect(rows()).toContain("convolution");
  expect(el.querySelector("[data-toggle=update]")?.getAttribute("aria-pressed")).toBe("false");
  expect(el.querySelector(".vnn-graph-panel h3")?.textContent).toBe("conv2d");
  stop();
});

it("explains a graph that cannot be drawn", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const graph = forwardPass();
  const broken = { ...graph, ops: [{ ...graph.ops[0]!, inputs: null as never }] };
  const stop = renderGraph(el, broken);
  expect(el.textContent).toContain("This graph cannot be drawn.");
  stop();
});

it("keeps keys away from the notebook and tells which layer is selected", () => {
  const layers: string[] = [];
  el.addEventListener("visualnn-layer-selected", (event) =>
    layers.push((event as CustomEvent).detail.layer),
  );
  const stop = renderGraph(el, forwardPass());
  const canvas = el.querySelector<HTMLElement>(".vnn-graph-canvas")!;
  canvas.focus();
  for (const element of [el.querySelector(".vnn-graph")!, canvas])
    expect(element.getAttribute("data-lm-suppress-shortcuts")).toBe("true");
  const outside: string[] = [];
  el.addEventListener("keydown", (event) => outside.push(event.key));
  for (const key of ["a", "Delete", "f", "Escape"]) press(canvas, key);
  press(canvas, "s", { ctrlKey: true });
  expect(outside).toEqual(["Escape", "s"]);
  row("conv2d").click();
  row("images").click();
  expect(layers).toEqual(["conv2d", ""]);
  stop();
});

it("shows and hides phases", () => {
  const stop = renderGraph(el, trainingStep());
  const lastLane = () => {
    press(el.querySelector("[role=tree]")!, "End");
    return el.querySelector(".vnn-graph-trail button")?.textContent;
  };
  const toggle = () => el.querySelector<HTMLElement>("[data-toggle=update]")!;
  expect(lastLane()).toBe("Update");
  toggle().click();
  expect(lastLane()).toBe("Backward");
  expect(toggle().getAttribute("aria-pressed")).toBe("false");
  toggle().click();
  expect(lastLane()).toBe("Update");
  stop();
});
