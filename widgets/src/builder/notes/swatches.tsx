import { t } from "../../shared/words";
import { COLORS } from "./actions";

/** The colours to choose from; the one that is chosen is pressed. */
export function Swatches({ chosen, choose }: { chosen: string; choose(color: string): void }) {
  return COLORS.map((color) => (
    <button
      type="button"
      key={color}
      className="vnn-swatch"
      data-color={color}
      aria-label={t("Colour {color}", { color: t(color) })}
      aria-pressed={chosen === color}
      onClick={() => choose(color)}
    />
  ));
}
