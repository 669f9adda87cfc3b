"""The builder in a bare page, worked by keys alone, and keys that are not its own."""

from playwright.sync_api import expect

from tests.browser import rig
from tests.browser.builder_story import CHAIN, FORWARD, LOOSE, MISMATCH, PYTHON


def test_delete_and_undo_by_keys(show):
    story = show(CHAIN)
    before = story.view
    story.click("flatten")
    story.keyboard.press("Delete")
    expect(story.block("flatten")).to_have_count(0)
    assert story.wires == []
    story.expect_said("Deleted flatten.")
    story.keyboard.press("Control+z")
    expect(story.block("flatten")).to_have_count(1)
    after = story.view
    assert [after[part] for part in ("blocks", "wires")] == [before[p] for p in ("blocks", "wires")]
    expect(story.root.locator("[data-wire]")).to_have_count(2)
    story.keyboard.press("Control+Shift+z")
    expect(story.block("flatten")).to_have_count(0)
    story.keyboard.press("Control+z")
    story.keyboard.press("Control+y")
    expect(story.block("flatten")).to_have_count(0)


def test_copy_cut_paste_and_duplicate(show):
    story = show(CHAIN)
    story.click("dense")
    story.click("flatten", modifiers=["Shift"])
    story.keyboard.press("Control+c")
    story.expect_said("Copied 2 blocks.")
    place = story.empty_place(600, 60)
    story.mouse.click(*place)
    story.keyboard.press("Control+v")
    expect(story.root.locator("[data-block]")).to_have_count(5)
    expect(story.root.locator(".vnn-block.selected")).to_have_count(2)
    box = story.block("flatten_1").bounding_box()
    assert abs(box["x"] - place[0]) < 40
    assert ("flatten_1", "dense_1") in story.wires
    story.keyboard.press("Control+d")
    expect(story.root.locator("[data-block]")).to_have_count(7)
    story.keyboard.press("Control+x")
    expect(story.root.locator("[data-block]")).to_have_count(5)
    story.keyboard.press("Control+a")
    expect(story.root.locator(".vnn-block.selected")).to_have_count(5)


def test_pasting_works_where_the_clipboard_is_closed(show):
    story = show(CHAIN)
    story.page.evaluate(
        """() => Object.defineProperty(navigator, "clipboard", {
          value: { writeText: () => Promise.reject(new Error("no")) } })"""
    )
    story.click("dense")
    story.keyboard.press("Control+c")
    story.expect_said("Copied 1 block.")
    story.keyboard.press("Control+v")
    expect(story.root.locator("[data-block]")).to_have_count(4)


def test_the_search_finds_what_other_libraries_call_it(show):
    story = show(CHAIN)
    story.mouse.click(*story.empty_place(600, 200))
    story.keyboard.press("a")
    story.keyboard.type("fc")
    expect(story.root.locator(".vnn-search [aria-selected=true]")).to_contain_text("Dense")
    story.keyboard.press("Enter")
    expect(story.block("dense_1")).to_have_count(1)
    assert story.sent("Add")[0]["after"] == ""
    story.keyboard.press("a")
    story.keyboard.type("drop")
    story.keyboard.press("Enter")
    expect(story.block("dropout")).to_have_count(1)
    assert story.wires[-1] == ("dense_1", "dropout")


def test_the_keyboard_alone_builds_a_model(show):
    story = show(LOOSE)
    story.root.locator('[data-block="images"]').focus()
    story.keyboard.press("c")
    story.expect_said("Connecting from images.")
    story.keyboard.press("ArrowDown")
    story.expect_said("dense, inputs, fits. 1 of 2.")
    story.keyboard.press("a")
    story.expect_said("add, inputs, fits. 2 of 2.")
    story.keyboard.press("ArrowUp")
    story.keyboard.press("Enter")
    expect(story.root.locator("[data-wire]")).to_have_count(1)
    story.keyboard.press("ArrowDown")
    story.keyboard.press("ArrowDown")
    expect(story.block("dense")).to_be_focused()
    story.keyboard.press("Enter")
    expect(story.root.get_by_label("units")).to_be_focused()
    story.keyboard.type("7")
    story.keyboard.press("Enter")
    expect(story.block("dense").locator(".vnn-block-foot")).to_contain_text("(?, 28, 28, 7)")
    story.keyboard.press("Escape")
    expect(story.block("dense")).to_be_focused()
    story.keyboard.press("Alt+ArrowRight")
    assert story.bare.wait_for_sent("Move")["positions"] == {"dense": [8, 140]}
    story.keyboard.press("Delete")
    expect(story.block("dense")).to_have_count(0)
    story.keyboard.press("Control+z")
    expect(story.block("dense")).to_have_count(1)


