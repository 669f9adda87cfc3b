import type { PointerEvent as ReactPointerEvent } from "react";
import type { Session } from "../session";
import { openBlockMenu, openCanvasMenu, openPointMenu, openWireMenu } from "./menus";
import { pointOfKey } from "./point_names";

const MILLISECONDS = 500;
const STILL = 8;

let giveUp = () => {};

/** Opens the menu under a finger that rests: not every browser tells of that by itself. */
export function watchLongPress(session: Session, event: ReactPointerEvent): void {
  if (event.pointerType !== "touch" || !event.isPrimary) return;
  giveUp(); // one finger, one menu: what is drawn through a portal hears of a press twice
  const target = event.target as Element;
  const start = { x: event.clientX, y: event.clientY };
  const stop = () => {
    clearTimeout(timer);
    window.removeEventListener("pointermove", move);
    for (const type of ENDS) window.removeEventListener(type, stop);
  };
  const move = (to: PointerEvent) => {
    if (Math.hypot(to.clientX - start.x, to.clientY - start.y) > STILL) stop();
  };
  const timer = setTimeout(() => {
    stop();
    openMenu(
      session,
      target,
      new MouseEvent("contextmenu", { clientX: start.x, clientY: start.y }),
    );
  }, MILLISECONDS);
  giveUp = stop;
  window.addEventListener("pointermove", move);
  for (const type of ENDS) window.addEventListener(type, stop);
}

const ENDS = ["pointerup", "pointercancel", "contextmenu"] as const;

function openMenu(session: Session, target: Element, event: MouseEvent): void {
  const named = (selector: string) => target.closest<HTMLElement>(selector)?.dataset;
  const point = named("[data-point]")?.point;
  const wire = named("[data-wire]")?.wire ?? named("[data-pill]")?.pill;
  const block = named("[data-block]")?.block;
  if (point) openPointMenu(session, event, pointOfKey(point));
  else if (wire) openWireMenu(session, event, wire);
  else if (block) openBlockMenu(session, event, block);
  else if (target.closest(".react-flow__pane") === target) openCanvasMenu(session, event);
}
