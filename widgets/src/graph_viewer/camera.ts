/** What part of the drawing is seen, and how large: all pure, a camera is a value. */
import type { Rect } from "./scene";

/** The point of the drawing in the corner of the view, and screen pixels for each of its units. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const LEAST_SCALE = 0.005;
const MOST_SCALE = 3;

export function toScreen({ x, y, scale }: Camera, point: { x: number; y: number }) {
  return { x: (point.x - x) * scale, y: (point.y - y) * scale };
}

export function toDrawing({ x, y, scale }: Camera, point: { x: number; y: number }) {
  return { x: point.x / scale + x, y: point.y / scale + y };
}

/** The visible part of the drawing. */
export function viewOf({ x, y, scale }: Camera, view: Size): Rect {
  return { x, y, width: view.width / scale, height: view.height / scale };
}

/** Moved by this many screen pixels. */
export function panned(camera: Camera, right: number, down: number): Camera {
  return { ...camera, x: camera.x + right / camera.scale, y: camera.y + down / camera.scale };
}

/** Larger or smaller by a factor, with the drawing held still under one point of the screen. */
export function zoomed(camera: Camera, factor: number, still: { x: number; y: number }): Camera {
  const scale = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, camera.scale * factor));
  const point = toDrawing(camera, still);
  return { scale, x: point.x - still.x / scale, y: point.y - still.y / scale };
}

/** All of `rect`, centred; not larger than `most`. */
export function fitted(rect: Rect, view: Size, most = 1, margin = 24): Camera {
  const scale = Math.max(
    LEAST_SCALE,
    Math.min(
      most,
      (view.width - 2 * margin) / Math.max(1, rect.width),
      (view.height - 2 * margin) / Math.max(1, rect.height),
    ),
  );
  return {
    scale,
    x: rect.x + rect.width / 2 - view.width / scale / 2,
    y: rect.y + rect.height / 2 - view.height / scale / 2,
  };
}

/**
 * The first look: all of it where that can be read, else its top at a size that can be read.
 */
export function opening(rect: Rect, view: Size, legible = 0.55): Camera {
  const all = fitted(rect, view);
  if (all.scale >= legible) return all;
  const acrossScale = (view.width - 48) / Math.max(1, rect.width);
  const scale = Math.min(1, Math.max(legible, acrossScale));
  const isWide = rect.width * scale > view.width - 32;
  return {
    scale,
    x: isWide ? rect.x - 16 / scale : rect.x + rect.width / 2 - view.width / scale / 2,
    y: rect.y - 8 / scale,
  };
}

/** The least movement that brings `rect` into view, with room around it. */
export function revealing(camera: Camera, rect: Rect, view: Size, margin = 48): Camera {
  const seen = viewOf(camera, view);
  const room = margin / camera.scale;
  const shift = (from: number, length: number, seenFrom: number, seenLength: number) => {
    if (length + 2 * room > seenLength) return from - room - seenFrom;
    if (from - room < seenFrom) return from - room - seenFrom;
    return Math.max(0, from + length + room - seenFrom - seenLength);
  };
  const isInside =
    rect.x >= seen.x &&
    rect.y >= seen.y &&
    rect.x + rect.width <= seen.x + seen.width &&
    rect.y + rect.height <= seen.y + seen.height;
  if (isInside) return camera;
  return {
    scale: camera.scale,
    x: camera.x + shift(rect.x, rect.width, seen.x, seen.width),
    y: camera.y + shift(rect.y, rect.height, seen.y, seen.height),
  };
}

/** Part of the way from one camera to another: even to the eye, also while it zooms. */
export function between(from: Camera, to: Camera, part: number): Camera {
  const scale = from.scale * (to.scale / from.scale) ** part;
  // The point that stays where it is on the screen moves linearly in the inverse scale.
  const way =
    Math.abs(to.scale - from.scale) < 1e-9
      ? part
      : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
  return { scale, x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way };
}
