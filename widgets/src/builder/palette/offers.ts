import { useEffect, useState } from "react";
import type { Offer } from "../../shared/messages";
import { type Session, useCanvas, useDrawing, useSession } from "../session";

export type Offers = Record<string, Offer>;

/** So long a block is selected before Python is asked what would fit behind it. */
const CALM_MILLISECONDS = 250;
const MOST_KEPT = 12;

/** What Python has said of layers behind outputs, by output and its shape. */
const told = new WeakMap<Session, Map<string, Offers>>();

function book(session: Session): Map<string, Offers> {
  let found = told.get(session);
  if (!found) {
    found = new Map();
    told.set(session, found);
  }
  return found;
}

function keyOf(session: Session, [block, port]: [string, number]): string {
  return `${port}|${session.block(block)?.outputs[port] ?? ""}|${block}`;
}

/**
 * Asks what would come of each layer behind an output.  Python tells it in parts, so that nothing
 * else has to wait for it; each part is heard until nobody listens any more.
 */
async function askFor(
  session: Session,
  source: [string, number],
  hear: (offers: Offers) => boolean,
): Promise<void> {
  const [block, source_port] = source;
  const key = keyOf(session, source);
  let all: Offers = {};
  for (;;) {
    const known = Object.keys(all).length;
    const request = { request: "offers" as const, source: block, source_port, known };
    const part = await session.python.ask<Offers>(request).catch(() => ({}));
    if (Object.keys(part).length === 0) break;
    all = { ...all, ...part };
    if (!hear(all)) return;
  }
  const kept = book(session);
  kept.delete(key);
  kept.set(key, all);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value ?? "");
}

/** What would come of each layer behind an output, as far as it is known; null at first. */
export function useOffers(source: [string, number] | null): Offers | null {
  const session = useSession();
  const known = source ? (book(session).get(keyOf(session, source)) ?? null) : null;
  const [offers, setOffers] = useState<Offers | null>(known);
  const [block, port] = source ?? ["", 0];
  useEffect(() => {
    if (!block) return;
    let isOpen = true;
    const before = book(session).get(keyOf(session, [block, port]));
    void askFor(session, [block, port], (found) => {
      if (isOpen) setOffers({ ...before, ...found });
      return isOpen;
    });
    return () => {
      isOpen = false;
    };
  }, [session, block, port]);
  return offers;
}

/** Has the list of layers judged before it is opened: for the block that is selected alone. */
export function useForesight(): void {
  const session = useSession();
  const chosen = useCanvas(({ nodes }) => {
    const [only, another] = nodes.filter((node) => node.selected);
    return only && !another ? only.id : "";
  });
  const shape = useDrawing(({ view }) => view?.blocks.find(({ id }) => id === chosen)?.outputs[0]);
  useEffect(() => {
    if (!chosen || !shape || book(session).has(keyOf(session, [chosen, 0]))) return;
    let isWanted = true;
    const wait = setTimeout(
      () => void askFor(session, [chosen, 0], () => isWanted),
      CALM_MILLISECONDS,
    );
    return () => {
      isWanted = false;
      clearTimeout(wait);
    };
  }, [session, chosen, shape]);
}
