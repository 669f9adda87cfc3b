import type { MouseEvent as ReactMouseEvent } from "react";
import { t } from "../../shared/words";
import { copySelection, cutSelection, duplicateSelection, pasteFromSystem } from "../clipboard";
import { removeSelection, setTrainable } from "../edits";
import { keyWords } from "../keyboard/key_words";
import { muteSelection, pinSelection, turnDrawing } from "../marking";
import { addNote } from "../notes/actions";
import { saveSelection } from "../palette/own_blocks";
import { openInspector } from "../panels";
import type { Session } from "../session";
import type { MenuItem, Point } from "../state";
import { goHome } from "../submodels/depth";
import { submodelItems } from "../submodels/menu";
import { type Alignment, alignSelection, distributeSelection } from "./aligning";
import { fitView } from "./camera";
import { beginConnecting } from "./connecting";
import { selectAlong } from "./finding";
import type { PointName } from "./point_names";
import { addPoint, moveInput, moveSelectionTo, placeAtEnd, straighten } from "./points";
import { openSearchAt } from "./searching";
import { canSplice, splice } from "./splicing";
import { tidy } from "./tidy";

type MenuEvent = MouseEvent | ReactMouseEvent;

/** The menu of a block: what can be done to it, or to all that are selected with it. */
export function openBlockMenu(session: Session, event: MenuEvent, id: string): void {
  if (!session.selectedBlocks().includes(id)) session.select([id]);
  if (session.eye.state.depth > 0) {
    const act = () => void goHome(session, id);
    show(session, event, t("Opened submodels"), [
      { label: t("Go and edit it"), keys: "Enter", act },
    ]);
    return;
  }
  const block = session.block(id);
  if (!block) return;
  const blocks = session.selectedBlocks();
  const several = blocks.length > 1;
  const wires = (session.view?.wires ?? [])
    .filter((wire) => blocks.includes(wire.source) || blocks.includes(wire.target))
    .map((wire) => wire.id);
  const frozen = block.frozen;
  show(session, event, several ? t("{blocks} blocks", { blocks: blocks.length }) : block.layer, [
    ...submodelItems(session, block, blocks),
    {
      label: t("Edit settings"),
      keys: block.inside ? "E" : "Enter",
      act: () => editSettings(session),
    },
    {
      label: t("Connect from here"),
      keys: "C",
      disabled: several || block.outputs.length === 0,
      act: () => void beginConnecting(session, "click", { block: id, side: "source", port: "0" }),
    },
    null,
    {
      label: t("Select what leads here"),
      keys: "U",
      act: () => selectAlong(session, "before", id),
    },
    {
      label: t("Select what follows"),
      keys: "D",
      act: () => selectAlong(session, "behind", id),
    },
    {
      label: t("Select more: press one after the other"),
      act: () => selectMore(session),
    },
    null,
    { label: t("Cut"), keys: keyWords("Mod+X"), act: () => void cutSelection(session) },
    { label: t("Copy"), keys: keyWords("Mod+C"), act: () => void copySelection(session) },
    { label: t("Duplicate"), keys: keyWords("Mod+D"), act: () => void duplicateSelection(session) },
    null,
    ...(several ? arrangeItems(session, blocks.length) : []),
    {
      label: block.muted ? t("Unmute (put to work again)") : t("Mute (pass by)"),
      keys: "M",
      act: () => void muteSelection(session),
    },
    {
      label: block.pinned ? t("Let go (tidying may move it)") : t("Pin (tidying leaves it here)"),
      keys: "P",
      act: () => void pinSelection(session),
    },
    {
      label: t("Save to my blocks…"),
      act: () => void saveSelection(session),
    },
    null,
    {
      label: frozen ? t("Unfreeze (train again)") : t("Freeze (do not train)"),
      act: () => void setTrainable(session, blocks, frozen),
    },
    {
      label: t("Disconnect"),
      disabled: wires.length === 0,
      act: () => void session.do({ command: "Remove", blocks: [], wires, points: {} }),
    },
    { label: t("Delete"), keys: "Delete", danger: true, act: () => void removeSelection(session) },
  ]);
}

/** From now on each block that is pressed is selected, too, as with Shift. */
function selectMore(session: Session): void {
  session.eye.set({ adds: true });
  session.say(t("Press the other blocks; a press on the canvas ends it."));
}

/** What puts several blocks in line: the alternative to dragging each. */
function arrangeItems(session: Session, count: number): (MenuItem | null)[] {
  const align = (label: string, alignment: Alignment) => ({
    label,
    act: () => void alignSelection(session, alignment),
  });
  const enough = count > 2;
  return [
    align(t("Align left edges"), "left"),
    align(t("Align centres, one below the other"), "centre"),
    align(t("Align top edges"), "top"),
    align(t("Align middles, side by side"), "middle"),
    {
      label: t("Distribute across"),
      disabled: !enough,
      act: () => void distributeSelection(session, "x"),
    },
    {
      label: t("Distribute down"),
      disabled: !enough,
      act: () => void distributeSelection(session, "y"),
    },
    null,
  ];
}

