import type { ReactNode } from "react";
import { count } from "../../shared/numbers";
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
  { tab: "problems", name: "Problems", short: "Problems", content: () => <Problems /> },
  { tab: "outline", name: "Outline", short: "Outline", content: () => <Outline /> },
  { tab: "training", name: "Training", short: "Training", content: () => <Training /> },
  { tab: "summary", name: "Summary", short: "Summary", content: () => <Summary /> },
  { tab: "graph", name: "Op graph", short: "Graph", content: () => <OpGraph /> },
  { tab: "code", name: "Code", short: "Code", content: () => <Code /> },
  { tab: "versions", name: "Versions", short: "Versions", content: () => <Versions /> },
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
      aria-label="Panels"
      style={open && !full ? { height: size } : undefined}
    >
      {open && !full && <Splitter panel="dock" label="Height of the lower panel" grows="up" />}
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
              {width === "narrow" ? words.short : words.name}
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
            aria-label={full ? "Show the canvas again" : "Give the lower panel all the room"}
            title={full ? "Show the canvas again" : "All the room"}
            aria-pressed={full}
            onClick={() => session.eye.set({ dockFull: !full })}
          >
            <ExpandIcon size={14} />
          </button>
        )}
        <button
          type="button"
          className={`vnn-button icon small vnn-dock-fold ${open ? "" : "closed"}`}
          aria-label={open ? "Fold the lower panel away" : "Open the lower panel"}
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
        <div className="vnn-dock-body" role="tabpanel" aria-label={active.name}>
          {active.content()}
        </div>
      )}
    </section>
  );
}
