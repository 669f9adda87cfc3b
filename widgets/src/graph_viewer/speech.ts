/** The selection in words, for the live region. */

import { counted } from "../shared/numbers";
import { t } from "../shared/words";
import type { ViewerState } from "./state";
import { summarize } from "./summary";

export function describe(state: ViewerState): string {
  const { selection, selected, graph, hierarchy } = state;
  if (selection?.kind === "edge") {
    const edge = selection.edges[0]!;
    const source = graph.ops[hierarchy.edges.source[edge]!]!;
    const spec = source.outputs[hierarchy.edges.output[edge]!] ?? "";
    return t("Edge from {name}, {spec}", { name: source.name, spec });
  }
  if (!selected) return t("Nothing selected");
  const op = graph.ops[selected.op];
  const { inputs, outputs } = summarize(hierarchy, selected);
  const flow = `${counted(inputs.length, "input")}, ${counted(outputs.length, "output")}`;
  if (op) {
    const where = op.layer ? t(" of layer {layer}", { layer: op.layer }) : "";
    return t("{label}, {phase} {op}{where}, gives {and}, {flow}", {
      label: selected.label,
      phase: op.phase,
      op: op.op,
      where,
      and: op.outputs.join(" and "),
      flow,
    });
  }
  const state_ = state.isOpen(selected) ? "open" : "closed";
  return t("{label}, {state_} scope, {operation}, {flow}", {
    label: selected.label,
    state_,
    operation: counted(selected.ops, "operation"),
    flow,
  });
}
