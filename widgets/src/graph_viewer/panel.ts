/** The panel at the right: everything about what is selected, with ways to go on from there. */

import type { OpView } from "../shared/messages";
import { counted } from "../shared/numbers";
import { later, t } from "../shared/words";
import { make } from "./dom";
import { type Colors, hueOfPart } from "./palette";
import { graphSections } from "./panel_graph";
import { helpSections } from "./panel_help";
import {
  chip,
  link,
  list,
  type PanelHost,
  pathText,
  section,
  specText,
  table,
} from "./panel_parts";
import { isAttachable, type Part } from "./parts";
import { shortNumber } from "./sizes";
import type { ViewerState } from "./state";
import { type Crossing, relativesOf, summarize } from "./summary";
import { lastWord } from "./tree";

/** Fills the panel for the state as it is. */
export function fillPanel(
  panel: HTMLElement,
  state: ViewerState,
  colors: Colors,
  host: PanelHost,
): void {
  const { selection, selected } = state;
  const content =
    selection?.kind === "edge"
      ? edgeSections(state, selection.edges, host)
      : selected
        ? [partHeader(state, selected, colors, host), ...partSections(state, selected, host)]
        : graphSections(state, colors, host);
  panel.replaceChildren(...content.filter((element) => element !== null));
  panel.scrollTop = 0;
}

/** The setting of an operation whose result is the new value of a variable. */
const ASSIGNED = "assigned to";

const phaseWords: Record<string, string> = {
  input: later("Input"),
  variable: later("Variable"),
  constant: later("Constant"),
  forward: later("Forward"),
  loss: later("Loss"),
  backward: later("Backward"),
  update: later("Update"),
  metrics: later("Metrics"),
};

function partHeader(state: ViewerState, part: Part, colors: Colors, host: PanelHost): HTMLElement {
  const op = state.graph.ops[part.op];
  const hue = hueOfPart(colors, part, op?.phase);
  const layer = op?.layer ?? part.layer;
  const scope = layer ? layerScope(state, layer) : undefined;
  const kind = op ? op.op : part.kind === "lane" ? "lane" : "scope";
  return make(
    "header",
    { class: "vnn-graph-about" },
    make(
      "div",
      { class: "vnn-graph-title" },
      make("span", { class: "vnn-glyph", text: hue.glyph, style: { color: hue.ink } }),
      make("h3", { text: part.label }),
      make("span", { class: "vnn-mono vnn-dim", text: kind === part.label ? "" : kind }),
    ),
    part.path && part.path !== part.label
      ? make("p", { class: "vnn-graph-path" }, ...pathText(part.path))
      : null,
    make(
      "div",
      { class: "vnn-graph-chips" },
      chip(t(phaseWords[op?.phase ?? part.lane]!), hue.color, part.lane === "backward"),
      layer && scope && scope !== part
        ? chip(
            lastWord(layer),
            hue.color,
            false,
            () => host.goTo(scope.index),
            t("Go to layer {layer}", { layer }),
          )
        : layer
          ? chip(lastWord(layer), hue.color, false)
          : null,
      op?.family ? chip(op.family, hue.color, false) : null,
    ),
  );
}

/** The scope that a layer call made, if it has one. */
function layerScope(state: ViewerState, layer: string): Part | undefined {
  return state.hierarchy.parts.find(
    (part) => part.layer === layer && part.lane === "forward" && part.host < 0,
  );
}

