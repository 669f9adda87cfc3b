/** Which cell of which notebook an element stands in. */
import type { NotebookCell, NotebookPanel, NotebookTracker } from "./jupyterlab";

export interface CellPlace {
  panel: NotebookPanel;
  cell: NotebookCell;
  index: number;
}

/** The cell around an element, also of one that is scrolled so far away that the page has it not. */
export function cellAround(tracker: NotebookTracker, element: Element): CellPlace | null {
  let found: CellPlace | null = null;
  tracker.forEach((panel) => {
    const cells = panel.content.widgets;
    const index = cells.findIndex(({ node }) => node.contains(element));
    if (index >= 0) found = { panel, cell: cells[index]!, index };
  });
  return found;
}

/** The cell of a notebook with an id, if the notebook is open and still has it. */
export function cellOf(tracker: NotebookTracker, path: string, id: string): CellPlace | null {
  let found: CellPlace | null = null;
  tracker.forEach((panel) => {
    if (panel.context.path !== path) return;
    const cells = panel.content.widgets;
    const index = cells.findIndex(({ model }) => model.id === id);
    if (index >= 0) found = { panel, cell: cells[index]!, index };
  });
  return found;
}

/**
 * When a notebook's kernel is known.  Only from then on are its widgets drawn: the front end of
 * Jupyter's widgets takes care of those it has drawn before, but not of those inside of ours.
 */
export class KernelKnown {
  isKnown = false;
  readonly promise: Promise<void>;

  constructor({ context }: NotebookPanel) {
    this.promise = context.ready
      .then(() => context.sessionContext.ready)
      .then(() => new Promise<void>((resolve) => setTimeout(resolve)))
      .then(() => {
        this.isKnown = true;
      });
  }
}
