/** JupyterLab's sidebar: the models that are open, the outline of one, and the files beside it. */
import "../shared/language";
import "../shared/theme.css";
import "./sidebar.css";
import { createRoot } from "react-dom/client";
import type { SidebarHost } from "./host";
import { Sidebar } from "./sidebar";

/** Draws the sidebar into `el`; the function it returns takes it away again. */
export function renderSidebar(el: HTMLElement, host: SidebarHost): () => void {
  const root = createRoot(el);
  root.render(<Sidebar host={host} />);
  return () => root.unmount();
}