function partSections(state: ViewerState, part: Part, host: PanelHost): (HTMLElement | null)[] {
  const { graph } = state;
  const op = graph.ops[part.op];
  const summary = summarize(state.hierarchy, part);
  const help = op && graph.help.find((entry) => entry.op === op.op);
  const together = relatives(state, part, host);
  if (!op) {
    const counts: [string, string][] = [["operations", part.ops.toLocaleString("en-US")]];
    if (part.variables) counts.push(["variables", part.variables.toLocaleString("en-US")]);
    return [
      section(t("Inside"), table(counts), primitives(summary.primitives)),
      crossings(state, "Inputs", summary.inputs, host, true),
      crossings(state, "Outputs", summary.outputs, host, false),
      operations(state, "Variables read", summary.variables, host),
      together,
    ];
  }
  const settings = Object.entries(op.settings);
  const [formula, doc, source] = helpSections(help);
  return [
    formula!,
    doc!,
    inputs(state, part, host),
    outputs(state, part, summary.outputs, host),
    operations(state, "Assigned by", assigners(state, op), host),
    settings.length ? section(t("Settings"), table(settings)) : null,
    together,
    op.line ? section(t("Made at"), make("p", { class: "vnn-graph-code", text: op.line })) : null,
    source!,
  ];
}

/** The operations whose result is the new value of a variable. */
function assigners({ graph }: ViewerState, variable: OpView): number[] {
  const { path } = variable.settings;
  if (variable.phase !== "variable" || !path) return [];
  return [...graph.ops.keys()].filter((place) =>
    graph.ops[place]!.settings[ASSIGNED]?.split(", ").includes(path),
  );
}

/** The inputs of an operation in order, each with its spec and a way to it. */
function inputs(state: ViewerState, part: Part, host: PanelHost): HTMLElement | null {
  const { graph, hierarchy } = state;
  const op = graph.ops[part.op]!;
  const rows = op.inputs.map(([id, output], slot) => {
    const place = hierarchy.placeOf.get(id);
    const source = place === undefined ? undefined : graph.ops[place];
    if (!source || place === undefined)
      return make("div", {
        class: "vnn-graph-item",
        text: t("{slot}: not in this graph", { slot }),
      });
    return item(state, place, source.outputs[output] ?? "", host, String(slot));
  });
  return rows.length ? section(`Inputs`, list(rows, "input")) : null;
}

function outputs(
  state: ViewerState,
  part: Part,
  crossings: Crossing[],
  host: PanelHost,
): HTMLElement | null {
  const op = state.graph.ops[part.op]!;
  if (!op.outputs.length) return null;
  const isResult = (output: number) =>
    state.graph.outputs.some(([id, index]) => id === op.id && index === output);
  const rows = op.outputs.flatMap((spec, output) => {
    const readers = crossings.find((crossing) => crossing.output === output)?.readers ?? [];
    const words = [
      readers.length ? t("read by {readers}", { readers: readers.length }) : "",
      isResult(output) ? t("result of the graph") : "",
      op.settings[ASSIGNED] ? t("assigned to {ASSIGNED}", { ASSIGNED: op.settings[ASSIGNED] }) : "",
    ];
    const head = make(
      "div",
      { class: "vnn-graph-item head" },
      make("span", { class: "vnn-graph-slot", text: op.outputs.length > 1 ? String(output) : "" }),
      specText(spec),
      make("span", {
        class: "vnn-dim",
        text: words.filter(Boolean).join(" · ") || t("read by none"),
      }),
    );
    return [head, ...readers.map((reader) => item(state, reader, "", host, "→"))];
  });
  return section(t("Outputs"), list(rows, "output"));
}

/** One operation as a line: where it stands, its spec. */
function item(
  state: ViewerState,
  place: number,
  spec: string,
  host: PanelHost,
  slot = "",
): HTMLElement {
  const op = state.graph.ops[place]!;
  const index = state.hierarchy.partOf[place]!;
  const words =
    isAttachable(op) && op.settings.value
      ? `${op.name} = ${shortNumber(op.settings.value)}`
      : op.name;
  return make(
    "div",
    { class: "vnn-graph-item" },
    slot ? make("span", { class: "vnn-graph-slot", text: slot }) : null,
    index >= 0
      ? link(words, () => host.goTo(index))
      : make("span", { class: "vnn-dim", text: t("{name} (hidden)", { name: op.name }) }),
    spec ? specText(spec) : null,
  );
}

