import type { Command } from "../../shared/messages";
import { prefersReducedMotion } from "../../shared/theme";
import { t } from "../../shared/words";
import type { Session } from "../session";
import type { Point } from "../state";
import { fitView } from "./camera";

const MILLISECONDS = 180;
/** More blocks than this jump: moving them all would not be fluid. */
const MOST_MOVED = 150;

/** Lets Python lay the drawing out, and moves the blocks there before one's eyes. */
export async function tidy(session: Session): Promise<void> {
  await tidyTo(session, { command: "Arrange" }, t("The drawing is tidied."));
}

/** Does a command that puts many blocks elsewhere, and moves them there. */
export async function tidyTo(session: Session, command: Command, words: string): Promise<void> {
  const ids = session.canvas.state.nodes.map((node) => node.id);
  // Held where they are, so that the new places do not flash up before the movement.
  for (const id of ids) session.moving.add(id);
  const done = await session.do(command);
  if (done && !prefersReducedMotion() && ids.length <= MOST_MOVED) await glide(session);
  for (const id of ids) session.moving.delete(id);
  session.redraw();
  if (!done) return;
  session.say(words);
  fitView(session);
}

function glide(session: Session): Promise<void> {
  const to = new Map<string, Point>(session.view?.blocks.map((block) => [block.id, block]));
  const from = new Map(session.canvas.state.nodes.map((node) => [node.id, node.position]));
  const start = performance.now();
  return new Promise((resolve) => {
    const step = () => {
      const t = Math.min(1, (performance.now() - start) / MILLISECONDS);
      const eased = 1 - (1 - t) ** 3;
      session.canvas.set({
        nodes: session.canvas.state.nodes.map((node) => {
          const a = from.get(node.id);
          const b = to.get(node.id);
          if (!a || !b || (a.x === b.x && a.y === b.y)) return node;
          return {
            ...node,
            position: { x: a.x + (b.x - a.x) * eased, y: a.y + (b.y - a.y) * eased },
          };
        }),
      });
      if (t < 1) requestAnimationFrame(step);
      else resolve();
    };
    step();
  });
}
