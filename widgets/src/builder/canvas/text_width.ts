let context: CanvasRenderingContext2D | null | undefined;
const widths = new Map<string, number>();

/** How wide a text is in this font, in pixels; a guess where nothing can be measured. */
export function textWidth(text: string, font: string): number {
  const key = `${font}|${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * 7.4;
  context.font = font;
  const { width } = context.measureText(text);
  if (widths.size > 4000) widths.clear();
  widths.set(key, width);
  return width;
}
