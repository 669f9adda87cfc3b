import { several, t } from "../shared/words";
import { tidyTo } from "./canvas/tidy";
import type { Session } from "./session";

/** Passes the selected blocks by, or puts them to work again. */
export async function muteSelection(session: Session): Promise<void> {
  const blocks = chosen(session);
  if (blocks.length === 0) return;
  const muted = !blocks.every((id) => session.block(id)?.muted);
  if (!(await session.do({ command: "Mute", blocks, muted }))) return;
  session.say(
    muted
      ? several(blocks.length, "{count} block muted.", "{count} blocks muted.")
      : several(blocks.length, "{count} block works again.", "{count} blocks work again."),
  );
}

/** Keeps the selected blocks where they are when the drawing is tidied, or lets them go. */
export async function pinSelection(session: Session): Promise<void> {
  const blocks = chosen(session);
  if (blocks.length === 0) return;
  const pinned = !blocks.every((id) => session.block(id)?.pinned);
  if (!(await session.do({ command: "Pin", blocks, pinned }))) return;
  session.say(
    pinned
      ? several(blocks.length, "{count} block pinned.", "{count} blocks pinned.")
      : several(blocks.length, "{count} block let go.", "{count} blocks let go."),
  );
}

/** Lets the drawing lead down, or to the right. */
export async function turnDrawing(session: Session): Promise<void> {
  const direction = session.view?.direction === "right" ? "down" : "right";
  const words =
    direction === "down" ? t("The drawing leads down.") : t("The drawing leads to the right.");
  await tidyTo(session, { command: "Turn", direction }, words);
}

/** The selected blocks, or the one that the keys are at. */
function chosen(session: Session): string[] {
  const selected = session.selectedBlocks();
  const { current } = session.canvas.state;
  const blocks = selected.length > 0 ? selected : current ? [current] : [];
  if (blocks.length === 0) session.say(t("Nothing is selected."));
  return blocks;
}
