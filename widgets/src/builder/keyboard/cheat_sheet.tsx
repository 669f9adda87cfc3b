import { useEffect, useRef } from "react";
import { later, t } from "../../shared/words";
import { CloseIcon } from "../icons";
import { useEye, useSession } from "../session";
import { keyWords } from "./key_words";
import { KEYS, type Key } from "./keys";

const POINTER: [string, string][] = [
  [later("Drag a port, or click two ports"), later("Connect")],
  [later("Drag on the canvas"), later("Select; Shift adds to it")],
  [later("Space and drag, or middle button"), later("Move the view")],
  [later("Wheel"), later("Zoom, once the builder has the focus")],
  [later("Double-click the canvas"), later("Add a layer there")],
  [later("Double-click a submodel"), later("Open it; Escape leads out")],
  [later("Drop a wire on the canvas"), later("Add a layer and connect it")],
  [later("Drop a layer on a wire"), later("Insert it there")],
  [later("Double-click a wire"), later("Lead it through a point there")],
  [later("Drag blocks with Alt"), later("Put a copy there")],
  [later("Drag blocks over a frame, or out of it"), later("Put them into it, or take them out")],
  [later("Draw a line with Alt"), later("Cut the wires that it crosses")],
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
    [...KEYS, { group: "Edit", presses: ["Mod+V"], words: t("Paste at the pointer") } as Key],
    (key) => key.group,
  );
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it as well
    // biome-ignore lint/a11y/noStaticElementInteractions: a click beside the sheet closes it
    <div className="vnn-veil" onClick={(event) => event.target === event.currentTarget && close()}>
      <div
        className="vnn-sheet"
        role="dialog"
        aria-label={t("Keys")}
        ref={sheet}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === "Escape" || event.key === "?") close();
          else if (event.key !== "Tab") return;
          event.stopPropagation();
        }}
      >
        <div className="vnn-sheet-head">
          <h3>{t("Keys")}</h3>
          <button type="button" className="vnn-button icon" aria-label={t("Close")} onClick={close}>
            <CloseIcon />
          </button>
        </div>
        <div className="vnn-sheet-columns">
          {[...groups].map(([group, keys]) => (
            <section key={group}>
              <div className="vnn-capitals">{t(group)}</div>
              <dl>
                {keys.map((key) => (
                  <div key={key.words}>
                    <dt>{pressWords(key.presses)}</dt>
                    <dd>{t(key.words)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          <section className="vnn-sheet-pointer">
            <div className="vnn-capitals">{t("Pointer")}</div>
            <dl>
              {POINTER.map(([gesture, words]) => (
                <div key={gesture}>
                  <dt>{t(gesture)}</dt>
                  <dd>{t(words)}</dd>
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
