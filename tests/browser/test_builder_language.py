"""The builder in German: chosen from the browser, or by the session."""

import pytest
from playwright.sync_api import expect

from tests.browser import builder_story
from tests.browser.builder_story import CHAIN, MISMATCH
from tests.browser.live_story import LiveStory
from tests.widgets.test_words import catalogue
from visualnn.widgets.builder import Builder

WORDS = """(root) => {
  const found = new Set();
  for (const element of root.querySelectorAll("*")) {
    if (element.closest("code, .vnn-code, textarea, kbd, .vnn-layer-name")) continue;
    for (const name of ["aria-label", "title", "placeholder", "aria-description"])
      if (element.getAttribute(name)) found.add(element.getAttribute(name));
    for (const node of element.childNodes)
      if (node.nodeType === 3 && node.data.trim()) found.add(node.data.trim());
  }
  return [...found];
}"""


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


def english_in(story):
    """What is shown in English although the catalogue has it in German."""
    german = catalogue()
    kinds = {block["kind"] for block in story.builder.view["blocks"]}  # which are English
    shown = set(story.root.evaluate(WORDS)) - kinds
    return sorted(text for text in shown if german.get(text, text) != text)


@pytest.fixture
def mistaken():
    builder = Builder(name="ziffern")
    builder.add("Input", shape=(28, 28, 1), name="bilder")
    builder.add("Conv2D", after="bilder", filters=32, padding="same", name="links")
    builder.add("Conv2D", after="bilder", filters=64, padding="same", name="rechts")
    builder.add("Add", after=["links", "rechts"], name="summe")
    builder.arrange()
    return builder


def test_what_python_says_is_german_too(german, mistaken):
    story = LiveStory(german, mistaken)
    story.root.get_by_role("tab", name="Probleme").click()
    problems = story.root.locator(".vnn-dock-body")
    expect(problems).to_contain_text(
        "summe kann seine Eingänge nicht zusammenfassen: links gibt (?, 28, 28, 32), "
        "rechts gibt (?, 28, 28, 64): es unterscheiden sich: Kanäle."
    )
    assert english_in(story) == []
    problems.get_by_role("button", name="links: filters = 64").click()
    expect(problems).to_contain_text("Keine Probleme")
    story.root.locator(".vnn-canvas").focus()
    story.keyboard.press("Control+z")
    expect(problems).to_contain_text("summe kann seine Eingänge nicht zusammenfassen")
    story.block_named("summe").click(position={"x": 60, "y": 14})
    story.keyboard.press("Delete")
    story.expect_said("gelöscht")
    title = story.root.get_by_role("button", name="Rückgängig").get_attribute("title") or ""
    assert "Blöcke und Leitungen löschen" in title


def test_no_panel_shows_a_sentence_in_english(german, mistaken):
    story = LiveStory(german, mistaken)
    story.block_named("links").click(position={"x": 60, "y": 14})
    expect(story.root.locator(".vnn-inspector")).to_contain_text("gewichteten Summe")
    assert english_in(story) == []
    for tab in ("Formen", "Gewichte", "Code"):
        story.root.locator(".vnn-inspector").get_by_role("tab", name=tab).click()
        story.root.locator(".vnn-inspector [role=tabpanel] > *").first.wait_for()
        assert english_in(story) == []
    tabs = story.root.locator(".vnn-dock [role=tab]")
    for place in range(tabs.count()):
        tabs.nth(place).click()
        story.root.locator(".vnn-dock-body > *").first.wait_for()
        assert english_in(story) == []
    story.root.locator(".vnn-canvas").focus()
    for key in ("a", "?"):
        story.keyboard.press(key)
        story.root.locator(".vnn-search, [role=dialog]").first.wait_for()
        assert english_in(story) == []
        story.keyboard.press("Escape")
    story.block_named("links").click(button="right", position={"x": 60, "y": 14})
    story.root.get_by_role("menu").wait_for()
    assert english_in(story) == []


def test_a_refusal_and_a_layer_that_does_not_fit_are_told_in_german(german):
    builder = Builder(name="ziffern")
    builder.add("Input", shape=(10,), name="zahlen")
    builder.add("Conv2D", after="zahlen", name="faltung")
    story = LiveStory(german, builder)
    story.root.get_by_role("tab", name="Probleme").click()
    expect(story.root.locator(".vnn-dock-body")).to_contain_text(
        "faltung passt nicht: zahlen gibt (?, 10). Ihr Eingang muss mindestens 4 Achsen haben, "
        "hat aber 2 Achsen: float32[?, 10]."
    )
    story.block_named("faltung").click(position={"x": 60, "y": 14})
    filters = story.root.locator(".vnn-inspector").get_by_role("textbox", name="filters")
    filters.fill("0")
    filters.press("Enter")
    expect(story.root.locator(".vnn-inspector, .vnn-toasts")).to_contain_text(
        ["muss eine ganze Zahl, 1 oder mehr sein"]
    )
