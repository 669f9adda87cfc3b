/** What the user sees of a graph: what is open, hidden, selected and found. No DOM. */

import type { GraphView } from "../shared/messages";
import { buildHierarchy } from "./hierarchy";
import { type Hierarchy, mainHue, type Part, type Phase } from "./parts";
import { findParts } from "./search";

export type Selection =
  | { kind: "part"; part: number }
  /** Indexes into `hierarchy.edges`. */
  | { kind: "edge"; edges: number[] }
  | null;

/** What has changed: each implies those after it need not be told apart. */
export type Change = "graph" | "layout" | "selection" | "search";

/** What can be shown or hidden. */
export type Toggle = "forward" | "loss" | "metrics" | "backward" | "update" | "variables" | "links";

const phasesOf: Partial<Record<Toggle, Phase[]>> = {
  forward: ["forward", "input"],
  loss: ["loss"],
  metrics: ["metrics"],
  backward: ["backward"],
  update: ["update"],
};

export class ViewerState {
  hierarchy: Hierarchy;
  open: Set<string>;
  readonly hidden = new Set<Toggle>();
  selection: Selection = null;
  /** Whether it shows what an earlier state showed, changed a little. */
  readonly continues: boolean;
  query = "";
  /** Parts that the search has found, the best first. */
  matches: number[] = [];
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly past: number[] = [];
  private readonly future: number[] = [];

  /** With a state of an earlier graph, such as before an edit of the model, it stays as it was. */
  constructor(
    readonly graph: GraphView,
    before?: ViewerState,
  ) {
    for (const toggle of before?.hidden ?? []) this.hidden.add(toggle);
    this.hierarchy = buildHierarchy(graph, this.hiddenPhases());
    const wasOpen = ({ kind, key }: Part) => kind === "scope" && before?.open.has(key);
    this.continues = this.hierarchy.parts.some(wasOpen);
    this.open = before && this.continues ? new Set(before.open) : opening(this.hierarchy);
    const selected = before?.selected?.path;
    const again = this.hierarchy.parts.find(({ path }) => path !== "" && path === selected);
    if (again) this.selection = { kind: "part", part: again.index };
  }

  private hiddenPhases(): Set<Phase> {
    return new Set([...this.hidden].flatMap((toggle) => phasesOf[toggle] ?? []));
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }

  part(index: number): Part {
    return this.hierarchy.parts[index]!;
  }

  get selected(): Part | undefined {
    return this.selection?.kind === "part" ? this.part(this.selection.part) : undefined;
  }

  isOpen(part: Part): boolean {
    return part.kind === "root" || (part.op < 0 && this.open.has(part.key));
  }

  /** The scopes around a part, outermost first, without the root. */
  around(part: Part): Part[] {
    const chain: Part[] = [];
    for (let at = part.parent; at > 0; at = this.part(at).parent) chain.unshift(this.part(at));
    return chain;
  }

  toggle(part: Part): void {
    if (part.op >= 0 || part.kind === "root") return;
    if (this.isOpen(part)) {
      this.open.delete(part.key);
      this.leaveHidden(part);
    } else this.open.add(part.key);
    this.tell("layout");
  }

  /** Opens or closes every scope so that this many levels of scopes can be seen into. */
  openTo(level: number): void {
    this.open.clear();
    const lanes = this.hierarchy.lanes.length ? 1 : 0;
    for (const part of this.hierarchy.parts)
      if (part.op < 0 && part.depth > 0 && part.depth <= level + lanes) this.open.add(part.key);
    const { selected } = this;
    if (selected) this.leaveHidden(this.part(this.shownAs(selected)));
    this.tell("layout");
  }

  /** The deepest level of scopes. */
  get levels(): number {
    const lanes = this.hierarchy.lanes.length ? 1 : 0;
    let deepest = 0;
    for (const { op, depth } of this.hierarchy.parts)
      if (op < 0) deepest = Math.max(deepest, depth);
    return Math.max(0, deepest - lanes);
  }

  /** The level down to which everything is open. */
  get level(): number {
    const lanes = this.hierarchy.lanes.length ? 1 : 0;
    let level = this.levels;
    for (const part of this.hierarchy.parts)
      if (part.op < 0 && !this.isOpen(part)) level = Math.min(level, part.depth - 1 - lanes);
    return Math.max(0, level);
  }

  /** Whether any scope is open, lanes not counted. */
  get anyOpen(): boolean {
    return this.hierarchy.parts.some((part) => part.kind === "scope" && this.isOpen(part));
  }

  /** How many boxes would be drawn if all were open. */
  get size(): number {
    return this.hierarchy.parts.length;
  }

