/** The selection in words, for the live region. */
import { counted } from "../shared/numbers";
import type { ViewerState } from "./state";
import { summarize } from "./summary";

export function describe(state: ViewerState): string {
  const { selection, selected, graph, hierarchy } = state;
  if (selection?.kind === "edge") {
    const edge = selection.edges[0]!;
    const source = graph.ops[hierarchy.edges.source[edge]!]!;
    const spec = source.outputs[hierarchy.edges.output[edge]!] ?? "";
    return `Edge from ${source.name}, ${spec}`;
  }
  if (!selected) return "Nothing selected";
  const op = graph.ops[selected.op];
  const { inputs, outputs } = summarize(hierarchy, selected);
  const flow = `${counted(inputs.length, "input")}, ${counted(outputs.length, "output")}`;
  if (op) {
    const where = op.layer ? ` of layer ${op.layer}` : "";
    return `${selected.label}, ${op.phase} ${op.op}${where}, gives ${op.outputs.join(" and ")}, ${flow}`;
  }
  const state_ = state.isOpen(selected) ? "open" : "closed";
  return `${selected.label}, ${state_} scope, ${counted(selected.ops, "operation")}, ${flow}`;
}
