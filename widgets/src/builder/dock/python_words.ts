export interface PythonWord {
  text: string;
  kind: "keyword" | "string" | "number" | "comment" | "plain";
}

const WORD =
  /(?<comment>#[^\n]*)|(?<string>[rbfu]?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|(?<number>\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b)|(?<keyword>\b(?:import|from|as|def|class|return|for|in|if|else|elif|with|None|True|False|lambda|not|and|or)\b)/gi;

/** Python source in pieces to colour: keywords, strings, numbers, comments, and the rest. */
export function pythonWords(source: string): PythonWord[] {
  const words: PythonWord[] = [];
  let end = 0;
  for (const match of source.matchAll(WORD)) {
    if (match.index > end) words.push({ text: source.slice(end, match.index), kind: "plain" });
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0];
    words.push({ text: match[0], kind: (kind ?? "plain") as PythonWord["kind"] });
    end = match.index + match[0].length;
  }
  if (end < source.length) words.push({ text: source.slice(end), kind: "plain" });
  return words;
}
