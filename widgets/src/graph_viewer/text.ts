/** Measuring and shortening texts on a canvas; every answer is kept. */
import type { Font, TextWidth } from "./sizes";

export class TextMeter {
  private readonly context = document.createElement("canvas").getContext("2d");
  private readonly widths = new Map<string, number>();
  private readonly cuts = new Map<string, string>();

  /** The width of a text in a CSS font. */
  width(text: string, font: string): number {
    const key = `${font}|${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known;
    if (this.context) this.context.font = font;
    const width = this.context ? this.context.measureText(text).width : text.length * 7;
    if (this.widths.size > 200_000) this.widths.clear();
    this.widths.set(key, width);
    return width;
  }

  /** The text, or as much of its beginning as fits, with an ellipsis. */
  cut(text: string, font: string, room: number): string {
    if (this.width(text, font) <= room) return text;
    const key = `${Math.floor(room)}|${font}|${text}`;
    const known = this.cuts.get(key);
    if (known !== undefined) return known;
    let [fits, tooLong] = [0, text.length];
    while (tooLong - fits > 1) {
      const half = (fits + tooLong) >> 1;
      if (this.width(`${text.slice(0, half)}…`, font) <= room) fits = half;
      else tooLong = half;
    }
    const cut = fits ? `${text.slice(0, fits)}…` : "";
    if (this.cuts.size > 50_000) this.cuts.clear();
    this.cuts.set(key, cut);
    return cut;
  }

  /** The measure that the layout takes. */
  forLayout(fonts: Record<Font, string>): TextWidth {
    return (text, font) => this.width(text, fonts[font]);
  }
}
