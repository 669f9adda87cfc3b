import { Store } from "../shared/store";
import type { Session } from "./session";

/** The builders that the page shows, and the one that was worked in last (src/sidebar). */
interface Opened {
  sessions: readonly Session[];
  current: Session | null;
}

export const opened = new Store<Opened>({ sessions: [], current: null });

/** Adds a builder that has appeared; the returned function takes it out again. */
export function addOpened(session: Session): () => void {
  const { sessions, current } = opened.state;
  opened.set({ sessions: [...sessions, session], current: current ?? session });
  return () => {
    const others = opened.state.sessions.filter((other) => other !== session);
    const next = opened.state.current === session ? (others.at(-1) ?? null) : opened.state.current;
    opened.set({ sessions: others, current: next });
  };
}
