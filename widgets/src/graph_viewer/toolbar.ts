/** The bar at the top: name and size of the graph, what to show, how deep, and fit. */

import { counted } from "../shared/numbers";
import { later, t } from "../shared/words";
import { button, icon, make } from "./dom";
import type { Colors } from "./palette";
import { isAttachable } from "./parts";
import type { Toggle, ViewerState } from "./state";

export interface ToolbarHost {
  fit(): void;
  openTo(level: number): void;
  show(toggle: Toggle, isShown: boolean): void;
  toggleSide(side: "outline" | "panel"): void;
}

const TOGGLES: [Toggle, string, string][] = [
  ["forward", later("Forward"), later("Forward operations")],
  ["loss", later("Loss"), later("Operations of the loss")],
  ["metrics", later("Metrics"), later("Operations of the metrics")],
  ["backward", later("Backward"), later("Gradients: hatched, in the colour of their layer")],
  ["update", later("Update"), later("Operations of the optimizer")],
  [
    "variables",
    later("Variables"),
    later("Variables and constants beside the operations that read them"),
  ],
  ["links", later("Links"), later("Lines between forward, backward and update")],
];

export class Toolbar {
  readonly element: HTMLElement;
  private readonly shows = make("div", {
    class: "vnn-graph-shows",
    attributes: { role: "group", "aria-label": "Show" },
  });
  private readonly level = make("span", { class: "vnn-graph-level" });
  private readonly less: HTMLButtonElement;
  private readonly more: HTMLButtonElement;
  private readonly all: HTMLButtonElement;
  private readonly none: HTMLButtonElement;
  private readonly menu: HTMLButtonElement;

  constructor(
    private readonly state: ViewerState,
    private readonly host: ToolbarHost,
  ) {
    const { graph } = state;
    const ops = graph.ops.filter((op) => !isAttachable(op)).length;
    const variables = graph.ops.filter((op) => op.phase === "variable").length;
    this.less = button(
      "−",
      t("One level less"),
      () => host.openTo(Math.max(0, state.level - 1)),
      "line icon small",
    );
    this.more = button(
      "+",
      t("One level more"),
      () => host.openTo(state.level + 1),
      "line icon small",
    );
    this.none = button(t("Collapse all"), t("Collapse all scopes"), () => host.openTo(0), "small");
    this.all = button(
      t("Expand all"),
      t("Expand all scopes"),
      () => host.openTo(state.levels),
      "small",
    );
    this.menu = button(
      t("Show"),
      t("What to show"),
      () => this.openMenu(this.shows.dataset.open !== "true"),
      "line small",
    );
    this.menu.classList.add("vnn-graph-menu");
    this.menu.setAttribute("aria-expanded", "false");
    const outline = button("", t("Outline and search"), () => host.toggleSide("outline"), "icon");
    outline.append(icon("M1.7 2.7h12.6v10.6H1.7zM6 3v10"));
    const details = button("", t("Details"), () => host.toggleSide("panel"), "icon");
    details.append(icon("M1.7 2.7h12.6v10.6H1.7zM10 3v10"));
    outline.classList.add("vnn-graph-outline-button");
    details.classList.add("vnn-graph-panel-button");
    const fit = button(t("Fit"), t("Fit the drawing into the view (F)"), () => host.fit(), "small");
    fit.append(make("kbd", { text: "F", attributes: { "aria-hidden": true } }));
    this.element = make(
      "div",
      { class: "vnn-graph-bar", attributes: { role: "toolbar", "aria-label": t("Op graph") } },
      outline,
      make("b", { text: graph.name, title: graph.name }),
      make("span", {
        class: "vnn-graph-size",
        text: [counted(ops, "op"), variables ? counted(variables, "variable") : ""]
          .filter(Boolean)
          .join(" · "),
      }),
      make("div", { class: "vnn-graph-show" }, this.menu, this.shows),
      make("span", { class: "vnn-graph-space" }),
      make(
        "div",
        {
          class: "vnn-graph-levels",
          attributes: { role: "group", "aria-label": t("Levels of scopes") },
        },
        this.none,
        this.less,
        this.level,
        this.more,
        this.all,
      ),
      fit,
      details,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.shows.dataset.open !== "true") return;
      this.openMenu(false);
      this.menu.focus();
      event.stopPropagation();
    });
    this.fillShows();
    this.update();
  }

  private openMenu(isOpen: boolean): void {
    this.shows.dataset.open = String(isOpen);
    this.menu.setAttribute("aria-expanded", String(isOpen));
  }

  /** Only what the graph has can be shown or hidden. */
  private fillShows(): void {
    const phases = new Set<string>(this.state.graph.ops.map((op) => op.phase));
    const isThere = (toggle: Toggle) => {
      if (toggle === "variables") return phases.has("variable") || phases.has("constant");
      if (toggle === "links") return this.state.hierarchy.lanes.length > 1;
      return phases.has(toggle) && phases.size > 1;
    };
    const buttons = TOGGLES.filter(([toggle]) => isThere(toggle)).map(([toggle, text, label]) =>
      make("button", {
        class: `vnn-graph-toggle ${toggle}`,
        text: t(text),
        title: t(label),
        attributes: { type: "button", "data-toggle": toggle, "aria-pressed": true },
        on: { click: () => this.host.show(toggle, !this.state.shows(toggle)) },
      }),
    );
    this.shows.replaceChildren(...buttons);
  }

  setColors(colors: Colors): void {
    for (const hue of ["loss", "metrics", "update"])
      this.element.style.setProperty(`--vnn-hue-${hue}`, colors.hues.get(hue)?.color ?? "gray");
  }

  /** Shows the state as it is. */
  update(): void {
    const { state } = this;
    for (const element of this.shows.querySelectorAll<HTMLElement>("[data-toggle]"))
      element.setAttribute("aria-pressed", String(state.shows(element.dataset.toggle as Toggle)));
    const { level, levels } = state;
    this.level.textContent = t("Level {level} of {levels}", {
      level: level + 1,
      levels: levels + 1,
    });
    this.less.disabled = level === 0 && !state.anyOpen;
    this.none.disabled = this.less.disabled;
    this.more.disabled = level >= levels;
    this.all.disabled = this.more.disabled;
    this.element.classList.toggle("flat", levels === 0);
  }
}
