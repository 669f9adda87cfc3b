/**
 * The new value, with every part that is equal to the old one replaced by the old one itself.
 *
 * Python sends the whole drawing after each edit; with this, a block that did not change stays the
 * same object, so that React leaves it alone.
 */
export function share<Value>(before: unknown, now: Value): Value {
  if (Object.is(before, now)) return now;
  if (Array.isArray(before) && Array.isArray(now)) {
    const shared = now.map((item, at) => share(before[at], item));
    const same = shared.length === before.length && shared.every((item, at) => item === before[at]);
    return (same ? before : shared) as Value;
  }
  if (isRecord(before) && isRecord(now)) {
    const keys = Object.keys(now);
    const shared = Object.fromEntries(keys.map((key) => [key, share(before[key], now[key])]));
    const same =
      keys.length === Object.keys(before).length &&
      keys.every((key) => key in before && shared[key] === before[key]);
    return (same ? before : shared) as Value;
  }
  return now;
}

/** `share` for lists whose members have an id: they are compared by id, not by place. */
export function shareById<Item extends { id: string }>(before: Item[], now: Item[]): Item[] {
  const old = new Map(before.map((item) => [item.id, item]));
  const shared = now.map((item) => share(old.get(item.id), item));
  const same = shared.length === before.length && shared.every((item, at) => item === before[at]);
  return same ? before : shared;
}

/** Whether two values of JSON say the same. */
export function equalJson(a: unknown, b: unknown): boolean {
  return Object.is(share(a, b), a);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
