import type { BlockView, Command } from "../../shared/messages";
import { counted } from "../../shared/numbers";
import { later, t } from "../../shared/words";
import { boxOf } from "../canvas/drawn";
import { freePlace, ROW_GAP } from "../canvas/geometry";
import { addingBlocks } from "../edits";
import type { Session } from "../session";

/** A command as it travels inside another one. */
export function inner(place: string[], command: Command): Command {
  return { command: "Inside", place, inner: { ...command } };
}

/** Makes one submodel of the selected blocks. */
export async function collapse(session: Session): Promise<void> {
  const blocks = session.selectedBlocks();
  const [id] = await addingBlocks(session, { command: "Collapse", blocks, name: "" });
  const block = id ? session.block(id) : undefined;
  if (block)
    session.say(
      t("Made the submodel {layer} of {block}.", {
        layer: block.layer,
        block: counted(blocks.length, "block"),
      }),
    );
}

/** Puts what is inside the selected submodel in its place. */
export async function unpack(session: Session, block = session.selectedBlocks()[0]): Promise<void> {
  if (!block) {
    session.say(t("Select a submodel to unpack first."));
    return;
  }
  const name = session.block(block)?.layer ?? block;
  const added = await addingBlocks(session, { command: "Unpack", block });
  if (added.length > 0)
    session.say(t("Unpacked {name}: {block}.", { name, block: counted(added.length, "block") }));
}

/** Looks into a submodel. */
export async function enter(session: Session, block: string): Promise<void> {
  const name = session.block(block)?.layer ?? block;
  if ((await session.ask({ request: "enter", block })) === undefined) return;
  session.focusCanvas();
  session.say(t("Inside {name}. Escape leads out again.", { name }));
}

/** Looks at a model around this one; by default the next. */
export async function leave(session: Session, depth = placeOf(session).length - 1): Promise<void> {
  if (depth < 0) return;
  if ((await session.ask({ request: "leave", depth })) === undefined) return;
  session.focusCanvas();
  session.say(
    depth === 0
      ? t("In the model {name}.", { name: session.view?.name ?? "" })
      : t("One submodel further out."),
  );
}

export function placeOf(session: Session) {
  return session.view?.beside?.place ?? [];
}

export type InstanceKind = "shared" | "linked" | "copied";

const INSTANCE_WORDS: Record<InstanceKind, string> = {
  shared: later("shares its layer and weights"),
  linked: later("always has its structure, and weights of its own"),
  copied: later("is a copy that goes its own way"),
};

/** Uses a block once more, below it. */
export async function instance(
  session: Session,
  block: BlockView,
  kind: InstanceKind,
): Promise<void> {
  const boxes = session.canvas.state.nodes.map(boxOf);
  const node = session.canvas.state.nodes.find((other) => other.id === block.id);
  const box = node ? boxOf(node) : { x: block.x, y: block.y, width: 0, height: 0 };
  const place = freePlace({ x: box.x, y: box.y + box.height + ROW_GAP }, boxes);
  const [id] = await addingBlocks(session, {
    command: "Instance",
    block: block.id,
    kind,
    x: Math.round(place.x),
    y: Math.round(place.y),
  });
  const made = id ? session.block(id) : undefined;
  if (made) session.say(`${made.layer} ${t(INSTANCE_WORDS[kind])}.`);
}

/** Whether there is a choice of what to do with instances of a block. */
export function isSubmodel(block: BlockView | undefined): boolean {
  return Boolean(block?.inside);
}
