import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { addAfterSelection, addConnected, addIntoWire, addLayer } from "../edits";
import { useDrawing, useEye, useSession } from "../session";
import type { Search } from "../state";
import { LayerLabel } from "./layer_item";
import { matchLayers, reasonOf } from "./matching";

const WIDTH = 268;
const HEIGHT = 316;

/** The search for a layer where one is working: at the pointer, or at the end of a wire. */
export function SearchPopup() {
  const search = useEye((eye) => eye.search);
  return search ? <SearchBox key={`${search.at.x},${search.at.y}`} search={search} /> : null;
}

function SearchBox({ search }: { search: Search }) {
  const session = useSession();
  const palette = useDrawing((drawing) => drawing.palette);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const from = search.from;
  const found = useMemo(() => {
    const layers = palette ? matchLayers(palette, typed) : [];
    // What makes data of its own has no input for the wire in the hand.
    return from?.side === "source" ? layers.filter((layer) => layer.inputs !== "none") : layers;
  }, [palette, typed, from]);

  const close = () => {
    session.eye.set({ search: null });
    session.focusCanvas();
  };
  const choose = (kind: string) => {
    close();
    if (search.wire) void addIntoWire(session, kind, search.place, search.wire);
    else if (from) void addConnected(session, kind, search.place, from);
    else if (session.selectedBlocks().length > 0) void addAfterSelection(session, kind);
    else void addLayer(session, kind, search.place);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive((at) => Math.min(found.length - 1, at + 1));
    else if (event.key === "ArrowUp") setActive((at) => Math.max(0, at - 1));
    else if (event.key === "Enter" && found[active]) choose(found[active].name);
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const root = session.root?.getBoundingClientRect();
  const left = Math.max(8, Math.min(search.at.x, (root?.width ?? 800) - WIDTH - 8));
  const top = Math.max(8, Math.min(search.at.y, (root?.height ?? 600) - HEIGHT - 8));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that the focus has left
    <div
      className="vnn-popup vnn-search"
      style={{ left, top, width: WIDTH, maxHeight: HEIGHT }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) session.eye.set({ search: null });
      }}
    >
      <input
        ref={field}
        className="vnn-input"
        placeholder={from ? "Connect to a new layer" : "Add a layer"}
        aria-label={from ? "Connect to a new layer" : "Add a layer"}
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[active] ? `${listId}-${found[active].name}` : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
        }}
        onKeyDown={key}
      />
      <div className="vnn-search-list" ref={list} id={listId} role="listbox" aria-label="Layers">
        {found.map((layer, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field's keys choose an option
          <div
            key={layer.name}
            id={`${listId}-${layer.name}`}
            className="vnn-palette-item"
            role="option"
            tabIndex={-1}
            aria-selected={at === active}
            title={layer.help}
            data-kind={layer.name}
            onPointerMove={(event) => {
              // A list that opens under a resting pointer must not choose what lies there.
              if (event.movementX || event.movementY) setActive(at);
            }}
            onClick={() => choose(layer.name)}
          >
            <LayerLabel layer={layer} reason={reasonOf(layer, typed)} />
          </div>
        ))}
        {found.length === 0 && <p className="vnn-palette-none">No layer fits “{typed}”.</p>}
      </div>
      {found[active]?.help && <p className="vnn-search-help">{found[active].help}</p>}
    </div>
  );
}
