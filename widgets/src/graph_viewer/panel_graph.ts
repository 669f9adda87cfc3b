/** The panel while nothing is selected: the graph in numbers, what the colours mean, the keys. */

import { count, counted } from "../shared/numbers";
import { later, t } from "../shared/words";
import { make } from "./dom";
import { type Colors, hueOrPlain } from "./palette";
import { chip, link, list, type PanelHost, section, specText, table } from "./panel_parts";
import type { ViewerState } from "./state";

const KEYS: [string, string][] = [
  ["↑ ↓", later("follow an edge")],
  ["← →", later("along the row")],
  ["Enter", later("open or close a scope")],
  ["/", later("search")],
  ["F", later("fit")],
  ["+ −", later("zoom")],
  ["Alt ← →", later("back and forward")],
  ["Esc", later("select nothing")],
];

export function graphSections(state: ViewerState, colors: Colors, host: PanelHost): HTMLElement[] {
  const { graph, hierarchy } = state;
  const phases = new Map<string, number>();
  for (const { phase } of graph.ops) phases.set(phase, (phases.get(phase) ?? 0) + 1);
  const numbers = [...phases].map(([phase, ops]): [string, string] => [phase, count(ops)]);
  const header = make(
    "header",
    { class: "vnn-graph-about" },
    make("div", { class: "vnn-graph-title" }, make("h3", { text: graph.name })),
    make("p", {
      class: "vnn-dim",
      text: t("Select an operation, a scope or an edge to see what it does."),
    }),
  );
  const inputs = graph.ops.flatMap((op, place) => {
    const part = hierarchy.partOf[place]!;
    if (op.phase !== "input" || part < 0) return [];
    return [row(op.name, op.outputs[0] ?? "", () => host.goTo(part))];
  });
  const outputs = graph.outputs.flatMap(([id, output]) => {
    const place = hierarchy.placeOf.get(id);
    const part = place === undefined ? -1 : hierarchy.partOf[place]!;
    if (part < 0) return [];
    const op = graph.ops[place!]!;
    return [row(op.name, op.outputs[output] ?? "", () => host.goTo(part))];
  });
  return [
    header,
    section(t("Operations"), table(numbers)),
    ...(inputs.length ? [section(t("Inputs"), list(inputs, "input"))] : []),
    ...(outputs.length ? [section(t("Results"), list(outputs, "result", 6))] : []),
    section(t("Colours"), legend(state, colors)),
    section(t("Keys"), keys()),
  ];
}

function row(name: string, spec: string, go: () => void): HTMLElement {
  return make("div", { class: "vnn-graph-item" }, link(name, go), specText(spec));
}

/** The families that occur, and how forward, backward and the rest are told apart. */
function legend(state: ViewerState, colors: Colors): HTMLElement {
  const hues = new Set(state.hierarchy.parts[0]!.hues.map(([hue]) => hue));
  const chips = [...hues].map((hue) => {
    const { color, glyph, name } = hueOrPlain(colors, hue);
    return chip(`${glyph} ${name}`, color, false);
  });
  if (state.hierarchy.lanes.includes("backward")) {
    const plain = hueOrPlain(colors, "plain").color;
    chips.push(chip("Backward: hatched, in its layer’s colour", plain, true));
  }
  return make(
    "div",
    {},
    make("div", { class: "vnn-graph-chips" }, ...chips),
    make("p", {
      class: "vnn-dim",
      text: t("An op wears the colour of the layer that made it. {level} of scopes.", {
        level: counted(state.levels, "level"),
      }),
    }),
  );
}

function keys(): HTMLElement {
  const element = make("dl", { class: "vnn-graph-table keys" });
  for (const [key, words] of KEYS)
    element.append(make("dt", {}, make("kbd", { text: key })), make("dd", { text: t(words) }));
  return element;
}
