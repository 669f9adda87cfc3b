/**
 * The outline: the same tree as on the canvas, as a list that a screen reader can read and a
 * keyboard can walk. Only the rows in view are in the page.
 */

import { count } from "../shared/numbers";
import { t } from "../shared/words";
import { make } from "./dom";
import { type Colors, hueOfPart } from "./palette";
import { isAttachable, type Part } from "./parts";
import { shortSpec } from "./spec";
import type { ViewerState } from "./state";

const ROW = 26;
const INDENT = 14;
let instances = 0;

export interface OutlineHost {
  toggle(part: number): void;
  goTo(part: number): void;
  leave(): void;
}

export class Outline {
  readonly element: HTMLElement;
  private readonly sheet = make("div", { class: "vnn-graph-rows", attributes: { role: "none" } });
  private readonly id = `vnn-graph-outline-${++instances}`;
  private rows: Part[] = [];
  private placeOf = new Map<number, number>();
  private active = 0;
  private typed = "";
  private typedAt = 0;
  private waiting = 0;

  constructor(
    private readonly state: ViewerState,
    private colors: Colors,
    private readonly host: OutlineHost,
  ) {
    this.element = make(
      "div",
      {
        class: "vnn-graph-outline",
        attributes: { role: "tree", tabindex: 0, "aria-label": t("Outline of the graph") },
        on: {
          scroll: () => this.render(),
          keydown: (event) => this.press(event),
          click: (event) => this.click(event),
          dblclick: (event) => {
            const part = this.rowAt(event);
            if (part) this.host.toggle(part.index);
          },
        },
      },
      this.sheet,
    );
    this.update();
  }

  setColors(colors: Colors): void {
    this.colors = colors;
    this.render();
  }

