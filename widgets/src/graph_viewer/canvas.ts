/** The canvas: keeps the scene, the camera and what stands out, and paints when something changed. */

import { prefersReducedMotion } from "../shared/theme";
import { t } from "../shared/words";
import {
  between,
  type Camera,
  fitted,
  opening,
  revealing,
  type Size,
  toDrawing,
  toScreen,
  viewOf,
} from "./camera";
import { draw, type Marks, NO_MARKS, type Picture } from "./draw";
import { type Layout, layOut } from "./layout";
import { findMarks } from "./marks";
import { type Colors, Hatching } from "./palette";
import type { Hierarchy, Part } from "./parts";
import { type Hit, pick } from "./pick";
import { buildScene, type Rect, type Scene } from "./scene";
import type { TextWidth } from "./sizes";
import type { ViewerState } from "./state";
import { buildStructure, Levels } from "./structure";
import { TextMeter } from "./text";
import { MOVE_MILLISECONDS, Transition } from "./transition";

/** Painting that takes longer than this is not repeated for each step of a movement. */
const SLOW_MILLISECONDS = 12;

interface Flight {
  from: Camera;
  to: Camera;
  started: number;
}

export class CanvasView {
  readonly element = document.createElement("canvas");
  scene: Scene;
  camera: Camera = { x: 0, y: 0, scale: 1 };
  size: Size = { width: 0, height: 0 };
  marks: Marks = NO_MARKS;
  hovered: Hit | null = null;
  /** Called after each painting. */
  onPaint: () => void = () => {};
  private readonly meter = new TextMeter();
  private textWidth: TextWidth;
  private known: { hierarchy: Hierarchy; levels: Levels } | null = null;
  private hatching = new Hatching();
  private frame = 0;
  private flight: Flight | null = null;
  private transition: { run: Transition; started: number } | null = null;
  private isPlaced = false;
  private cost = 0;
  private snapshot: { image: HTMLCanvasElement; camera: Camera } | null = null;
  private sharpening = 0;

  constructor(
    private readonly state: ViewerState,
    private colors: Colors,
    camera?: Camera,
  ) {
    const { element } = this;
    element.className = "vnn-graph-canvas";
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    const about = t("Drawing of {name}. The outline says the same in words.", {
      name: state.graph.name,
    });
    element.setAttribute("aria-label", about);
    this.textWidth = this.meter.forLayout(colors.fonts);
    this.scene = this.build();
    if (camera) this.camera = camera;
    this.isPlaced = camera !== undefined;
  }

  private build(): Scene {
    const { hierarchy, open } = this.state;
    if (this.known?.hierarchy !== hierarchy)
      this.known = { hierarchy, levels: new Levels(hierarchy) };
    const structure = buildStructure(hierarchy, open, this.known.levels);
    const showsAttached = this.state.shows("variables");
    // The scene before is not there yet when the first one is made.
    const before: Layout | undefined = this.scene?.layout;
    const isLike = before?.hierarchy === hierarchy && before.showsAttached === showsAttached;
    const isSameFont = before?.textWidth === this.textWidth;
    const kept = isLike && isSameFont ? before : undefined;
    return buildScene(layOut(hierarchy, structure, this.textWidth, showsAttached, kept));
  }

  setColors(colors: Colors): void {
    const isOtherFont = colors.fonts.title !== this.colors.fonts.title;
    this.colors = colors;
    this.hatching = new Hatching();
    if (isOtherFont) {
      this.textWidth = this.meter.forLayout(colors.fonts);
      this.relayout(null);
    }
    this.invalidate();
  }

  setSize(size: Size): void {
    const { width, height } = size;
    if (width === this.size.width && height === this.size.height) return;
    // What was in the middle stays there.
    const shift = this.size.width ? (this.size.width - width) / 2 / this.camera.scale : 0;
    this.camera = { ...this.camera, x: this.camera.x + shift };
    this.size = size;
    const ratio = this.pixelRatio;
    this.element.width = Math.round(width * ratio);
    this.element.height = Math.round(height * ratio);
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    if (!this.isPlaced && width > 0 && height > 0) {
      this.isPlaced = true;
      this.camera = this.overview();
    }
    this.invalidate();
    this.paint();
  }

  private get pixelRatio(): number {
    return Math.min(3, window.devicePixelRatio || 1);
  }

  /** Lays out anew; `still` stays where it is on the screen. */
  relayout(still: Part | null): void {
    this.transition?.run.finish();
    const before = this.scene;
    this.scene = this.build();
    const old = still && anchorOf(before, still);
    const now = still && anchorOf(this.scene, still);
    const shift = old && now ? { x: now.x - old.x, y: now.y - old.y } : { x: 0, y: 0 };
    if (old && now) {
      if (this.flight) this.camera = this.flight.to;
      this.flight = null;
      this.camera = { ...this.camera, x: this.camera.x + shift.x, y: this.camera.y + shift.y };
    }
    this.transition = null;
    if (!prefersReducedMotion() && this.isPlaced) {
      const run = new Transition(before, this.scene, shift);
      if (!run.isEmpty) this.transition = { run, started: performance.now() };
    }
    this.remark();
  }

  /** Finds anew what stands out. */
  remark(): void {
    this.marks = findMarks(this.state, this.scene, this.hovered);
    this.invalidate();
  }

  hover(hit: Hit | null): void {
    if (JSON.stringify(hit) === JSON.stringify(this.hovered)) return;
    this.hovered = hit;
    this.remark();
  }

  pickAt(point: { x: number; y: number }): Hit | null {
    const { x, y } = toDrawing(this.camera, point);
    return pick(this.scene, x, y, 1 / this.camera.scale, this.state.shows("links"));
  }

