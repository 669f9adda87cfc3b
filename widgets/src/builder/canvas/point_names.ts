import type { Canvas } from "../state";

/** A point of a wire, by its number from the source on. */
export interface PointName {
  wire: string;
  at: number;
}

/** What a point is called among those that are selected. */
export function pointKey({ wire, at }: PointName): string {
  return `${at}|${wire}`;
}

export function pointOfKey(key: string): PointName {
  const bar = key.indexOf("|");
  return { wire: key.slice(bar + 1), at: Number(key.slice(0, bar)) };
}

/** The numbers of the selected points along each wire. */
export function selectedPoints({ points }: Canvas): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const key of points) {
    const { wire, at } = pointOfKey(key);
    found.set(wire, [...(found.get(wire) ?? []), at]);
  }
  return found;
}
