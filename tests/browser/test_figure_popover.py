"""Figures for papers, out of the builder, by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.live_story import LiveStory
from visualnn.widgets.builder import Builder


@pytest.fixture
def story(bare, tmp_path, monkeypatch):
    """A small builder that has its Python behind it, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    builder = Builder(name="mlp")
    builder.add("Input", shape=(8,), name="features")
    builder.add("Dense", after="features", units=16, name="hidden")
    builder.add("Dense", after="hidden", units=4, name="classes")
    return LiveStory(bare, builder)


def test_a_figure_is_chosen_seen_and_saved(story, tmp_path):
    story.button("Save").click()
    story.button("Save a figure instead…").click()
    picture = story.root.get_by_role("img", name="The figure")
    expect(picture).to_be_visible()
    blocks = picture.get_attribute("src")
    story.root.get_by_label("Style").select_option("neurons")
    expect(picture).not_to_have_attribute("src", blocks)
    story.root.get_by_label("Format").select_option("tikz")
    story.button("Save figure").click()
    expect(story.root.get_by_role("status")).to_have_text("Saved mlp.tikz.")
    assert (tmp_path / "mlp.tikz").read_text().count("circle") > 16


def test_what_a_style_cannot_draw_is_said(story):
    story.builder.add("Reshape", after="classes", target_shape=(2, 2), name="square")
    story.builder.add("Conv1D", after="square", filters=2, kernel_size=1)
    story.button("Save").click()
    story.button("Save a figure instead…").click()
    story.root.get_by_label("Style").select_option("neurons")
    expect(story.root.get_by_text("draws vectors, but out of")).to_be_visible()
    story.root.get_by_label("Style").select_option("blocks")
    expect(story.root.get_by_role("img", name="The figure")).to_be_visible()


def test_by_keys_alone(story, tmp_path):
    story.button("Save").focus()
    story.keyboard.press("Enter")
    story.button("Save a figure instead…").focus()
    story.keyboard.press("Enter")
    expect(story.root.get_by_role("img", name="The figure")).to_be_visible()
    story.root.get_by_label("Submodels opened").focus()
    story.keyboard.press("Enter")  # sends the form
    expect(story.root.get_by_role("status")).to_have_text("Saved mlp.svg.")
    assert (tmp_path / "mlp.svg").read_text().startswith("<svg")
    story.button("Save").focus()
    story.keyboard.press("Enter")
    story.button("Save a figure instead…").focus()
    story.keyboard.press("Enter")
    story.keyboard.press("Escape")
    expect(story.root.get_by_role("dialog", name="A figure of the model")).to_have_count(0)
