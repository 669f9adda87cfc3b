import { useEffect, useRef } from "react";
import { drawn } from "./markdown";

/** The text of a note as it is read. */
export function NoteText({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let current = true;
    void drawn(text).then((fragment) => {
      if (current) place.current?.replaceChildren(fragment);
    });
    return () => {
      current = false;
    };
  }, [text]);
  return <div className="vnn-note-text" ref={place} />;
}
