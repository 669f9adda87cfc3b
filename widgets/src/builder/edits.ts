import type { BlockView, Command, Fix } from "../shared/messages";
import { counted, shapeWords } from "../shared/numbers";
import { several, t } from "../shared/words";
import { boxOf } from "./canvas/drawn";
import { BLOCK_HEIGHT, BLOCK_WIDTH, freePlace, ROW_GAP, SIDE_GAP } from "./canvas/geometry";
import { selectedPoints } from "./canvas/point_names";
import type { Session } from "./session";
import type { Point, PortName } from "./state";

type Insert = Extract<Command, { command: "Insert" }>;

const NEW_BLOCK_PATIENCE = 4000;

/** A block in words, for those who listen: "Conv2D conv2d_1, output 28 × 28 × 32, 9,248 parameters". */
export function blockWords(block: BlockView): string {
  const words = [`${block.kind} ${block.layer}`];
  const shapes = block.outputs.filter(Boolean).map(shapeWords);
  if (block.error) words.push(block.error);
  else if (shapes.length > 0) words.push(t("output {shapes}", { shapes: shapes.join(", ") }));
  else words.push(t("output not known yet"));
  if (block.parameters) words.push(counted(block.parameters, "parameter"));
  if (block.calls > 1) words.push(t("shared by {calls} calls", { calls: block.calls }));
  if (block.inside) words.push(t("submodel, Enter opens it"));
  if (block.inside && block.inside.linked > 1)
    words.push(t("linked with {count} more", { count: block.inside.linked - 1 }));
  if (block.inside?.repeat) words.push(t("repeated {count} times", { count: block.inside.repeat }));
  if (block.frozen) words.push(t("frozen"));
  if (block.is_output) words.push(t("output of the model"));
  return words.join(", ");
}

/** Where a block goes when the hand has not said: below the selected one, or where one looks. */
export function defaultPlace(session: Session, after: string): Point {
  const { nodes } = session.canvas.state;
  const boxes = nodes.map(boxOf);
  const above = nodes.find((node) => node.id === after);
  if (above) {
    const box = boxOf(above);
    const beside = { x: box.x + box.width + SIDE_GAP, y: box.y };
    const below = { x: box.x, y: box.y + box.height + ROW_GAP };
    return freePlace(session.view?.direction === "right" ? beside : below, boxes);
  }
  return freePlace(centreOfView(session), boxes);
}

/** Adds a layer below the selected block and wires it to that; several selected ones are merged. */
export async function addAfterSelection(session: Session, kind: string): Promise<void> {
  const declared = session.drawing.state.palette?.layers.find((layer) => layer.name === kind);
  const selected = declared?.inputs === "none" ? [] : session.selectedBlocks();
  const merging = declared?.inputs === "many" && selected.length > 1;
  if (merging) {
    const place = defaultPlace(session, lowestOf(session, selected));
    await insertLayer(session, kind, place, { sources: selected.map((block) => [block, 0]) });
    return;
  }
  const after = selected.length === 1 ? (selected[0] ?? "") : "";
  await addLayer(session, kind, defaultPlace(session, after), after);
}

/** Adds a layer; gives the new block's id, or undefined when Python refused. */
export async function addLayer(
  session: Session,
  kind: string,
  place: Point,
  after = "",
): Promise<string | undefined> {
  const [id] = await addingBlocks(session, {
    command: "Add",
    kind,
    x: Math.round(place.x),
    y: Math.round(place.y),
    config: {},
    name: "",
    after,
  });
  if (!id) return undefined;
  const block = session.block(id);
  if (block) session.say(t("Added {block}.", { block: blockWords(block) }));
  return id;
}

/** Adds a layer and wires it to the port from which a wire was dropped. */
export async function addConnected(
  session: Session,
  kind: string,
  place: Point,
  from: PortName,
): Promise<void> {
  const wires: Partial<Insert> =
    from.side === "source"
      ? { sources: [[from.block, Number(from.port)]] }
      : { target: from.block, target_port: from.port };
  await insertLayer(session, kind, place, wires);
}

