// Lists what is wrong with the looks of a widget's texts: those with too little contrast to what
// lies behind them (4.5, or 7 where strong contrast is wanted), and those that are cut off.
(root) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const resolved = (colour, over) => {
    canvas.fillStyle = `rgb(${over})`;
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const behind = (element) => {
    const colours = [];
    for (let at = element; at; at = at.parentElement) {
      colours.unshift(getComputedStyle(at).backgroundColor);
    }
    return colours.reduce((over, colour) => resolved(colour, over), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const faults = [];
  const strong = root.dataset.contrast === "high";
  for (const element of root.querySelectorAll("*")) {
    const { childNodes, className } = element;
    const hasText = [...childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText && !element.matches("input:not([type=range]), select")) continue;
    if (!element.checkVisibility() || element.closest("svg, .vnn-unseen, option")) continue;
    if (element.closest(":disabled, .vnn-glyph, .muted")) continue;
    const style = getComputedStyle(element);
    if (element.matches("textarea") && style.color === "rgba(0, 0, 0, 0)") continue; // a copy shows its text
    const text = (element.textContent.trim() || element.value).slice(0, 40);
    const ground = behind(element);
    const [light, dark] = [luminance(resolved(style.color, ground)), luminance(ground)].sort().reverse();
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < (strong ? 7 : 4.5)) faults.push(`contrast ${contrast.toFixed(2)}: ${className} "${text}"`);
    const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY);
    const isWider = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    if (isWider && !scrolls && style.display !== "inline") faults.push(`cut off: ${className} "${text}"`);
  }
  return faults;
}
