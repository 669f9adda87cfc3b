import { t } from "../../shared/words";
import { openSearchAt } from "../canvas/searching";
import { SearchIcon } from "../icons";
import { useSession } from "../session";

/** Where there is no room for the list of layers: a box that opens the search. */
export function SearchHandle() {
  const session = useSession();
  const open = (element: HTMLElement) => {
    const box = element.getBoundingClientRect();
    openSearchAt(session, { x: box.left, y: box.bottom + 4 }, null, "", true);
  };
  return (
    <button
      type="button"
      className="vnn-search-handle"
      aria-haspopup="listbox"
      onClick={(event) => open(event.currentTarget)}
    >
      <SearchIcon size={14} />
      <span>{t("Add a layer")}</span>
      <kbd>A</kbd>
    </button>
  );
}
