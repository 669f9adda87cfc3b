// Written by `python -m visualnn.widgets.messages`.  Do not edit.

/** One line of a layer's form. */
export interface SettingForm {
  name: string;
  /** What the entry is: `integers` is a tuple such as a kernel size, `object` a name or a record. */
  kind: "integer" | "number" | "boolean" | "text" | "choice" | "integers" | "shape" | "object";
  default: unknown;
  required: boolean;
  choices: string[];
  help: string;
  /** Whether nothing at all (null) is allowed. */
  optional: boolean;
  /** How many integers; 0 means any number. */
  length: number;
}

/** A layer in the palette. */
export interface LayerKind {
  name: string;
  family: string;
  help: string;
  synonyms: string[];
  settings: SettingForm[];
  inputs: "none" | "one" | "many";
  /** Names of the input ports; `["inputs"]` for one or many. */
  ports: string[];
}

/** A family of layers: how its members look. */
export interface Family {
  name: string;
  glyph: string;
  color: string;
  color_dark: string;
}

/** Everything that can be put on the canvas. */
export interface Palette {
  families: Family[];
  layers: LayerKind[];
}

/** An input port; `many` takes any number of wires. */
export interface PortView {
  name: string;
  many: boolean;
}

/** A block on the canvas (one call of a layer), with what Python found out about it. */
export interface BlockView {
  id: string;
  /** The layer's name; several calls of one layer share it. */
  layer: string;
  kind: string;
  family: string;
  x: number;
  y: number;
  config: Record<string, unknown>;
  /** The settings as a person would say them: "32 · 3×3 · same · relu". */
  settings: string;
  inputs: PortView[];
  /** The shape of each output as text, "(?, 28, 28, 32)"; "" when unknown. */
  outputs: string[];
  parameters: number | null;
  error: string;
  frozen: boolean;
  /** How many calls the layer has; more than one means shared. */
  calls: number;
  is_output: boolean;
  submodel: boolean;
}

/** A wire from an output port to an input port. */
export interface WireView {
  id: string;
  source: string;
  source_port: number;
  target: string;
  target_port: string;
  /** The order within a port that takes many wires. */
  position: number;
  /** The shape that flows through it: "28 × 28 × 32". */
  shape: string;
  error: string;
}

/** What is wrong with a block, and what would help. */
export interface Problem {
  block: string;
  sentence: string;
  fixes: Fix[];
}

/** A button that repairs a problem: its commands are one undo step. */
export interface Fix {
  label: string;
  commands: object[];
}

/** The whole drawn state after each edit. */
export interface BuilderView {
  name: string;
  blocks: BlockView[];
  wires: WireView[];
  problems: Problem[];
  parameters: number | null;
  bytes: number | null;
  /** What would be undone and redone; "" if nothing. */
  undo: string;
  redo: string;
  version: number;
}

/** What the user can do to the drawing; every command can be undone. */
export type Command =
  | {
      command: "Add";
      kind: string;
      x: number;
      y: number;
      config: Record<string, unknown>;
      /** "" means an automatic name. */
      name: string;
      /** The block whose output is wired to the new one, or "". */
      after: string;
    }
  | {
      command: "Connect";
      source: string;
      target: string;
      source_port: number;
      target_port: string;
    }
  | { command: "Disconnect"; wire: string }
  | { command: "Configure"; block: string; setting: string; value: unknown }
  | { command: "Rename"; block: string; name: string }
  | { command: "Move"; positions: Record<string, [number, number]> }
  | { command: "Remove"; blocks: string[]; wires: string[] }
  | { command: "Paste"; text: string; x: number; y: number }
  | { command: "Arrange" }
  | { command: "SetTrainable"; block: string; trainable: boolean }
  | { command: "RenameModel"; name: string }
  | { command: "Batch"; label: string; commands: object[] };

/** What the browser asks of Python, besides commands. */
export type Request =
  | { request: "undo" }
  | { request: "redo" }
  | { request: "copy"; blocks: string[] }
  | { request: "can_connect"; source: string; source_port: number }
  | { request: "code" }
  | { request: "summary" }
  | { request: "graph" }
  | { request: "save"; path: string }
  | { request: "open"; path: string }
  | { request: "files" }
  | { request: "arrays" }
  | { request: "train"; setup: TrainingSetup }
  | { request: "pause" }
  | { request: "resume" }
  | { request: "stop" };

/** An array among the notebook's variables. */
export interface ArrayView {
  name: string;
  shape: string;
  dtype: string;
}

/** What a training run needs to know. */
export interface TrainingSetup {
  x: string;
  y: string;
  validation_x: string;
  validation_y: string;
  validation_split: number;
  loss: string;
  optimizer: string;
  learning_rate: number;
  metrics: string[];
  epochs: number;
  batch_size: number;
}

/** A measure over the epochs: one point for each finished epoch. */
export interface Curve {
  name: string;
  training: number[];
  validation: number[];
}

/** How training goes. */
export interface TrainingView {
  status: "idle" | "starting" | "running" | "paused" | "stopping" | "done" | "failed";
  setup: TrainingSetup | null;
  epoch: number;
  epochs: number;
  batch: number;
  batches: number;
  seconds_left: number | null;
  /** The measures of the running epoch. */
  now: Record<string, number>;
  curves: Curve[];
  sentence: string;
  error: string;
  traceback: string;
  /** Whether the drawing has changed since training started. */
  stale: boolean;
  losses: string[];
  optimizers: string[];
  metrics: string[];
}

/** One operation of the op graph. */
export interface OpView {
  id: number;
  /** The full scoped name, "model/hidden/matmul"; scopes are the path. */
  name: string;
  op: string;
  /** (op id or input id, output index) of each input. */
  inputs: [number, number][];
  /** The spec of each output, "float32[?, 8]". */
  outputs: string[];
  phase: "input" | "variable" | "constant" | "forward" | "loss" | "backward" | "update" | "metrics";
  /** The layer call that made it, and its family; "" if none. */
  layer: string;
  family: string;
  /** For a backward op the forward op it belongs to, else -1. */
  forward: number;
  settings: Record<string, string>;
  /** The source line, "file.py:12"; "" if unknown. */
  line: string;
}

/** Python doc and numpy source of a primitive. */
export interface OpHelp {
  op: string;
  formula: string;
  doc: string;
  source: string;
}

/** The op graph with all that the viewer shows. */
export interface GraphView {
  name: string;
  ops: OpView[];
  outputs: [number, number][];
  help: OpHelp[];
  families: Family[];
}
