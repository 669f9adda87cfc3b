import { Store } from "../../shared/store";
import { t } from "../../shared/words";
import type { Session } from "../session";

/** Blocks that the user has saved in this browser, and what was used last and is liked best. */
interface Memory {
  saved: SavedBlocks[];
  recent: string[];
  favourites: string[];
}

export interface SavedBlocks {
  name: string;
  help: string;
  /** The blocks as text, as copying gives it. */
  text: string;
}

const PLACE = "visualnn.builder.palette";
const MOST_RECENT = 6;
const MOST_SAVED = 100;

export const memory = new Store<Memory>(stored());

/** Notes that something of the palette was used. */
export function used(id: string): void {
  const recent = [id, ...memory.state.recent.filter((other) => other !== id)];
  keep({ recent: recent.slice(0, MOST_RECENT) });
}

/** Makes something a favourite, or no favourite any more; tells which. */
export function toggleFavourite(id: string): boolean {
  const { favourites } = memory.state;
  const isNew = !favourites.includes(id);
  keep({ favourites: isNew ? [...favourites, id] : favourites.filter((other) => other !== id) });
  return isNew;
}

export function forget(name: string): void {
  keep({ saved: memory.state.saved.filter((other) => other.name !== name) });
}

/** Saves the selected blocks, with the wires among them, under the name of the first. */
export async function saveSelection(session: Session): Promise<void> {
  const blocks = session.selectedBlocks();
  if (blocks.length === 0) return session.say(t("Nothing is selected."));
  const text = await session.ask<string>({ request: "copy", blocks });
  if (typeof text !== "string") return;
  const kinds = blocks.map((id) => session.block(id)?.kind ?? "");
  const first = session.block(blocks[0]!)?.layer ?? "blocks";
  const taken = new Set(memory.state.saved.map((other) => other.name));
  let name = first;
  for (let number = 2; taken.has(name); number += 1) name = `${first} ${number}`;
  const help = kinds.slice(0, 8).join(" · ");
  keep({ saved: [...memory.state.saved, { name, help, text }].slice(-MOST_SAVED) });
  session.toast(t("{name} is among your blocks in the list of layers.", { name }));
}

function keep(change: Partial<Memory>): void {
  memory.set(change);
  try {
    localStorage.setItem(PLACE, JSON.stringify(memory.state));
  } catch {
    // A browser that keeps nothing forgets them with the page.
  }
}

function stored(): Memory {
  const empty: Memory = { saved: [], recent: [], favourites: [] };
  try {
    const found = JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Partial<Memory>;
    const texts = (list: unknown) =>
      Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];
    const saved = Array.isArray(found.saved) ? found.saved : [];
    return {
      saved: saved.filter(
        (item) => typeof item?.name === "string" && typeof item.text === "string",
      ),
      recent: texts(found.recent),
      favourites: texts(found.favourites),
    };
  } catch {
    return empty;
  }
}
