/** The small map: all of the drawing, and the frame of what is seen. */
import { fitted, panned, viewOf } from "./camera";
import type { CanvasView } from "./canvas";
import { type Colors, hueOfPart } from "./palette";
import type { Scene } from "./scene";

const WIDTH = 132;
const HEIGHT = 96;
/** Boxes lower than this on the map are drawn as a dot of their scope. */
const LEAST = 1.2;

export class Minimap {
  readonly element = document.createElement("canvas");
  private drawn: { scene: Scene; colors: Colors; image: HTMLCanvasElement } | null = null;

  constructor(
    private readonly canvas: CanvasView,
    private colors: Colors,
  ) {
    this.element.className = "vnn-graph-minimap";
    this.element.setAttribute("aria-hidden", "true"); // the outline says the same in words
    const ratio = this.ratio;
    this.element.width = WIDTH * ratio;
    this.element.height = HEIGHT * ratio;
    const go = (event: PointerEvent) => {
      const bounds = this.element.getBoundingClientRect();
      this.goTo(event.clientX - bounds.left, event.clientY - bounds.top);
    };
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      go(event);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (event.buttons) go(event);
    });
  }

  private get ratio(): number {
    return Math.min(3, window.devicePixelRatio || 1);
  }

  setColors(colors: Colors): void {
    this.colors = colors;
    this.paint();
  }

  private goTo(x: number, y: number): void {
    const map = this.map();
    const { camera, size } = this.canvas;
    const middle = { x: map.x + x / map.scale, y: map.y + y / map.scale };
    const view = viewOf(camera, size);
    const right = (middle.x - view.x - view.width / 2) * camera.scale;
    const down = (middle.y - view.y - view.height / 2) * camera.scale;
    this.canvas.look(panned(camera, right, down));
  }

  private map() {
    return fitted(this.canvas.scene.bounds, { width: WIDTH, height: HEIGHT }, 1, 6);
  }

  /** Paints the map; it is shown only while there is more than fits into view. */
  paint(): void {
    const { scene, camera, size } = this.canvas;
    const view = viewOf(camera, size);
    const { bounds } = scene;
    const seesAll =
      view.x <= bounds.x + 8 &&
      view.y <= bounds.y + 8 &&
      view.x + view.width >= bounds.x + bounds.width - 8 &&
      view.y + view.height >= bounds.y + bounds.height - 8;
    this.element.hidden = seesAll || size.width < 480 || size.height < 300;
    const context = this.element.getContext("2d");
    if (!context || this.element.hidden) return;
    if (this.drawn?.scene !== scene || this.drawn.colors !== this.colors) this.drawBoxes();
    const map = this.map();
    const { ratio } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.element.width, this.element.height);
    context.drawImage(this.drawn!.image, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const left = Math.max(1, (view.x - map.x) * map.scale);
    const top = Math.max(1, (view.y - map.y) * map.scale);
    const right = Math.min(WIDTH - 1, (view.x + view.width - map.x) * map.scale);
    const bottom = Math.min(HEIGHT - 1, (view.y + view.height - map.y) * map.scale);
    context.strokeStyle = this.colors.accent;
    context.lineWidth = 1.5;
    context.strokeRect(left, top, Math.max(3, right - left), Math.max(3, bottom - top));
  }

  /** The boxes, painted once for each layout. */
  private drawBoxes(): void {
    const { scene } = this.canvas;
    const image = document.createElement("canvas");
    image.width = this.element.width;
    image.height = this.element.height;
    this.drawn = { scene, colors: this.colors, image };
    const context = image.getContext("2d");
    if (!context) return;
    const map = this.map();
    const scale = map.scale * this.ratio;
    context.setTransform(scale, 0, 0, scale, -map.x * scale, -map.y * scale);
    const { boxes } = scene;
    for (let at = 1; at < boxes.length; ) {
      const box = boxes[at]!;
      const isSmall = box.height * map.scale < LEAST * 3;
      if (box.isOpen && !isSmall) {
        context.fillStyle = box.part.kind === "lane" ? this.colors.lane : this.colors.scopeDeep;
        context.fillRect(box.x, box.y, box.width, box.height);
        at += 1;
        continue;
      }
      context.fillStyle = hueOfPart(this.colors, box.part).color;
      context.globalAlpha = box.part.lane === "backward" ? 0.55 : 0.9;
      const least = LEAST / map.scale;
      context.fillRect(box.x, box.y, Math.max(least, box.width), Math.max(least, box.height));
      context.globalAlpha = 1;
      at = box.end;
    }
  }
}
