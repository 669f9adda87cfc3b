import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { addAfterSelection } from "../edits";
import { CloseIcon, LeftPanelIcon } from "../icons";
import { setPanel } from "../panels";
import { useDrawing, useSession } from "../session";
import { useLayerDrag } from "./layer_drag";
import { LayerLabel } from "./layer_item";
import { groupLayers, matchLayers, reasonOf } from "./matching";

/** All layers by family: type to filter, drag onto the canvas, click or Enter to add. */
export function PalettePanel() {
  const session = useSession();
  const palette = useDrawing((drawing) => drawing.palette);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(-1);
  const listId = useId();
  const drag = useLayerDrag();
  const groups = useMemo(() => {
    if (!palette) return [];
    const found = matchLayers(palette, typed);
    if (!typed.trim()) return groupLayers(palette, found);
    const best = palette.families.length > 0 && found.length > 0;
    return best ? [{ family: null, layers: found }] : [];
  }, [palette, typed]);
  const flat = groups.flatMap((group) => group.layers);
  const active = typed.trim() && chosen < 0 ? 0 : chosen;

  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      setChosen(Math.max(0, Math.min(flat.length - 1, active + step)));
      event.preventDefault();
    } else if (event.key === "Enter" && flat[active]) {
      void addAfterSelection(session, flat[active].name);
      event.preventDefault();
    } else if (event.key === "Escape" && typed) {
      setTyped("");
      event.stopPropagation();
    }
  };

  return (
    <nav className="vnn-palette" aria-label="Layers">
      <div className="vnn-palette-top">
        <div className="vnn-search-field">
          <input
            className="vnn-input"
            placeholder="Search layers"
            aria-label="Search layers"
            role="combobox"
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={flat[active] ? `${listId}-${flat[active].name}` : undefined}
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
              aria-label="Clear the search"
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
          aria-label="Fold the list of layers away"
          title="Fold away"
          onClick={() => setPanel(session, "palette", { open: false })}
        >
          <LeftPanelIcon />
        </button>
      </div>
      <div className="vnn-palette-list" id={listId} role="listbox" aria-label="Layers by family">
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, as the list box pattern has it
          <div
            key={group.family?.name ?? ""}
            role="group"
            aria-label={group.family?.name ?? "Found"}
          >
            {group.family && <div className="vnn-capitals">{group.family.name}</div>}
            {group.layers.map((layer) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the search field's keys choose an option
              <div
                key={layer.name}
                id={`${listId}-${layer.name}`}
                className="vnn-palette-item"
                role="option"
                tabIndex={-1}
                aria-selected={layer === flat[active]}
                title={layer.help}
                data-kind={layer.name}
                onPointerDown={(event) => drag(event, layer)}
                onClick={() => void addAfterSelection(session, layer.name)}
              >
                <LayerLabel layer={layer} reason={reasonOf(layer, typed)} />
              </div>
            ))}
          </div>
        ))}
        {flat.length === 0 && (
          <p className="vnn-palette-none">
            No layer fits “{typed}”. Try another name, such as the one another library uses.
          </p>
        )}
      </div>
    </nav>
  );
}
