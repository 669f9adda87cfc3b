"""The builder in a bare page, worked with a real mouse."""

import pytest
from playwright.sync_api import expect

from tests.browser.builder_story import CHAIN, FORWARD, LOOSE, MISMATCH, PYTHON


def test_outlines_stand_until_python_has_answered(bare):
    root = bare.show("builder").locator(".vnn-builder")
    expect(root.get_by_role("status", name="The builder is loading")).to_be_visible()
    bare.page.evaluate(PYTHON)
    bare.page.evaluate(FORWARD, CHAIN)
    expect(root.locator("[data-block]")).to_have_count(3)
    expect(root.locator(".vnn-loading")).to_have_count(0)


@pytest.mark.parametrize("kind", ["Input", "Dense", "Conv2D", "MaxPooling2D", "Add", "Flatten"])
def test_a_layer_is_dragged_onto_the_canvas(show, kind):
    story = show()
    item = story.layer(kind)
    end = story.empty_place(320, 200)
    story.drag(item, end)
    expect(story.root.locator("[data-block]")).to_have_count(1)
    box = story.root.locator("[data-block]").bounding_box()
    assert abs(box["x"] + box["width"] / 2 - end[0]) < 3
    assert abs(box["y"] + 36 - end[1]) < 3  # 72 px high, and more with a complaint
    assert [message["kind"] for message in story.sent("Add")] == [kind]
    expect(story.root.locator(".vnn-ghost")).to_have_count(0)


def test_a_layer_dropped_beside_the_canvas_is_not_added(show):
    story = show()
    item = story.layer("Dense")
    story.drag(item, (item[0] + 10, item[1] + 60))
    assert story.sent("Add") == []


def test_a_click_adds_after_the_selected_block_again_and_again(show):
    story = show()
    for kind in ("Input", "Flatten", "Dense"):
        story.root.locator(f'.vnn-palette [data-kind="{kind}"]').click()
        expect(story.root.locator(".vnn-block.selected .vnn-block-name")).to_have_text(kind)
    assert story.wires == [("input", "flatten"), ("flatten", "dense")]
    tops = [story.block(name).bounding_box()["y"] for name in ("input", "flatten", "dense")]
    assert tops == sorted(tops)
    expect(story.block("dense").locator(".vnn-block-foot")).to_contain_text("50,240")


def test_a_click_merges_several_selected_blocks(show):
    story = show(MISMATCH)
    story.click("left")
    story.click("shortcut", modifiers=["Shift"])
    story.root.locator('.vnn-palette [data-kind="Concatenate"]').click()
    expect(story.root.locator('[data-wire$="concatenate:inputs:1"]')).to_have_count(1)
    assert story.wires[-2:] == [("left", "concatenate"), ("shortcut", "concatenate")]
    story.keyboard.press("Control+z")
    expect(story.root.locator(".vnn-block")).to_have_count(4)


def test_ports_are_connected_by_dragging(show):
    story = show(LOOSE)
    story.drag(story.port("source", "images", "0"), story.port("target", "dense", "inputs"))
    expect(story.root.locator("[data-wire]")).to_have_count(1)
    assert story.wires == [("images", "dense")]
    expect(story.root.locator(".vnn-pill")).to_contain_text("28 × 28 × 1")
    story.expect_said("Connected images to dense.")


def test_ports_are_connected_backwards_and_on_the_block_itself(show):
    story = show(LOOSE)
    story.drag(story.port("target", "dense", "inputs"), story.port("source", "images", "0"))
    expect(story.root.locator("[data-wire]")).to_have_count(1)
    story.drag(story.port("source", "images", "0"), story.title("add"))
    expect(story.root.locator("[data-wire]")).to_have_count(2)
    assert story.wires == [("images", "dense"), ("images", "add")]


def test_ports_are_connected_by_two_clicks(show):
    story = show(LOOSE)
    story.mouse.click(*story.port("source", "images", "0"))
    expect(story.root.locator(".vnn-port.from")).to_have_count(1)
    story.mouse.move(*story.port("target", "add", "inputs"))
    expect(story.root.locator(".vnn-pending path")).to_have_count(1)
    story.mouse.click(*story.port("target", "add", "inputs"))
    expect(story.root.locator("[data-wire]")).to_have_count(1)
    assert story.wires == [("images", "add")]
    expect(story.root.locator(".vnn-port.from")).to_have_count(0)


