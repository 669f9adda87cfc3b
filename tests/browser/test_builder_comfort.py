"""What makes the builder bearable: targets to hit, room at any zoom, nothing that moves."""

from collections.abc import Iterator

import pytest

from tests.browser.builder_story import MISMATCH, Story
from tests.browser.test_builder_axe import SMALL, serious
from tests.browser.test_builder_look import AUDIT

MOVES = """(root) => [...root.querySelectorAll("*")].flatMap((element) =>
  element.getAnimations().filter((one) => one.playState === "running" &&
    Number(one.effect?.getTiming().duration) > 0).map(() => element.className))"""
LOST = """(root) => [...root.querySelectorAll("button, [role=tab], input, select")]
  .filter((element) => element.checkVisibility() && !element.closest(".vnn-unseen"))
  .filter((element) => element.matches("button, [role=tab]") &&
    element.scrollWidth > element.clientWidth + 2 &&
    !/auto|scroll/.test(getComputedStyle(element).overflowX))
  .map((element) => element.textContent)"""


def panels(story: Story) -> Iterator[str]:
    """Every panel and what opens over the canvas, one after the other."""
    story.click("left")
    yield "canvas"
    for place in ("dock", "inspector"):
        tabs = story.root.locator(f".vnn-{place} [role=tab]")
        for i in range(tabs.count()):
            tabs.nth(i).click()
            story.root.locator(f".vnn-{place} [role=tabpanel] > *").first.wait_for()
            yield f"{place}: {tabs.nth(i).inner_text()}"
    for key, shown in (("a", ".vnn-search"), ("?", "[role=dialog]")):
        story.root.locator(".vnn-canvas").focus()
        story.keyboard.press(key)
        story.root.locator(shown).first.wait_for()
        yield shown
        story.keyboard.press("Escape")


def test_targets_are_large_and_nothing_moves_in_any_panel(show):
    story = show(MISMATCH)
    for panel in panels(story):
        assert (panel, story.root.evaluate(SMALL)) == (panel, [])
        assert (panel, story.root.evaluate(MOVES)) == (panel, [])


def test_axe_finds_nothing_serious_in_any_panel(show):
    story = show(MISMATCH)
    for panel in panels(story):
        assert (panel, serious(story)) == (panel, [])


@pytest.mark.parametrize("zoom", [1.5, 2])
def test_nothing_is_cut_off_in_a_page_that_is_zoomed(show, zoom):
    story = show(MISMATCH)
    story.page.set_viewport_size({"width": round(1280 / zoom), "height": round(1000 / zoom)})
    tabs = story.root.locator(".vnn-dock [role=tab]")
    for i in range(tabs.count()):
        tabs.nth(i).click()
        story.root.locator(".vnn-dock [role=tabpanel] > *").first.wait_for()
        assert (i, story.root.evaluate(LOST)) == (i, [])
        assert (i, story.root.evaluate(AUDIT)) == (i, [])
