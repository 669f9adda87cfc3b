/** Made-up graphs: the training step of a small network, nested blocks, and very large ones. */
import type { GraphView } from "../../shared/messages";
import { Recorder, type Tensor } from "./recorder";

interface Weight {
  name: string;
  tensor: Tensor;
}

/** A convolutional network for digits, with a shortcut and normalization. */
class Digits {
  readonly recorder = new Recorder();
  readonly weights: Weight[] = [];
  readonly x: Tensor;

  constructor() {
    this.x = this.recorder.source("images", "input", "float32[?, 28, 28, 1]");
  }

  weight(layer: string, name: string, spec: string): Tensor {
    const tensor = this.recorder.source(name, "variable", spec);
    this.weights.push({ name: `${layer}/${name}`, tensor });
    return tensor;
  }

  layer(name: string, family: string, record: () => Tensor): Tensor {
    return this.recorder.within(name, { layer: name, family, line: "model.py:14" }, record);
  }

  convolution(name: string, x: Tensor, from: number, to: number, size: string, kernel = "3, 3") {
    const r = this.recorder;
    return this.layer(name, "Convolution", () => {
      const w = this.weight(name, "kernel", `float32[${kernel}, ${from}, ${to}]`);
      const spec = `float32[?, ${size}, ${to}]`;
      const settings = { strides: "(1, 1)", padding: "same" };
      const y = r.op("convolution", [x, w], spec, { settings });
      return r.op("add", [y, this.weight(name, "bias", `float32[${to}]`)], spec);
    });
  }

  activation(name: string, x: Tensor) {
    return this.layer(name, "Activation", () => this.recorder.op("relu", [x], x.spec));
  }

  normalization(name: string, x: Tensor, channels: number) {
    const r = this.recorder;
    const spec = `float32[1, 1, 1, ${channels}]`;
    return this.layer(name, "Normalization", () => {
      const axes = { axes: "(0, 1, 2)", keepdims: "True" };
      const mean = r.within("moments", {}, () => r.op("mean", [x], spec, { settings: axes }));
      const [centred, variance] = r.within("moments", {}, () => {
        const difference = r.op("subtract", [x, mean], x.spec);
        const squared = r.op("square", [difference], x.spec);
        return [difference, r.op("mean", [squared], spec, { settings: axes })] as const;
      });
      const kept = r.op(
        "add",
        [variance, r.source("epsilon", "constant", "float32[]", "0.001")],
        spec,
      );
      const scale = r.op(
        "multiply",
        [r.op("rsqrt", [kept], spec), this.weight(name, "gamma", spec)],
        spec,
      );
      return r.op(
        "add",
        [r.op("multiply", [centred, scale], x.spec), this.weight(name, "beta", spec)],
        x.spec,
      );
    });
  }

  dense(name: string, x: Tensor, from: number, to: number) {
    const r = this.recorder;
    return this.layer(name, "Core", () => {
      const w = this.weight(name, "kernel", `float32[${from}, ${to}]`);
      const y = r.op("matmul", [x, w], `float32[?, ${to}]`);
      return r.op("add", [y, this.weight(name, "bias", `float32[${to}]`)], `float32[?, ${to}]`);
    });
  }

  /** The forward pass; `blocks` is how many residual blocks follow each other. */
  run(blocks: number): Tensor {
    const r = this.recorder;
    return r.within("digits_cnn", {}, () => {
      let x = this.convolution("conv2d", this.x, 1, 32, "28, 28");
      x = this.activation("relu", this.normalization("batch_normalization", x, 32));
      for (let block = 0; block < blocks; block++) {
        const last = block ? `_${block}` : "";
        const start = x;
        x = this.convolution(`conv2d_${block + 1}`, x, 32, 32, "28, 28");
        x = this.activation(
          `relu_${block + 1}`,
          this.normalization(`batch_normalization_${block + 1}`, x, 32),
        );
        const joined = x;
        x = this.layer(`add${last}`, "Merge", () => r.op("add", [joined, start], joined.spec));
      }
      const pooled = x;
      x = this.layer("max_pooling2d", "Pooling", () =>
        r.op("max_pool", [pooled], "float32[?, 14, 14, 32]", {
          settings: { size: "(2, 2)", strides: "(2, 2)" },
        }),
      );
      const image = x;
      x = this.layer("flatten", "Reshape", () => r.op("reshape", [image], "float32[?, 6272]"));
      x = this.activation("relu_dense", this.dense("dense", x, 6272, 64));
      return this.dense("logits", x, 64, 10);
    });
  }
}

/** Only the forward pass. */
export function forwardPass(): GraphView {
  const digits = new Digits();
  const y = digits.run(1);
  return digits.recorder.view("digits_cnn", [y]);
}

