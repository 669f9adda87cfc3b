/** How much room a widget has; the layout follows. */
export type Width = "wide" | "medium" | "narrow";

/** The layout for a width in pixels. */
export function widthClass(pixels: number): Width {
  return pixels < 560 ? "narrow" : pixels < 900 ? "medium" : "wide";
}
