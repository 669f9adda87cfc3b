import { defaultPlace } from "../edits";
import type { Session } from "../session";
import type { Point, PortName } from "../state";
import { BLOCK_HEIGHT, BLOCK_WIDTH } from "./geometry";

/**
 * Opens the search for a layer at a place of the page.  The chosen layer is put there, or where
 * there is room for it in view when the place says nothing (`anywhere`).
 */
export function openSearchAt(
  session: Session,
  at: Point,
  from: PortName | null = null,
  wire = "",
  anywhere = false,
): void {
  const root = session.root?.getBoundingClientRect();
  if (!root || !session.flow) return;
  const above = from?.side === "target";
  const under = session.flow.screenToFlowPosition(at);
  const place = anywhere ? defaultPlace(session, "") : under;
  session.eye.set({
    search: {
      at: { x: at.x - root.left, y: at.y - root.top },
      place: anywhere
        ? place
        : { x: place.x - BLOCK_WIDTH / 2, y: above ? place.y - BLOCK_HEIGHT : place.y },
      from,
      wire,
    },
    menu: null,
  });
}

/** Opens the list of templates below an element. */
export function openTemplates(session: Session, below: Element): void {
  const box = below.getBoundingClientRect();
  openSearchAt(session, { x: box.left, y: box.bottom + 4 }, null, "", true);
  const { search } = session.eye.state;
  if (search) session.eye.set({ search: { ...search, templates: true } });
}

/** Opens the search where the pointer is, or in the middle when it is elsewhere. */
export function openSearch(session: Session): void {
  const pane = session.root?.querySelector(".react-flow")?.getBoundingClientRect();
  if (!pane) return;
  const at = session.pointer;
  const inside =
    at && at.x > pane.left && at.x < pane.right && at.y > pane.top && at.y < pane.bottom;
  const middle = { x: pane.left + pane.width / 2 - 120, y: pane.top + pane.height / 4 };
  openSearchAt(session, inside ? at : middle, null, "", !inside);
}
