/** How the labextension's own parts look: pages, tabs, sentences, and pictures in outputs. */
const STYLE = `
.visualnn-page { overflow: auto; background: var(--jp-layout-color0, #fff); color: var(--jp-ui-font-color1, #222); }
.visualnn-page > :only-child, .visualnn-tab > * > *, .visualnn-tab > * > * > * { height: 100%; }
.visualnn-page > .visualnn-sentence { height: auto; }
.visualnn-sentence { margin: 16px; max-width: 60em; color: var(--jp-ui-font-color1, #222); }
.visualnn-sentence pre { overflow: auto; white-space: pre-wrap; }
.visualnn-picture { position: relative; max-width: 100%; }
.visualnn-pane { overflow: hidden; cursor: grab; touch-action: pan-y; }
.visualnn-pane:active { cursor: grabbing; }
.visualnn-pane:focus { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
.visualnn-pane > img { display: block; max-width: none; transform-origin: 0 0; user-select: none; }
.visualnn-picture-bar { position: absolute; right: 8px; bottom: 8px; display: flex; align-items: center; gap: 2px; padding: 2px;
  border: 1px solid var(--jp-border-color2, #ccc); border-radius: 6px; background: var(--jp-layout-color1, #fff);
  color: var(--jp-ui-font-color1, #222); font: 12px var(--jp-ui-font-family, sans-serif); opacity: 0; }
.visualnn-picture:hover > .visualnn-picture-bar, .visualnn-picture:focus-within > .visualnn-picture-bar { opacity: 1; }
.visualnn-picture[data-whole]:not(:focus-within) > .visualnn-picture-bar { display: none; }
.visualnn-picture-bar > output { min-width: 44px; text-align: center; }
.visualnn-picture-bar > button { width: 26px; height: 26px; padding: 0; border: 0; border-radius: 4px; background: none; color: inherit; font: inherit; cursor: pointer; }
.visualnn-picture-bar > button:hover { background: var(--jp-layout-color2, #eee); }
.visualnn-picture-bar > button:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); }
@media (hover: none) { .visualnn-picture-bar { opacity: 1; } }
`;

export function addStyle(): void {
  const style = document.createElement("style");
  style.textContent = STYLE;
  document.head.append(style);
}