/** Puts a new layer into a wire: the wire's source leads to it, and it to the wire's target. */
export async function addIntoWire(
  session: Session,
  kind: string,
  place: Point,
  wire: string,
): Promise<void> {
  await insertLayer(session, kind, place, { wire });
}

/** Adds a layer with all of its wires, which is one step to undo. */
async function insertLayer(
  session: Session,
  kind: string,
  place: Point,
  wires: Partial<Insert>,
): Promise<void> {
  const [id] = await addingBlocks(session, {
    command: "Insert",
    kind,
    x: Math.round(place.x),
    y: Math.round(place.y),
    config: {},
    name: "",
    sources: [],
    wire: "",
    target: "",
    target_port: "",
    ...wires,
  });
  const block = id && session.block(id);
  if (block) session.say(t("Added {block}.", { block: blockWords(block) }));
}

/** Connects two ports, given in either order. */
export async function connect(session: Session, one: PortName, other: PortName): Promise<boolean> {
  if (one.side === other.side) {
    session.toast(
      one.side === "source"
        ? t(
            "Both ends are outputs. A wire leads from an output (below a block) to an input (above one).",
          )
        : t(
            "Both ends are inputs. A wire leads from an output (below a block) to an input (above one).",
          ),
      "error",
      session.pointer,
    );
    return false;
  }
  const [source, target] = one.side === "source" ? [one, other] : [other, one];
  const done = await session.do({
    command: "Connect",
    source: source.block,
    target: target.block,
    source_port: Number(source.port),
    target_port: target.port,
  });
  if (!done) return false;
  const to = session.block(target.block);
  if (!to?.error)
    session.say(
      t("Connected {block} to {block2}.", {
        block: nameOf(session, source.block),
        block2: nameOf(session, target.block),
      }),
    );
  return true;
}

/** Deletes the selected blocks and wires. */
export async function removeSelection(session: Session): Promise<void> {
  const blocks = session.selectedBlocks();
  const wires = session.selectedWires();
  const points = Object.fromEntries(selectedPoints(session.canvas.state));
  const count = session.canvas.state.points.size;
  if (blocks.length + wires.length + count === 0) return;
  const what = describe(session, blocks, wires, count);
  const neighbour = neighbourOf(session, blocks);
  if (!(await session.do({ command: "Remove", blocks, wires, points }))) return;
  session.say(t("Deleted {what}.", { what }));
  if (neighbour) session.canvas.set({ current: neighbour });
}

/** Tells Python where blocks have been put; they stay there until it answers. */
export async function moveBlocks(
  session: Session,
  positions: Record<string, [number, number]>,
  points: Record<string, [number, number][]> = {},
  framing: Command[] = [],
): Promise<void> {
  const ids = Object.keys(positions);
  for (const id of ids) session.moving.add(id);
  const move: Command = { command: "Move", positions, points };
  const [first] = framing;
  const isInto = first?.command === "PutIntoFrame";
  const label = isInto ? "Put blocks into a frame" : "Take blocks out of a frame";
  const whole: Command = { command: "Batch", label, commands: [move, ...framing] };
  if ((await session.do(first ? whole : move)) && first)
    session.say(isInto ? t("In the frame now.") : t("Out of the frame."));
  for (const id of ids) session.moving.delete(id);
  const { routes } = session.canvas.state;
  const held = [...routes].filter(([wire]) => !points[wire]);
  if (held.length < routes.size) session.canvas.set({ routes: new Map(held) });
  session.redraw();
}

/** Tells Python where blocks and the points of wires have been put. */
export async function moveThings(
  session: Session,
  blocks: ReadonlyMap<string, Point>,
  routes: ReadonlyMap<string, Point[]>,
): Promise<void> {
  const pair = ({ x, y }: Point): [number, number] => [Math.round(x), Math.round(y)];
  const positions = Object.fromEntries([...blocks].map(([id, at]) => [id, pair(at)]));
  const points = Object.fromEntries([...routes].map(([wire, led]) => [wire, led.map(pair)]));
  await moveBlocks(session, positions, points);
}

