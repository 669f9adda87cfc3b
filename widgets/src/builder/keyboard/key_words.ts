const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");

/** A key combination as it stands on this machine's keyboard: "Mod+Z" is "Ctrl+Z" or "⌘Z". */
export function keyWords(keys: string): string {
  if (!isMac) return keys.replace("Mod", "Ctrl");
  const signs: Record<string, string> = { Mod: "⌘", Shift: "⇧", Alt: "⌥" };
  return keys
    .split("+")
    .map((key) => signs[key] ?? key)
    .join("");
}

/** The name of a key press: "Mod+Shift+Z", "A", "ArrowDown", "?". */
export function pressName(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  // A sign such as "?" already is what Shift has made of it; letters and arrows are not.
  if (event.shiftKey && (key.length > 1 || /[A-Z]/.test(key))) parts.push("Shift");
  return [...parts, key === " " ? "Space" : key].join("+");
}