def test_blocks_speak_for_themselves(show):
    story = show(CHAIN)
    label = "Dense dense, output 64, 50,240 parameters, output of the model"
    expect(story.block("dense")).to_have_attribute("aria-label", label)
    tab_stops = story.root.locator("[data-block][tabindex='0']")
    expect(tab_stops).to_have_count(1)


def test_keys_live_only_while_the_builder_has_the_focus(bare):
    bare.page.goto(f"{bare.url}/light.html")
    bare.page.evaluate(
        """() => {
          window.heard = [];
          for (const target of [document, window, document.body]) {
            const listen = target.addEventListener.bind(target);
            target.addEventListener = (type, ...rest) => {
              if (type.startsWith("key")) heard.push(type);
              listen(type, ...rest);
            };
          }
        }"""
    )
    bare.page.evaluate(rig.FAKE_MODEL, {"kind": "builder"})
    bare.page.evaluate(
        """async () => {
          const { default: bundle } = await import("/static/widget.js");
          bundle.render({ model: fake.model, el: document.getElementById("widget") });
          document.body.prepend(document.createElement("input"));
        }"""
    )
    bare.page.evaluate(PYTHON)
    bare.page.evaluate(FORWARD, CHAIN)
    root = bare.page.locator(".vnn-builder")
    root.locator('[data-block="dense"]').click(position={"x": 60, "y": 14})
    bare.page.locator("body > input").click()
    for key in ("Delete", "a", "?", "Control+z"):
        bare.page.keyboard.press(key)
    expect(root.locator("[data-block]")).to_have_count(3)
    expect(root.locator(".vnn-search, .vnn-sheet")).to_have_count(0)
    assert bare.page.evaluate("() => heard") == []
    expect(root).to_have_attribute("data-lm-suppress-shortcuts", "true")


def test_escape_closes_one_thing_at_a_time(show):
    story = show(MISMATCH)
    story.drag(story.port("source", "shortcut", "0"), story.port("target", "add", "inputs"))
    expect(story.root.locator(".vnn-callout")).to_have_count(1)
    story.click("left")
    story.keyboard.press("?")
    expect(story.root.get_by_role("dialog", name="Keys")).to_be_visible()
    story.keyboard.press("Escape")
    expect(story.root.get_by_role("dialog", name="Keys")).to_have_count(0)
    story.keyboard.press("Escape")
    expect(story.root.locator(".vnn-callout")).to_have_count(0)
    expect(story.root.locator(".vnn-block.selected")).to_have_count(1)
    story.keyboard.press("Escape")
    expect(story.root.locator(".vnn-block.selected")).to_have_count(0)


def test_the_next_problem_is_one_key_away(show):
    story = show(LOOSE)
    story.root.locator('[data-block="images"]').focus()
    story.keyboard.press("F8")
    expect(story.block("dense")).to_be_focused()
    story.keyboard.press("F8")
    expect(story.block("add")).to_be_focused()
    expect(story.root.locator(".vnn-callout")).to_contain_text("add has no input")


def test_blocks_are_found_and_walked_through(show):
    story = show(MISMATCH)
    story.root.locator('[data-block="images"]').focus()
    story.keyboard.press("/")
    field = story.root.get_by_role("textbox", name="Find blocks")
    expect(field).to_be_focused()
    story.keyboard.type("conv same")
    expect(story.root.locator(".vnn-block.found")).to_have_count(2)
    expect(story.block("images")).to_have_class("vnn-block aside")
    story.keyboard.press("Enter")
    story.expect_said("Conv2D left, 1 of 2.")
    story.keyboard.press("Enter")
    story.expect_said("Conv2D shortcut, 2 of 2.")
    expect(field).to_be_focused()
    story.root.get_by_role("search").get_by_role("button", name="Select all").click()
    expect(story.root.locator(".vnn-block.selected")).to_have_count(2)
    field.press("Enter")
    field.press("Escape")
    expect(story.root.get_by_role("search")).to_have_count(0)
    expect(story.root.locator(".vnn-block.aside")).to_have_count(0)
    expect(story.block("left")).to_be_focused()


def test_what_leads_to_a_block_and_what_follows_is_selected(show):
    story = show(MISMATCH)
    story.click("left")
    story.keyboard.press("u")
    story.expect_said("1 block leads here.")
    expect(story.block("images")).to_have_class("vnn-block selected")
    story.click("images")
    story.keyboard.press("d")
    expect(story.root.locator(".vnn-block.selected")).to_have_count(4)
