import { t } from "../../shared/words";
import { fitView, focusBlock, goTo, zoomBy, zoomTo } from "../canvas/camera";
import { beginConnecting } from "../canvas/connecting";
import { boxOf } from "../canvas/drawn";
import { editSettings } from "../canvas/menus";
import { openSearch } from "../canvas/searching";
import { tidy } from "../canvas/tidy";
import { copySelection, cutSelection, duplicateSelection } from "../clipboard";
import { nudge, redo, removeSelection, undo } from "../edits";
import { muteSelection, pinSelection, turnDrawing } from "../marking";
import { addNote, frameSelection } from "../notes/actions";
import { openInspector, openTab } from "../panels";
import type { Session } from "../session";
import { collapse, enter, isSubmodel, unpack } from "../submodels/actions";
import { type Direction, walk } from "./walk";

const STEP = 8;

export interface Key {
  /** The combinations that do it, as `pressName` writes them. */
  presses: string[];
  /** What the cheat sheet says; keys without words are there for comfort only. */
  words: string;
  group: "Build" | "Edit" | "Move around" | "View";
  act(session: Session, press: string): void;
}

/** All keys of the builder; they work while the widget has the focus and nowhere else. */
export const KEYS: Key[] = [
  key("Build", ["A"], "Add a layer where the pointer is", (session) => openSearch(session)),
  key(
    "Build",
    ["C"],
    "Connect: choose the target with arrows or letters, then Enter; Tab lists the layers that fit",
    connectByKeys,
  ),
  key("Build", ["Enter"], "Edit the settings of the block, or open the submodel", openCurrent),
  key("Build", ["E"], "Edit the settings, also of a submodel", editCurrent),
  key("Build", ["Mod+G"], "Make a submodel of what is selected", (session) => {
    void collapse(session);
  }),
  key("Build", ["N"], "Write a note where the pointer is", (session) => void addNote(session)),
  key("Build", ["Shift+G"], "Put a frame around what is selected", (session) => {
    void frameSelection(session);
  }),
  key("Build", ["Mod+Shift+G"], "Unpack the submodel", (session) => void unpack(session)),
  key("Build", ["Delete", "Backspace"], "Delete what is selected", (session) => {
    void removeSelection(session);
  }),
  key(
    "Build",
    ["M"],
    "Mute: pass the selected blocks by",
    (session) => void muteSelection(session),
  ),
  key("Edit", ["Mod+Z"], "Undo", (session) => void undo(session)),
  key("Edit", ["Mod+Shift+Z", "Mod+Y"], "Redo", (session) => void redo(session)),
  key("Edit", ["Mod+C"], "Copy as text", (session) => void copySelection(session)),
  key("Edit", ["Mod+X"], "Cut", (session) => void cutSelection(session)),
  key("Edit", ["Mod+D"], "Duplicate", (session) => void duplicateSelection(session)),
  key("Edit", ["Mod+A"], "Select all", (session) => {
    session.select(session.canvas.state.nodes.map((node) => node.id));
    session.say(`${session.canvas.state.nodes.length} blocks selected.`);
  }),
  key("Move around", ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"], "Follow the wires", step),
  key(
    "Move around",
    ["Shift+ArrowUp", "Shift+ArrowDown", "Shift+ArrowLeft", "Shift+ArrowRight"],
    "Follow the wires and select along",
    step,
  ),
  key(
    "Move around",
    ["Alt+ArrowUp", "Alt+ArrowDown", "Alt+ArrowLeft", "Alt+ArrowRight"],
    "Move the selected blocks",
    push,
  ),
  key("Move around", ["F8"], "Go to the next problem", nextProblem),
  key("View", ["F"], "Fit the drawing, or what is selected", fitView),
  key("View", ["L"], "Tidy: lay the drawing out anew", (session) => void tidy(session)),
  key("View", ["P"], "Pin: tidying leaves the selected blocks where they are", (session) => {
    void pinSelection(session);
  }),
  key("View", ["T"], "Turn the drawing: down, or to the right", (session) => {
    void turnDrawing(session);
  }),
  key("Build", ["K"], "Knife: the next line on the canvas cuts wires", (session) => {
    session.eye.set({ tool: "cut" });
    session.say(t("Draw a line across the wires to cut."));
  }),
  key("View", ["+", "="], "Zoom in", (session) => zoomBy(session, 1.25)),
  key("View", ["-"], "Zoom out", (session) => zoomBy(session, 0.8)),
  key("View", ["0"], "Zoom to 100 %", (session) => zoomTo(session, 1)),
  key("View", ["V"], "Drag on the canvas selects", (session) =>
    session.eye.set({ tool: "select" }),
  ),
  key("View", ["H"], "Drag on the canvas moves the view", (session) => {
    session.eye.set({ tool: "pan" });
  }),
  key("View", ["?"], "This list", (session) => session.eye.set({ cheatSheet: true })),
];

function key(group: Key["group"], presses: string[], words: string, act: Key["act"]): Key {
  return { group, presses, words, act };
}

/** The block that the keys are at: the focused or last selected one. */
function currentBlock(session: Session): string {
  const { current, nodes } = session.canvas.state;
  return current || session.selectedBlocks()[0] || nodes[0]?.id || "";
}

function step(session: Session, press: string): void {
  const { nodes } = session.canvas.state;
  if (nodes.length === 0) {
    session.say("The canvas is empty. Press A to add a layer.");
    return;
  }
  const direction = press.replace(/.*Arrow/, "").toLowerCase() as Direction;
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
  const selected = session.selectedBlocks();
  const isFirst = selected.length === 0 && !session.root?.querySelector("[data-block]:focus");
  const from = currentBlock(session);
  const leads = session.view?.direction === "right" ? "right" : "down";
  const to = isFirst ? from : walk(from, direction, boxes, session.view?.wires ?? [], leads);
  if (!to) {
    const where = { up: "above", down: "below", left: "to the left", right: "to the right" };
    session.say(`There is no block ${where[direction]}.`);
    return;
  }
  session.select(press.startsWith("Shift+") ? [...new Set([...selected, to])] : [to]);
  focusBlock(session, to);
}

function push(session: Session, press: string): void {
  if (session.selectedBlocks().length === 0) {
    const current = currentBlock(session);
    if (current) session.select([current]);
  }
  const shift = { Up: [0, -STEP], Down: [0, STEP], Left: [-STEP, 0], Right: [STEP, 0] };
  const [x, y] = shift[press.replace(/.*Arrow/, "") as keyof typeof shift] as [number, number];
  nudge(session, x, y);
}

function openCurrent(session: Session): void {
  const current = currentBlock(session);
  if (isSubmodel(session.block(current))) void enter(session, current);
  else editCurrent(session);
}

function editCurrent(session: Session): void {
  const current = currentBlock(session);
  if (!current) return;
  if (session.selectedBlocks().length === 0) session.select([current]);
  openInspector(session, true);
  editSettings(session);
}

function connectByKeys(session: Session): void {
  const current = currentBlock(session);
  const block = session.block(current);
  if (!block || block.outputs.length === 0) {
    session.say("Go to a block with an output first, then press C.");
    return;
  }
  const from = { block: current, side: "source" as const, port: "0" };
  session.say(`Connecting from ${block.layer}.`);
  void beginConnecting(session, "keys", from);
}

function nextProblem(session: Session): void {
  const problems = session.view?.problems ?? [];
  if (problems.length === 0) {
    session.say("There are no problems.");
    return;
  }
  const at = problems.findIndex((problem) => problem.block === session.eye.state.callout);
  const next = problems[(at + 1) % problems.length]!;
  if (!next.block) {
    openTab(session, "problems");
    return;
  }
  goTo(session, next.block);
  focusBlock(session, next.block);
  session.eye.set({ callout: next.block });
  session.say(next.sentence);
}