/** The menu of a wire. */
export function openWireMenu(session: Session, event: MenuEvent, id: string): void {
  const [lone, another] = session.selectedBlocks();
  const block = lone && !another && canSplice(session, lone) ? session.block(lone) : undefined;
  const wire = session.view?.wires.find((other) => other.id === id);
  if (!wire) return;
  session.select([], [id]);
  const at = { x: event.clientX, y: event.clientY };
  const from = { block: wire.source, side: "source" as const, port: String(wire.source_port) };
  show(session, event, t("Wire"), [
    ...(block
      ? [
          {
            label: t("Put {name} here", { name: block.layer }),
            act: () => void splice(session, block.id, id),
          },
        ]
      : []),
    { label: t("Insert a layer here…"), act: () => openSearchAt(session, at, from, id) },
    {
      label: t("Move its end to another input"),
      act: () => void beginConnecting(session, "click", from, id),
    },
    ...routeItems(session, id, at),
    ...orderItems(session, id),
    {
      label: t("Delete"),
      keys: "Delete",
      danger: true,
      act: () => void session.do({ command: "Disconnect", wire: id }),
    },
  ]);
}

/** What gives a wire another place among those at its end. */
function orderItems(session: Session, id: string): MenuItem[] {
  const { position, count } = placeAtEnd(session, id);
  if (count < 2) return [];
  return [
    {
      label: t("Earlier among the inputs"),
      keys: keyWords("Alt+ArrowLeft"),
      disabled: position === 0,
      act: () => void moveInput(session, id, -1),
    },
    {
      label: t("Later among the inputs"),
      keys: keyWords("Alt+ArrowRight"),
      disabled: position === count - 1,
      act: () => void moveInput(session, id, 1),
    },
  ];
}

/** What leads a wire another way: the alternative to a double click on it. */
function routeItems(session: Session, id: string, at: Point): MenuItem[] {
  const place = session.flow?.screenToFlowPosition(at);
  const points = session.view?.wires.find((wire) => wire.id === id)?.points ?? [];
  return [
    {
      label: t("Lead it through a point here"),
      keys: "R",
      act: () => place && void addPoint(session, id, place),
    },
    {
      label: t("Let it find its own way"),
      disabled: points.length === 0,
      act: () => void straighten(session, id),
    },
  ];
}

/** The menu of a point of a wire. */
export function openPointMenu(session: Session, event: MenuEvent, point: PointName): void {
  show(session, event, t("Point of a wire"), [
    ...routeItems(session, point.wire, { x: event.clientX, y: event.clientY }).slice(1),
    {
      label: t("Delete"),
      keys: "Delete",
      danger: true,
      act: () => void removeSelection(session),
    },
  ]);
}

/** The menu of the empty canvas. */
export function openCanvasMenu(session: Session, event: MenuEvent): void {
  const at = { x: event.clientX, y: event.clientY };
  const place = session.flow?.screenToFlowPosition(at) ?? null;
  const isEmpty = session.canvas.state.nodes.length === 0;
  show(session, event, t("Canvas"), [
    { label: t("Add a layer…"), keys: "A", act: () => openSearchAt(session, at) },
    { label: t("Paste"), keys: keyWords("Mod+V"), act: () => void pasteFromSystem(session, place) },
    { label: t("Write a note"), keys: "N", act: () => void addNote(session, place) },
    {
      label: t("Move what is selected here"),
      disabled: session.selectedBlocks().length + session.canvas.state.points.size === 0,
      act: () => place && moveSelectionTo(session, place),
    },
    null,
    {
      label: t("Select all"),
      keys: keyWords("Mod+A"),
      disabled: isEmpty,
      act: () => session.select(session.canvas.state.nodes.map((node) => node.id)),
    },
    {
      label: t("Find…"),
      keys: "/",
      disabled: isEmpty,
      act: () => session.eye.set({ finding: "" }),
    },
    { label: t("Tidy"), keys: "L", disabled: isEmpty, act: () => void tidy(session) },
    { label: t("Fit"), keys: "F", disabled: isEmpty, act: () => fitView(session) },
    {
      label: session.view?.direction === "right" ? t("Lead down") : t("Lead to the right"),
      keys: "T",
      act: () => void turnDrawing(session),
    },
    {
      label: t("Cut wires"),
      keys: "K",
      disabled: isEmpty,
      act: () => session.eye.set({ tool: "cut" }),
    },
    null,
    { label: t("Keys…"), keys: "?", act: () => session.eye.set({ cheatSheet: true }) },
  ]);
}

/** Opens the inspector and puts the cursor into its first field. */
export function editSettings(session: Session): void {
  openInspector(session, true);
  session.eye.set({ blockTab: "settings" });
  requestAnimationFrame(() => {
    const panel = session.root?.querySelector(".vnn-inspector");
    const field = panel?.querySelector<HTMLElement>(".vnn-form input, .vnn-form select");
    (field ?? panel?.querySelector<HTMLElement>("input"))?.focus();
  });
}

function show(session: Session, event: MenuEvent, label: string, items: (MenuItem | null)[]): void {
  event.preventDefault();
  event.stopPropagation();
  const root = session.root?.getBoundingClientRect();
  if (!root) return;
  const at: Point = { x: event.clientX - root.left, y: event.clientY - root.top };
  session.eye.set({ menu: { at, label, items }, search: null, callout: "" });
}
