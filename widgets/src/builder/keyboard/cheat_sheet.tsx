import { useEffect, useRef } from "react";
import { CloseIcon } from "../icons";
import { useEye, useSession } from "../session";
import { keyWords } from "./key_words";
import { KEYS, type Key } from "./keys";

const POINTER: [string, string][] = [
  ["Drag a port, or click two ports", "Connect"],
  ["Drag on the canvas", "Select; Shift adds to it"],
  ["Space and drag, or middle button", "Move the view"],
  ["Wheel", "Zoom, once the builder has the focus"],
  ["Double-click the canvas", "Add a layer there"],
  ["Double-click a submodel", "Open it; Escape leads out"],
  ["Drop a wire on the canvas", "Add a layer and connect it"],
  ["Drop a layer on a wire", "Insert it there"],
];
const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

/** All keys and what the pointer does, on one sheet. */
export function CheatSheet() {
  const session = useSession();
  const open = useEye((eye) => eye.cheatSheet);
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) sheet.current?.focus();
  }, [open]);
  if (!open) return null;
  const close = () => {
    session.eye.set({ cheatSheet: false });
    session.focusCanvas();
  };
  const groups = Map.groupBy(
    [...KEYS, { group: "Edit", presses: ["Mod+V"], words: "Paste at the pointer" } as Key],
    (key) => key.group,
  );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it as well
    // biome-ignore lint/a11y/noStaticElementInteractions: a click beside the sheet closes it
    <div className="vnn-veil" onClick={(event) => event.target === event.currentTarget && close()}>
      <div
        className="vnn-sheet"
        role="dialog"
        aria-label="Keys"
        ref={sheet}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === "Escape" || event.key === "?") close();
          else if (event.key !== "Tab") return;
          event.stopPropagation();
        }}
      >
        <div className="vnn-sheet-head">
          <h3>Keys</h3>
          <button type="button" className="vnn-button icon" aria-label="Close" onClick={close}>
            <CloseIcon />
          </button>
        </div>
        <div className="vnn-sheet-columns">
          {[...groups].map(([group, keys]) => (
            <section key={group}>
              <div className="vnn-capitals">{group}</div>
              <dl>
                {keys.map((key) => (
                  <div key={key.words}>
                    <dt>{pressWords(key.presses)}</dt>
                    <dd>{key.words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          <section className="vnn-sheet-pointer">
            <div className="vnn-capitals">Pointer</div>
            <dl>
              {POINTER.map(([gesture, words]) => (
                <div key={gesture}>
                  <dt>{gesture}</dt>
                  <dd>{words}</dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      </div>
    </div>
  );
}

function pressWords(presses: string[]) {
  const modifier = ["", "Shift+", "Alt+"].find((start) =>
    ARROWS.every((arrow) => presses.includes(start + arrow)),
  );
  if (modifier !== undefined) return <kbd>{keyWords(`${modifier}↑↓←→`)}</kbd>;
  return presses.map((press) => <kbd key={press}>{keyWords(press)}</kbd>);
}
