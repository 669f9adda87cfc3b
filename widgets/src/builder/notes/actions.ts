import type { Command } from "../../shared/messages";
import { t } from "../../shared/words";
import type { Session } from "../session";
import type { Point } from "../state";

export const COLORS = ["yellow", "blue", "green", "pink", "grey"];

type Note = Extract<Command, { command: "EditNote" }>;

/** Writes a new note where the pointer is, or in the middle of what one sees. */
export async function addNote(session: Session, at: Point | null = null): Promise<void> {
  const place = at ?? notePlace(session);
  const before = new Set((session.view?.beside?.notes ?? []).map(({ id }) => id));
  const stop = session.drawing.subscribe(() => {
    const fresh = session.view?.beside?.notes.find(({ id }) => !before.has(id));
    if (!fresh) return;
    stop();
    session.eye.set({ writing: fresh.id });
  });
  const done = await session.do({
    command: "AddNote",
    text: "",
    x: Math.round(place.x),
    y: Math.round(place.y),
    width: 220,
    height: 120,
    color: "yellow",
  });
  if (!done) stop();
  else session.say(t("A new note: write, then Escape."));
}

function notePlace(session: Session): Point {
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  if (!pane || !session.flow) return { x: 0, y: 0 };
  const at = session.pointer;
  const isOver =
    at && at.x > pane.left && at.x < pane.right - 40 && at.y > pane.top && at.y < pane.bottom - 40;
  const middle = { x: pane.left + pane.width * 0.6, y: pane.top + pane.height / 3 };
  return session.flow.screenToFlowPosition(isOver ? at : middle);
}

export async function editNote(
  session: Session,
  note: string,
  change: Partial<Omit<Note, "command" | "note">>,
): Promise<void> {
  const none = { text: null, x: null, y: null, width: null, height: null, color: null };
  await session.do({ command: "EditNote", note, ...none, ...change });
}

export async function removeNote(session: Session, note: string): Promise<void> {
  if (!(await session.do({ command: "RemoveNote", note }))) return;
  session.say(t("The note is deleted."));
  session.focusCanvas();
}

/** Draws a frame around the selected blocks. */
export async function frameSelection(session: Session): Promise<void> {
  const blocks = session.selectedBlocks();
  const done = await session.do({ command: "Frame", blocks, name: "", color: "grey" });
  if (done) session.say(t("Framed. The name of the frame can be written over."));
}