def test_a_begun_connection_is_given_up_by_escape_and_by_a_click_beside(show):
    story = show(LOOSE)
    for give_up in (
        lambda: story.keyboard.press("Escape"),
        lambda: story.mouse.click(*story.empty_place(30, 200)),
    ):
        story.mouse.click(*story.port("source", "images", "0"))
        expect(story.root.locator(".vnn-port.from")).to_have_count(1)
        give_up()
        expect(story.root.locator(".vnn-port.from")).to_have_count(0)
    assert story.wires == []


def test_ports_show_what_would_come_of_a_wire(show):
    story = show(MISMATCH)
    story.mouse.move(*story.port("source", "shortcut", "0"))
    story.mouse.down()
    x, y = story.port("target", "add", "inputs", 0)
    story.mouse.move(x, y - 30, steps=3)
    expect(story.root.locator('[data-port="target|add|inputs"].mismatch')).to_have_count(2)
    expect(story.root.locator('[data-port="target|left|inputs"].impossible')).to_have_count(1)
    expect(story.block("images")).to_have_class("vnn-block aside")
    story.mouse.move(x, y, steps=3)
    expect(story.root.locator(".vnn-tip.mismatch")).to_contain_text("(?, 28, 28, 64)")
    story.mouse.up()
    expect(story.root.locator(".vnn-wire.wrong")).to_have_count(1)


def test_a_loop_is_refused_in_words_near_the_pointer(show):
    story = show(CHAIN)
    end = story.port("target", "flatten", "inputs")
    story.drag(story.port("source", "dense", "0"), end)
    toast = story.root.locator(".vnn-toast.error")
    expect(toast).to_contain_text("a model cannot contain a loop")
    box = toast.bounding_box()
    assert abs(box["x"] - end[0]) < 60
    assert abs(box["y"] - end[1]) < 60
    story.expect_said("a model cannot contain a loop")
    assert story.sent("Connect") == []
    assert story.wires == [("images", "flatten"), ("flatten", "dense")]


def test_a_mismatch_is_drawn_wrong_and_repaired_by_a_button(show):
    story = show(MISMATCH)
    story.drag(story.port("source", "shortcut", "0"), story.port("target", "add", "inputs"))
    wrong = story.root.locator(".vnn-wire.wrong")
    expect(wrong).to_have_count(1)
    expect(story.root.locator(".vnn-pill.wrong")).to_contain_text("28 × 28 × 64 ✕")
    expect(story.block("add").locator(".vnn-block-error")).to_contain_text("cannot combine")
    expect(story.root.locator(".vnn-problems")).to_have_text("1 problem")
    story.root.locator(".vnn-callout").get_by_role("button", name="shortcut: filters = 32").click()
    expect(wrong).to_have_count(0)
    expect(story.root.locator(".vnn-callout")).to_have_count(0)
    assert story.view["problems"] == []
    assert story.view["undo"] == "shortcut: filters = 32"


def test_a_wire_is_selected_and_deleted(show):
    story = show(CHAIN)
    story.root.locator('[data-pill^="flatten"]').click()
    expect(story.root.locator(".vnn-wire.selected")).to_have_count(1)
    story.keyboard.press("Backspace")
    expect(story.root.locator("[data-wire]")).to_have_count(1)
    assert story.wires == [("images", "flatten")]


def test_a_box_selects_and_the_selection_moves_in_one_step(show):
    story = show(MISMATCH)
    x, y = story.title("left")
    far, low = story.title("shortcut")
    story.drag((x - 110, y - 30), (far + 20, low + 30))
    expect(story.root.locator(".vnn-block.selected")).to_have_count(2)
    expect(story.root.locator(".vnn-wire.selected")).to_have_count(0)
    before = {block["id"]: block["x"] for block in story.view["blocks"]}
    story.drag((x, y), (x + 50, y + 90))
    moved = story.bare.wait_for_sent("Move")
    assert set(moved["positions"]) == {"left", "shortcut"}
    assert len(story.sent("Move")) == 1
    assert all(moved["positions"][name][0] > before[name] for name in moved["positions"])


def test_shift_adds_to_a_box_selection(show):
    story = show(CHAIN)
    story.click("images")
    x, y = story.title("dense")
    story.keyboard.down("Shift")
    story.drag((x - 120, y - 20), (x + 10, y + 10))
    story.keyboard.up("Shift")
    expect(story.root.locator(".vnn-block.selected")).to_have_count(2)


