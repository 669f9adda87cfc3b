import type { ReactFlowInstance } from "@xyflow/react";
import { createContext, useContext } from "react";
import type { WidgetModel } from "../model";
import { applied, unpacked } from "../shared/changes";
import { Connection, type Notice, RefusedError } from "../shared/connection";
import type { BlockView, BuilderView, Changes, Command, Request, Shown } from "../shared/messages";
import { share, shareById } from "../shared/sharing";
import { Store, useStore } from "../shared/store";
import { t } from "../shared/words";
import { drawnEdges, drawnNodes } from "./canvas/drawn";
import { pointOfKey } from "./canvas/point_names";
import { storedPanels } from "./panels";
import type { BlockNode, Canvas, Drawing, Eye, Point, Traits, WireEdge } from "./state";
import { followSuggestion } from "./training/setup";

const TOAST_MILLISECONDS = 7000;
const SLOW_MILLISECONDS = 700;
/** How long Python may take to answer before what came with the widget is shown. */
const START_MILLISECONDS = 200;

/** One builder in the page: what it shows, and its line to Python. */
export class Session {
  readonly python: Connection<Traits>;
  readonly drawing = new Store<Drawing>({
    families: [],
    palette: null,
    view: null,
    training: null,
    unfolded: null,
  });
  readonly canvas = new Store<Canvas>({
    nodes: [],
    edges: [],
    points: new Set(),
    routes: new Map(),
    framing: { into: {}, outOf: {} },
    copying: false,
    current: "",
    guides: { x: null, y: null },
  });
  readonly eye: Store<Eye>;
  /** The canvas's camera, once it is there. */
  flow: ReactFlowInstance<BlockNode, WireEdge> | null = null;
  root: HTMLElement | null = null;
  /** Whether the view was moved, by hand or to show something: from then on it is left alone. */
  moved = false;
  /** Where the pointer was last seen, in the page; null before the first time. */
  pointer: Point | null = null;
  /** Blocks whose move Python has not confirmed: they stay where the hand has put them. */
  readonly moving = new Set<string>();
  /** The tree of the outline, while it is shown. */
  outline: HTMLElement | null = null;
  /** Whether the focus was last in the outline, not on the canvas. */
  worksInOutline = false;
  private serial = -1;
  private toastId = 0;
  private selectLater: string[] = [];
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(model: WidgetModel) {
    this.python = new Connection<Traits>(model);
    this.eye = new Store<Eye>({
      theme: "light",
      width: "wide",
      panels: storedPanels(),
      tab: "training",
      dockFull: false,
      drawer: false,
      connecting: null,
      search: null,
      menu: null,
      callout: "",
      toasts: [],
      said: "",
      batch: 32,
      writing: "",
      comparing: "",
      comparison: null,
      blockTab: "settings",
      cheatSheet: false,
      depth: 0,
      adds: false,
      finding: null,
      found: null,
      tool: hasCoarsePointer() ? "pan" : "select",
      wheel: "zoom",
      space: false,
      slow: false,
      focused: false,
      fills: false,
      hasTab: false,
      arrays: null,
      setup: null,
      settingUp: false,
      pressed: "",
    });
    void this.begin();
    this.python.watch("training", (training) => {
      if (!training?.status) return;
      const before = this.drawing.state.training;
      this.drawing.set({ training: share(before, training) });
      const { setup } = this.eye.state;
      if (setup && training.setup && training.status === "idle") {
        const followed = followSuggestion(setup, before?.setup ?? null, training.setup);
        this.eye.set({ setup: followed });
      }
    });
    this.python.onNotice((notice) => this.hear(notice));
    this.watch = setInterval(() => {
      this.eye.set({ slow: this.python.delay() > SLOW_MILLISECONDS });
    }, 250);
  }

  /**
   * Asks Python for the drawing.  What came with the widget is shown while Python is busy: it is
   * older than the answer when the widget is shown a second time.
   */
  private async begin(): Promise<void> {
    const packed = this.python.get("start");
    const [start] = await Promise.all([
      packed ? unpacked<Shown>(packed) : null,
      Promise.race([this.catchUp(), after(START_MILLISECONDS)]),
    ]);
    if (start && this.serial < 0) this.showAll(start);
  }

  /** Gets the whole drawing from Python: at first, and when a change was missed. */
  private async catchUp(): Promise<void> {
    const shown = await this.python.ask<Shown | null>({ request: "show" }).catch(() => null);
    if (shown) this.showAll(shown);
  }

