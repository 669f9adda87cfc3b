/**
 * Every sentence of the front end, in the language of its reader.  Sentences are written in English
 * where they are said; `german.ts` has them in German, and a test finds those that it has not.
 */
import { GERMAN } from "./german";
import { filled, type Language, preferred } from "./preferred";

let language: Language = preferred();

/** Takes a language for all that is drawn from now on; "" means that of JupyterLab or browser. */
export function setLanguage(name: string): void {
  language = name === "de" || name === "en" ? name : preferred();
}

export function languageNow(): Language {
  return language;
}

/** A sentence in the reader's language, with values in the places named by braces. */
export function t(english: string, values: Record<string, string | number> = {}): string {
  return filled(language === "de" ? (GERMAN[english] ?? english) : english, values);
}

/** "1 block", "2 blocks": one of two sentences, whose `{count}` is the number. */
export function several(value: number, one: string, many: string): string {
  return t(value === 1 ? one : many, { count: grouped(value) });
}

/** A whole number with the separators of the language: "9,248". */
export function grouped(value: number): string {
  return new Intl.NumberFormat(language === "de" ? "de-DE" : "en-US").format(value);
}

/** A sentence that is put into the reader's language only where it is shown, by `t`. */
export function later(english: string): string {
  return english;
}
