const MARK = "data-lm-suppress-shortcuts";

/**
 * Keeps JupyterLab's own keys (`d d` deletes a cell) away while the focus is in `root`; the returned
 * function ends that.
 *
 * JupyterLab looks for the mark only above the first element that one of its keys is meant for,
 * which may be the focused one itself: so that has to carry the mark as well.
 */
export function keepKeys(root: HTMLElement): () => void {
  const mark = ({ target }: FocusEvent) => (target as Element).setAttribute(MARK, "true");
  root.setAttribute(MARK, "true");
  root.addEventListener("focusin", mark);
  return () => root.removeEventListener("focusin", mark);
}
