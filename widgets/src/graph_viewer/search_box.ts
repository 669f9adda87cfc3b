/** The search field and its results, which take the place of the outline while there is a query. */

import { counted } from "../shared/numbers";
import { t } from "../shared/words";
import { make } from "./dom";
import { type Colors, hueOfPart } from "./palette";
import { shortSpec } from "./spec";
import type { ViewerState } from "./state";
import { scopePath } from "./tree";

const ROW = 42;
let instances = 0;

export interface SearchHost {
  goTo(part: number): void;
  leave(): void;
  say(sentence: string): void;
}

export class SearchBox {
  readonly input: HTMLInputElement;
  readonly field: HTMLElement;
  readonly results: HTMLElement;
  private readonly sheet = make("div", { class: "vnn-graph-rows", attributes: { role: "none" } });
  private readonly id = `vnn-graph-results-${++instances}`;
  private active = 0;
  private waiting = 0;

  constructor(
    private readonly state: ViewerState,
    private colors: Colors,
    private readonly host: SearchHost,
  ) {
    this.input = make("input", {
      class: "vnn-input",
      attributes: {
        type: "search",
        role: "combobox",
        placeholder: t("Search ops, layers, shapes"),
        "aria-label": t("Search operations by name, op, layer or shape"),
        "aria-controls": this.id,
        "aria-expanded": false,
        "aria-autocomplete": "list",
        autocomplete: "off",
        spellcheck: false,
      },
      on: { input: () => this.query(), keydown: (event) => this.press(event) },
    });
    const key = make("kbd", { text: "/", attributes: { "aria-hidden": true } });
    this.field = make("div", { class: "vnn-graph-search" }, this.input, key);
    this.results = make(
      "div",
      {
        class: "vnn-graph-outline vnn-graph-results",
        attributes: { role: "listbox", id: this.id, "aria-label": t("Search results"), hidden: "" },
        on: {
          scroll: () => this.render(),
          mousedown: (event) => event.preventDefault(), // the focus stays in the field
          click: (event) => {
            const row = (event.target as Element).closest<HTMLElement>("[data-place]");
            if (row) this.choose(Number(row.dataset.place));
          },
        },
      },
      this.sheet,
    );
  }

  setColors(colors: Colors): void {
    this.colors = colors;
    this.update();
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  clear(): void {
    this.input.value = "";
    this.state.search("");
  }

  /** Searches at once in small graphs, and after a short rest in very large ones. */
  private query(): void {
    clearTimeout(this.waiting);
    const run = () => {
      this.active = 0;
      this.results.scrollTop = 0;
      this.state.search(this.input.value.trim());
      if (this.state.query)
        this.host.say(
          this.state.matches.length
            ? counted(this.state.matches.length, "result")
            : t("Nothing found"),
        );
    };
    if (this.state.size < 20_000) run();
    else this.waiting = window.setTimeout(run, 60);
  }

  /** Shows what the state has found. */
  update(): void {
    const isOn = this.state.query !== "";
    this.results.hidden = !isOn;
    this.input.setAttribute("aria-expanded", String(isOn));
    this.active = Math.min(this.active, Math.max(0, this.state.matches.length - 1));
    this.render();
  }

  private render(): void {
    const { matches, query } = this.state;
    this.sheet.style.height = `${matches.length * ROW}px`;
    if (query && !matches.length) {
      const hint = t("Try a part of a name, op:matmul, layer:dense or shape:28,28.");
      this.sheet.replaceChildren(
        make(
          "p",
          { class: "vnn-graph-nothing" },
          make("b", { text: t("Nothing matches “{query}”.", { query }) }),
          ` ${hint}`,
        ),
      );
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    const { scrollTop, clientHeight } = this.results;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - 4);
    const last = Math.min(matches.length, Math.ceil((scrollTop + (clientHeight || 600)) / ROW) + 4);
    const rows: HTMLElement[] = [];
    for (let place = first; place < last; place++) rows.push(this.row(place));
    this.sheet.replaceChildren(...rows);
    if (matches.length)
      this.input.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
  }

  private row(place: number): HTMLElement {
    const part = this.state.part(this.state.matches[place]!);
    const op = this.state.graph.ops[part.op];
    const hue = hueOfPart(this.colors, part, op?.phase);
    const where = scopePath(part.path);
    return make(
      "div",
      {
        class: "vnn-graph-row result",
        title: part.path,
        attributes: {
          role: "option",
          id: `${this.id}-${place}`,
          "aria-selected": place === this.active,
          "aria-setsize": this.state.matches.length,
          "aria-posinset": place + 1,
          "data-place": place,
        },
        style: { top: `${place * ROW}px` },
      },
      make("span", {
        class: `vnn-glyph vnn-graph-mark ${part.lane}`,
        text: hue.glyph,
        style: { "--mark": hue.ink },
        attributes: { "aria-hidden": true },
      }),
      make(
        "span",
        { class: "vnn-graph-found" },
        make("span", { class: "vnn-graph-name", text: part.label }),
        make("span", { class: "vnn-graph-where", text: where || part.lane }),
      ),
      make("span", {
        class: "vnn-graph-aside",
        text: op ? shortSpec(op.outputs[0] ?? "") : counted(part.ops, "op"),
      }),
    );
  }

  private choose(place: number): void {
    const part = this.state.matches[place];
    if (part === undefined) return;
    this.active = place;
    this.host.goTo(part);
    this.render();
  }

  private press(event: KeyboardEvent): void {
    const last = this.state.matches.length - 1;
    const move = (place: number) => {
      this.active = Math.max(0, Math.min(last, place));
      const top = this.active * ROW;
      const { scrollTop, clientHeight } = this.results;
      if (top < scrollTop) this.results.scrollTop = top;
      else if (top + ROW > scrollTop + clientHeight)
        this.results.scrollTop = top + ROW - clientHeight;
      this.render();
    };
    switch (event.key) {
      case "ArrowDown":
        move(this.active + 1);
        break;
      case "ArrowUp":
        move(this.active - 1);
        break;
      case "Enter":
        clearTimeout(this.waiting);
        if (this.state.query !== this.input.value.trim())
          this.state.search(this.input.value.trim());
        this.choose(event.shiftKey ? this.active - 1 : this.active);
        break;
      case "Escape":
        if (this.input.value) this.clear();
        else this.host.leave();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
