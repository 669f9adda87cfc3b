import type { BuilderView, UnfoldedView } from "../../shared/messages";
import { t } from "../../shared/words";
import { fitAtFirst, focusBlock } from "../canvas/camera";
import type { Session } from "../session";

/** How many levels of submodels there are to open in what is shown. */
export function levelsOf(view: BuilderView | null): number {
  return Math.max(0, ...(view?.blocks ?? []).map((block) => block.inside?.levels ?? 0));
}

/** Shows the drawing with its submodels opened, so many levels deep; 0 is the drawing itself. */
export async function openToDepth(session: Session, depth: number): Promise<void> {
  const wanted = Math.min(levelsOf(session.view), Math.max(0, depth));
  if (wanted === 0) {
    if (session.drawing.state.unfolded === null) return;
    session.drawing.set({ unfolded: null });
    session.eye.set({ depth: 0 });
  } else {
    const unfolded = await session.ask<UnfoldedView>({ request: "unfold", depth: wanted });
    if (!unfolded) return;
    session.drawing.set({ unfolded });
    session.eye.set({ depth: wanted, connecting: null, menu: null, search: null, callout: "" });
  }
  session.select([]);
  session.redraw();
  session.moved = false;
  requestAnimationFrame(() => requestAnimationFrame(() => fitAtFirst(session)));
  session.say(
    wanted === 0
      ? t("The drawing itself, to edit.")
      : t("Submodels are opened {depth} levels deep. Enter goes to a block where it is edited.", {
          depth: wanted,
        }),
  );
}

/** Draws what is opened anew after an edit; what has no submodels any more is drawn as it is. */
export async function followEdits(session: Session): Promise<void> {
  const { depth } = session.eye.state;
  if (depth === 0) return;
  const possible = Math.min(depth, levelsOf(session.view));
  if (possible < depth) {
    await openToDepth(session, possible);
    return;
  }
  const unfolded = await session.ask<UnfoldedView>({ request: "unfold", depth });
  if (!unfolded || session.eye.state.depth !== depth) return;
  session.drawing.set({ unfolded });
  session.redraw();
}

/** Goes to a block of the opened drawing where it is at home and can be edited. */
export async function goHome(session: Session, block: string): Promise<void> {
  const way = session.drawing.state.unfolded?.ways[block];
  const last = way?.at(-1);
  if (!way || !last) return;
  session.drawing.set({ unfolded: null });
  session.eye.set({ depth: 0 });
  for (const step of way.slice(0, -1)) {
    if ((await session.ask({ request: "enter", block: step })) === undefined) break;
  }
  session.redraw();
  session.select([last]);
  requestAnimationFrame(() => {
    if (way.length === 1) fitAtFirst(session);
    focusBlock(session, last);
  });
}
