import type { Edge, Node } from "@xyflow/react";
import type {
  ArrayView,
  BlockView,
  BuilderView,
  Comparison,
  Family,
  Palette,
  TrainingSetup,
  TrainingView,
  UnfoldedView,
  WireView,
} from "../shared/messages";
import type { Theme } from "../shared/theme";
import type { Width } from "../shared/width";
import type { Direction } from "./canvas/geometry";

/** The traits of the widget. */
export interface Traits {
  /** The drawing as it was when the widget was made: a `Shown`, packed. */
  start: ArrayBufferView;
  training: TrainingView;
}

/** What Python knows; null until it has arrived. */
export interface Drawing {
  families: Family[];
  palette: Palette | null;
  view: BuilderView | null;
  training: TrainingView | null;
  /** The drawing with its submodels opened, while it is looked at so. */
  unfolded: UnfoldedView | null;
}

export type BlockNode = Node<BlockData, "block">;
export type WireEdge = Edge<WireData, "wire">;

export interface BlockData extends Record<string, unknown> {
  /** Where the wires of the drawing lead. */
  direction: Direction;
  block: BlockView;
  /** How many wires end at each input port, in the order of `block.inputs`. */
  taken: number[];
}

export interface WireData extends Record<string, unknown> {
  wire: WireView;
  direction: Direction;
  /** What it is led through; where the hand has them while they are moved. */
  points: Point[];
  /** Whether the hand has them. */
  held: boolean;
  /** The x (or y, to the right) at which it passes by blocks in its way; null if that is free. */
  detour: number | null;
  /** Whether its pill would lie on another's. */
  crowded: boolean;
}

/** What lies on the canvas right now; positions run ahead of Python while blocks are dragged. */
export interface Canvas {
  nodes: BlockNode[];
  edges: WireEdge[];
  /** The selected points of wires, by `pointKey`. */
  points: ReadonlySet<string>;
  /** The points of wires that the hand moves, until Python has them. */
  routes: ReadonlyMap<string, Point[]>;
  /** The block that Tab reaches: the one last focused or selected. */
  current: string;
  /** Which frames dragged blocks go into, and which they leave. */
  framing: Framing;
  /** Whether what is dragged is a copy: the blocks themselves stay. */
  copying: boolean;
  /** Lines that show what a dragged block is aligned with, in canvas coordinates. */
  guides: { x: number | null; y: number | null };
}

/** The blocks that go into frames, and those that leave them, by the frame. */
export interface Framing {
  into: Record<string, string[]>;
  outOf: Record<string, string[]>;
}

export type Side = "source" | "target";

/** A port of a block: outputs by number, inputs by name. */
export interface PortName {
  block: string;
  side: Side;
  port: string;
}

export interface Verdict {
  verdict: "legal" | "broadcast" | "mismatch" | "impossible";
  why: string;
}

/** A connection that is being made: by dragging, by clicking two ports, or by keys. */
export interface Connecting {
  by: "drag" | "click" | "keys";
  from: PortName;
  /** The wire whose end is moved; "" when a new one is made. */
  wire: string;
  /** Python's judgement of each port at the other end, by `portKey`; null until it has answered. */
  verdicts: Record<string, Verdict> | null;
  /** The port that the keys have chosen so far, or that the pointer is at. */
  target: string;
}

export interface Point {
  x: number;
  y: number;
}

/** The search popup: where it opens, where the new block goes, and what it gets wired to. */
export interface Search {
  at: Point;
  place: Point;
  from: PortName | null;
  /** The wire into which the new block is inserted, or "". */
  wire: string;
  /** Whether only templates are shown. */
  templates?: boolean;
}

export interface MenuItem {
  label: string;
  keys?: string;
  disabled?: boolean;
  danger?: boolean;
  act(): void;
}

/** A context menu; null between items is a line. */
export interface Menu {
  at: Point;
  label: string;
  items: (MenuItem | null)[];
}

export interface Toast {
  id: number;
  sentence: string;
  level: "info" | "error";
  at: Point | null;
}

export type BlockTab = "settings" | "shapes" | "weights" | "code";
export type DockTab =
  | "problems"
  | "outline"
  | "training"
  | "summary"
  | "graph"
  | "code"
  | "versions";
export type PanelName = "palette" | "inspector" | "dock";

export interface Panel {
  open: boolean;
  size: number;
}

/** What only the eye needs: it never goes to Python. */
export interface Eye {
  theme: Theme;
  width: Width;
  panels: Record<PanelName, Panel>;
  tab: DockTab;
  /** Whether the dock has taken the place of the canvas. */
  dockFull: boolean;
  /** Whether the inspector is out where it is a drawer. */
  drawer: boolean;
  connecting: Connecting | null;
  search: Search | null;
  menu: Menu | null;
  /** The block whose problem is explained beside it, or "". */
  callout: string;
  toasts: Toast[];
  /** How many examples the costs are told for. */
  batch: number;
  /** What the inspector shows of a block. */
  blockTab: BlockTab;
  /** The note that is about to be written, or "". */
  writing: string;
  /** What the drawing is compared with: "snapshot:name", "path:file", or "". */
  comparing: string;
  comparison: Comparison | null;
  /** What the live region says. */
  said: string;
  cheatSheet: boolean;
  /** How many levels of submodels are opened; then the canvas is for looking only. */
  depth: number;
  /** Whether each block that is pressed is selected besides the others, as with Shift. */
  adds: boolean;
  /** What is looked for on the canvas; null while nothing is. */
  finding: string | null;
  /** The blocks that were found; null while nothing is looked for. */
  found: ReadonlySet<string> | null;
  /** What a drag on the empty canvas does. */
  tool: "select" | "pan" | "cut";
  /** What the wheel does. */
  wheel: "zoom" | "pan";
  /** Whether the space bar is down, which pans. */
  space: boolean;
  /** Whether Python lets an answer wait for long. */
  slow: boolean;
  /** Whether the widget has the focus: only then does the wheel belong to the canvas. */
  focused: boolean;
  /** Whether the widget fills a tab instead of standing in a cell. */
  fills: boolean;
  /** Whether the widget can be shown in a tab of its own, too. */
  hasTab: boolean;
  /** The notebook's arrays; null until Python has been asked. */
  arrays: ArrayView[] | null;
  /** What the next training run will be, as far as it has been filled in. */
  setup: TrainingSetup | null;
  /** Whether the Training tab shows the form although there are curves. */
  settingUp: boolean;
  /** The button of the transport that was pressed and that Python has not followed yet. */
  pressed: "" | "train" | "pause" | "resume" | "stop";
}

/** The name under which `can_connect` judges a port. */
export function portKey(block: string, port: string): string {
  return `${block}|${port}`;
}
