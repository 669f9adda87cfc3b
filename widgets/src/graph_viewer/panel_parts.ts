/** The pieces that the panel is made of. */
import { make } from "./dom";

export interface PanelHost {
  goTo(part: number): void;
}

/** A titled section; `count` stands at the right of the title. */
export function section(title: string, ...content: (HTMLElement | null | number)[]): HTMLElement {
  const size = content.find((item) => typeof item === "number");
  return make(
    "section",
    { class: "vnn-graph-section" },
    make(
      "h4",
      { class: "vnn-capitals", text: title },
      size === undefined ? null : make("span", { text: size.toLocaleString("en-US") }),
    ),
    ...content.filter((item) => typeof item !== "number"),
  );
}

/** Rows, of which the first ones are shown until the rest is asked for. */
export function list(rows: HTMLElement[], noun: string, shown = 12): HTMLElement {
  const element = make("div", { class: "vnn-graph-list" }, ...rows.slice(0, shown));
  const rest = rows.slice(shown);
  if (rest.length) {
    const more = make("button", {
      class: "vnn-button link small",
      text: `Show ${rest.length.toLocaleString("en-US")} more ${noun}${rest.length === 1 ? "" : "s"}`,
      attributes: { type: "button" },
      on: { click: () => more.replaceWith(...rest) },
    });
    element.append(more);
  }
  return element;
}

/** A way to another part, as a button that looks like a link. */
export function link(text: string, go: () => void): HTMLButtonElement {
  const attributes = { type: "button" };
  const element = make("button", {
    class: "vnn-graph-link",
    title: text,
    attributes,
    on: { click: go },
  });
  element.append(...pathText(text));
  return element;
}

/** A path that breaks into lines after its slashes. */
export function pathText(path: string): Node[] {
  const words = path.split("/");
  return words.flatMap((word, at) =>
    at < words.length - 1
      ? [document.createTextNode(`${word}/`), document.createElement("wbr")]
      : [document.createTextNode(word)],
  );
}

export function specText(spec: string): HTMLElement {
  return make("span", { class: "vnn-graph-spec", text: spec });
}

export function table(rows: [string, string][]): HTMLElement {
  const element = make("dl", { class: "vnn-graph-table" });
  for (const [name, value] of rows)
    element.append(make("dt", { text: name }), make("dd", { text: value }));
  return element;
}

/** A small label with a colour, hatched for the backward pass; a button where it leads somewhere. */
export function chip(
  text: string,
  color: string,
  isHatched: boolean,
  go?: () => void,
  label = "",
): HTMLElement {
  const look = `vnn-graph-chip${isHatched ? " hatched" : ""}`;
  const style = { "--chip": color };
  if (!go) return make("span", { class: look, text, style });
  const attributes = { type: "button", "aria-label": label };
  return make("button", { class: look, text, style, attributes, title: label, on: { click: go } });
}
