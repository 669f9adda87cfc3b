/** What a primitive does: formula, documentation and source, as Python sends them. */

import type { OpHelp } from "../shared/messages";
import { t } from "../shared/words";
import { make } from "./dom";
import { section } from "./panel_parts";
import { highlighted } from "./python";

/** Formula, doc and source, each null where there is none. */
export function helpSections(help: OpHelp | undefined): (HTMLElement | null)[] {
  if (!help) return [null, null, null];
  return [
    help.formula ? make("p", { class: "vnn-graph-formula", text: help.formula }) : null,
    help.doc ? make("div", { class: "vnn-graph-doc" }, ...paragraphs(help.doc)) : null,
    help.source
      ? section(
          t("NumPy source"),
          make(
            "pre",
            { class: "vnn-graph-source", attributes: { tabindex: 0 } },
            highlighted(help.source),
          ),
        )
      : null,
  ];
}

/** The paragraphs of a docstring; what stands between backquotes is code. */
function paragraphs(doc: string): HTMLElement[] {
  return doc
    .split(/\n\s*\n/)
    .filter((text) => text.trim())
    .map((text) => {
      const paragraph = make("p");
      text.split(/``(.+?)``|`(.+?)`/s).forEach((piece, at) => {
        if (!piece) return;
        const words = piece.replace(/\s*\n\s*/g, " ");
        paragraph.append(at % 3 ? make("code", { text: words }) : words);
      });
      return paragraph;
    });
}
