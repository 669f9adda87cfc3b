/**
 * The graph of layers that a model's description holds, for the viewer: without Python, so that
 * nothing but what the file says is known.  Functional and sequential models of Keras 2 and 3.
 */
import type { Family, GraphView, OpView } from "../shared/messages";
import { t } from "../shared/words";
import { FAMILIES, MEMBERS } from "./kinds";
import { FileError } from "./source";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };
/** The number of an operation, and of its output. */
type Ref = [number, number];

const MOST_LAYERS = 20_000;
const DEEPEST = 40;
const LONGEST_VALUE = 60;
const SAID_ELSEWHERE = new Set(["name", "trainable", "dtype", "layers", "layer", "build_config"]);
/** What most layers say; only what is other is told. */
const USUAL: Fields = {
  activation: "linear",
  data_format: "channels_last",
  sparse: false,
  use_bias: true,
};
const FAMILY_OF = new Map(
  Object.entries(MEMBERS).flatMap(([family, layers]) =>
    layers.split(" ").map((layer): [string, string] => [layer, family]),
  ),
);

/** The graph of a model's description, as it stands in the file. */
export function graphOf(description: unknown): GraphView {
  const record = fieldsOf(description as Json);
  if (!isModel(record))
    throw new FileError(
      t(
        "What this model computes is written in Python, which is not in the file: only its own program can draw it.",
      ),
    );
  const drawing = new Drawing();
  const config = configOf(record);
  const outputs = drawing.model(record, "", null, 0);
  const families = new Set(drawing.ops.map((op) => op.family));
  return {
    name: textOf(config.name) || "model",
    ops: drawing.ops,
    outputs,
    help: [],
    families: FAMILIES.filter((family: Family) => families.has(family.name)),
  };
}

class Drawing {
  readonly ops: OpView[] = [];
  private readonly names = new Set<string>();

  /** Draws a model; gives what comes out of it. `inputs` is what goes into one inside another. */
  model(record: Fields, scope: string, inputs: Ref[] | null, depth: number): Ref[] {
    if (depth > DEEPEST) throw new FileError(t("The models in the file are nested too deeply."));
    const config = configOf(record);
    const layers = listOf(config.layers).map(fieldsOf);
    if (layers.every((layer) => layer.inbound_nodes === undefined))
      return this.chain(record, layers, scope, inputs, depth);
    return this.network(config, layers, scope, inputs, depth);
  }

  private chain(
    record: Fields,
    layers: Fields[],
    scope: string,
    inputs: Ref[] | null,
    depth: number,
  ): Ref[] {
    const first = layers[0];
    const isStarted = first !== undefined && kindOf(first) === "InputLayer";
    let now = inputs;
    if (!now && first && !isStarted) {
      const given = configOf(first).batch_input_shape ?? shapeBuiltFor(record);
      now = [[this.input(scope, "input", given ?? shapeBuiltFor(first)), 0]];
    }
    layers.forEach((layer, place) => {
      const shape = place + 1 < layers.length ? shapeBuiltFor(layers[place + 1]!) : null;
      if (kindOf(layer) !== "InputLayer") now = this.layer(layer, scope, now ?? [], depth, shape);
      else now ??= [[this.input(scope, nameOf(layer), shapeOfInput(layer)), 0]];
    });
    return now ?? [];
  }

  private network(
    config: Fields,
    layers: Fields[],
    scope: string,
    inputs: Ref[] | null,
    depth: number,
  ): Ref[] {
    const results = new Map<string, Ref[]>();
    const shapes = shapesIn(layers);
    if (inputs)
      refsIn(config.input_layers ?? null).forEach(({ layer, node }, place) => {
        const given = inputs[place];
        if (given) results.set(`${layer}|${node}`, [given]);
      });
    const calls = layers.flatMap((layer) => callsOf(layer));
    // Each after those that it takes from, whatever their order in the file.
    const waiting = new Map(calls.map((call) => [call.key, call]));
    const draw = (call: Call, path: Set<string>): Ref[] => {
      const done = results.get(call.key);
      if (done) return done;
      if (path.has(call.key) || path.size > MOST_LAYERS)
        throw new FileError(t("The layers in the file form a loop."));
      path.add(call.key);
      const given = call.inputs.flatMap(({ layer, node, output }): Ref[] => {
        const source = waiting.get(`${layer}|${node}`);
        const found = source ? draw(source, path) : results.get(`${layer}|${node}`);
        const ref = found?.[output] ?? found?.[0];
        return ref ? [ref] : [];
      });
      path.delete(call.key);
      const shape = shapes.get(call.key) ?? null;
      const isInput = kindOf(call.layer) === "InputLayer";
      const made = isInput
        ? [[this.input(scope, nameOf(call.layer), shapeOfInput(call.layer)), 0] as Ref]
        : this.layer(call.layer, scope, given, depth, shape);
      results.set(call.key, made);
      return made;
    };
    // In the order of the file recursion stays shallow: most layers stand after their inputs.
    for (const call of calls) draw(call, new Set());
    return refsIn(config.output_layers ?? null).flatMap(({ layer, node, output }): Ref[] => {
      const made = results.get(`${layer}|${node}`) ?? results.get(`${layer}|0`);
      const ref = made?.[output] ?? made?.[0];
      return ref ? [ref] : [];
    });
  }

  private layer(layer: Fields, scope: string, inputs: Ref[], depth: number, shape: Json): Ref[] {
    const name = this.free(scope, nameOf(layer) || kindOf(layer));
    if (isModel(layer)) return this.model(layer, `${name}/`, inputs, depth + 1);
    const kind = kindOf(layer);
    return [[this.add(name, kind, familyOf(kind), inputs, specOf(shape), settingsOf(layer)), 0]];
  }

