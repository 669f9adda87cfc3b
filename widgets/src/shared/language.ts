/**
 * A browser started with the C locale calls its language "en-US@posix", which `Intl` refuses, and
 * with it every library that formats numbers as soon as it is loaded (uPlot).  Imported before them.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}
