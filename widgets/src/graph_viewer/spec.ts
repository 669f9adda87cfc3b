/** Reading the text of a spec, `float32[?, 28, 28, 1]`: the short form for an edge, and its size. */

const written = /^(\w+)\[(.*)\]$/;

/** The axes of a spec as words, or null where the text is not of that form. */
function axes(spec: string): { dtype: string; sizes: string[] } | null {
  const match = written.exec(spec.trim());
  if (!match) return null;
  const sizes = match[2]!.split(",").map((size) => size.trim());
  return { dtype: match[1]!, sizes: sizes.filter((size) => size !== "") };
}

/** What stands on an edge: `? × 28 × 28 × 1`, with the dtype only where it is not float32. */
export function shortSpec(spec: string): string {
  const read = axes(spec);
  if (!read) return spec;
  const known = read.sizes.map((size) => (size === "None" ? "?" : size));
  const shape = known.length ? known.join(" × ") : "scalar";
  return read.dtype === "float32" ? shape : `${read.dtype} ${shape}`;
}

/** The number of elements for one example: unknown sizes count as one. */
export function elements(spec: string): number {
  const read = axes(spec);
  if (!read) return 1;
  return read.sizes.reduce((product, size) => product * (Number.parseInt(size, 10) || 1), 1);
}
