/**
 * What writes Markdown and formulas where no JupyterLab does: a file of its own beside the bundle,
 * which is loaded for the first note (`load_writer.ts`).
 */
import { marked } from "marked";
import temml from "temml";

/** Markdown as HTML, which is not safe yet. */
export function markdown(text: string): string {
  return marked.parse(text, { async: false, gfm: true, breaks: true });
}

/** A formula as MathML. */
export function formula(latex: string, isDisplayed: boolean): string {
  return temml.renderToString(latex, {
    displayMode: isDisplayed,
    throwOnError: false,
    trust: false,
    maxExpand: 200,
  });
}