  private showAll({ serial, view, families, palette }: Shown): void {
    if (serial < this.serial) return;
    const before = this.drawing.state;
    this.serial = serial;
    this.drawing.set({
      families: share(before.families, families),
      palette: palette ? share(before.palette, palette) : before.palette,
    });
    this.show({
      ...view,
      blocks: shareById(before.view?.blocks ?? [], view.blocks),
      wires: shareById(before.view?.wires ?? [], view.wires),
      problems: share(before.view?.problems ?? [], view.problems),
    });
  }

  private showChanges({ since, serial, view }: Changes): void {
    if (serial <= this.serial) return;
    if (since !== this.serial || !this.view) void this.catchUp();
    else {
      this.serial = serial;
      this.show(applied(this.view, view));
    }
  }

  close(): void {
    clearInterval(this.watch);
    this.python.close();
  }

  get view(): BuilderView | null {
    return this.drawing.state.view;
  }

  block(id: string): BlockView | undefined {
    return this.view?.blocks.find((block) => block.id === id);
  }

  /** The ids of the selected blocks, in the order of the drawing. */
  selectedBlocks(): string[] {
    return this.canvas.state.nodes.filter((node) => node.selected).map((node) => node.id);
  }

  selectedWires(): string[] {
    return this.canvas.state.edges.filter((edge) => edge.selected).map((edge) => edge.id);
  }

  /** Selects these blocks and wires and nothing else; what is not drawn yet is selected then. */
  select(blocks: string[], wires: string[] = []): void {
    const chosen = new Set([...blocks, ...wires]);
    const { nodes, edges, current } = this.canvas.state;
    this.selectLater = blocks.filter((id) => !nodes.some((node) => node.id === id));
    this.canvas.set({
      nodes: nodes.map((node) => withSelection(node, chosen.has(node.id))),
      edges: edges.map((edge) => withSelection(edge, chosen.has(edge.id))),
      points: new Set(),
      current: blocks.at(-1) ?? current,
    });
  }

  /** Sends a command or request; a refusal is shown in words and gives undefined. */
  async ask<Value = unknown>(message: Command | Request): Promise<Value | undefined> {
    try {
      return await this.python.ask<Value>(message);
    } catch (error) {
      this.refuse(error);
      return undefined;
    }
  }

  /** Does a command; tells whether Python did it. */
  async do(command: Command): Promise<boolean> {
    if (this.drawing.state.unfolded) {
      this.toast(t("Opened submodels are for looking. Double-click a block to go and edit it."));
      return false;
    }
    // What the user puts on an empty canvas lies where it was put: the view stays as it is.
    if (this.canvas.state.nodes.length === 0) this.moved = true;
    try {
      await this.python.ask(command);
      return true;
    } catch (error) {
      this.refuse(error);
      return false;
    }
  }

  refuse(error: unknown): void {
    const sentence = error instanceof RefusedError ? error.message : String(error);
    this.toast(sentence, "error", this.pointer);
  }

  /** Shows a sentence for a while, and says it to those who listen. */
  toast(sentence: string, level: "info" | "error" = "info", at: Point | null = null): void {
    const id = ++this.toastId;
    const others = this.eye.state.toasts.filter((toast) => toast.sentence !== sentence).slice(-2);
    this.eye.set({ toasts: [...others, { id, sentence, level, at }] });
    this.say(sentence);
    setTimeout(() => this.dismiss(id), TOAST_MILLISECONDS);
  }

  dismiss(id: number): void {
    this.eye.set({ toasts: this.eye.state.toasts.filter((toast) => toast.id !== id) });
  }

  /** Speaks through the live region; the same words twice are spoken twice. */
  say(sentence: string): void {
    const again = this.eye.state.said === sentence;
    this.eye.set({ said: again ? `${sentence}\u00a0` : sentence });
  }

  /** Draws the canvas anew from what Python knows, keeping what the hand is holding. */
  redraw(): void {
    const { view: edited, unfolded } = this.drawing.state;
    if (!edited) return;
    const view = unfolded ? { ...edited, ...unfolded } : edited;
    const { nodes, edges, current, points, routes } = this.canvas.state;
    const drawn = drawnNodes(view, nodes, this.moving);
    const known = new Set(drawn.map((node) => node.id));
    this.keepFocus(known);
    this.canvas.set({
      nodes: drawn,
      edges: drawnEdges(view, edges, drawn, routes),
      points: stillThere(points, view),
      current: known.has(current) ? current : "",
    });
    if (this.selectLater.length > 0 && this.selectLater.every((id) => known.has(id))) {
      this.select(this.selectLater);
    }
  }

