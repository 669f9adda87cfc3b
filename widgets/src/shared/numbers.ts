import { grouped, languageNow, t } from "./words";

/** A whole number with thousands separators: "9,248". */
export function count(value: number): string {
  return grouped(value);
}

/** A number and its noun: "1 problem", "9,248 parameters". */
export function counted(value: number, noun: string): string {
  return t(`{count} ${noun}${value === 1 ? "" : "s"}`, { count: grouped(value) });
}

/** A size as the summary writes it, in steps of 1,024: "45.6 KB". */
export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let unit = 0;
  let size = value;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${inLanguage(Number(size.toFixed(digits)))} ${units[unit]}`;
}

function inLanguage(value: number): string {
  return value.toLocaleString(languageNow() === "de" ? "de-DE" : "en-US");
}

/** A measure with four significant digits, always as wide while it changes: "0.9664", "1.2e-5". */
export function measure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? t("not a number") : t("infinite");
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(2).replace("e+", "e");
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4;
  return value.toFixed(digits);
}

/** A time to go: "9 s", "4 min 10 s", "1 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A shape for the eye: "(?, 28, 28, 32)" without its batch axis becomes "28 × 28 × 32". */
export function shapeWords(shape: string): string {
  const sizes = shape.replace(/^\(|,?\)$/g, "").split(/,\s*/);
  return sizes.length > 1 ? sizes.slice(1).join(" × ") : sizes[0] || t("a number");
}
