import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { NoteView } from "../../shared/messages";
import { t } from "../../shared/words";
import { CloseIcon } from "../icons";
import { useEye, useSession } from "../session";
import { editNote, removeNote } from "./actions";
import { NoteText } from "./note_text";
import { Swatches } from "./swatches";

const STEP = 8;
const LEAST = 60;

interface Drag {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A note: read, moved, resized and written over, by the pointer or by keys. */
export function NoteCard({ note }: { note: NoteView }) {
  const session = useSession();
  const isNew = useEye((eye) => eye.writing === note.id);
  const [text, setText] = useState<string | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const card = useRef<HTMLElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const editing = text !== null;

  useEffect(() => {
    if (!isNew) return;
    setText(note.text);
    session.eye.set({ writing: "" });
  }, [isNew, note.text, session]);
  useEffect(() => {
    if (editing) field.current?.focus();
  }, [editing]);

  const finish = (focus: boolean) => {
    if (text !== null && text !== note.text) void editNote(session, note.id, { text });
    setText(null);
    if (focus) requestAnimationFrame(() => card.current?.focus({ preventScroll: true }));
  };
  const begin = (event: PointerEvent<HTMLElement>, resizes: boolean) => {
    if (event.button !== 0 || editing) return;
    event.stopPropagation();
    const handle = event.currentTarget;
    const zoom = session.flow?.getZoom() ?? 1;
    const start = { x: event.clientX, y: event.clientY };
    handle.setPointerCapture(event.pointerId);
    let now: Drag | null = null;
    const move = (to: globalThis.PointerEvent) => {
      const dx = (to.clientX - start.x) / zoom;
      const dy = (to.clientY - start.y) / zoom;
      if (!now && Math.hypot(dx, dy) * zoom < 3) return;
      now = resizes
        ? {
            x: note.x,
            y: note.y,
            width: Math.max(LEAST, note.width + dx),
            height: Math.max(LEAST, note.height + dy),
          }
        : { x: note.x + dx, y: note.y + dy, width: note.width, height: note.height };
      setDrag(now);
    };
    const end = async () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", end);
      handle.removeEventListener("pointercancel", end);
      if (now) await editNote(session, note.id, now);
      setDrag(null);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
  };
  const key = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    const { key: name, altKey, shiftKey } = event;
    const by = {
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
    }[name];
    if (name === "Enter") setText(note.text);
    else if (name === "Delete" || name === "Backspace") void removeNote(session, note.id);
    else if (by && altKey && shiftKey) {
      const [dx = 0, dy = 0] = by;
      const width = Math.max(LEAST, note.width + dx);
      void editNote(session, note.id, { width, height: Math.max(LEAST, note.height + dy) });
    } else if (by && altKey) {
      const [dx = 0, dy = 0] = by;
      void editNote(session, note.id, { x: note.x + dx, y: note.y + dy });
    } else if (name === "Escape") session.focusCanvas();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const place = drag ?? note;
  return (
    <article
      ref={card}
      className="vnn-note nopan nodrag nowheel"
      data-note={note.id}
      data-color={note.color}
      data-own-keys
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a note is moved, opened and deleted by keys
      tabIndex={0}
      aria-label={t("Note: {text}", { text: note.text.slice(0, 80) || t("empty") })}
      aria-description={t("Enter writes, Alt and arrows move, Delete deletes.")}
      style={{ left: place.x, top: place.y, width: place.width, height: place.height }}
      onPointerDown={(event) => {
        if (!(event.target as Element).closest("button, a, textarea")) begin(event, false);
      }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        setText(note.text);
      }}
      onKeyDown={key}
    >
      {editing ? (
        <textarea
          ref={field}
          aria-label={t("Text of the note, in Markdown")}
          placeholder={t("Markdown, with formulas such as $y = Wx + b$")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => finish(false)}
          onKeyDown={(event) => {
            const ends =
              event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
            event.stopPropagation();
            if (!ends) return;
            event.preventDefault();
            finish(true);
          }}
        />
      ) : note.text ? (
        <NoteText text={note.text} />
      ) : (
        <p className="vnn-dim">{t("Empty. Double-click or Enter to write.")}</p>
      )}
      {!editing && (
        <>
          <div className="vnn-note-tools">
            <Swatches
              chosen={note.color}
              choose={(color) => void editNote(session, note.id, { color })}
            />
            <button
              type="button"
              className="vnn-button icon small"
              aria-label={t("Delete the note")}
              onClick={() => void removeNote(session, note.id)}
            >
              <CloseIcon size={12} />
            </button>
          </div>
          <span
            className="vnn-note-corner"
            aria-hidden="true"
            onPointerDown={(event) => begin(event, true)}
          />
        </>
      )}
    </article>
  );
}
