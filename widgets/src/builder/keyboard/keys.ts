import { later, several, t } from "../../shared/words";
import { fitView, focusBlock, goTo, zoomBy, zoomTo } from "../canvas/camera";
import { beginConnecting } from "../canvas/connecting";
import { boxOf } from "../canvas/drawn";
import { selectAlong } from "../canvas/finding";
import { editSettings } from "../canvas/menus";
import { addPointByKey, moveInput, nextWire, nudgeSelection } from "../canvas/points";
import { openSearch } from "../canvas/searching";
import { tidy } from "../canvas/tidy";
import { copySelection, cutSelection, duplicateSelection } from "../clipboard";
import { redo, removeSelection, undo } from "../edits";
import { muteSelection, pinSelection, turnDrawing } from "../marking";
import { addNote, frameSelection } from "../notes/actions";
import { frameItems } from "../notes/framing";
import { openInspector, openTab } from "../panels";
import type { Session } from "../session";
import { collapse, enter, isSubmodel, unpack } from "../submodels/actions";
import { goHome, openToDepth } from "../submodels/depth";
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
  key("Build", ["A"], later("Add a layer where the pointer is"), (session) => openSearch(session)),
  key(
    "Build",
    ["C"],
    later(
      "Connect: choose the target with arrows or letters, then Enter; Tab lists the layers that fit",
    ),
    connectByKeys,
  ),
  key(
    "Build",
    ["Enter"],
    later("Edit the settings of the block, or open the submodel"),
    openCurrent,
  ),
  key("Build", ["E"], later("Edit the settings, also of a submodel"), editCurrent),
  key("Build", ["Mod+G"], later("Make a submodel of what is selected"), (session) => {
    void collapse(session);
  }),
  key(
    "Build",
    ["N"],
    later("Write a note where the pointer is"),
    (session) => void addNote(session),
  ),
  key("Build", ["Shift+G"], later("Put a frame around what is selected"), (session) => {
    void frameSelection(session);
  }),
  key("Build", ["J"], later("Put the selected blocks into a frame, or take them out"), openFrames),
  key("Build", ["Mod+Shift+G"], later("Unpack the submodel"), (session) => void unpack(session)),
  key("Build", ["Delete", "Backspace"], later("Delete what is selected"), (session) => {
    void removeSelection(session);
  }),
  key(
    "Build",
    ["M"],
    later("Mute: pass the selected blocks by"),
    (session) => void muteSelection(session),
  ),
  key("Build", ["R"], later("Lead the selected wire through a point"), (session) => {
    void addPointByKey(session);
  }),
  key("Edit", ["Mod+Z"], later("Undo"), (session) => void undo(session)),
  key("Edit", ["Mod+Shift+Z", "Mod+Y"], later("Redo"), (session) => void redo(session)),
  key("Edit", ["Mod+C"], later("Copy as text"), (session) => void copySelection(session)),
  key("Edit", ["Mod+X"], later("Cut"), (session) => void cutSelection(session)),
  key("Edit", ["Mod+D"], later("Duplicate"), (session) => void duplicateSelection(session)),
  key("Edit", ["Mod+A"], later("Select all"), (session) => {
    session.select(session.canvas.state.nodes.map((node) => node.id));
    session.say(
      several(
        session.canvas.state.nodes.length,
        "{count} block selected.",
        "{count} blocks selected.",
      ),
    );
  }),
  key(
    "Move around",
    ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"],
    later("Follow the wires"),
    step,
  ),
  key(
    "Move around",
    ["Shift+ArrowUp", "Shift+ArrowDown", "Shift+ArrowLeft", "Shift+ArrowRight"],
    later("Follow the wires and select along"),
    step,
  ),
  key(
    "Move around",
    ["Alt+ArrowUp", "Alt+ArrowDown", "Alt+ArrowLeft", "Alt+ArrowRight"],
    later("Move the selected blocks and points, or a wire among the inputs"),
    push,
  ),
  key(
    "Move around",
    ["W", "Shift+W"],
    later("Go through the wires of the block, and their points"),
    (session, press) => nextWire(session, currentBlock(session), press === "W" ? 1 : -1),
  ),
  key(
    "Move around",
    ["/", "Mod+F"],
    later("Find blocks by name, kind, setting or shape"),
    (session) => session.eye.set({ finding: session.eye.state.finding ?? "" }),
  ),
  key("Move around", ["U"], later("Select what leads to the block"), (session) =>
    selectAlong(session, "before", currentBlock(session)),
  ),
  key("Move around", ["D"], later("Select what the block leads to"), (session) =>
    selectAlong(session, "behind", currentBlock(session)),
  ),
  key("Move around", ["F8"], later("Go to the next problem"), nextProblem),
  key("View", ["F"], later("Fit the drawing, or what is selected"), fitView),
  key("View", ["L"], later("Tidy: lay the drawing out anew"), (session) => void tidy(session)),
  key("View", ["P"], later("Pin: tidying leaves the selected blocks where they are"), (session) => {
    void pinSelection(session);
  }),
  key("View", ["T"], later("Turn the drawing: down, or to the right"), (session) => {
    void turnDrawing(session);
  }),
  key("Build", ["K"], later("Knife: the next line on the canvas cuts wires"), (session) => {
    session.eye.set({ tool: "cut" });
    session.say(t("Draw a line across the wires to cut."));
  }),
  key("View", ["."], later("Open submodels one level deeper"), (session) => {
    void openToDepth(session, session.eye.state.depth + 1);
  }),
  key("View", [","], later("Close submodels one level"), (session) => {
    void openToDepth(session, session.eye.state.depth - 1);
  }),
  key("View", ["+", "="], later("Zoom in"), (session) => zoomBy(session, 1.25)),
  key("View", ["-"], later("Zoom out"), (session) => zoomBy(session, 0.8)),
  key("View", ["0"], later("Zoom to 100 %"), (session) => zoomTo(session, 1)),
  key("View", ["V"], later("Drag on the canvas selects"), (session) =>
    session.eye.set({ tool: "select" }),
  ),
  key("View", ["H"], later("Drag on the canvas moves the view"), (session) => {
    session.eye.set({ tool: "pan" });
  }),
  key("View", ["?"], later("This list"), (session) => session.eye.set({ cheatSheet: true })),
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
  const { nodes, points } = session.canvas.state;
  if (points.size > 0 && session.selectedBlocks().length === 0) {
    push(session, press);
    return;
  }
  if (nodes.length === 0) {
    session.say(t("The canvas is empty. Press A to add a layer."));
    return;
  }
  const direction = press.replace(/.*Arrow/, "").toLowerCase() as Direction;
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
  const selected = session.selectedBlocks();
  const isFirst = selected.length === 0 && !session.root?.querySelector("[data-block]:focus");
  const from = currentBlock(session);
  const leads = session.view?.direction === "right" ? "right" : "down";
  const wires = (session.drawing.state.unfolded ?? session.view)?.wires ?? [];
  const to = isFirst ? from : walk(from, direction, boxes, wires, leads);
  if (!to) {
    const where = {
      up: t("There is no block above."),
      down: t("There is no block below."),
      left: t("There is no block to the left."),
      right: t("There is no block to the right."),
    };
    session.say(where[direction]);
    return;
  }
  session.select(press.startsWith("Shift+") ? [...new Set([...selected, to])] : [to]);
  focusBlock(session, to);
}

