// Written by `python -m visualnn.widgets.messages`.  Do not edit.

/** One line of a layer's form. */
export interface SettingForm {
  name: string;
  /**
   * What the entry is: `integers` is a tuple such as a kernel size, `object` a name or a record.
   */
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

/** A model to begin with, as the palette shows it. */
export interface TemplateView {
  name: string;
  title: string;
  help: string;
  synonyms: string[];
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
  templates: TemplateView[];
}

/** An input port; `many` takes any number of wires. */
export interface PortView {
  name: string;
  many: boolean;
}

/** A port of a submodel: the block inside that it leads to, or that leads to it. */
export interface InnerPort {
  block: string;
  name: string;
}

/** A setting of a layer inside that the submodel shows as its own. */
export interface PromotedView {
  /** The block inside. */
  block: string;
  /** The name of its layer. */
  layer: string;
  form: SettingForm;
  value: unknown;
  /** What the value is computed from; empty if it is not. */
  expression: string;
}

/** What there is to say of a submodel. */
export interface InsideView {
  /** How many submodels have its structure; 0 if it stands alone. */
  linked: number;
  /** How many times it stands in a row, as an expression; empty if once. */
  repeat: string;
  /** How many times that is. */
  count: number;
  inputs: InnerPort[];
  outputs: InnerPort[];
  promoted: PromotedView[];
  /** How many levels of submodels it is, itself included. */
  levels: number;
}

/** A model on the way to the one that is shown. */
export interface PlaceView {
  /** The name of the submodel. */
  name: string;
  /** How many times it stands in a row, as an expression; empty if once. */
  repeat: string;
  /** How many submodels have its structure; 0 if it stands alone. */
  linked: number;
}

/** A named number. */
export interface ParameterView {
  name: string;
  /** What it is, as it is written. */
  expression: string;
  /** What that is. */
  value: number;
  /** The variable of the notebook that it follows; empty if none. */
  variable: string;
  /** The names of what is computed from it. */
  users: string[];
}

/** A text between the blocks, in Markdown. */
export interface NoteView {
  id: string;
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  color: string;
}

/** A frame around blocks. */
export interface FrameView {
  id: string;
  name: string;
  color: string;
  blocks: string[];
}

/** A drawing that is kept under a name. */
export interface SnapshotView {
  name: string;
  /** When. */
  taken: string;
  /** How many blocks it has. */
  blocks: number;
}

/** What is shown besides blocks and wires. */
export interface BesideView {
  /** The submodels that one has entered, the outermost first. */
  place: PlaceView[];
  /** The named numbers of the document. */
  variables: ParameterView[];
  notes: NoteView[];
  frames: FrameView[];
  snapshots: SnapshotView[];
}

/** One thing that is other than before, as it was and as it is. */
export interface ChangedValue {
  name: string;
  before: string;
  now: string;
}

/** A block that is in both drawings, and not the same. */
export interface ChangedBlock {
  block: string;
  layer: string;
  values: ChangedValue[];
}

/** A block that is only in the drawing before, and where it was. */
export interface GoneBlock {
  layer: string;
  kind: string;
  x: number;
  y: number;
}

/** What two drawings differ in. */
export interface Comparison {
  /** What the drawing is compared with. */
  with_what: string;
  /** The blocks that the other drawing has not. */
  added: string[];
  gone: GoneBlock[];
  changed: ChangedBlock[];
  /** The wires that the other drawing has not. */
  added_wires: string[];
  /** The wires that only the other drawing has, in words. */
  gone_wires: string[];
  /** What else is different, such as the model's name or a parameter. */
  others: ChangedValue[];
}

/** A submodel that is opened: the frame around what is inside. */
export interface UnfoldedFrame {
  id: string;
  name: string;
  way: string[];
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The drawing with submodels opened. */
export interface UnfoldedView {
  /** The blocks, under ids of their own. */
  blocks: BlockView[];
  wires: WireView[];
  frames: UnfoldedFrame[];
  /** Where each block is at home: the blocks to enter, and the block there, by its id here. */
  ways: Record<string, string[]>;
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
  warning: string;
  frozen: boolean;
  /** How many calls the layer has; more than one means shared. */
  calls: number;
  is_output: boolean;
  submodel: boolean;
  muted: boolean;
  pinned: boolean;
  /** What there is to say of a submodel that can be opened. */
  inside: InsideView | null;
  /** The settings that are computed, as they are written. */
  expressions: Record<string, string>;
  /** The settings that the submodel around this block shows as its own. */
  promoted: string[];
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
  /** What it is led through, from its source on. */
  points: [number, number][];
}

/** What is wrong with a block, and what would help. */
export interface Problem {
  block: string;
  sentence: string;
  fixes: Fix[];
  /** A `warning` keeps nobody from training and saving. */
  level: "error" | "warning";
}

/** A button that repairs a problem: its commands are one undo step. */
export interface Fix {
  label: string;
  commands: object[];
}

/** A layer to put in between. */
export interface Through {
  kind: string;
  config: Record<string, unknown>;
}

/** What would come of a layer behind the tensor in hand. */
export interface Offer {
  /**
   * `legal`; `through` when it fits behind another layer only, or is better there; `impossible`
   * when it does not fit at all.
   */
  verdict: "legal" | "through" | "impossible";
  /** What comes out, or what is wrong, in words. */
  why: string;
  /** The layer that would have to come between. */
  through: Through | null;
}

/** The whole drawn state after each edit. */
export interface BuilderView {
  name: string;
  blocks: BlockView[];
  wires: WireView[];
  problems: Problem[];
  parameters: number | null;
  bytes: number | null;
  /** What would be undone; "" if nothing. */
  undo: string;
  /** What would be done again; "" if nothing. */
  redo: string;
  version: number;
  direction: string;
  beside: BesideView;
}

/** What is other than in the drawing before. */
export interface BuilderChanges {
  /** What changed besides blocks and wires, such as the problems. */
  fields: Record<string, unknown>;
  /**
   * The id of each block that changed with those of its fields that did, and every block that is
   * new.
   */
  blocks: object[];
  wires: object[];
  /** The ids of blocks and wires that are there no longer. */
  gone: string[];
  /** All ids in order, where the new ones do not simply follow the old. */
  block_order: string[] | null;
  wire_order: string[] | null;
}

/** The whole drawing, and what there is to draw with. */
export interface Shown {
  /** Counts what was sent, so that the browser knows whether it has missed something. */
  serial: number;
  view: BuilderView;
  families: Family[];
  /** The layers; nothing if they come later. */
  palette: Palette | null;
}

/** What an edit changed. */
export interface Changes {
  /** The serial number of the drawing that this is the difference from. */
  since: number;
  serial: number;
  view: BuilderChanges;
}

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
  /** The choices, the fitting one first. */
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
  /** The layer call that made it; "" if none. */
  layer: string;
  /** The family of that layer; "" if none. */
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

/** What is known of a weight without looking at its numbers. */
export interface WeightShape {
  path: string;
  shape: number[];
  dtype: string;
  trainable: boolean;
}

/** How the numbers of a block come about. */
export interface DetailsView {
  /** How the sizes of its output follow from those of its inputs. */
  formulas: string[];
  /** How the number of its parameters comes about; empty if it has none. */
  parameters: string;
  /** Additions, multiplications and the like for one example; -1 if not known. */
  operations: number;
  /** What its outputs take for one example; -1 if not known. */
  bytes: number;
  /** Whether all sizes are known; else unknown ones count once. */
  exact: boolean;
  weights: WeightShape[];
  /** The line of Python that makes it. */
  code: string;
}

/** The numbers of a weight, in numbers. */
export interface WeightNumbers {
  path: string;
  size: number;
  lowest: number;
  highest: number;
  mean: number;
  deviation: number;
  zeros: number;
  /** How many are no finite numbers. */
  wrong: number;
  /** How many numbers are in each of the bins between the lowest and the highest. */
  counts: number[];
  /**
   * Rows of numbers between -1 and 1 for a picture: means of neighbours where the weight is larger
   * than the picture. Axes before the last are folded into rows.
   */
  heat: number[][];
}

/** What a whole drawing costs for one example. */
export interface CostsView {
  operations: number;
  bytes: number;
  exact: boolean;
}

/** What became of code that was run. */
export interface Applied {
  /** Where it went wrong, counted from 1; 0 if nowhere in particular. */
  line: number;
  /** What went wrong; empty if the model that it builds is drawn. */
  sentence: string;
}

/** What the user can do to the drawing; every command can be undone. */
export type Command =
  /** Add a layer. */
  | {
      command: "Add";
      kind: string;
      x: number;
      y: number;
      config: Record<string, unknown>;
      name: string;
      after: string;
    }
  /** Write a note. */
  | {
      command: "AddNote";
      text: string;
      x: number;
      y: number;
      width: number;
      height: number;
      color: string;
    }
  /** Lead a wire through a point. */
  | { command: "AddPoint"; wire: string; x: number; y: number }
  /** Tidy the drawing. */
  | { command: "Arrange" }
  /** Do several things at once. */
  | { command: "Batch"; label: string; commands: object[] }
  /** Make a submodel of blocks. */
  | { command: "Collapse"; blocks: string[]; name: string }
  /** Change a setting. */
  | { command: "Configure"; block: string; setting: string; value: unknown }
  /** Connect two blocks. */
  | {
      command: "Connect";
      source: string;
      target: string;
      source_port: number;
      target_port: string;
    }
  /** Take a wire away. */
  | { command: "Disconnect"; wire: string }
  /** Change a frame. */
  | {
      command: "EditFrame";
      frame: string;
      name: string | null;
      color: string | null;
      blocks: string[] | null;
    }
  /** Change a note. */
  | {
      command: "EditNote";
      note: string;
      text: string | null;
      x: number | null;
      y: number | null;
      width: number | null;
      height: number | null;
      color: string | null;
    }
  /** Let a submodel take whatever comes. */
  | { command: "Follow"; block: string }
  /** Follow the notebook's variables. */
  | { command: "FollowVariables"; values: Record<string, string> }
  /** Draw a frame around blocks. */
  | { command: "Frame"; blocks: string[]; name: string; color: string }
  /** Insert a layer between others. */
  | {
      command: "Insert";
      kind: string;
      x: number;
      y: number;
      config: Record<string, unknown>;
      name: string;
      sources: [string, number][];
      wire: string;
      target: string;
      target_port: string;
    }
  /** Edit inside a submodel. */
  | { command: "Inside"; place: string[]; inner: Record<string, unknown> }
  /** Use a block once more. */
  | { command: "Instance"; block: string; kind: string; x: number; y: number }
  /** Move blocks. */
  | {
      command: "Move";
      positions: Record<string, [number, number]>;
      points: Record<string, [number, number][]>;
    }
  /** Change the order of inputs. */
  | { command: "MoveInput"; wire: string; to: number }
  /** Mute or unmute blocks. */
  | { command: "Mute"; blocks: string[]; muted: boolean }
  /** Paste blocks. */
  | { command: "Paste"; text: string; x: number; y: number }
  /** Pin blocks or let them go. */
  | { command: "Pin"; blocks: string[]; pinned: boolean }
  /** Show a setting on the submodel, or no longer. */
  | { command: "Promote"; block: string; setting: string; promoted: boolean }
  /** Put blocks into a frame. */
  | { command: "PutIntoFrame"; frame: string; blocks: string[] }
  /** Move the end of a wire. */
  | { command: "Reconnect"; wire: string; target: string; target_port: string }
  /** Draw another model. */
  | {
      command: "Redraw";
      record: Record<string, unknown>;
      values: Record<string, string>;
      homes: string;
    }
  /** Delete blocks and wires. */
  | { command: "Remove"; blocks: string[]; wires: string[]; points: Record<string, number[]> }
  /** Take a frame away. */
  | { command: "RemoveFrame"; frame: string }
  /** Delete a note. */
  | { command: "RemoveNote"; note: string }
  /** Remove a parameter. */
  | { command: "RemoveParameter"; name: string }
  /** Delete a snapshot. */
  | { command: "RemoveSnapshot"; name: string }
  /** Rename a layer. */
  | { command: "Rename"; block: string; name: string }
  /** Rename the model. */
  | { command: "RenameModel"; name: string }
  /** Rename a parameter. */
  | { command: "RenameParameter"; name: string; to: string }
  /** Rename a snapshot. */
  | { command: "RenameSnapshot"; name: string; to: string }
  /** Move a port of a submodel. */
  | { command: "ReorderPort"; side: "input" | "output"; port: number; to: number }
  /** Repeat a block. */
  | { command: "Repeat"; block: string; count: string }
  /** Go back to a snapshot. */
  | { command: "RestoreSnapshot"; name: string }
  /** Lead a wire another way. */
  | { command: "Route"; wire: string; points: [number, number][] }
  /** Make a block an output of the model, or no output any more. */
  | { command: "SetOutput"; block: string; output: boolean }
  /** Set a parameter. */
  | { command: "SetParameter"; name: string; expression: string; variable: string }
  /** Freeze or unfreeze a layer. */
  | { command: "SetTrainable"; block: string; trainable: boolean }
  /** Let blocks be calls of one layer. */
  | { command: "Share"; blocks: string[] }
  /** Put a block into a wire. */
  | { command: "Splice"; block: string; wire: string; x: number; y: number }
  /** Take blocks out of a frame. */
  | { command: "TakeOutOfFrame"; frame: string; blocks: string[] }
  /** Take a snapshot. */
  | { command: "TakeSnapshot"; name: string; taken: string }
  /** Turn the drawing. */
  | { command: "Turn"; direction: "down" | "right" }
  /** Let a submodel go its own way. */
  | { command: "Unlink"; block: string }
  /** Unpack a submodel. */
  | { command: "Unpack"; block: string }
  /** Give a call a layer of its own. */
  | { command: "Unshare"; block: string }
  /** Begin with a template. */
  | { command: "UseTemplate"; name: string; x: number; y: number };

/** What the browser asks of Python, besides commands. */
export type Request =
  /** The whole drawing: Shown. */
  | { request: "show" }
  /** Take the last step back. */
  | { request: "undo" }
  /** Do what was last undone again. */
  | { request: "redo" }
  /** Look into a submodel. */
  | { request: "enter"; block: string }
  /** Look at a model around this one again: the outermost has the depth 0. */
  | { request: "leave"; depth: number }
  /** Let a parameter follow a variable of the notebook, by default the one called the same. */
  | { request: "bind"; name: string; variable: string }
  /** Give the parameters that follow variables what these are now: the names of the changed. */
  | { request: "refresh" }
  /** Blocks as text, for the clipboard. */
  | { request: "copy"; blocks: string[] }
  /** The verdict on each port, by "block|port", where a wire from this one could end. */
  | {
      request: "can_connect";
      source: string;
      source_port: number;
      target: string;
      target_port: string;
      without: string;
    }
  /** What would come of each layer of the palette behind an output, by kind: Offer. */
  | { request: "offers"; source: string; source_port: number; known: number }
  /** Python that builds the model: functional, sequential or subclass. */
  | { request: "code"; style: string }
  /** Run code in the kernel, and draw the model that it builds: Applied. */
  | { request: "apply"; code: string }
  /** How the numbers of a block come about: a DetailsView. */
  | { request: "details"; block: string }
  /** The numbers of a block's weights, in numbers: WeightNumbers[]. */
  | { request: "weights"; block: string }
  /** What the shown model costs for one example: a CostsView. */
  | { request: "costs" }
  /** The table of the layers, as HTML. */
  | { request: "summary" }
  /** The op graph of the training step, or of the forward pass: a GraphView. */
  | { request: "graph" }
  /** The shown model with so many levels of submodels opened: an UnfoldedView. */
  | { request: "unfold"; depth: number }
  /** What the shown model differs in from a snapshot, or from a file: a Comparison. */
  | { request: "compare"; snapshot: string; path: string }
  /** A figure of the drawing, as SVG; saved if there is a path. */
  | {
      request: "figure";
      style: string;
      theme: string;
      depth: number;
      direction: string;
      path: string;
    }
  /** Save to a file; the answer is its path. */
  | { request: "save"; path: string }
  /** Draw what is in a file instead. */
  | { request: "open"; path: string }
  /** The paths of the .keras files in the folder. */
  | { request: "files" }
  /** The arrays among the notebook's variables: ArrayView[]. */
  | { request: "arrays" }
  /** Judge the drawing by the data and the loss that were chosen to train with. */
  | { request: "consider"; setup: TrainingSetup }
  /** Begin to train. */
  | { request: "train"; setup: TrainingSetup }
  /** Wait after the running batch. */
  | { request: "pause" }
  /** Go on training. */
  | { request: "resume" }
  /** End training after the running batch. */
  | { request: "stop" };