  /** Reads the state anew: what is open, and what is selected. */
  update(): void {
    const { parts } = this.state.hierarchy;
    this.rows = [];
    const waiting = parts[0]!.children.toReversed();
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      const part = parts[index]!;
      this.rows.push(part);
      if (this.state.isOpen(part))
        for (let at = part.children.length - 1; at >= 0; at--) waiting.push(part.children[at]!);
    }
    this.placeOf = new Map(this.rows.map((part, place) => [part.index, place]));
    this.sheet.style.height = `${this.rows.length * ROW}px`;
    this.follow();
  }

  /** Moves to the selected part, as far as it is in the list. */
  follow(): void {
    const { selected } = this.state;
    const shown = selected && this.placeOf.get(this.state.shownAs(selected));
    if (shown !== undefined) {
      this.active = shown;
      this.scrollTo(shown);
    }
    this.active = Math.min(this.active, Math.max(0, this.rows.length - 1));
    this.render();
  }

  /** Draws when the next frame comes; sizes are known then. */
  refresh(): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.follow());
  }

  private scrollTo(place: number): void {
    const { scrollTop, clientHeight } = this.element;
    const top = place * ROW;
    if (top < scrollTop) this.element.scrollTop = Math.max(0, top - ROW);
    else if (top + ROW > scrollTop + clientHeight && clientHeight)
      this.element.scrollTop = top + 2 * ROW - clientHeight;
  }

  private render(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - 6);
    const last = Math.min(
      this.rows.length,
      Math.ceil((scrollTop + (clientHeight || 600)) / ROW) + 6,
    );
    const places = new Set<number>();
    for (let place = first; place < last; place++) places.add(place);
    if (this.rows.length) places.add(this.active); // a reader must find the active row
    this.sheet.replaceChildren(...[...places].map((place) => this.row(place)));
    if (this.rows.length)
      this.element.setAttribute("aria-activedescendant", this.rowId(this.active));
    else this.element.removeAttribute("aria-activedescendant");
  }

  private rowId(place: number): string {
    return `${this.id}-${this.rows[place]!.index}`;
  }

  private row(place: number): HTMLElement {
    const { state } = this;
    const part = this.rows[place]!;
    const siblings = state.part(part.parent).children;
    const isScope = part.op < 0;
    const op = state.graph.ops[part.op];
    const hue = hueOfPart(this.colors, part, op?.phase);
    const selected = state.selection?.kind === "part" && state.selection.part === part.index;
    const row = make(
      "div",
      {
        class: `vnn-graph-row ${op && isAttachable(op) ? "small" : ""} ${part.kind}`.trim(),
        title: part.path,
        attributes: {
          role: "treeitem",
          id: this.rowId(place),
          "aria-level": part.depth,
          "aria-setsize": siblings.length,
          "aria-posinset": siblings.indexOf(part.index) + 1,
          "aria-selected": selected,
          "data-part": part.index,
          ...(isScope ? { "aria-expanded": state.isOpen(part) } : {}),
          ...(place === this.active ? { "data-active": true } : {}),
        },
        style: {
          top: `${place * ROW}px`,
          "padding-inline-start": `${6 + (part.depth - 1) * INDENT}px`,
        },
      },
      make("span", {
        class: "vnn-graph-twist",
        text: isScope ? "›" : "",
        attributes: { "aria-hidden": true },
      }),
      part.kind === "lane"
        ? null
        : make("span", {
            class: `vnn-glyph vnn-graph-mark ${part.lane}`,
            text: hue.glyph,
            style: { "--mark": hue.ink },
            attributes: { "aria-hidden": true },
          }),
      make("span", { class: "vnn-graph-name", text: part.label }),
      make("span", {
        class: "vnn-graph-aside",
        text: isScope ? count(part.ops) : shortSpec(op?.outputs[0] ?? ""),
      }),
    );
    return row;
  }

  private rowAt(event: Event): Part | undefined {
    const row = (event.target as Element).closest<HTMLElement>("[data-part]");
    return row ? this.state.part(Number(row.dataset.part)) : undefined;
  }

  private click(event: MouseEvent): void {
    const part = this.rowAt(event);
    if (!part) return;
    const isTwist = (event.target as Element).classList.contains("vnn-graph-twist");
    if (isTwist && part.op < 0) this.host.toggle(part.index);
    else this.host.goTo(part.index);
  }

  private press(event: KeyboardEvent): void {
    const part = this.rows[this.active];
    if (!part || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = (place: number) => {
      const next = this.rows[Math.min(this.rows.length - 1, Math.max(0, place))];
      if (next) this.host.goTo(next.index);
    };
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW) - 1);
    const isScope = part.op < 0;
    switch (event.key) {
      case "ArrowDown":
        // The first press selects the row that is marked already.
        move(this.state.selected ? this.active + 1 : this.active);
        break;
      case "ArrowUp":
        move(this.active - 1);
        break;
      case "PageDown":
        move(this.active + page);
        break;
      case "PageUp":
        move(this.active - page);
        break;
      case "Home":
        move(0);
        break;
      case "End":
        move(this.rows.length - 1);
        break;
      case "ArrowRight":
        if (isScope && !this.state.isOpen(part)) this.host.toggle(part.index);
        else if (isScope) move(this.active + 1);
        break;
      case "ArrowLeft":
        if (isScope && this.state.isOpen(part)) this.host.toggle(part.index);
        else if (part.parent > 0) this.host.goTo(part.parent);
        break;
      case "Enter":
      case " ":
        if (isScope) this.host.toggle(part.index);
        else this.host.goTo(part.index);
        break;
      case "Escape":
        this.host.leave();
        break;
      default:
        if (event.key.length !== 1 || event.key === "/") return;
        this.type(event.key);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Goes to the next row that begins with what was typed just now. */
  private type(letter: string): void {
    const now = performance.now();
    this.typed = now - this.typedAt < 700 ? this.typed + letter : letter;
    this.typedAt = now;
    const text = this.typed.toLowerCase();
    const from = this.typed.length === 1 ? this.active + 1 : this.active;
    for (let step = 0; step < this.rows.length; step++) {
      const row = this.rows[(from + step) % this.rows.length]!;
      if (!row.label.toLowerCase().startsWith(text)) continue;
      this.host.goTo(row.index);
      return;
    }
  }
}
