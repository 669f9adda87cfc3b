"""The builder in German: chosen from the browser, or by the session."""

import pytest
from playwright.sync_api import expect

from tests.browser import builder_story
from tests.browser.builder_story import CHAIN, MISMATCH


@pytest.fixture
def german(browser, bare_url):
    """A page whose browser speaks German."""
    settings = {"viewport": {"width": 1280, "height": 800}, "locale": "de-DE"}
    context = browser.new_context(**settings, reduced_motion="reduce")
    bare = builder_story.rig.Bare(context.new_page(), bare_url)
    yield bare
    assert bare.errors.taken() == []
    context.close()


def test_a_german_browser_gets_german_words(german):
    story = builder_story.Story(german, MISMATCH)
    expect(story.root.get_by_role("button", name="Aufräumen")).to_be_visible()
    expect(story.root.get_by_role("tab", name="Gliederung")).to_be_visible()
    expect(story.root.get_by_role("combobox", name="Schichten suchen")).to_be_visible()
    story.click("left")
    story.keyboard.press("m")
    story.expect_said("1 Block stumm.")
    story.root.locator(".vnn-canvas").focus()
    story.keyboard.press("?")
    sheet = story.root.get_by_role("dialog", name="Tasten")
    expect(sheet).to_contain_text("Den Leitungen folgen")
    expect(sheet).not_to_contain_text("Follow")


def test_the_session_may_choose_another_language(bare):
    root = bare.show("builder", language="de").locator(".vnn-builder")
    bare.page.evaluate(builder_story.PYTHON)
    bare.page.evaluate(builder_story.FORWARD, CHAIN)
    expect(root.get_by_role("button", name="Aufräumen")).to_be_visible()
