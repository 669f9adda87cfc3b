/** The short way from one layout to the next: boxes move to their new places. */
import type { Rect, Scene } from "./scene";

export const MOVE_MILLISECONDS = 170;
/** Above this many boxes the new layout is shown at once. */
const MOST_BOXES = 1500;

interface Move {
  rect: Rect;
  from: Rect;
  to: Rect;
}

/** Puts the boxes of a scene part of the way from where they were in the one before. */
export class Transition {
  private readonly moves: Move[] = [];

  constructor(before: Scene, after: Scene, shift: { x: number; y: number }) {
    if (Math.max(before.boxes.length, after.boxes.length) > MOST_BOXES) return;
    const old = new Map(before.boxes.map((box) => [box.part.key, box]));
    const origin = new Map<number, Rect>();
    for (const box of after.boxes) {
      const known = old.get(box.part.key);
      // What is new comes out of the scope around it.
      const from = known ? shifted(known, shift) : origin.get(box.part.parent);
      if (!from) continue;
      origin.set(box.part.index, from);
      this.add(box, known ? from : centred(box, from));
      for (const pill of box.pills) this.add(pill, centred(pill, from));
    }
  }

  private add(rect: Rect, from: Rect): void {
    this.moves.push({ rect, from, to: { ...copy(rect) } });
  }

  get isEmpty(): boolean {
    return this.moves.length === 0;
  }

  /** Shows the state after this part of the time (0 to 1). */
  show(part: number): void {
    const way = 1 - (1 - part) ** 3; // fast at first, then gently to rest
    for (const { rect, from, to } of this.moves) {
      rect.x = from.x + (to.x - from.x) * way;
      rect.y = from.y + (to.y - from.y) * way;
      rect.width = from.width + (to.width - from.width) * way;
      rect.height = from.height + (to.height - from.height) * way;
    }
  }

  finish(): void {
    for (const { rect, to } of this.moves) Object.assign(rect, to);
  }
}

function copy({ x, y, width, height }: Rect): Rect {
  return { x, y, width, height };
}

function shifted(rect: Rect, shift: { x: number; y: number }): Rect {
  return { ...copy(rect), x: rect.x + shift.x, y: rect.y + shift.y };
}

/** A rect of the same size in the middle of another. */
function centred(rect: Rect, around: Rect): Rect {
  const { width, height } = rect;
  return {
    x: around.x + (around.width - width) / 2,
    y: around.y + (around.height - height) / 2,
    width,
    height,
  };
}
