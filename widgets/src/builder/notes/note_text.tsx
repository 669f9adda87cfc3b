import { useEffect, useRef } from "react";
import { useSession } from "../session";
import { loadWriter } from "./load_writer";
import { drawn, typeset } from "./markdown";

/** The text of a note as it is read; as it was written where nothing can draw it. */
export function NoteText({ text }: { text: string }) {
  const { python } = useSession();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let current = true;
    drawn(text, () => loadWriter(python)).then(
      (fragment) => {
        if (!current || !place.current) return;
        place.current.replaceChildren(fragment);
        typeset(place.current);
      },
      () => {
        if (current) place.current?.replaceChildren(text);
      },
    );
    return () => {
      current = false;
    };
  }, [python, text]);
  return <div className="vnn-note-text" ref={place} />;
}