function operations(
  state: ViewerState,
  title: string,
  places: number[],
  host: PanelHost,
): HTMLElement | null {
  if (!places.length) return null;
  const rows = places.map((place) =>
    item(state, place, state.graph.ops[place]!.outputs[0] ?? "", host),
  );
  return section(title, list(rows, "variable"), places.length);
}

function crossings(
  state: ViewerState,
  title: string,
  found: Crossing[],
  host: PanelHost,
  isInput: boolean,
): HTMLElement | null {
  if (!found.length) return null;
  const rows = found.map((crossing) => {
    const readers = counted(crossing.readers.length, "reader");
    const row = item(state, crossing.source, crossing.spec, host);
    if (!isInput) row.append(make("span", { class: "vnn-dim", text: readers }));
    return row;
  });
  return section(title, list(rows, "tensor"), found.length);
}

/** How often each primitive occurs, with bars. */
function primitives(counts: [string, number][]): HTMLElement | null {
  if (!counts.length) return null;
  const most = counts[0]![1];
  const rows = counts.map(([op, times]) =>
    make(
      "div",
      { class: "vnn-graph-bar-row" },
      make("span", { class: "vnn-mono", text: op }),
      make("i", { style: { "--share": String(times / most) } }),
      make("span", { class: "vnn-mono vnn-dim", text: String(times) }),
    ),
  );
  return list(rows, "primitive", 8);
}

/** What belongs together: an operation and its gradients, a layer and its updates. */
function relatives(state: ViewerState, part: Part, host: PanelHost): HTMLElement | null {
  const found = relativesOf(state.hierarchy, part);
  const groups: [string, number[]][] = [
    ["forward op", found.forward < 0 ? [] : [found.forward]],
    ["backward op", found.backward],
    ["update op", found.updates],
    ["other op of this layer", found.layer],
  ];
  const blocks = groups
    .filter(([, places]) => places.length)
    .map(([noun, places]) => {
      const many = noun.replace("op", places.length === 1 ? "op" : "ops");
      const words =
        noun === t("forward op") ? t("Belongs to the forward op") : `${places.length} ${many}`;
      const rows = places.map((place) => item(state, place, "", host));
      return make("div", {}, make("p", { class: "vnn-dim", text: words }), list(rows, "op", 4));
    });
  return blocks.length ? section(t("Belongs together"), ...blocks) : null;
}

function edgeSections(state: ViewerState, edges: number[], host: PanelHost): HTMLElement[] {
  const { hierarchy, graph } = state;
  const tensors = new Map<string, { source: number; output: number; readers: number[] }>();
  for (const edge of edges) {
    const [source, output] = [hierarchy.edges.source[edge]!, hierarchy.edges.output[edge]!];
    const key = `${source} ${output}`;
    const tensor = tensors.get(key) ?? { source, output, readers: [] };
    tensor.readers.push(hierarchy.edges.target[edge]!);
    tensors.set(key, tensor);
  }
  const only = tensors.size === 1 ? [...tensors.values()][0]! : undefined;
  const spec = only ? (graph.ops[only.source]!.outputs[only.output] ?? "") : "";
  const header = make(
    "header",
    { class: "vnn-graph-about" },
    make(
      "div",
      { class: "vnn-graph-title" },
      make("span", { class: "vnn-glyph", text: "→" }),
      make("h3", { text: only ? "Tensor" : counted(tensors.size, "tensor") }),
    ),
    only ? make("p", { class: "vnn-graph-formula" }, specText(spec)) : null,
  );
  const rows = [...tensors.values()].flatMap(({ source, output, readers }) => [
    item(state, source, graph.ops[source]!.outputs[output] ?? "", host, "from"),
    ...readers.map((reader) => item(state, reader, "", host, "→")),
  ]);
  return [header, section(t("From and to"), list(rows, "line", 24))];
}
