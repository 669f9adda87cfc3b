import type { MouseEvent } from "react";
import { t } from "../../shared/words";
import type { Session } from "../session";
import { addEntry } from "./choosing";
import type { Entry } from "./entries";
import { forget, memory, toggleFavourite } from "./own_blocks";

/** The menu of something in the list of layers. */
export function openEntryMenu(session: Session, event: MouseEvent, entry: Entry): void {
  event.preventDefault();
  event.stopPropagation();
  const root = session.root?.getBoundingClientRect();
  if (!root) return;
  const isFavourite = memory.state.favourites.includes(entry.id);
  const items = [
    { label: t("Add"), keys: "Enter", act: () => void addEntry(session, entry) },
    {
      label: isFavourite ? t("No favourite any more") : t("Make it a favourite"),
      keys: "Alt+Enter",
      act: () => sayFavourite(session, entry),
    },
  ];
  if (entry.saved) {
    const { name } = entry.saved;
    items.push({ label: t("Forget these blocks"), keys: "", act: () => forget(name) });
  }
  const at = { x: event.clientX - root.left, y: event.clientY - root.top };
  session.eye.set({ menu: { at, label: entry.name, items } });
}

/** Makes something a favourite, or takes that back, and says so. */
export function sayFavourite(session: Session, entry: Entry): void {
  const words = toggleFavourite(entry.id)
    ? t("{name} is a favourite.", { name: entry.name })
    : t("{name} is no favourite any more.", { name: entry.name });
  session.say(words);
}
