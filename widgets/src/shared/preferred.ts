export type Language = "en" | "de";

/** The language that JupyterLab, or else the browser, is set to; English if it is not known here. */
export function preferred(): Language {
  const config = globalThis.document?.getElementById("jupyter-config-data")?.textContent ?? "";
  const inLab = /"(?:locale|language)"\s*:\s*"([A-Za-z]{2})/.exec(config)?.[1];
  const said = inLab ?? globalThis.navigator?.language ?? "en";
  return said.toLowerCase().startsWith("de") ? "de" : "en";
}

/** A sentence with values in the places that are named by braces. */
export function filled(sentence: string, values: Record<string, string | number>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
