/** Reading the text of a spec, `float32[?, 28, 28, 1]`: the short form for an edge, and its size. */

const written = /^(\w+)\[(.*)\]$/;

interface Reading {
  short: string;
  elements: number;
}

/** The same few specs occur on many edges: each text is read once. */
const readings = new Map<string, Reading>();

function reading(spec: string): Reading {
  const known = readings.get(spec);
  if (known) return known;
  if (readings.size > 10_000) readings.clear();
  const found = read(spec);
  readings.set(spec, found);
  return found;
}

function read(spec: string): Reading {
  const match = written.exec(spec.trim());
  if (!match) return { short: spec, elements: 1 };
  const dtype = match[1]!;
  const sizes = match[2]!
    .split(",")
    .map((size) => size.trim().replace("None", "?"))
    .filter((size) => size !== "");
  const shape = sizes.length ? sizes.join(" × ") : "scalar";
  return {
    short: dtype === "float32" ? shape : `${dtype} ${shape}`,
    elements: sizes.reduce((product, size) => product * (Number.parseInt(size, 10) || 1), 1),
  };
}

/** What stands on an edge: `? × 28 × 28 × 1`, with the dtype only where it is not float32. */
export function shortSpec(spec: string): string {
  return reading(spec).short;
}

/** The number of elements for one example: unknown sizes count as one. */
export function elements(spec: string): number {
  return reading(spec).elements;
}
