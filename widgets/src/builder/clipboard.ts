import { counted } from "../shared/numbers";
import { t } from "../shared/words";
import { boxOf } from "./canvas/drawn";
import { addingBlocks, removeSelection } from "./edits";
import type { Session } from "./session";
import type { Point } from "./state";

/** The last copy, for pages that may not reach the system's clipboard. */
let kept = "";
/** Whether the system's clipboard has refused the last copy, so that what it holds is older. */
let systemRefused = false;

const PASTE_OFFSET = 28;

/** Copies the selected blocks as text: to the system's clipboard, and to one of our own. */
export async function copySelection(session: Session): Promise<boolean> {
  const blocks = session.selectedBlocks();
  if (blocks.length === 0) {
    session.say(t("Nothing is selected to copy."));
    return false;
  }
  const text = await session.ask<string>({ request: "copy", blocks });
  if (typeof text !== "string") return false;
  kept = text;
  try {
    await navigator.clipboard.writeText(text);
    systemRefused = false;
  } catch {
    systemRefused = true;
  }
  session.say(t("Copied {block}.", { block: counted(blocks.length, "block") }));
  return true;
}

export async function cutSelection(session: Session): Promise<void> {
  if (await copySelection(session)) await removeSelection(session);
}

/** Pastes at the pointer, or a little below what was copied; `text` is what the browser gave. */
export async function paste(session: Session, text = ""): Promise<void> {
  const clip = systemRefused || !text.trim() ? kept : text;
  if (!clip) {
    session.toast(
      t("There is nothing to paste: copy blocks first (Ctrl+C)."),
      "info",
      session.pointer,
    );
    return;
  }
  await pasteText(session, clip, pointerPlace(session) ?? besideSelection(session));
}

/** Pastes what the menu's command asks for: the browser is asked, which it may refuse. */
export async function pasteFromSystem(session: Session, place: Point | null): Promise<void> {
  let text = "";
  try {
    text = await navigator.clipboard.readText();
  } catch {
    systemRefused = true;
  }
  const clip = systemRefused || !text.trim() ? kept : text;
  if (!clip) session.toast(t("There is nothing to paste: copy blocks first (Ctrl+C)."));
  else await pasteText(session, clip, place ?? besideSelection(session));
}

/** Makes a copy of the selected blocks beside them; the clipboard keeps what it had. */
export async function duplicateSelection(session: Session): Promise<void> {
  const blocks = session.selectedBlocks();
  if (blocks.length === 0) {
    session.say(t("Nothing is selected to duplicate."));
    return;
  }
  await copyTo(session, blocks, besideSelection(session));
}

/** Puts a copy of blocks somewhere, as dragging them with Alt does; the clipboard keeps what it had. */
export async function copyTo(session: Session, blocks: string[], place: Point): Promise<void> {
  const text = await session.ask<string>({ request: "copy", blocks });
  if (typeof text === "string") await pasteText(session, text, place);
}

async function pasteText(session: Session, text: string, place: Point): Promise<void> {
  const ids = await addingBlocks(session, {
    command: "Paste",
    text,
    x: Math.round(place.x),
    y: Math.round(place.y),
  });
  if (ids.length > 0) session.say(t("Pasted {block}.", { block: counted(ids.length, "block") }));
}

function pointerPlace(session: Session): Point | null {
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  const at = session.pointer;
  if (!pane || !at || !session.flow) return null;
  const inside = at.x > pane.left && at.x < pane.right && at.y > pane.top && at.y < pane.bottom;
  if (!inside) return null;
  const place = session.flow.screenToFlowPosition(at);
  const covered = session.canvas.state.nodes.map(boxOf).some((box) => {
    return Math.abs(box.x - place.x) < PASTE_OFFSET && Math.abs(box.y - place.y) < PASTE_OFFSET;
  });
  return covered ? { x: place.x + PASTE_OFFSET, y: place.y + PASTE_OFFSET } : place;
}

function besideSelection(session: Session): Point {
  const { nodes } = session.canvas.state;
  const chosen = nodes.filter((node) => node.selected).map(boxOf);
  if (chosen.length > 0) {
    return {
      x: Math.min(...chosen.map((box) => box.x)) + PASTE_OFFSET,
      y: Math.min(...chosen.map((box) => box.y)) + PASTE_OFFSET,
    };
  }
  const bottom = Math.max(0, ...nodes.map((node) => boxOf(node).y + boxOf(node).height));
  return { x: nodes[0]?.position.x ?? 0, y: bottom + PASTE_OFFSET };
}
