import { grouped, languageNow, t } from "./words";

/** A sentence as Python sends it (visualnn/builder/sentences.py): its template, and the values. */
interface Said {
  said: string;
  values: Record<string, unknown>;
}

/**
 * What Python sent, with each sentence in the reader's language: where Python has a sentence, all
 * the front end sees is a text.  A message without sentences is given back as it is.
 */
export function inWords<Message>(message: Message): Message {
  return translated(message) as Message;
}

function translated(value: unknown): unknown {
  if (Array.isArray(value)) {
    let changed = false;
    const items = value.map((item) => {
      const words = translated(item);
      changed ||= words !== item;
      return words;
    });
    return changed ? items : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value; // numbers in a buffer
  if (isSaid(value)) return text(value);
  let copy: Record<string, unknown> | null = null;
  for (const [key, item] of Object.entries(value)) {
    const words = translated(item);
    if (words !== item) {
      copy ??= { ...value };
      copy[key] = words;
    }
  }
  return copy ?? value;
}

function isSaid(value: object): value is Said {
  return "said" in value && "values" in value && Object.keys(value).length === 2;
}

function text({ said, values }: Said): string {
  const shown = Object.entries(values).map(([name, value]) => [name, part(value)]);
  return t(said, Object.fromEntries(shown));
}

function part(value: unknown): string {
  if (typeof value !== "number") return String(translated(value));
  if (Number.isInteger(value)) return grouped(value);
  const form = { maximumSignificantDigits: 6 };
  return new Intl.NumberFormat(languageNow() === "de" ? "de-DE" : "en-US", form).format(value);
}
