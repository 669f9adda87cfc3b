"""The builder for those who need strong contrast: by JupyterLab's theme, or by the system's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser import rig
from tests.browser.builder_story import MISMATCH, Story

AUDIT = Path(__file__).with_name("audit.js").read_text()
ENHANCED = {"runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}}
MODES: dict[str, tuple[str, dict[str, Any]]] = {
    "theme of JupyterLab": ("dark-high-contrast", {}),
    "more contrast, light": ("light", {"contrast": "more"}),
    "more contrast, dark": ("dark", {"contrast": "more"}),
    "own colours, light": ("light", {"forced_colors": "active", "color_scheme": "light"}),
    "own colours, dark": ("light", {"forced_colors": "active", "color_scheme": "dark"}),
}
LINES = """(root) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data]
      .map((value) => value / 255)
      .map((value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = luminance(getComputedStyle(root.querySelector(".vnn-canvas")).backgroundColor);
  const contrast = (selector, property, pseudo) => {
    const element = root.querySelector(selector);
    const drawn = luminance(getComputedStyle(element, pseudo)[property]);
    const [light, dark] = [drawn, ground].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  return {
    wire: contrast(".vnn-wire-line", "stroke"),
    port: contrast(".vnn-port", "borderTopColor", "::before"),
    block: contrast(".vnn-block", "borderTopColor"),
    field: contrast(".vnn-input", "borderTopColor"),
    button: contrast(".vnn-button", "borderTopColor"),
  };
}"""


@pytest.fixture(params=MODES)
def strong(request: pytest.FixtureRequest, browser: Browser, bare_url: str) -> Iterator[Story]:
    """A drawing with a mistake, seen by somebody who wants strong contrast."""
    theme, settings = MODES[request.param]
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-US", reduced_motion="reduce", **settings
    )
    bare = rig.Bare(context.new_page(), bare_url)
    story = Story(bare, MISMATCH, theme)
    yield story
    assert bare.errors.taken() == []
    context.close()


def panels(story: Story) -> Iterator[str]:
    """Every panel, one after the other, with a block selected and a wire that does not fit."""
    story.drag(story.port("source", "shortcut", "0"), story.port("target", "add", "inputs"))
    expect(story.root.locator(".vnn-callout")).to_have_count(1)
    yield "canvas"
    story.keyboard.press("Escape")
    story.click("left")
    for place in ("dock", "inspector"):
        tabs = story.root.locator(f".vnn-{place} [role=tab]")
        for i in range(tabs.count()):
            tabs.nth(i).click()
            story.root.locator(f".vnn-{place} [role=tabpanel] > *").first.wait_for()
            yield f"{place} {i}"


def test_text_has_seven_to_one_in_every_panel(strong):
    expect(strong.root).to_have_attribute("data-contrast", "high")
    for panel in panels(strong):
        assert (panel, strong.root.evaluate(AUDIT)) == (panel, [])
        found = Axe().run(strong.page, context="#widget", options=ENHANCED).response["violations"]
        wrong = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
        assert (panel, wrong) == (panel, [])


def test_lines_ports_and_edges_are_seen(strong):
    contrasts = strong.root.evaluate(LINES)
    assert {name: x for name, x in contrasts.items() if x < 7} == {}


def test_what_is_wrong_and_what_is_selected_is_told_by_lines(strong):
    strong.drag(strong.port("source", "shortcut", "0"), strong.port("target", "add", "inputs"))
    wrong = strong.root.locator(".vnn-wire.wrong .vnn-wire-line").first
    assert wrong.evaluate("(line) => getComputedStyle(line).strokeDasharray") != "none"
    width = "(block) => getComputedStyle(block).borderTopWidth"
    assert strong.block("add").evaluate(width) == "4px"
    assert strong.block("left").evaluate(width) == "2px"
    strong.keyboard.press("Escape")
    strong.click("left")
    selected = "(block) => getComputedStyle(block).outlineStyle"
    assert strong.block("left").evaluate(selected) == "solid"
    assert strong.block("shortcut").evaluate(selected) == "none"
    strong.keyboard.press("ArrowRight")
    focus = "() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
    assert strong.page.evaluate(focus) >= 2


def test_usual_themes_are_left_alone(show):
    expect(show(MISMATCH).root).to_have_attribute("data-contrast", "usual")
