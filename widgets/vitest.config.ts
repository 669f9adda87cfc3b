import { defineConfig } from "vitest/config";

// Tests stand beside what they test (`layout.test.ts`) and see a light-weight document, so that
// components can be rendered; what needs real pixels or a real mouse is in tests/browser.
export default defineConfig({
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], passWithNoTests: true },
});
