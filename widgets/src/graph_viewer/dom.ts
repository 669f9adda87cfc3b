/** Making elements. Texts are always texts, never markup: names come from files of strangers. */

type Child = Node | string | null | false | undefined;

interface Given {
  class?: string;
  text?: string;
  title?: string;
  on?: { [Type in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Type]) => void };
  attributes?: Record<string, string | number | boolean>;
  style?: Record<string, string>;
}

/** An element with attributes, listeners and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  given: Given = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (given.class) element.className = given.class;
  if (given.text !== undefined) element.textContent = given.text;
  if (given.title) element.title = given.title;
  for (const [name, value] of Object.entries(given.attributes ?? {}))
    element.setAttribute(name, String(value));
  for (const [name, value] of Object.entries(given.style ?? {}))
    element.style.setProperty(name, value);
  for (const [type, listener] of Object.entries(given.on ?? {}))
    element.addEventListener(type, listener as EventListener);
  for (const child of children) if (child) element.append(child);
  return element;
}

/** A button that looks like those of the builder. */
export function button(
  text: string,
  label: string,
  press: (event: MouseEvent) => void,
  look = "",
): HTMLButtonElement {
  return make("button", {
    class: `vnn-button ${look}`.trim(),
    text,
    title: label === text ? "" : label,
    attributes: { type: "button", "aria-label": label },
    on: { click: press },
  });
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of 16 by 16 in the colour of the text; a font may lack the sign. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({
    width: "16",
    height: "16",
    viewBox: "0 0 16 16",
    "aria-hidden": "true",
  }))
    svg.setAttribute(name, value);
  const shape = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({
    d: path,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": "1.4",
  }))
    shape.setAttribute(name, value);
  svg.append(shape);
  return svg;
}
