import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import type { Offer } from "../../shared/messages";
import { useStore } from "../../shared/store";
import { t } from "../../shared/words";
import { useDrawing, useEye, useSession } from "../session";
import type { Search } from "../state";
import { addFromSearch, sourceOf } from "./choosing";
import { byLegality, type Entry, entriesOf, offerWords } from "./entries";
import { sayFavourite } from "./entry_menu";
import { EntryLabel } from "./layer_item";
import { matchEntries, reasonOf } from "./matching";
import { useForesight, useOffers } from "./offers";
import { memory } from "./own_blocks";

const WIDTH = 268;
const HEIGHT = 316;

/** The search for a layer where one is working: at the pointer, or at the end of a wire. */
export function SearchPopup() {
  const search = useEye((eye) => eye.search);
  useForesight();
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
  const saved = useStore(memory, (state) => state.saved);
  const offers = useOffers(useMemo(() => sourceOf(session, search), [session, search]));
  const found = useMemo(() => {
    const entries = matchEntries(entriesOf(palette, saved), typed).filter(
      ({ template, layer }) =>
        // A wire in the hand leads to one layer, and templates have no place for it.
        (!search.templates || template) && (layer || !(from || search.wire)),
    );
    return byLegality(entries, offers, sourceOf(session, search) !== null);
  }, [palette, saved, typed, from, offers, search, session]);

  const close = () => {
    session.eye.set({ search: null });
    session.focusCanvas();
  };
  const choose = (entry: Entry, between = false) => {
    const offer = offers?.[entry.id];
    if (offer?.verdict === "impossible" && (from || search.wire)) {
      session.say(offerWords(offer));
      return;
    }
    close();
    void addFromSearch(session, entry, search, offer, between);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive((at) => Math.min(found.length - 1, at + 1));
    else if (event.key === "ArrowUp") setActive((at) => Math.max(0, at - 1));
    else if (event.key === "Enter" && event.altKey && found[active])
      sayFavourite(session, found[active]);
    else if (event.key === "Enter" && found[active]) choose(found[active], event.shiftKey);
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
        placeholder={from ? t("Connect to a new layer") : t("Add a layer")}
        aria-label={from ? t("Connect to a new layer") : t("Add a layer")}
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[active] ? `${listId}-${active}` : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(0);
        }}
        onKeyDown={key}
      />
      <div
        className="vnn-search-list"
        ref={list}
        id={listId}
        role="listbox"
        aria-label={t("Layers")}
      >
        {found.map((entry, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field's keys choose an option
          <div
            key={entry.id}
            id={`${listId}-${at}`}
            className={`vnn-palette-item ${offers?.[entry.id]?.verdict ?? ""}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === active}
            aria-disabled={offers?.[entry.id]?.verdict === "impossible" || undefined}
            title={t(entry.help)}
            data-kind={entry.id}
            onPointerMove={(event) => {
              // A list that opens under a resting pointer must not choose what lies there.
              if (event.movementX || event.movementY) setActive(at);
            }}
            onClick={(event) => choose(entry, event.shiftKey)}
          >
            <EntryLabel entry={entry} reason={reasonOf(entry, typed)} offer={offers?.[entry.id]} />
          </div>
        ))}
        {found.length === 0 && (
          <p className="vnn-palette-none">{t("No layer fits “{typed}”.", { typed })}</p>
        )}
      </div>
      {found[active] && <Help entry={found[active]} offer={offers?.[found[active].id]} />}
    </div>
  );
}

/** What the chosen entry does, and what would come out of it here. */
function Help({ entry, offer }: { entry: Entry; offer: Offer | undefined }) {
  const isLegal = offer?.verdict === "legal";
  const between = isLegal && offer.through ? offer.through.kind : "";
  return (
    <p className="vnn-search-help">
      {isLegal && offer.why && <b>{offer.why}. </b>}
      {between && `${t("Shift+Enter puts {kind} before it.", { kind: between })} `}
      {t(entry.help)}
    </p>
  );
}
