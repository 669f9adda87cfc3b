import { marked } from "marked";
import { safeHtml } from "../dock/safe_html";

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
 * A note as it is read: Markdown with formulas.  Nothing in it runs, and nothing is loaded from
 * elsewhere: notes come with files of unknown origin.
 */
export async function drawn(text: string): Promise<DocumentFragment> {
  const { markdown, formulas } = withoutFormulas(text);
  const fragment = safeHtml(marked.parse(markdown, { async: false, gfm: true, breaks: true }));
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
  const { default: temml } = await import("temml");
  for (const place of places) {
    const formula = formulas[Number(place.dataset.formula)];
    if (!formula) continue;
    const drawing = temml.renderToString(formula.latex, {
      displayMode: formula.isDisplayed,
      throwOnError: false,
      trust: false,
      maxExpand: 200,
    });
    place.replaceChildren(safeHtml(drawing, { formulas: true }));
  }
  return fragment;
}
