/** A layered drawing while it is made: nodes in rows, and segments from one row to the next. */
import { type Adjacency, adjacency } from "./ranks";

export interface Layers {
  /** The nodes of each row, from left to right. */
  rows: number[][];
  /** The width of each node. */
  widths: Float64Array;
  /** What gives way to boxes: 1 for a bend of a long link, 2 for a port; 0 for what stands firm. */
  gives: Uint8Array;
  segments: Segments;
}

/** Each segment joins a node to one in the next row, at offsets from their centres. */
export interface Segments {
  upper: number[];
  lower: number[];
  upperAt: number[];
  lowerAt: number[];
}

export function segmentCount(layers: Layers): number {
  return layers.segments.upper.length;
}

/** The segments at the top (`above`) and at the bottom (`below`) of each node. */
export function segmentsAt(layers: Layers): { above: Adjacency; below: Adjacency } {
  const { upper, lower } = layers.segments;
  const count = layers.widths.length;
  const all = Int32Array.from(upper, (_, segment) => segment);
  return { above: adjacency(count, lower, all), below: adjacency(count, upper, all) };
}
