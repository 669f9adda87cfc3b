/** The colours and fonts of the canvas: Lab's own, read from the style of the page. */

import type { Family } from "../shared/messages";
import { type Theme, themeOf } from "../shared/theme";
import { later, t } from "../shared/words";
import { mainHue, type Part } from "./parts";

export interface Colors {
  theme: Theme;
  canvas: string;
  grid: string;
  block: string;
  scope: string;
  scopeDeep: string;
  lane: string;
  line: string;
  lineStrong: string;
  text: string;
  dim: string;
  wire: string;
  accent: string;
  match: string;
  shadow: string;
  fonts: { title: string; detail: string; mono: string; header: string; lane: string };
  /** The colour of a hue (hierarchy.ts) and the glyph of its family. */
  hues: Map<string, Hue>;
}

export interface Hue {
  color: string;
  /** The colour for glyphs and text: the same with more contrast. */
  ink: string;
  glyph: string;
  name: string;
}

const PHASES: [hue: string, variable: string, glyph: string, name: string][] = [
  ["loss", "--vnn-graph-loss", "∑", later("Loss")],
  ["metrics", "--vnn-graph-metrics", "◔", later("Metrics")],
  ["update", "--vnn-graph-update", "↻", later("Update")],
  ["input", "--vnn-graph-input", "▷", later("Input")],
  ["variable", "--vnn-graph-update", "●", later("Variable")],
  ["constant", "--vnn-graph-update", "#", later("Constant")],
  ["plain", "--vnn-graph-update", "ƒ", later("No layer")],
  ["mixed", "--vnn-graph-update", "▣", later("Several layers")],
];

/** Reads the colours that the style sheet gives `root` now. */
export function readColors(root: HTMLElement, families: Family[]): Colors {
  const probe = document.createElement("span");
  root.append(probe);
  const computed = (value: string) => {
    probe.style.color = value;
    return getComputedStyle(probe).color || "#808080";
  };
  const color = (variable: string) => computed(`var(${variable})`);
  const theme = themeOf(root);
  const ui = getComputedStyle(root).fontFamily || "sans-serif";
  probe.style.fontFamily = "var(--vnn-mono)";
  const mono = getComputedStyle(probe).fontFamily || "monospace";
  const hues = new Map<string, Hue>();
  const addHue = (hue: string, value: string, glyph: string, name: string) => {
    const share = theme === "dark" ? 88 : 78;
    const ink = computed(`color-mix(in srgb, ${value} ${share}%, var(--vnn-text))`);
    hues.set(hue, { color: computed(value), ink, glyph, name });
  };
  for (const [hue, variable, glyph, name] of PHASES)
    addHue(hue, `var(${variable})`, glyph, t(name));
  for (const { name, glyph, color: light, color_dark } of families)
    addHue(`family:${name}`, theme === "dark" ? color_dark : light, glyph, name);
  const colors: Colors = {
    theme,
    canvas: color("--vnn-canvas"),
    grid: color("--vnn-grid"),
    block: color("--vnn-block"),
    scope: color("--vnn-graph-scope"),
    scopeDeep: color("--vnn-graph-scope-deep"),
    lane: color("--vnn-graph-lane"),
    line: color("--vnn-line"),
    lineStrong: color("--vnn-line-strong"),
    text: color("--vnn-text"),
    dim: color("--vnn-dim"),
    wire: color("--vnn-wire"),
    accent: color("--vnn-accent"),
    match: color("--vnn-graph-match"),
    shadow: color("--vnn-graph-shadow"),
    fonts: {
      title: `600 13px ${ui}`,
      detail: `12px ${ui}`,
      mono: `11px ${mono}`,
      header: `600 12px ${ui}`,
      lane: `600 11px ${ui}`,
    },
    hues,
  };
  probe.remove();
  return colors;
}

export function hueOrPlain(colors: Colors, hue: string): Hue {
  return colors.hues.get(hue) ?? colors.hues.get("plain")!;
}

/** The colour and glyph of a part: a variable wears the colour of its layer with a glyph of its own. */
export function hueOfPart(colors: Colors, part: Part, phase = ""): Hue {
  const hue = hueOrPlain(colors, mainHue(part));
  const isSource = phase === "variable" || phase === "constant";
  return isSource ? { ...hue, glyph: hueOrPlain(colors, phase).glyph } : hue;
}

/** Diagonal stripes of a colour: the mark of the backward pass. */
export class Hatching {
  private readonly patterns = new Map<string, CanvasPattern>();

  of(context: CanvasRenderingContext2D, color: string): CanvasPattern | string {
    const known = this.patterns.get(color);
    if (known) return known;
    const tile = document.createElement("canvas");
    const size = 24; // four times as fine as it is drawn, so that it stays sharp when enlarged
    tile.width = size;
    tile.height = size;
    const brush = tile.getContext("2d");
    if (!brush) return color;
    brush.strokeStyle = color;
    brush.lineWidth = size * 0.4;
    for (const shift of [-size, 0, size]) {
      brush.beginPath();
      brush.moveTo(shift - 4, size + 4);
      brush.lineTo(shift + size + 4, -4);
      brush.stroke();
    }
    const pattern = context.createPattern(tile, "repeat");
    if (!pattern) return color;
    pattern.setTransform(new DOMMatrix().scale(0.25));
    this.patterns.set(color, pattern);
    return pattern;
  }
}
