import type { SettingForm } from "../../shared/messages";
import { t } from "../../shared/words";

/** What a person typed, understood; or the sentence that says why it could not be. */
export type Entry = { value: unknown } | { error: string };

const COMPUTED = new Set<SettingForm["kind"]>(["integer", "number", "integers", "shape"]);

/** Whether this computes something: Python does, and says what is wrong with it. */
function isExpression(form: SettingForm, text: string, parameters: string[]): boolean {
  const names = text.match(/[A-Za-z_]\w*/g) ?? [];
  if (names.some((name) => parameters.includes(name) || name === "min" || name === "max"))
    return true;
  if (form.kind !== "integer" && form.kind !== "number") return false;
  return names.length === 0 && /[\d)]\s*(\*\*?|\/\/?|%|\+|-)\s*[\d(]/.test(text);
}

const NOTHING = /^(none|null|)$/i;

/** How a setting's value stands in its field. */
export function written(form: SettingForm, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (form.kind === "integers" || form.kind === "shape") {
    if (!Array.isArray(value)) return String(value);
    if (value.length === 0) return "()";
    return value.map((size) => (size === null ? "?" : String(size))).join(" × ");
  }
  if (typeof value === "object") return plainName(value) ?? JSON.stringify(value);
  return String(value);
}

/** The name of an object that has nothing but its name: {class_name: "Zeros", config: {}}. */
function plainName(value: object): string | null {
  const record = value as { class_name?: unknown; config?: unknown };
  if (typeof record.class_name !== "string") return null;
  const settings = Object.values(record.config ?? {});
  return settings.every((setting) => setting === null) ? record.class_name : null;
}

/** Understands what was typed into a setting's field. */
export function understood(form: SettingForm, typed: string, parameters: string[] = []): Entry {
  const text = typed.trim();
  if (COMPUTED.has(form.kind) && isExpression(form, text, parameters)) return { value: text };
  if (NOTHING.test(text) && form.kind !== "text") {
    if (form.optional) return { value: null };
    if (!form.required && text === "") return { value: form.default };
    return { error: t("{name} is needed: {form}", { name: form.name, form: example(form) }) };
  }
  switch (form.kind) {
    case "integer":
      return integer(form, text);
    case "number":
      return number(form, text);
    case "boolean":
      return { value: /^(true|on|yes|1)$/i.test(text) };
    case "integers":
      return integers(form, text);
    case "shape":
      return shape(form, text);
    case "object":
      return object(form, text);
    case "choice":
      return form.choices.includes(text)
        ? { value: text }
        : {
            error: t("{name} is one of {choices}.", {
              name: form.name,
              choices: form.choices.join(", "),
            }),
          };
    default:
      return { value: text === "" && form.optional ? null : text };
  }
}

function integer(form: SettingForm, text: string): Entry {
  const plain = text.replaceAll(/[,_\s]/g, "");
  if (/^[+-]?\d+$/.test(plain)) return { value: Number(plain) };
  return {
    error: t("{name} is a whole number: {form} “{text}” is not one.", {
      name: form.name,
      form: example(form),
      text,
    }),
  };
}

function number(form: SettingForm, text: string): Entry {
  const value = Number(text.replaceAll("_", ""));
  if (Number.isFinite(value)) return { value };
  return {
    error: t("{name} is a number: {form} “{text}” is not one.", {
      name: form.name,
      form: example(form),
      text,
    }),
  };
}

/** "3 × 3", "3x3", "(3, 3)" or "3", which stands for the same in each direction. */
function integers(form: SettingForm, text: string): Entry {
  const parts = partsOf(text);
  if (!parts.every((part) => /^[+-]?\d+$/.test(part))) {
    return {
      error: t("{name} takes whole numbers: {form} “{text}” is not that.", {
        name: form.name,
        form: example(form),
        text,
      }),
    };
  }
  const sizes = parts.map(Number);
  if (form.length > 0 && sizes.length === 1) return { value: Array(form.length).fill(sizes[0]) };
  if (form.length > 0 && sizes.length !== form.length) {
    return {
      error: t("{name} takes {form} numbers, here are {sizes}.", {
        name: form.name,
        form: form.length,
        sizes: sizes.length,
      }),
    };
  }
  return { value: sizes };
}

/** Sizes as for `integers`; "?" or "None" stands for a size that is not known. */
function shape(form: SettingForm, text: string): Entry {
  const parts = partsOf(text);
  if (!parts.every((part) => /^(\d+|\?|none)$/i.test(part))) {
    return {
      error: t("{name} is written as {form} “{text}” is not a shape.", {
        name: form.name,
        form: example(form),
        text,
      }),
    };
  }
  return { value: parts.map((part) => (/^\d+$/.test(part) ? Number(part) : null)) };
}

function object(form: SettingForm, text: string): Entry {
  if (!/^[[{]/.test(text)) return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return {
      error: t("{name} begins like JSON but is not: check its brackets and quotes.", {
        name: form.name,
      }),
    };
  }
}

function partsOf(text: string): string[] {
  return text
    .replaceAll(/[()[\]]/g, "")
    .split(/[×x*,;\s]+/i)
    .filter(Boolean);
}

function example(form: SettingForm): string {
  switch (form.kind) {
    case "integers":
      return form.length === 1 ? t("for example 3.") : t("for example 3 × 3.");
    case "shape":
      return t("28 × 28 × 1, with ? for a size that is not known.");
    case "number":
      return t("for example 0.5.");
    case "choice":
      return t("one of {choices}.", { choices: form.choices.join(", ") });
    default:
      return t("for example 64.");
  }
}
