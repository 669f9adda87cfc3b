import { host } from "../../shared/host";
import { safeHtml } from "../dock/safe_html";
import type { Writer } from "./load_writer";

/** A formula of a note: the LaTeX between its signs. */
interface Formula {
  latex: string;
  isDisplayed: boolean;
}

const CODE_OR_FORMULA =
  /(```[\s\S]*?```|`[^`\n]*`)|\$\$([\s\S]+?)\$\$|(?<![\\$\w])\$(?=\S)([^$\n]+?)(?<=\S)\$(?!\d)/g;

/** A note's formulas taken out of its Markdown, each with a place to come back to. */
export function withoutFormulas(text: string): { markdown: string; formulas: Formula[] } {
  const formulas: Formula[] = [];
  const markdown = text.replaceAll(CODE_OR_FORMULA, (all, code, displayed, inline) => {
    if (code) return all;
    formulas.push({ latex: (displayed ?? inline).trim(), isDisplayed: displayed !== undefined });
    return `<span data-formula="${formulas.length - 1}"></span>`;
  });
  return { markdown, formulas };
}

/**
 * A note as it is read: Markdown with formulas, written by JupyterLab where it lends that, else by
 * the writer of the bundle.  Nothing in it runs, and nothing is loaded from elsewhere: notes come
 * with files of unknown origin.
 */
export async function drawn(
  text: string,
  writer: () => Promise<Writer>,
): Promise<DocumentFragment> {
  const { markdown, formulas } = withoutFormulas(text);
  const lab = host();
  const html = lab?.markdown ? await lab.markdown(markdown) : (await writer()).markdown(markdown);
  const fragment = safeHtml(html);
  for (const image of fragment.querySelectorAll("img, video, audio, source, picture")) {
    if (!image.getAttribute("src")?.startsWith("data:image/")) image.remove();
  }
  for (const link of fragment.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  for (const element of fragment.querySelectorAll("input, button, select, textarea")) {
    element.setAttribute("disabled", "");
  }
  const places = fragment.querySelectorAll<HTMLElement>("span[data-formula]");
  if (places.length === 0) return fragment;
  const write = lab?.typeset ? null : (await writer()).formula;
  for (const place of places) {
    const formula = formulas[Number(place.dataset.formula)];
    if (!formula) continue;
    const { latex, isDisplayed } = formula;
    if (write) place.replaceChildren(safeHtml(write(latex, isDisplayed), { formulas: true }));
    else place.textContent = isDisplayed ? `$$${latex}$$` : `$${latex}$`; // until it is typeset
  }
  return fragment;
}

/** Has JupyterLab draw the formulas of a note that is in the page, where it does. */
export function typeset(note: Element): void {
  const lab = host();
  if (!lab?.typeset) return;
  for (const place of note.querySelectorAll<HTMLElement>("span[data-formula]")) lab.typeset(place);
}
