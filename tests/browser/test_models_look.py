"""How submodels, parameters, notes, versions and code look: readable, whole, in every theme."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.live_story import LiveStory
from visualnn.widgets.builder import Builder

AUDIT = Path(__file__).with_name("audit.js").read_text()


def everything() -> Builder:
    builder = Builder(name="digits")
    builder.add("Input", shape=(8, 8, 1), name="images")
    builder.set_parameter("width", 4)
    builder.add("Conv2D", after="images", filters="width", padding="same", name="stem")
    builder.add("Conv2D", after="stem", filters="width", padding="same", name="left")
    builder.add("Add", after=["left", "stem"], name="sum")
    builder.collapse("left", "sum", name="part")
    builder.promote("part", "left", "filters")
    builder.connect("part", builder.instance("part"))
    builder.connect("part_1", builder.instance("part"))
    builder.repeat("part_2", "width - 1")
    builder.arrange()
    builder.note("# Why\n**bold** `code` [link](https://keras.io)\n\n$$y = Wx + b$$", at=(260, 0))
    builder.frame("part", "part_1", name="Middle", color="blue")
    builder.take_snapshot("first")
    builder.configure("stem", activation="relu")
    return builder


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 480])
def test_text_is_readable_and_nothing_is_cut_off(bare, theme, width):
    story = LiveStory(bare, everything(), theme)
    story.page.set_viewport_size({"width": width, "height": 800})
    expect(story.root.locator(".vnn-note math")).to_be_visible()
    assert story.root.evaluate(AUDIT) == []
    story.root.get_by_role("tab", name="Versions").click()
    story.button("Compare with first").click()
    expect(story.root.get_by_role("region", name="Differences")).to_contain_text("stem")
    assert story.root.evaluate(AUDIT) == []
    story.root.locator(".vnn-dock").get_by_role("tab", name="Code").click()
    field = story.root.get_by_label("Python that builds the model")
    field.fill("model = 1 / 0")
    field.press("Control+Enter")
    expect(story.root.locator(".vnn-code-error")).to_contain_text("Line 1")
    assert story.root.evaluate(AUDIT) == []
    story.button("Discard").click()
    story.button("Fold the lower panel away").click()
    story.root.get_by_role("region", name="Comparison").get_by_role("button", name="Close").click()
    story.block_named("part").focus()
    story.keyboard.press("e")
    expect(story.root.get_by_label("left.filters")).to_be_visible()
    assert story.root.evaluate(AUDIT) == []
    for tab in ("Shapes", "Weights", "Code"):
        story.root.locator(".vnn-inspector").get_by_role("tab", name=tab).click()
        story.root.locator(".vnn-inspector [role=tabpanel] > *").first.wait_for()
        assert story.root.evaluate(AUDIT) == []
    story.keyboard.press("Escape")
    story.block_named("part").focus()
    story.keyboard.press("Enter")
    expect(story.root.get_by_role("navigation", name="Where you are")).to_contain_text("part")
    assert story.root.evaluate(AUDIT) == []
