import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { useStore } from "../../shared/store";
import { later, t } from "../../shared/words";
import { CloseIcon, LeftPanelIcon } from "../icons";
import { setPanel } from "../panels";
import { useDrawing, useSession } from "../session";
import { addEntry } from "./choosing";
import { entriesOf } from "./entries";
import { openEntryMenu, sayFavourite } from "./entry_menu";
import { useLayerDrag } from "./layer_drag";
import { EntryLabel } from "./layer_item";
import { type Group, groupEntries, matchEntries, reasonOf } from "./matching";
import { memory } from "./own_blocks";

const FAVOURITES = later("Favourites");
const RECENT = later("Recent");

/** All layers by family: type to filter, drag onto the canvas, click or Enter to add. */
export function PalettePanel() {
  const session = useSession();
  const palette = useDrawing((drawing) => drawing.palette);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(-1);
  const listId = useId();
  const drag = useLayerDrag();
  const { saved, recent, favourites } = useStore(memory, (state) => state);
  const groups = useMemo((): Group[] => {
    const entries = entriesOf(palette, saved);
    const found = matchEntries(entries, typed);
    if (typed.trim()) return found.length > 0 ? [{ family: "", entries: found }] : [];
    const named = (ids: string[]) =>
      ids.flatMap((id) => entries.find((entry) => entry.id === id) ?? []);
    const first = [
      { family: FAVOURITES, entries: named(favourites) },
      { family: RECENT, entries: named(recent) },
    ];
    const rest = groupEntries(palette?.families ?? [], found);
    return [...first.filter(({ entries: some }) => some.length > 0), ...rest];
  }, [palette, saved, recent, favourites, typed]);
  const flat = groups.flatMap((group) => group.entries);
  // Where each group begins in the list of all.
  const places = groups.map((_, at) =>
    groups.slice(0, at).reduce((sum, group) => sum + group.entries.length, 0),
  );
  const active = typed.trim() && chosen < 0 ? 0 : chosen;

  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      setChosen(Math.max(0, Math.min(flat.length - 1, active + step)));
      event.preventDefault();
    } else if (event.key === "Enter" && flat[active]) {
      if (event.altKey) sayFavourite(session, flat[active]);
      else void addEntry(session, flat[active]);
      event.preventDefault();
    } else if (event.key === "Escape" && typed) {
      setTyped("");
      event.stopPropagation();
    }
  };

  return (
    <nav className="vnn-palette" aria-label={t("Layers")}>
      <div className="vnn-palette-top">
        <div className="vnn-search-field">
          <input
            className="vnn-input"
            placeholder={t("Search layers")}
            aria-label={t("Search layers")}
            role="combobox"
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={flat[active] ? `${listId}-${active}` : undefined}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setChosen(-1);
            }}
            onKeyDown={key}
          />
          {typed ? (
            <button
              type="button"
              className="vnn-button icon small"
              aria-label={t("Clear the search")}
              onClick={() => setTyped("")}
            >
              <CloseIcon size={12} />
            </button>
          ) : (
            <kbd>A</kbd>
          )}
        </div>
        <button
          type="button"
          className="vnn-button icon"
          aria-label={t("Fold the list of layers away")}
          title={t("Fold away")}
          onClick={() => setPanel(session, "palette", { open: false })}
        >
          <LeftPanelIcon />
        </button>
      </div>
      <div
        className="vnn-palette-list"
        id={listId}
        role="listbox"
        aria-label={t("Layers by family")}
      >
        {groups.map((group, at) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, as the list box pattern has it
          <div
            key={group.family}
            role="group"
            aria-label={group.family ? t(group.family) : t("Found")}
          >
            {group.family && <div className="vnn-capitals">{t(group.family)}</div>}
            {group.entries.map((entry, within) => {
              const place = places[at]! + within;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the search field's keys choose an option
                <div
                  key={entry.id}
                  id={`${listId}-${place}`}
                  className="vnn-palette-item"
                  role="option"
                  tabIndex={-1}
                  aria-selected={place === active}
                  title={t(entry.help)}
                  data-kind={
                    group.family === RECENT || group.family === FAVOURITES ? undefined : entry.id
                  }
                  onPointerDown={(event) => drag(event, entry)}
                  onClick={() => void addEntry(session, entry)}
                  onContextMenu={(event) => openEntryMenu(session, event, entry)}
                >
                  <EntryLabel entry={entry} reason={reasonOf(entry, typed)} />
                </div>
              );
            })}
          </div>
        ))}
        {flat.length === 0 && (
          <p className="vnn-palette-none">
            {t("No layer fits “{typed}”. Try another name, such as the one another library uses.", {
              typed,
            })}
          </p>
        )}
      </div>
    </nav>
  );
}
