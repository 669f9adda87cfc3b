"""The op-graph viewer at every width, in both themes, and with nothing to draw."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.graph_viewer_story import Recorder, Viewer, training_step

AUDIT = Path(__file__).with_name("audit.js").read_text()


def test_narrow_the_sides_are_drawers(bare):
    bare.page.set_viewport_size({"width": 640, "height": 560})
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=training_step()))
    expect(viewer.tree).to_be_hidden()
    expect(viewer.panel).to_be_hidden()
    viewer.press("Outline and search")
    expect(viewer.search).to_be_focused()
    viewer.row("mlp/hidden").click()
    viewer.press("Details")
    expect(viewer.title).to_have_text("hidden")
    expect(viewer.tree).to_be_hidden()
    viewer.press("What to show")
    viewer.press("Update")
    viewer.press("Details")
    assert bare.page.evaluate("document.documentElement.scrollWidth") <= 640


def test_it_follows_the_theme(bare):
    widget = bare.show("graph_viewer", theme="dark", graph=training_step())
    viewer = Viewer(bare.page, widget)
    expect(viewer.root).to_have_attribute("data-theme", "dark")
    dark = viewer.picture()
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=training_step()))
    expect(viewer.root).to_have_attribute("data-theme", "light")
    light = viewer.picture()
    assert dark != light


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 950, 640])
def test_text_has_enough_contrast(bare, theme, width):
    bare.page.set_viewport_size({"width": width, "height": 620})
    viewer = Viewer(bare.page, bare.show("graph_viewer", theme=theme, graph=training_step()))
    expect(viewer.root).to_have_attribute("data-theme", theme)
    if width < 900:
        viewer.press("Details")
    viewer.press("Expand all scopes")
    viewer.canvas.focus()
    bare.page.keyboard.press("/")
    bare.page.keyboard.type("matmul")
    bare.page.keyboard.press("Enter")
    if width < 900:
        viewer.press("Details")
    expect(viewer.title).to_have_text("matmul")
    # Long names end in an ellipsis and are whole in the panel: only contrast is looked at.
    faults = viewer.root.evaluate(AUDIT)
    assert [fault for fault in faults if fault.startswith("contrast")] == []


def test_it_waits_explains_and_draws(bare):
    widget = bare.show("graph_viewer", graph=None)
    expect(widget).to_contain_text("Waiting for the graph")
    bare.assign(graph=Recorder().graph("empty"))
    expect(widget).to_contain_text("This graph has no operations.")
    bare.assign(graph=training_step())
    expect(widget.get_by_role("tree")).to_be_visible()
    bare.close()
    expect(widget.locator(".vnn-graph")).to_have_count(0)


def test_between_wide_and_narrow_the_outline_is_a_drawer(bare):
    bare.page.set_viewport_size({"width": 950, "height": 600})
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=training_step()))
    expect(viewer.panel).to_be_visible()
    expect(viewer.tree).to_be_hidden()
    viewer.press("What to show")
    viewer.press("Links")
    viewer.canvas.focus()
    bare.page.keyboard.press("/")
    expect(viewer.search).to_be_focused()
    for label in ("Expand all scopes", "Details"):  # the bar is not cut off
        box = viewer.root.get_by_role("button", name=label, exact=True).bounding_box()
        assert box["x"] + box["width"] <= 950
