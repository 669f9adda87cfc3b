import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import { t } from "../../shared/words";
import { CloseIcon } from "../icons";
import { useCanvas, useEye, useSession } from "../session";
import { endFinding, findNext, found as foundAmong } from "./finding";

/** Finds blocks by what stands on them; all that are found stand out on the canvas. */
export function Find() {
  const typed = useEye((eye) => eye.finding);
  return typed === null ? null : <FindBar typed={typed} />;
}

function FindBar({ typed }: { typed: string }) {
  const session = useSession();
  const nodes = useCanvas((canvas) => canvas.nodes);
  const current = useCanvas((canvas) => canvas.current);
  const field = useRef<HTMLInputElement>(null);
  const blocks = useMemo(() => foundAmong(nodes, typed), [nodes, typed]);
  const key = blocks.join("\n");
  useEffect(() => field.current?.select(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same blocks are the same set
  useEffect(() => {
    session.eye.set({ found: typed.trim() ? new Set(blocks) : null });
  }, [session, key, typed]);

  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === "F3")
      findNext(session, blocks, event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowDown") findNext(session, blocks, 1);
    else if (event.key === "ArrowUp") findNext(session, blocks, -1);
    else if (event.key === "Escape") endFinding(session);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const at = blocks.indexOf(current) + 1;
  const count = blocks.length;
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known everywhere yet
    <div className="vnn-find" role="search" data-own-keys>
      <input
        ref={field}
        className="vnn-input"
        aria-label={t("Find blocks")}
        placeholder={t("Find: name, kind, setting, shape")}
        spellCheck={false}
        value={typed}
        onChange={(event) => session.eye.set({ finding: event.target.value })}
        onKeyDown={press}
      />
      <span className="vnn-mono vnn-dim">
        {typed.trim() && t("{at} of {count}", { at, count })}
      </span>
      <button
        type="button"
        className="vnn-button small"
        disabled={count === 0}
        onClick={() => session.select(blocks)}
      >
        {t("Select all")}
      </button>
      <button
        type="button"
        className="vnn-button icon small"
        aria-label={t("End finding")}
        onClick={() => endFinding(session)}
      >
        <CloseIcon size={12} />
      </button>
    </div>
  );
}
