/**
 * The picture of a model that a saved notebook carries, to be moved and enlarged: with no kernel, no
 * trust and nothing of the output run.  The wheel is the notebook's until the picture has the focus.
 */
import { t } from "./words";

const HIGHEST = 520;
const MOST = 8;
const STEP = 1.25;
const FAR = 48; // pixels that an arrow key goes, and that always stay in sight

interface View {
  x: number;
  y: number;
  scale: number;
}

/** Puts an image into a frame in which it is moved by drag and arrows, and enlarged. */
export function pannable(image: HTMLImageElement): HTMLElement {
  const frame = document.createElement("div");
  const pane = document.createElement("div");
  const view: View = { x: 0, y: 0, scale: 1 };
  let isMoved = false;
  frame.className = "visualnn-picture";
  frame.setAttribute("data-lm-suppress-shortcuts", "true"); // the arrows are the picture's
  pane.className = "visualnn-pane";
  pane.tabIndex = 0;
  pane.setAttribute("role", "group");
  pane.setAttribute("aria-label", t("Picture of the model: arrows move it, plus and minus zoom"));
  image.draggable = false;
  pane.append(image);
  const shown = document.createElement("output");
  frame.append(pane, bar());

  const width = () => image.naturalWidth || 300;
  const height = () => image.naturalHeight || 150;
  const within = (value: number, size: number, room: number) =>
    Math.min(Math.max(0, room - FAR), Math.max(value, Math.min(0, FAR - size)));
  const draw = () => {
    view.x = within(view.x, width() * view.scale, pane.clientWidth);
    view.y = within(view.y, height() * view.scale, pane.clientHeight);
    image.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    shown.textContent = `${Math.round(view.scale * 100)} %`;
  };
  const fitWidth = () => {
    isMoved = false;
    const room = pane.clientWidth || width();
    view.scale = Math.min(1, room / width());
    pane.style.height = `${Math.ceil(Math.min(HIGHEST, height() * view.scale))}px`;
    const whole = Math.min(view.scale, pane.clientHeight / height());
    frame.toggleAttribute("data-whole", whole === 1); // all of it is seen: it needs no buttons
    Object.assign(view, { x: 0, y: 0 });
    draw();
  };
  const all = () => {
    isMoved = true;
    view.scale = Math.min(1, pane.clientWidth / width(), pane.clientHeight / height());
    Object.assign(view, { x: (pane.clientWidth - width() * view.scale) / 2, y: 0 });
    draw();
  };
  const move = (x: number, y: number) => {
    isMoved = true;
    Object.assign(view, { x: view.x + x, y: view.y + y });
    draw();
  };
  /** Enlarges around a point of the pane, which stays where it is. */
  const zoom = (factor: number, x = pane.clientWidth / 2, y = pane.clientHeight / 2) => {
    isMoved = true;
    const scale = Math.min(MOST, Math.max(0.05, view.scale * factor));
    const ratio = scale / view.scale;
    Object.assign(view, { x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio, scale });
    draw();
  };

  function bar(): HTMLElement {
    const box = document.createElement("div");
    box.className = "visualnn-picture-bar";
    const button = (text: string, label: string, act: () => void) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.title = label;
      made.setAttribute("aria-label", label);
      made.addEventListener("click", act);
      return made;
    };
    box.append(
      button("−", t("Smaller"), () => zoom(1 / STEP)),
      shown,
      button("+", t("Larger"), () => zoom(STEP)),
      button("⛶", t("Show all of it"), () => all()),
    );
    return box;
  }

  pane.addEventListener("pointerdown", (start) => {
    if (start.button !== 0) return;
    pane.setPointerCapture(start.pointerId);
    let [x, y] = [start.clientX, start.clientY];
    const drag = (event: PointerEvent) => {
      move(event.clientX - x, event.clientY - y);
      [x, y] = [event.clientX, event.clientY];
    };
    const stop = () => {
      pane.removeEventListener("pointermove", drag);
      pane.removeEventListener("pointerup", stop);
      pane.removeEventListener("pointercancel", stop);
    };
    pane.addEventListener("pointermove", drag);
    pane.addEventListener("pointerup", stop);
    pane.addEventListener("pointercancel", stop);
  });
  pane.addEventListener(
    "wheel",
    (event) => {
      const isOurs = event.ctrlKey || event.metaKey || document.activeElement === pane;
      if (!isOurs) return;
      event.preventDefault();
      const { left, top } = pane.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 400), event.clientX - left, event.clientY - top);
    },
    { passive: false },
  );
  pane.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = {
      ArrowLeft: () => move(FAR, 0),
      ArrowRight: () => move(-FAR, 0),
      ArrowUp: () => move(0, FAR),
      ArrowDown: () => move(0, -FAR),
      "+": () => zoom(STEP),
      "=": () => zoom(STEP),
      "-": () => zoom(1 / STEP),
      "0": fitWidth,
      f: all,
      Escape: () => frame.closest<HTMLElement>(".jp-Notebook")?.focus(),
    };
    const act = acts[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  });
  image.addEventListener("load", fitWidth);
  new ResizeObserver(() => {
    if (image.complete && !isMoved) fitWidth();
  }).observe(frame); // it goes with the frame
  return frame;
}