function push(session: Session, press: string): void {
  const [wire] = session.selectedWires();
  if (wire && session.selectedBlocks().length + session.canvas.state.points.size === 0) {
    void moveInput(session, wire, /Left|Up/.test(press) ? -1 : 1);
    return;
  }
  if (session.selectedBlocks().length + session.canvas.state.points.size === 0) {
    const current = currentBlock(session);
    if (current) session.select([current]);
  }
  const shift = { Up: [0, -STEP], Down: [0, STEP], Left: [-STEP, 0], Right: [STEP, 0] };
  const [x, y] = shift[press.replace(/.*Arrow/, "") as keyof typeof shift] as [number, number];
  nudgeSelection(session, x, y);
}

function openCurrent(session: Session): void {
  const current = currentBlock(session);
  if (session.eye.state.depth > 0) {
    void goHome(session, current);
    return;
  }
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

/** Lists the frames that the selected blocks can go into or out of, beside the current one. */
function openFrames(session: Session): void {
  if (session.selectedBlocks().length === 0) {
    const current = currentBlock(session);
    if (current) session.select([current]);
  }
  const root = session.root?.getBoundingClientRect();
  const current = `[data-block="${CSS.escape(currentBlock(session))}"]`;
  const box = session.root?.querySelector(current)?.getBoundingClientRect();
  if (!root || session.selectedBlocks().length === 0) return;
  const at = { x: (box?.left ?? root.left) - root.left, y: (box?.bottom ?? root.top) - root.top };
  session.eye.set({ menu: { at, label: t("Frames"), items: frameItems(session) } });
}

function connectByKeys(session: Session): void {
  const current = currentBlock(session);
  const block = session.block(current);
  if (!block || block.outputs.length === 0) {
    session.say(t("Go to a block with an output first, then press C."));
    return;
  }
  const from = { block: current, side: "source" as const, port: "0" };
  session.say(t("Connecting from {layer}.", { layer: block.layer }));
  void beginConnecting(session, "keys", from);
}

function nextProblem(session: Session): void {
  const problems = session.view?.problems ?? [];
  if (problems.length === 0) {
    session.say(t("There are no problems."));
    return;
  }
  const at = problems.findIndex((problem) => problem.block === session.eye.state.callout);
  const next = problems[(at + 1) % problems.length]!;
  if (!next.block) {
    openTab(session, "problems");
    return;
  }
  goTo(session, next.block);
  if (session.worksInOutline && session.outline?.isConnected) session.focusOutline(next.block);
  else focusBlock(session, next.block);
  session.eye.set({ callout: next.block });
  session.say(next.sentence);
}