export async function undo(session: Session): Promise<void> {
  const label = session.view?.undo;
  if (!label) {
    session.say(t("There is nothing to undo."));
    return;
  }
  await session.ask({ request: "undo" });
  session.say(t("Undone: {label}.", { label }));
}

export async function redo(session: Session): Promise<void> {
  const label = session.view?.redo;
  if (!label) {
    session.say(t("There is nothing to redo."));
    return;
  }
  await session.ask({ request: "redo" });
  session.say(t("Done again: {label}.", { label }));
}

/** Repairs a problem as its button says: all of its commands are one undo step. */
export async function applyFix(session: Session, fix: Fix): Promise<void> {
  const isHere = session.root?.contains(document.activeElement) ?? false;
  const done = await session.do({ command: "Batch", label: fix.label, commands: fix.commands });
  if (isHere) session.regainFocus();
  if (done) session.say(t("Done: {label}.", { label: fix.label }));
}

/** Freezes or thaws blocks. */
export async function setTrainable(
  session: Session,
  blocks: string[],
  trainable: boolean,
): Promise<void> {
  const commands: Command[] = blocks.map((block) => ({
    command: "SetTrainable",
    block,
    trainable,
  }));
  const [only] = commands;
  const label = trainable
    ? several(blocks.length, "Unfreeze {count} block", "Unfreeze {count} blocks")
    : several(blocks.length, "Freeze {count} block", "Freeze {count} blocks");
  if (!only) return;
  const command: Command = commands.length === 1 ? only : { command: "Batch", label, commands };
  if (await session.do(command)) session.say(t("{label}: done.", { label }));
}

/**
 * Does a command that makes blocks and selects them.  Their ids are what the drawing has more than
 * before; the drawing usually comes before the answer, else it is waited for.
 */
export async function addingBlocks(session: Session, command: Command): Promise<string[]> {
  const before = new Set(session.view?.blocks.map((block) => block.id));
  const added = () =>
    (session.view?.blocks ?? []).map((block) => block.id).filter((id) => !before.has(id));
  if (!(await session.do(command))) return [];
  if (added().length === 0) {
    await new Promise<void>((resolve) => {
      const stop = session.drawing.subscribe(() => {
        if (added().length > 0) finish();
      });
      const patience = setTimeout(() => finish(), NEW_BLOCK_PATIENCE);
      const finish = () => {
        stop();
        clearTimeout(patience);
        resolve();
      };
    });
  }
  const ids = added();
  if (ids.length > 0) session.select(ids);
  return ids;
}

function nameOf(session: Session, id: string): string {
  return session.block(id)?.layer ?? id;
}

function describe(session: Session, blocks: string[], wires: string[], points: number): string {
  const parts: string[] = [];
  if (blocks.length === 1) parts.push(nameOf(session, blocks[0]!));
  else if (blocks.length > 1) parts.push(counted(blocks.length, "block"));
  if (wires.length > 0) parts.push(counted(wires.length, "wire"));
  if (points > 0) parts.push(counted(points, "point"));
  return parts.join(" and ");
}

/** A block next to those that go, so that the keys have a place to go on from. */
function neighbourOf(session: Session, leaving: string[]): string {
  const gone = new Set(leaving);
  for (const wire of session.view?.wires ?? []) {
    if (gone.has(wire.target) && !gone.has(wire.source)) return wire.source;
    if (gone.has(wire.source) && !gone.has(wire.target)) return wire.target;
  }
  return "";
}

function lowestOf(session: Session, ids: string[]): string {
  const boxes = session.canvas.state.nodes.filter((node) => ids.includes(node.id));
  return boxes.sort((a, b) => b.position.y - a.position.y)[0]?.id ?? "";
}

function centreOfView(session: Session): Point {
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  if (!pane || !session.flow) return { x: 0, y: 0 };
  const middle = { x: pane.left + pane.width / 2, y: pane.top + pane.height / 3 };
  const place = session.flow.screenToFlowPosition(middle);
  return { x: place.x - BLOCK_WIDTH / 2, y: place.y - BLOCK_HEIGHT / 2 };
}