def test_the_canvas_is_moved_by_space_by_the_middle_button_and_by_the_hand(show):
    story = show(CHAIN)
    start = story.empty_place(60, 300)
    end = (start[0] + 70, start[1] - 40)
    left = story.block("dense").bounding_box()["x"]
    story.mouse.click(*start)
    story.keyboard.down("Space")
    story.drag(start, end)
    story.keyboard.up("Space")
    assert abs(story.block("dense").bounding_box()["x"] - left - 70) < 3
    story.drag(end, start, button="middle")
    assert abs(story.block("dense").bounding_box()["x"] - left) < 3
    story.keyboard.press("h")
    story.drag(start, end)
    assert abs(story.block("dense").bounding_box()["x"] - left - 70) < 3
    assert story.sent("Move") == []


def test_a_double_click_adds_at_the_pointer(show):
    story = show(CHAIN)
    place = story.empty_place(600, 120)
    story.mouse.dblclick(*place)
    story.root.get_by_role("option", name="Flatten").last.click()
    expect(story.block("flatten_1")).to_have_count(1)
    box = story.block("flatten_1").bounding_box()
    assert abs(box["x"] + box["width"] / 2 - place[0]) < 4


def test_a_wire_dropped_on_the_canvas_asks_what_to_connect(show):
    story = show(CHAIN)
    story.drag(story.port("source", "dense", "0"), story.empty_place(600, 380))
    popup = story.root.locator(".vnn-search")
    none = popup.get_by_role("option", name="Input")
    expect(none).to_have_attribute("aria-disabled", "true")
    expect(none).to_contain_text("Does not fit: An input takes data from outside.")
    assert popup.get_by_role("option").nth(0).get_attribute("data-kind") == "Dense"
    story.keyboard.type("dropout")
    story.keyboard.press("Enter")
    expect(story.block("dropout")).to_have_count(1)
    assert story.wires[-1] == ("dense", "dropout")


def test_a_layer_dropped_on_a_wire_is_inserted(show):
    story = show(CHAIN)
    item = story.layer("Dropout")
    pill = story.root.locator('[data-pill^="flatten"]').bounding_box()
    end = (pill["x"] + 10, pill["y"] + 8)
    story.drag(item, end)
    expect(story.root.locator('[data-wire^="dropout"]')).to_have_count(1)
    assert story.wires == [("images", "flatten"), ("flatten", "dropout"), ("dropout", "dense")]
    story.keyboard.press("Control+z")
    expect(story.block("dropout")).to_have_count(0)
    assert story.wires == [("images", "flatten"), ("flatten", "dense")]


def test_a_wire_drawn_backwards_is_judged_too(show):
    story = show(MISMATCH)
    story.mouse.move(*story.port("target", "add", "inputs"))
    story.mouse.down()
    story.mouse.move(*story.empty_place(20, 200), steps=4)
    marked = '[data-port="source|{}|0"].{}'
    expect(story.root.locator(marked.format("shortcut", "mismatch"))).to_have_count(1)
    expect(story.root.locator(marked.format("left", "legal"))).to_have_count(1)
    story.mouse.move(*story.port("source", "left", "0"), steps=4)
    story.mouse.up()
    expect(story.root.locator("[data-wire]")).to_have_count(4)
    assert story.wires[-1] == ("left", "add")


def test_menus_of_block_wire_and_canvas(show):
    story = show(CHAIN)
    story.click("dense", button="right")
    story.root.get_by_role("menuitem", name="Freeze").click()
    expect(story.block("dense").get_by_role("img", name="Frozen")).to_be_visible()
    story.root.locator('[data-pill^="flatten"]').click(button="right")
    story.root.get_by_role("menuitem", name="Delete").click()
    expect(story.root.locator("[data-wire]")).to_have_count(1)
    story.mouse.click(*story.empty_place(30, 200), button="right")
    story.keyboard.press("ArrowDown")
    expect(story.root.get_by_role("menuitem", name="Paste")).to_be_focused()
    story.keyboard.press("Escape")
    expect(story.root.get_by_role("menu")).to_have_count(0)


def test_closing_takes_everything_away(show):
    story = show(CHAIN)
    story.bare.close()
    expect(story.page.locator("#widget > *")).to_have_count(0)
    story.bare.assign(view={**story.view, "name": "later"})
