"""How the builder looks in a bare page: readable, whole, in the theme of its host."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.builder_story import CHAIN, MISMATCH

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
