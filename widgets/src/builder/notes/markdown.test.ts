import { describe, expect, it } from "vitest";
import { drawn, withoutFormulas } from "./markdown";

async function html(text: string): Promise<string> {
  const element = document.createElement("div");
  element.append(await drawn(text, () => import("./writer")));
  return element.innerHTML;
}

describe("withoutFormulas", () => {
  it("finds formulas, but none in code and none in prices", () => {
    expect(withoutFormulas("$a$ and $$b$$").formulas).toEqual([
      { latex: "a", isDisplayed: false },
      { latex: "b", isDisplayed: true },
    ]);
    expect(withoutFormulas("`$a$` costs $5 or $6").formulas).toEqual([]);
  });
});

describe("drawn", () => {
  it("writes Markdown", async () => {
    expect(await html("# Why\n\n**bold**, `code`\n- one")).toContain("<strong>bold</strong>");
  });
  it("draws formulas as MathML", async () => {
    expect(await html("$x^2$")).toContain("<math");
  });
  it("runs nothing and loads nothing", async () => {
    const hostile = [
      "<script>alert(1)</script>",
      '<img src="https://elsewhere.example/a.png" onerror="alert(1)">',
      "![x](https://elsewhere.example/b.png)",
      '<a href="javascript:alert(1)">x</a>',
      "[x](javascript:alert(1))",
      "<iframe src=https://elsewhere.example></iframe>",
      "<style>@import 'https://elsewhere.example'</style>",
      "$\\href{javascript:alert(1)}{x}$",
      "$\\includegraphics{https://elsewhere.example/c.png}$",
      "<math><mi href='javascript:alert(1)'>x</mi></math>",
    ].join("\n\n");
    const found = await html(hostile);
    expect(found).not.toMatch(/<script|<iframe|<style|<img|onerror|href="javascript|src=/i);
  });
});
