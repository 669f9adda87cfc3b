/**
 * The one bundle of all widgets (visualnn/widgets/bundle.py loads it): React and the canvas code
 * are in a page once, however many widgets there are. The trait `kind` says which one to draw.
 */
import { render as renderBuilder } from "./builder/index";
import { render as renderDashboard } from "./dashboard/index";
import { renderFile } from "./file/index";
import { render as renderGraphViewer } from "./graph_viewer/index";
import type { Render, WidgetModel } from "./model";
import { setLanguage } from "./shared/words";
import type { SidebarHost } from "./sidebar/host";
import { renderSidebar } from "./sidebar/index";

const renderers: Record<string, Render> = {
  builder: renderBuilder,
  dashboard: renderDashboard,
  graph_viewer: renderGraphViewer,
};

export default {
  render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
    const kind = String(model.get("kind"));
    const render = renderers[kind];
    if (!render) {
      el.textContent = `This visualnn bundle draws no "${kind}": reload the page to get the new one.`;
      return () => {};
    }
    setLanguage(String(model.get("language") ?? ""));
    return render({ model, el });
  },
  /** For the labextension: JupyterLab's sidebar, and files without a kernel. */
  sidebar: (el: HTMLElement, host: SidebarHost): (() => void) => renderSidebar(el, host),
  file: (el: HTMLElement, address: string): Promise<() => void> => renderFile(el, address),
};
