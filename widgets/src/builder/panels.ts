import type { Width } from "../shared/width";
import type { Session } from "./session";
import type { DockTab, Eye, Panel, PanelName } from "./state";

const MEMORY = "visualnn.builder.panels";
const LIMITS: Record<PanelName, [number, number]> = {
  palette: [160, 360],
  inspector: [230, 480],
  dock: [150, 620],
};
const DEFAULTS: Record<PanelName, Panel> = {
  palette: { open: true, size: 212 },
  inspector: { open: true, size: 290 },
  dock: { open: false, size: 244 },
};

/** The size a panel may have. */
export function clampPanel(name: PanelName, size: number): number {
  const [least, most] = LIMITS[name];
  return Math.round(Math.min(most, Math.max(least, size)));
}

/** How the panels stood the last time in this browser; all builders start from there. */
export function storedPanels(): Record<PanelName, Panel> {
  const panels = { ...DEFAULTS };
  try {
    const stored = JSON.parse(localStorage.getItem(MEMORY) ?? "{}") as Partial<typeof DEFAULTS>;
    for (const name of Object.keys(DEFAULTS) as PanelName[]) {
      const size = Number(stored[name]?.size);
      const open = name !== "dock" && stored[name] ? Boolean(stored[name].open) : panels[name].open;
      if (size > 0) panels[name] = { open, size: clampPanel(name, size) };
    }
  } catch {
    // A browser that keeps nothing (private mode, sandboxed frame) starts from the defaults.
  }
  return panels;
}

export function setPanel(session: Session, name: PanelName, change: Partial<Panel>): void {
  const { panels } = session.eye.state;
  const panel = { ...panels[name], ...change };
  session.eye.set({
    panels: { ...panels, [name]: { ...panel, size: clampPanel(name, panel.size) } },
  });
  try {
    localStorage.setItem(MEMORY, JSON.stringify(session.eye.state.panels));
  } catch {
    // Not kept for the next time; nothing is lost now.
  }
}

export function openTab(session: Session, tab: DockTab): void {
  const { size } = session.eye.state.panels.dock;
  session.eye.set({ tab });
  // A graph needs room to be read; how much the others have is left to the reader.
  setPanel(session, "dock", { open: true, size: tab === "graph" ? Math.max(size, 360) : size });
}

/** Whether the inspector lies beside the canvas or over it. */
export function inspectorIsDrawer(width: Width): boolean {
  return width !== "wide";
}

export function inspectorIsOpen(eye: Eye): boolean {
  return inspectorIsDrawer(eye.width) ? eye.drawer : eye.panels.inspector.open;
}

export function openInspector(session: Session, open: boolean): void {
  const hadFocus = session.root?.querySelector(".vnn-inspector :focus") !== null;
  if (inspectorIsDrawer(session.eye.state.width)) session.eye.set({ drawer: open });
  else setPanel(session, "inspector", { open });
  if (!open && hadFocus) session.focusCanvas();
}