/** Forward, loss, metrics, gradients and the update by Adam. */
export function trainingStep(blocks = 1): GraphView {
  const digits = new Digits();
  const r = digits.recorder;
  const truth = r.source("labels", "input", "int64[?]");
  const y = digits.run(blocks);
  const loss = r.within("loss", { phase: "loss" }, () => {
    const chances = r.op("log_softmax", [y], "float32[?, 10]");
    const picked = r.op("take_along_axis", [chances, truth], "float32[?]", {
      settings: { axis: "-1" },
    });
    return r.op("negative", [r.op("mean", [picked], "float32[]")], "float32[]");
  });
  const accuracy = r.within("accuracy", { phase: "metrics" }, () => {
    const best = r.op("argmax", [y], "int64[?]", { settings: { axis: "-1" } });
    const hits = r.op("equal", [best, truth], "bool[?]");
    return r.op("mean", [r.op("cast", [hits], "float32[?]")], "float32[]");
  });
  const gradients = backward(r, loss);
  const updated = r.within("adam", { phase: "update" }, () => {
    const rate = r.source("learning_rate", "variable", "float32[]");
    const step = r.source("step", "variable", "int64[]");
    const next = r.op("add", [step, r.source("one", "constant", "int64[]", "1")], "int64[]");
    return digits.weights.map(({ name, tensor }) =>
      r.within(name, {}, () => adam(r, tensor, gradients.get(tensor.id)!, rate, next)),
    );
  });
  return r.view("training_step", [loss, accuracy, ...updated]);
}

function adam(r: Recorder, weight: Tensor, slope: Tensor, rate: Tensor, step: Tensor): Tensor {
  const { spec } = weight;
  const moment = (name: string, decay: string, value: Tensor) => {
    const old = r.source(name, "variable", spec);
    const faded = r.op("multiply", [old, r.source("decay", "constant", "float32[]", decay)], spec);
    return r.op("add", [faded, value], spec);
  };
  const m = moment(
    "m",
    "0.9",
    r.op("multiply", [slope, r.source("share", "constant", "float32[]", "0.1")], spec),
  );
  const v = moment("v", "0.999", r.op("square", [slope], spec));
  const way = r.op("divide", [m, r.op("sqrt", [v], spec)], spec);
  const scaled = r.op("multiply", [way, rate, step], spec);
  return r.op("subtract", [weight, scaled], spec);
}

/** For each forward op one or two backward ops, from the loss to the weights. */
function backward(r: Recorder, loss: Tensor): Map<number, Tensor> {
  const forward = [...r.ops];
  const seed = r.source("gradients/seed", "constant", "float32[]", "1");
  const gradients = new Map<number, Tensor>([[loss.id, seed]]);
  for (const op of forward.reverse()) {
    const g = gradients.get(op.id);
    if (!g || op.inputs.length === 0) continue;
    const { layer, family } = op;
    r.within(`gradients/${op.name}`, { phase: "backward", forward: op.id, layer, family }, () => {
      op.inputs.forEach(([id], slot) => {
        const source = r.ops.find((other) => other.id === id)!;
        if (source.phase === "input" || source.phase === "constant") return;
        const spec = source.outputs[0]!;
        const input = { id, spec };
        let made: Tensor;
        if (op.op === "matmul" || op.op === "convolution") {
          const other = op.inputs[1 - slot]![0];
          const turned = r.op("transpose", [{ id: other, spec: "" }], "float32[10, 64]");
          made = r.op(op.op, slot ? [turned, g] : [g, turned], spec);
        } else if (op.op === "add" && slot === 1 && source.phase === "variable")
          made = r.op("sum_like", [g, input], spec);
        else if (op.op === "add") made = g;
        else made = r.op("multiply", [g, r.op(`${op.op}_slope`, [input], spec)], spec);
        const before = gradients.get(id);
        gradients.set(id, before ? r.op("add", [before, made], spec) : made);
      });
    });
  }
  return gradients;
}

/** Blocks in stages, as in large networks: `size` operations, each scope with about ten members. */
export function nestedBlocks(size: number): GraphView {
  const r = new Recorder();
  let x = r.source("x", "input", "float32[?, 64]");
  let made = 0;
  let block = 0;
  while (made < size) {
    const [stage, part] = [Math.floor(block / 10), block];
    const start = x;
    const family = ["Core", "Normalization", "Attention", "Activation"][block % 4]!;
    const given = { layer: `block${part}`, family };
    r.within(`model/group${Math.floor(stage / 10)}/stage${stage}/block${part}`, given, () => {
      for (let at = 0; at < 9 && made < size; at++, made++)
        x = r.op(
          ["matmul", "add", "relu"][at % 3]!,
          at % 3 === 1 ? [x, start] : [x],
          "float32[?, 64]",
        );
      if (made++ < size) x = r.op("add", [x, start], "float32[?, 64]");
    });
    block += 1;
  }
  return r.view(`blocks_${size}`, [x]);
}

/** A chain without any scopes, with a shortcut here and there. */
export function flatChain(size: number): GraphView {
  const r = new Recorder();
  let x = r.source("x", "input", "float32[?, 8]");
  let kept = x;
  for (let at = 1; at < size; at++) {
    x = r.op(at % 2 ? "relu" : "add", at % 2 ? [x] : [x, kept], "float32[?, 8]");
    if (at % 20 === 0) kept = x;
  }
  return r.view(`chain_${size}`, [x]);
}
