import type { ClipboardEvent, FocusEvent, KeyboardEvent } from "react";
import { endConnecting } from "../canvas/connecting";
import { endFinding } from "../canvas/finding";
import { paste } from "../clipboard";
import { openInspector } from "../panels";
import type { Session } from "../session";
import { leave, placeOf } from "../submodels/actions";
import { openToDepth } from "../submodels/depth";
import { connectingKey } from "./connect_keys";
import { pressName } from "./key_words";
import { KEYS } from "./keys";

const PASTE_EVENT_PATIENCE = 60;

/**
 * What the widget's own root listens to: its keys live only while the focus is inside it, and
 * nothing is ever heard on the document.
 */
export function keyHandlers(session: Session) {
  let pasteTimer = 0;
  return {
    onKeyDown(event: KeyboardEvent) {
      if (event.defaultPrevented || !session.root) return;
      session.root.dataset.byKeys = "";
      if (isTyping(event.target)) {
        if (event.key === "Escape") leaveField(session, session.root);
        return;
      }
      const { connecting, menu, cheatSheet } = session.eye.state;
      if (menu || cheatSheet) return;
      if (connecting && connectingKey(session, connecting, event)) return take(event);
      const press = pressName(event);
      if (press === "Escape") return closeOne(session, session.root, event);
      if (press === "Space" && !isButton(event.target)) {
        session.eye.set({ space: true });
        return take(event);
      }
      if (press === "Mod+V") {
        // The paste event brings the clipboard's text without asking; some hosts do not send it.
        clearTimeout(pasteTimer);
        pasteTimer = window.setTimeout(() => void paste(session), PASTE_EVENT_PATIENCE);
        return;
      }
      if ((press === "Enter" || press.includes("Arrow")) && isOwnKey(event.target)) return;
      const found = KEYS.find((key) => key.presses.includes(press));
      if (!found) return;
      take(event);
      found.act(session, press);
    },
    onKeyUp(event: KeyboardEvent) {
      if (event.key === " ") session.eye.set({ space: false });
    },
    onPaste(event: ClipboardEvent) {
      if (isTyping(event.target)) return;
      clearTimeout(pasteTimer);
      take(event);
      void paste(session, event.clipboardData?.getData("text/plain"));
    },
    onFocus(event: FocusEvent) {
      const target = event.target as Element;
      if (target.closest(".vnn-outline")) session.worksInOutline = true;
      else if (target.closest(".vnn-canvas")) session.worksInOutline = false;
      session.eye.set({ focused: true });
    },
    onBlur(event: FocusEvent) {
      const next = event.relatedTarget;
      if (next instanceof Node && session.root?.contains(next)) return;
      session.eye.set({ focused: false, space: false });
    },
  };
}

/** Closes what is open, one thing at a time; with nothing open it gives the focus back. */
function closeOne(session: Session, root: HTMLElement, event: KeyboardEvent): void {
  const { connecting, callout, drawer, search } = session.eye.state;
  if (connecting) endConnecting(session);
  else if (search) session.eye.set({ search: null });
  else if (session.eye.state.finding !== null) endFinding(session);
  else if (session.eye.state.adds) session.eye.set({ adds: false });
  else if (callout) session.eye.set({ callout: "" });
  else if (drawer) openInspector(session, false);
  else if (session.selectedBlocks().length + session.selectedWires().length > 0) session.select([]);
  else if (session.eye.state.depth > 0) void openToDepth(session, 0);
  else if (placeOf(session).length > 0) void leave(session);
  else {
    (document.activeElement as HTMLElement | null)?.blur();
    root.closest<HTMLElement>(".jp-Notebook")?.focus();
    return;
  }
  take(event);
}

/** Escape in a field goes back to the block whose field it is. */
function leaveField(session: Session, root: HTMLElement): void {
  if (session.worksInOutline && session.outline) {
    session.focusCanvas();
    return;
  }
  const { current } = session.canvas.state;
  const block = root.querySelector<HTMLElement>(`[data-block="${CSS.escape(current)}"]`);
  (block ?? root.querySelector<HTMLElement>(".vnn-canvas"))?.focus({ preventScroll: true });
}

function take(event: KeyboardEvent | ClipboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input:not([type=range]), textarea, select, [contenteditable]") !== null
  );
}

function isButton(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, a, summary, [role=option]") !== null;
}

/** Whether the focused thing does something of its own with Enter and arrows. */
function isOwnKey(target: EventTarget | null): boolean {
  return (
    isButton(target) ||
    (target instanceof Element &&
      target.closest("[role=separator], .vnn-dock-body, [data-own-keys], [type=range]") !== null)
  );
}
