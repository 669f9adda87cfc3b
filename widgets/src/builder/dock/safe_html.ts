const FORBIDDEN = "script, style, iframe, object, embed, link, meta, form, base, svg";

/**
 * HTML from Python without anything that could run or load: a model's names come from files of
 * unknown origin, and a name must never become a program.  Formulas stay only where they are wanted.
 */
export function safeHtml(html: string, { formulas = false } = {}): DocumentFragment {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const element of page.body.querySelectorAll(formulas ? FORBIDDEN : `${FORBIDDEN}, math`)) {
    element.remove();
  }
  for (const element of page.body.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      const isLink = ["href", "xlink:href", "action"].includes(name);
      const isSafeLink = isLink && /^(#|https:|data:image\/)/i.test(value.trim());
      // An image of elsewhere would be fetched as soon as the element leaves this inert page.
      const isLoaded = ["src", "srcset", "poster", "background"].includes(name);
      const isThere = isLoaded && /^data:image\/[^,]*,\S*$/i.test(value.trim());
      const runs = name.startsWith("on") || (isLink && !isSafeLink) || (isLoaded && !isThere);
      if (runs || (name === "style" && /\\|url|image|src\s*\(/i.test(value)))
        element.removeAttribute(name);
    }
  }
  const fragment = document.createDocumentFragment();
  fragment.append(...page.body.childNodes);
  return fragment;
}
