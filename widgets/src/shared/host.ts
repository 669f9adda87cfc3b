/**
 * What JupyterLab lends to the widgets of a page where our extension is there (src/lab), and how
 * widgets ask it for a place of their own.  Elsewhere there is nothing of it.
 */
export interface Host {
  /** Markdown as HTML, which is not safe yet; null where this JupyterLab writes none. */
  markdown: ((text: string) => Promise<string>) | null;
  /** Draws the formulas in an element, written as `$…$` and `$$…$$`. */
  typeset: ((element: HTMLElement) => void) | null;
}

const page = globalThis as { visualnnHost?: Host };

export function lend(host: Host): void {
  page.visualnnHost = host;
}

export function host(): Host | null {
  return page.visualnnHost ?? null;
}

/** On what shows a widget: the id of its model; where it can have a tab, `TAB` as well. */
export const MODEL = "data-visualnn-model";
export const TAB = "data-visualnn-tab";

/** Whether the widget around an element can be shown in a tab of its own, too. */
export function canHaveTab(element: Element): boolean {
  return element.closest(`[${TAB}]`) !== null;
}

const ASK_FOR_TAB = "visualnn-tab";

/** Asks for a tab that shows the widget around an element. */
export function askForTab(element: Element): void {
  element.dispatchEvent(new CustomEvent(ASK_FOR_TAB, { bubbles: true }));
}

/** Calls back with the element that asks for a tab. */
export function onAskForTab(open: (element: Element) => void): void {
  document.body.addEventListener(ASK_FOR_TAB, (event) => open(event.target as Element));
}
