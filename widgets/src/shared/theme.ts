import type { CSSProperties } from "react";
import type { Family } from "./messages";

export type Theme = "light" | "dark";

const CONTRAST = ["(prefers-contrast: more)", "(forced-colors: active)"];

/** Whether the page around `element` is light or dark: read from its colours, for every host. */
export function themeOf(element: Element): Theme {
  const surface = getComputedStyle(element).getPropertyValue("--jp-layout-color1").trim();
  const declared = surface && brightnessOf(surface, element);
  const brightness = declared || backdrop(element);
  if (brightness) return brightness < 128 ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/**
 * Whether the reader wants strong contrast: by a theme of JupyterLab or VS Code that is called so,
 * by the system ("more contrast"), or by colours of their own (Windows' contrast themes).
 */
export function wantsContrast(): boolean {
  const { classList, dataset } = document.body;
  return (
    /high.?contrast/i.test(dataset.jpThemeName ?? "") ||
    [...classList].some((name) => name.startsWith("vscode-high-contrast")) ||
    CONTRAST.some((query) => matchMedia(query).matches)
  );
}

/** Marks an element with the theme and the contrast around it, for the style sheet. */
export function markTheme(element: HTMLElement): void {
  element.dataset.theme = themeOf(element);
  element.dataset.contrast = wantsContrast() ? "high" : "usual";
}

/** Calls `show` with the theme now, and whenever the host changes it; marks strong contrast. */
export function watchTheme(element: HTMLElement, show: (theme: Theme) => void): () => void {
  const update = () => {
    element.dataset.contrast = wantsContrast() ? "high" : "usual";
    show(themeOf(element));
  };
  const observer = new MutationObserver(() => requestAnimationFrame(update));
  const watched = { attributes: true, attributeFilter: ["class", "style", "theme"] };
  const byHost = ["data-jp-theme-name", "data-jp-theme-light", "data-vscode-theme-id"];
  watched.attributeFilter.push(...byHost);
  observer.observe(document.documentElement, watched);
  observer.observe(document.body, watched);
  const media = ["(prefers-color-scheme: dark)", ...CONTRAST].map((query) => matchMedia(query));
  for (const query of media) query.addEventListener("change", update);
  // A notebook draws a widget before it puts it into the page, where no colour is known yet.
  const arrival = new ResizeObserver(() => {
    if (!element.isConnected) return;
    arrival.disconnect();
    update();
  });
  if (!element.isConnected) arrival.observe(element);
  update();
  return () => {
    observer.disconnect();
    arrival.disconnect();
    for (const query of media) query.removeEventListener("change", update);
  };
}

/** The style that gives an element the colours of its family (`--hue` in theme.css). */
export function familyStyle(family: Family | undefined): CSSProperties {
  const colors = {
    "--family": family?.color ?? "#6b7280",
    "--family-dark": family?.color_dark ?? "#9aa3af",
  };
  return colors as CSSProperties;
}

export function prefersReducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function backdrop(element: Element): number {
  for (let at: Element | null = element.parentElement; at; at = at.parentElement) {
    const brightness = brightnessOf(getComputedStyle(at).backgroundColor);
    if (brightness) return brightness;
  }
  return 0;
}

/** 1 (black) to 255 (white); 0 when the colour is transparent or not understood. */
function brightnessOf(color: string, host?: Element): number {
  let computed = color;
  if (host && !color.startsWith("rgb")) {
    const probe = document.createElement("span");
    probe.style.backgroundColor = color;
    host.append(probe);
    computed = getComputedStyle(probe).backgroundColor;
    probe.remove();
  }
  const [red, green, blue, alpha = 1] = (computed.match(/[\d.]+/g) ?? []).map(Number);
  if (red === undefined || green === undefined || blue === undefined || alpha < 0.5) return 0;
  return Math.max(1, 0.299 * red + 0.587 * green + 0.114 * blue);
}
