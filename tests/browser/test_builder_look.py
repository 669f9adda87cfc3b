"""How the builder looks in a bare page: readable, whole, in the theme of its host."""

import itertools
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.builder_story import CHAIN, MISMATCH, block, wire

AUDIT = Path(__file__).with_name("audit.js").read_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 700, 480])
def test_text_is_readable_and_nothing_is_cut_off(show, theme, width):
    story = show(MISMATCH, theme)
    story.page.set_viewport_size({"width": width, "height": 800})
    expect(story.root).to_have_attribute("data-theme", theme)
    layout = {1280: "wide", 700: "medium", 480: "narrow"}[width]
    expect(story.root).to_have_attribute("data-width", layout)
    story.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
    story.drag(story.port("source", "shortcut", "0"), story.port("target", "add", "inputs"))
    expect(story.root.locator(".vnn-callout")).to_have_count(1)
    assert story.root.evaluate(AUDIT) == []
    for tab in ("Problems", "Training", "Summary", "Code"):
        story.root.get_by_role("tab", name=tab).click()
        story.root.locator(".vnn-dock-body > *").first.wait_for()
        assert story.root.evaluate(AUDIT) == []
    story.keyboard.press("Escape")
    story.click("left")
    story.keyboard.press("Enter")
    assert story.root.evaluate(AUDIT) == []


def test_a_tall_drawing_is_seen_from_its_top_at_a_size_that_can_be_read(show):
    blocks = [block("images", "Input", 0, 0, shape=[8])]
    blocks += [block(f"dense{i}", "Dense", 0, 116 * i, units=8) for i in range(1, 8)]
    names = [entry["id"] for entry in blocks]
    wires = [wire(source, target) for source, target in itertools.pairwise(names)]
    story = show({"blocks": blocks, "wires": wires})
    expect(story.root.locator(".vnn-zoom")).to_contain_text("60 %")
    expect(story.block("images")).to_be_in_viewport(ratio=1)
    expect(story.root.locator("[data-pill]").first).to_be_visible()
    story.root.locator(".react-flow__pane").click(position={"x": 30, "y": 120})
    story.keyboard.press("f")
    expect(story.root.locator(".vnn-zoom")).not_to_contain_text("60 %")
    pane = story.root.locator(".react-flow__pane").bounding_box()
    last = story.block("dense7").bounding_box()
    assert last["y"] + last["height"] <= pane["y"] + pane["height"]


def test_the_theme_follows_jupyter(show):
    story = show(CHAIN)
    expect(story.root).to_have_attribute("data-theme", "light")
    story.page.evaluate(
        """() => {
          document.querySelector("link[href*=theme]").href =
            "/themes/theme-dark-extension/index.css";
          return new Promise((done) => {
            document.querySelector("link[href*=theme]").onload = () => {
              document.body.dataset.jpThemeLight = "false";
              done();
            };
          });
        }"""
    )
    expect(story.root).to_have_attribute("data-theme", "dark")