  /** Where a part is on the screen. */
  onScreen(rect: Rect): Rect {
    const { scale } = this.camera;
    return {
      ...toScreen(this.camera, rect),
      width: rect.width * scale,
      height: rect.height * scale,
    };
  }

  /** The box or pill of a part, or of the closed scope that hides it. */
  rectOf(part: Part): Rect | undefined {
    const shown = this.state.part(this.state.shownAs(part));
    const { host } = shown;
    if (host < 0) return this.scene.boxOf.get(shown.index);
    const box = this.scene.boxOf.get(host);
    return box?.pills.find((pill) => pill.beside.part === shown.index) ?? box;
  }

  look(camera: Camera): void {
    this.flight = null;
    this.camera = camera;
    this.invalidate(true);
  }

  flyTo(camera: Camera): void {
    const isAtOnce = prefersReducedMotion() || !this.isPlaced;
    if (isAtOnce) this.look(camera);
    else this.flight = { from: this.camera, to: camera, started: performance.now() };
    this.invalidate(true);
  }

  /** The first look at the drawing, or its top, in the middle of the view. */
  overview(): Camera {
    const camera = opening(this.scene.bounds, this.size);
    const view = viewOf(camera, this.size);
    const seen = this.scene.boxes.filter(
      ({ part, y }) => part.index > 0 && y < view.y + view.height,
    );
    if (!seen.length) return camera;
    const left = Math.min(...seen.map((box) => box.x - 40));
    const right = Math.max(...seen.map((box) => box.x + box.width + 40));
    if (right - left > view.width) return camera;
    return { ...camera, x: (left + right - view.width) / 2 };
  }

  fit(): void {
    const { selected } = this.state;
    const rect = selected && this.rectOf(selected);
    const all = fitted(this.scene.bounds, this.size);
    // Pressed again, it goes to what is selected.
    const isAll =
      Math.abs(all.scale - this.camera.scale) < 1e-6 && Math.abs(all.x - this.camera.x) < 1;
    this.flyTo(isAll && rect ? fitted(rect, this.size, 1.2, 80) : all);
  }

  /** Brings a part into view, large enough to be read. */
  reveal(part: Part): void {
    const rect = this.rectOf(part);
    if (!rect) return;
    const target = this.flight?.to ?? this.camera;
    const isSmall = target.scale < 0.5 && rect.height * target.scale < 18;
    if (isSmall) this.flyTo(fitted(rect, this.size, 0.9, 80));
    else {
      const { width, height } = this.size;
      // At the bottom lie the map and the path: what is revealed stands above them.
      const free = { width, height: height > 360 ? height - 100 : height };
      const camera = revealing(target, rect, free);
      if (camera !== target) this.flyTo(camera);
    }
  }

  invalidate(onlyCamera = false): void {
    if (!onlyCamera) this.snapshot = null;
    if (!this.frame) this.frame = requestAnimationFrame(() => this.tick());
  }

  private tick(): void {
    this.frame = 0;
    const now = performance.now();
    if (this.flight) {
      const part = Math.min(1, (now - this.flight.started) / MOVE_MILLISECONDS);
      this.camera = between(this.flight.from, this.flight.to, 1 - (1 - part) ** 3);
      if (part >= 1) this.flight = null;
    }
    let progress = 1;
    if (this.transition) {
      progress = Math.min(1, (now - this.transition.started) / MOVE_MILLISECONDS);
      this.transition.run.show(progress);
      if (progress >= 1) {
        this.transition.run.finish();
        this.transition = null;
      }
    }
    this.paint(progress);
    if (this.flight || this.transition) this.invalidate(!this.transition);
  }

  /** Paints now. */
  paint(progress = 1): void {
    const context = this.element.getContext("2d", { alpha: false });
    if (!context || !this.size.width) return;
    const { scene, camera, size, colors, marks } = this;
    if (this.snapshot) {
      this.paintSnapshot(context);
      this.onPaint();
      return;
    }
    const started = performance.now();
    const showsAcross = this.state.shows("links");
    const picture: Picture = { scene, camera, size, colors, marks, showsAcross, progress };
    draw(context, picture, { hatching: this.hatching, meter: this.meter }, this.pixelRatio);
    this.cost = performance.now() - started;
    if (this.cost > SLOW_MILLISECONDS) this.keepSnapshot();
    this.onPaint();
  }

  /** A picture that took long to paint is moved as a picture until the movement ends. */
  private keepSnapshot(): void {
    const image = document.createElement("canvas");
    image.width = this.element.width;
    image.height = this.element.height;
    image.getContext("2d")?.drawImage(this.element, 0, 0);
    this.snapshot = { image, camera: this.camera };
  }

  private paintSnapshot(context: CanvasRenderingContext2D): void {
    const { image, camera } = this.snapshot!;
    const ratio = this.pixelRatio;
    const factor = this.camera.scale / camera.scale;
    const corner = toScreen(this.camera, camera);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = this.colors.canvas;
    context.fillRect(0, 0, this.element.width, this.element.height);
    context.drawImage(
      image,
      corner.x * ratio,
      corner.y * ratio,
      image.width * factor,
      image.height * factor,
    );
    clearTimeout(this.sharpening);
    this.sharpening = window.setTimeout(() => this.invalidate(), 110);
  }

  /** How long the last full painting took, in milliseconds. */
  get paintCost(): number {
    return this.cost;
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.sharpening);
    this.element.width = 0; // gives the memory back at once
  }
}

/** A point of a part that stays in place when it opens or closes: the middle of its top. */
function anchorOf(scene: Scene, part: Part): { x: number; y: number } | undefined {
  const box = scene.boxes.find((other) => other.part.key === part.key);
  return box && { x: box.x + box.width / 2, y: box.y };
}