  /** Opens the scopes around a part, so that it can be seen. */
  uncover(part: Part): void {
    let changed = false;
    for (const { key } of this.around(part)) {
      if (this.open.has(key)) continue;
      this.open.add(key);
      changed = true;
    }
    if (changed) this.tell("layout");
  }

  /** What stands for a part: itself, or the closed scope around it. */
  shownAs(part: Part): number {
    return (this.around(part).find((scope) => !this.isOpen(scope)) ?? part).index;
  }

  select(selection: Selection): void {
    if (sameSelection(this.selection, selection)) return;
    if (this.selection?.kind === "part") {
      this.past.push(this.selection.part);
      this.future.length = 0;
    }
    this.selection = selection;
    this.tell("selection");
  }

  /** Goes back (or forward again) in what was selected; says which part it now is. */
  revisit(back: boolean): Part | undefined {
    const from = back ? this.past : this.future;
    const index = from.pop();
    if (index === undefined) return undefined;
    if (this.selection?.kind === "part") (back ? this.future : this.past).push(this.selection.part);
    this.selection = { kind: "part", part: index };
    this.uncover(this.part(index));
    this.tell("selection");
    return this.part(index);
  }

  shows(toggle: Toggle): boolean {
    return !this.hidden.has(toggle);
  }

  /** Shows or hides; the tree is built anew where operations come or go. */
  show(toggle: Toggle, isShown: boolean): void {
    if (this.shows(toggle) === isShown) return;
    if (isShown) this.hidden.delete(toggle);
    else this.hidden.add(toggle);
    if (phasesOf[toggle]) this.rebuild();
    this.tell("layout");
  }

  search(query: string): void {
    this.query = query;
    this.matches = findParts(this.hierarchy, query);
    this.tell("search");
  }

  private rebuild(): void {
    const key = this.selected?.key;
    this.hierarchy = buildHierarchy(this.graph, this.hiddenPhases());
    const again = this.hierarchy.parts.find((part) => part.key === key);
    this.selection = key && again ? { kind: "part", part: again.index } : null;
    this.past.length = 0;
    this.future.length = 0;
    this.matches = findParts(this.hierarchy, this.query);
    for (const part of this.hierarchy.parts) if (part.kind === "lane") this.open.add(part.key);
    this.tell("graph");
  }

  /** When a scope closes over the selection, the scope is selected. */
  private leaveHidden(scope: Part): void {
    const { selected } = this;
    if (!selected || selected === scope) return;
    if (this.around(selected).includes(scope)) this.selection = { kind: "part", part: scope.index };
  }
}

function sameSelection(a: Selection, b: Selection): boolean {
  if (a === b) return true;
  if (a?.kind === "part" && b?.kind === "part") return a.part === b.part;
  if (a?.kind === "edge" && b?.kind === "edge") return a.edges.join() === b.edges.join();
  return false;
}

/** At first as much is open as can be read at a glance: whole levels, and what holds most of it. */
const GLANCE = 30;
const MANY = 200;
/** What stands aside of the network: it is opened at first only where there is room for all. */
const ASIDE = new Set(["loss", "metrics", "update"]);

function opening({ parts, lanes }: Hierarchy): Set<string> {
  const open = new Set<string>();
  const childrenOf = (part: Part) =>
    part.children.map((child) => parts[child]!).filter((child) => child.host < 0);
  const forward = lanes.length
    ? parts.find((part) => part.kind === "lane" && part.lane === "forward")
    : undefined;
  let level = [forward ?? parts[0]!];
  let visible = childrenOf(level[0]!).length;
  while (level.length) {
    const chosen = level.flatMap((part) => {
      const scopes = childrenOf(part).filter((child) => child.op < 0);
      const network = scopes.filter((scope) => !ASIDE.has(mainHue(scope)));
      const fits = (some: Part[]) =>
        some.reduce((sum, scope) => sum + childrenOf(scope).length, visible) <= GLANCE;
      if (!scopes.length || fits(scopes)) return scopes;
      if (network.length && fits(network)) return network;
      const largest = (network.length ? network : scopes).reduce((a, b) => (b.ops > a.ops ? b : a));
      const isMain = largest.ops > 0.3 * part.ops && !largest.layer; // a model, not one layer
      const isReadable = visible <= GLANCE && childrenOf(largest).length <= MANY;
      return isMain && isReadable ? [largest] : [];
    });
    for (const part of chosen) {
      open.add(part.key);
      visible += childrenOf(part).length;
    }
    level = chosen;
  }
  // The other lanes follow: what belongs to an open scope is open.
  for (const part of parts) {
    const partner = parts[part.partner];
    if (part.kind === "lane" || (part.kind === "scope" && partner && open.has(partner.key)))
      open.add(part.key);
  }
  return open;
}