  /** Takes the focus to the canvas when the focused block goes: else the keys would go nowhere. */
  private keepFocus(known: ReadonlySet<string>): void {
    const told = document.activeElement?.closest<HTMLElement>("[data-outline]");
    const isOurs = this.root?.contains(told ?? null) || this.outline?.contains(told ?? null);
    if (told && isOurs && !known.has(told.dataset.outline ?? ""))
      requestAnimationFrame(() => this.focusCanvas());
    const focused = document.activeElement?.closest<HTMLElement>("[data-block]");
    if (!focused || !this.root?.contains(focused) || known.has(focused.dataset.block ?? "")) return;
    this.focusCanvas();
  }

  /** Focuses a block in the outline. */
  focusOutline(id: string): void {
    const items = this.outline?.querySelectorAll<HTMLElement>("[aria-level='1']") ?? [];
    [...items].find((item) => item.dataset.outline === id)?.focus();
  }

  /** Gives the focus back to where one works: the canvas, or the outline of those who use that. */
  focusCanvas(): void {
    if (this.worksInOutline && this.outline?.isConnected) {
      const item = this.outline.querySelector<HTMLElement>("[aria-level='1'][tabindex='0']");
      if (item) {
        item.focus();
        return;
      }
    }
    this.root?.querySelector<HTMLElement>(".vnn-canvas")?.focus({ preventScroll: true });
  }

  /** Takes the focus to where one works when what had it is gone, such as the button of a fix. */
  regainFocus(): void {
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) this.focusCanvas();
    });
  }

  private show(view: BuilderView): void {
    const before = this.drawing.state.view;
    this.drawing.set({ view });
    this.redraw();
    this.explainNewProblem(before, view);
  }

  /** Opens the explanation of a problem that the last edit has made, and closes a solved one's. */
  private explainNewProblem(before: BuilderView | null, now: BuilderView): void {
    const { callout } = this.eye.state;
    if (callout && !now.problems.some((problem) => problem.block === callout)) {
      this.eye.set({ callout: "" });
    }
    if (!before) return;
    const known = new Set(before.problems.map((problem) => problem.block));
    const fresh = now.problems.filter((problem) => problem.block && !known.has(problem.block));
    const sentence = fresh.at(0)?.sentence;
    if (!sentence) return;
    this.say(sentence);
    const wrongWires = now.wires.filter((wire) => wire.error).length;
    const wrongBefore = before.wires.filter((wire) => wire.error).length;
    if (wrongWires > wrongBefore) this.eye.set({ callout: fresh[0]?.block ?? "" });
  }

  private hear(notice: Notice): void {
    if (notice.changes) this.showChanges(notice.changes);
    if (notice.shown) this.showAll(notice.shown);
    if (notice.notify) this.toast(notice.notify, notice.level ?? "info");
    if (notice.select) this.select(notice.select);
  }
}

/** Whether one works with a finger: then a drag on the canvas moves the view, as everywhere else. */
function hasCoarsePointer(): boolean {
  return globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Those of the selected points that there still are. */
function stillThere(points: ReadonlySet<string>, view: BuilderView): ReadonlySet<string> {
  if (points.size === 0) return points;
  const counts = new Map(view.wires.map((wire) => [wire.id, wire.points.length]));
  const kept = [...points].filter((key) => {
    const { wire, at } = pointOfKey(key);
    return at < (counts.get(wire) ?? 0);
  });
  return kept.length === points.size ? points : new Set(kept);
}

function withSelection<Item extends { selected?: boolean }>(item: Item, selected: boolean): Item {
  return Boolean(item.selected) === selected ? item : { ...item, selected };
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("This part of the builder is drawn outside a builder.");
  return session;
}

export function useDrawing<Picked>(
  select: (drawing: Drawing) => Picked,
  equal?: (a: Picked, b: Picked) => boolean,
): Picked {
  return useStore(useSession().drawing, select, equal);
}

export function useCanvas<Picked>(
  select: (canvas: Canvas) => Picked,
  equal?: (a: Picked, b: Picked) => boolean,
): Picked {
  return useStore(useSession().canvas, select, equal);
}

export function useEye<Picked>(
  select: (eye: Eye) => Picked,
  equal?: (a: Picked, b: Picked) => boolean,
): Picked {
  return useStore(useSession().eye, select, equal);
}
