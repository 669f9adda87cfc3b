"""What axe-core, the usual check of accessibility, says of the builder's states."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.builder_story import CHAIN, MISMATCH
from visualnn.widgets.builder import Builder

OF_THE_PAGE = {  # rules about the page around the widget, which is the host's
    "landmark-one-main",
    "page-has-heading-one",
    "region",
    "landmark-no-duplicate-main",
    "landmark-main-is-top-level",
}


def serious(story):
    """What axe finds that keeps somebody from something."""
    found = Axe().run(story.page, context="#widget").response["violations"]
    return [
        (fault["id"], [node["target"] for node in fault["nodes"]][:3])
        for fault in found
        if fault["impact"] in ("serious", "critical") and fault["id"] not in OF_THE_PAGE
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 480])
def test_axe_finds_nothing_serious(show, theme, width):
    story = show(MISMATCH, theme)
    story.page.set_viewport_size({"width": width, "height": 800})
    assert serious(story) == []
    story.click("left")
    for tab in ("Problems", "Outline", "Training", "Summary", "Code"):
        story.root.locator(".vnn-dock").get_by_role("tab", name=tab).click()
        story.root.locator(".vnn-dock-body > *").first.wait_for()
        assert serious(story) == []


def test_axe_finds_nothing_serious_in_what_opens_over_the_canvas(show):
    story = show(CHAIN)
    story.root.locator(".vnn-canvas").focus()
    story.keyboard.press("a")
    story.root.locator(".vnn-search").wait_for()
    assert serious(story) == []
    story.keyboard.press("Escape")
    story.keyboard.press("?")
    story.root.get_by_role("dialog", name="Keys").wait_for()
    assert serious(story) == []
    story.keyboard.press("Escape")
    story.click("dense", button="right")
    story.root.get_by_role("menu").wait_for()
    assert serious(story) == []


def test_axe_finds_nothing_serious_in_points_frames_and_submodels(live):
    builder = Builder()
    builder.add("Input", name="x", shape=(4,))
    for name, after in (("a", "x"), ("b", "a"), ("c", "b")):
        builder.add("Dense", name=name, units=4, after=after)
    builder.collapse("b", name="inner")
    builder.frame("a", name="stem")
    builder.route("x", "a", (300, 80))
    story = live(builder)
    story.root.locator("[data-point]").click()
    assert serious(story) == []
    story.root.get_by_role("slider").focus()
    story.keyboard.press("End")
    story.root.locator(".vnn-unfolded").wait_for()
    assert serious(story) == []
    story.keyboard.press("/")
    story.root.get_by_role("search").wait_for()
    assert serious(story) == []


def test_axe_finds_nothing_serious_on_an_empty_canvas(show):
    story = show()
    expect(story.root.get_by_text("Start a model")).to_be_visible()
    assert serious(story) == []


SMALL = """(root) => {
  const targets = "button, input, select, [role=option], [role=treeitem], [role=tab], .vnn-port";
  const seen = [...root.querySelectorAll(targets)].filter((element) => element.checkVisibility());
  return seen.flatMap((element) => {
    const { offsetWidth: width, offsetHeight: height } = element; // at a zoom of 100 %
    const large = width >= 23.5 && height >= 23.5;
    const name = element.getAttribute("aria-label") ?? element.textContent;
    return large || !width || element.type === "checkbox" ? [] : [`${name} ${width} x ${height}`];
  });
}"""


def test_targets_are_large_enough(show):
    story = show(CHAIN)
    story.click("dense")
    for tab in ("Problems", "Outline", "Training", "Versions"):
        story.root.locator(".vnn-dock").get_by_role("tab", name=tab).click()
        assert story.root.evaluate(SMALL) == []
