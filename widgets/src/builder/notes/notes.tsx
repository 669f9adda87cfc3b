import { ViewportPortal } from "@xyflow/react";
import type { FrameView, NoteView } from "../../shared/messages";
import { useDrawing } from "../session";
import { FrameBox } from "./frame_box";
import { NoteCard } from "./note_card";

const NO_NOTES: NoteView[] = [];
const NO_FRAMES: FrameView[] = [];

/** What is written between the blocks: notes, and frames around blocks. */
export function Notes() {
  const notes = useDrawing(({ view }) => view?.beside?.notes ?? NO_NOTES);
  const frames = useDrawing(({ view }) => view?.beside?.frames ?? NO_FRAMES);
  if (notes.length + frames.length === 0) return null;
  return (
    <ViewportPortal>
      {frames.map((frame) => (
        <FrameBox key={frame.id} frame={frame} />
      ))}
      {notes.map((note) => (
        <NoteCard key={note.id} note={note} />
      ))}
    </ViewportPortal>
  );
}