  private input(scope: string, name: string, shape: Json): number {
    return this.add(
      this.free(scope, name || "input"),
      "InputLayer",
      "Input",
      [],
      specOf(shape),
      {},
    );
  }

  private add(
    name: string,
    op: string,
    family: string,
    inputs: Ref[],
    output: string,
    settings: Record<string, string>,
  ): number {
    if (this.ops.length >= MOST_LAYERS)
      throw new FileError(t("The model has too many layers to be drawn."));
    const id = this.ops.length;
    const phase = op === "InputLayer" ? "input" : "forward";
    const none = { layer: name, forward: -1, line: "" };
    this.ops.push({ id, name, op, inputs, outputs: [output], phase, family, settings, ...none });
    return id;
  }

  /** A name that nothing else has: a layer that is called twice is drawn twice. */
  private free(scope: string, name: string): string {
    const plain = `${scope}${name.replaceAll("/", "∕")}`; // a slash would be a scope
    let found = plain;
    for (let number = 2; this.names.has(found); number += 1) found = `${plain} (${number})`;
    this.names.add(found);
    return found;
  }
}

interface Call {
  key: string;
  layer: Fields;
  inputs: Source[];
}

interface Source {
  layer: string;
  node: number;
  output: number;
}

/** The calls of a layer, each with what it takes. */
function callsOf(layer: Fields): Call[] {
  const name = nameOf(layer);
  const nodes = listOf(layer.inbound_nodes ?? null);
  if (nodes.length === 0) return [{ key: `${name}|0`, layer, inputs: [] }];
  return nodes.map((node, place) => ({ key: `${name}|${place}`, layer, inputs: refsIn(node) }));
}

/** The tensors that are named anywhere in a value, in their order; both ways to write them. */
function refsIn(value: Json, depth = 0): Source[] {
  if (value === null || typeof value !== "object" || depth > DEEPEST) return [];
  if (!Array.isArray(value)) {
    const history = historyOf(value);
    return history ? [history] : Object.values(value).flatMap((part) => refsIn(part, depth + 1));
  }
  const [layer, node, output, more] = value;
  if (typeof layer === "string" && typeof node === "number" && typeof output === "number")
    return [{ layer, node, output }, ...refsIn(more ?? null, depth + 1)];
  return value.flatMap((part) => refsIn(part, depth + 1));
}

function historyOf(value: Fields): Source | null {
  if (value.class_name !== "__keras_tensor__") return null;
  const [layer, node, output] = listOf(fieldsOf(value.config ?? null).keras_history ?? null);
  return { layer: textOf(layer), node: Number(node) || 0, output: Number(output) || 0 };
}

/** The shape of what each call gives, as those who take it tell. */
function shapesIn(value: Json, found = new Map<string, Json>(), depth = 0): Map<string, Json> {
  if (value === null || typeof value !== "object" || depth > DEEPEST) return found;
  if (Array.isArray(value)) for (const part of value) shapesIn(part, found, depth + 1);
  else {
    const history = historyOf(value);
    if (history && history.output === 0)
      found.set(`${history.layer}|${history.node}`, fieldsOf(value.config ?? null).shape ?? null);
    else if (Array.isArray(value.inbound_nodes)) shapesIn(value.inbound_nodes, found, depth + 1);
    else if (value.args !== undefined) {
      shapesIn(value.args, found, depth + 1);
      shapesIn(value.kwargs ?? null, found, depth + 1);
    }
  }
  return found;
}

function shapeOfInput(layer: Fields): Json {
  const config = configOf(layer);
  return config.batch_shape ?? config.batch_input_shape ?? null;
}

function shapeBuiltFor(layer: Fields): Json {
  return fieldsOf(layer.build_config ?? null).input_shape ?? null;
}

/** A shape as the viewer reads it: `float32[?, 8]`; "" where it is not known. */
function specOf(shape: Json): string {
  const sizes = listOf(shape);
  const isShape = sizes.length > 0 && sizes.every((x) => x === null || typeof x === "number");
  return isShape ? `float32[${sizes.map((size) => size ?? "?").join(", ")}]` : "";
}

function settingsOf(layer: Fields): Record<string, string> {
  const found: Record<string, string> = {};
  const config = configOf(layer);
  for (const [name, value] of Object.entries(config)) {
    const isDull = value === null || name.endsWith("_initializer") || USUAL[name] === value;
    if (!SAID_ELSEWHERE.has(name) && !isDull) found[name] = said(value);
  }
  if (config.layer) found.layer = said(config.layer);
  if (config.trainable === false) found.trainable = "False";
  return found;
}

/** A value in short, as Python would write it. */
function said(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return shortened(`(${value.map(said).join(", ")})`);
  if (typeof value === "object") return shortened(kindOf(value) || "{…}");
  return shortened(String(value));
}

function shortened(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}

function isModel(record: Fields): boolean {
  return Array.isArray(configOf(record).layers);
}

function familyOf(kind: string): string {
  return FAMILY_OF.get(kind) ?? (/^[A-Z]/.test(kind) ? "Own" : "Operation");
}

function kindOf(record: Fields): string {
  return textOf(record.class_name ?? null);
}

function nameOf(layer: Fields): string {
  return textOf(configOf(layer).name ?? null) || textOf(layer.name ?? null);
}

/** Old sequential models are a bare list of layers. */
function configOf(record: Fields): Fields {
  const { config = null } = record;
  return Array.isArray(config) ? { layers: config } : fieldsOf(config);
}

function fieldsOf(value: Json): Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
