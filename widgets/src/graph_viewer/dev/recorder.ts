/** Records made-up graphs the way Python does, for the development page and for tests. */
import type { GraphView, OpView } from "../../shared/messages";
import { families, help } from "./vocabulary";

export interface Tensor {
  id: number;
  spec: string;
}

type Given = Partial<Pick<OpView, "phase" | "layer" | "family" | "forward" | "settings" | "line">>;

/** Grows a graph op by op; scopes and defaults nest. */
export class Recorder {
  readonly ops: OpView[] = [];
  private readonly names = new Map<string, number>();
  private path: string[] = [];
  private defaults: Given = {};

  /** Everything recorded inside is named under `name` and takes these values. */
  within<Result>(name: string, given: Given, record: () => Result): Result {
    const { path, defaults } = this;
    if (name) this.path = [...path, name];
    this.defaults = { ...defaults, ...given };
    const result = record();
    this.path = path;
    this.defaults = defaults;
    return result;
  }

  op(primitive: string, inputs: Tensor[], spec: string, given: Given = {}): Tensor {
    return this.add(primitive, primitive, inputs, spec, given);
  }

  source(name: string, phase: "input" | "variable" | "constant", spec: string, value = ""): Tensor {
    return this.add(name, phase, [], spec, { phase, settings: value ? { value } : {} });
  }

  view(name: string, outputs: Tensor[]): GraphView {
    return {
      name,
      ops: this.ops,
      outputs: outputs.map(({ id }) => [id, 0]),
      help,
      families,
    };
  }

  private add(name: string, op: string, inputs: Tensor[], spec: string, given: Given): Tensor {
    const path = [...this.path, name].join("/");
    const before = this.names.get(path) ?? 0;
    this.names.set(path, before + 1);
    const id = this.ops.length;
    this.ops.push({
      id,
      name: before ? `${path}_${before}` : path,
      op,
      inputs: inputs.map((tensor) => [tensor.id, 0]),
      outputs: [spec],
      phase: "forward",
      layer: "",
      family: "",
      forward: -1,
      settings: {},
      line: "",
      ...this.defaults,
      ...given,
    });
    return { id, spec };
  }
}
