import type { ReactNode } from "react";
import { count } from "../../shared/numbers";
import { later, t } from "../../shared/words";
import { ChevronIcon, ExpandIcon } from "../icons";
import { Outline } from "../outline/outline";
import { openTab, setPanel } from "../panels";
import { useDrawing, useEye, useSession } from "../session";
import { Splitter } from "../splitter";
import type { DockTab } from "../state";
import { Training } from "../training/training";
import { Transport } from "../training/transport";
import { Versions } from "../versions/versions";
import { Code } from "./code";
import { OpGraph } from "./op_graph";
import { Problems } from "./problems";
import { Summary } from "./summary";

const TABS: { tab: DockTab; name: string; short: string; content: () => ReactNode }[] = [
  {
    tab: "problems",
    name: later("Problems"),
    short: later("Problems"),
    content: () => <Problems />,
  },
  { tab: "outline", name: later("Outline"), short: later("Outline"), content: () => <Outline /> },
  {
    tab: "training",
    name: later("Training"),
    short: later("Training"),
    content: () => <Training />,
  },
  { tab: "summary", name: later("Summary"), short: later("Summary"), content: () => <Summary /> },
  { tab: "graph", name: later("Op graph"), short: later("Graph"), content: () => <OpGraph /> },
  { tab: "code", name: later("Code"), short: later("Code"), content: () => <Code /> },
  {
    tab: "versions",
    name: later("Versions"),
    short: later("Versions"),
    content: () => <Versions />,
  },
];

/** What lies below the canvas: problems, training, summary, op graph and code. */
export function Dock() {
  const session = useSession();
  const { open, size } = useEye((eye) => eye.panels.dock);
  const full = useEye((eye) => eye.dockFull && eye.panels.dock.open);
  const tab = useEye((eye) => eye.tab);
  const width = useEye((eye) => eye.width);
  const problems = useDrawing(({ view }) => view?.problems.length ?? 0);
  const active = TABS.find((other) => other.tab === tab) ?? TABS[0]!;
  return (
    <section
      className={`vnn-dock ${full ? "full" : ""}`}
      aria-label={t("Panels")}
      style={open && !full ? { height: size } : undefined}
    >
      {open && !full && <Splitter panel="dock" label={t("Height of the lower panel")} grows="up" />}
      <div className="vnn-dock-head">
        <div
          className="vnn-tabs"
          role="tablist"
          data-own-keys
          onKeyDown={(event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (!step) return;
            const at = (TABS.indexOf(active) + step + TABS.length) % TABS.length;
            openTab(session, TABS[at]!.tab);
            const buttons = event.currentTarget.querySelectorAll("button");
            buttons[at]?.focus();
            event.preventDefault();
          }}
        >
          {TABS.map(({ tab: name, ...words }) => (
            <button
              type="button"
              role="tab"
              key={name}
              aria-selected={open && name === tab}
              tabIndex={name === tab ? 0 : -1}
              onClick={() => {
                if (open && name === tab && !full) setPanel(session, "dock", { open: false });
                else openTab(session, name);
              }}
            >
              {t(width === "narrow" ? words.short : words.name)}
              {name === "problems" && problems > 0 && (
                <span className="vnn-badge">{count(problems)}</span>
              )}
            </button>
          ))}
        </div>
        {open && tab === "training" && <Transport />}
        {open && (
          <button
            type="button"
            className="vnn-button icon small"
            aria-label={full ? t("Show the canvas again") : t("Give the lower panel all the room")}
            title={full ? t("Show the canvas again") : t("All the room")}
            aria-pressed={full}
            onClick={() => session.eye.set({ dockFull: !full })}
          >
            <ExpandIcon size={14} />
          </button>
        )}
        <button
          type="button"
          className={`vnn-button icon small vnn-dock-fold ${open ? "" : "closed"}`}
          aria-label={open ? t("Fold the lower panel away") : t("Open the lower panel")}
          aria-expanded={open}
          onClick={() => {
            setPanel(session, "dock", { open: !open });
            session.eye.set({ dockFull: false });
          }}
        >
          <ChevronIcon />
        </button>
      </div>
      {open && (
        <div className="vnn-dock-body" role="tabpanel" aria-label={t(active.name)}>
          {active.content()}
        </div>
      )}
    </section>
  );
}
