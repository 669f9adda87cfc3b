/** Colours for Python source: enough of its grammar to tell words, texts and comments apart. */
import { make } from "./dom";

const KEYWORDS = new Set(
  `False None True and as assert async await break class continue def del elif else except finally
  for from global if import in is lambda nonlocal not or pass raise return try while with yield
  match case`.split(/\s+/),
);

const TOKEN =
  /(#[^\n]*)|((?:[rbfu]{0,2})(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(\b\d[\w.]*)|([A-Za-z_]\w*)|(@[\w.]+)/g;

/** The source as elements, word by word. */
export function highlighted(source: string): HTMLElement {
  const code = make("code");
  let done = 0;
  let before = "";
  for (const match of source.matchAll(TOKEN)) {
    const [text, comment, string, number, word, decorator] = match;
    if (match.index > done) code.append(source.slice(done, match.index));
    done = match.index + text.length;
    const kind = comment
      ? "comment"
      : string
        ? "string"
        : number
          ? "number"
          : decorator
            ? "definition"
            : before === "def" || before === "class"
              ? "definition"
              : word && KEYWORDS.has(word)
                ? "keyword"
                : "";
    before = word ?? "";
    code.append(kind ? make("span", { class: `vnn-graph-${kind}`, text }) : text);
  }
  code.append(source.slice(done));
  return code;
}
