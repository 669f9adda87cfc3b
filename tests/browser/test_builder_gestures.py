"""Gestures of the canvas, the list of layers and the outline, by mouse and by keys alone."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.builder_story import CHAIN, LOOSE, MISMATCH, block

LONELY = {
    "blocks": [*CHAIN["blocks"], block("dropout", "Dropout", 420, 0, rate=0.5)],
    "wires": CHAIN["wires"],
}


def pill(story, wire):
    box = story.root.locator(f'[data-pill^="{wire}"]').bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def choose(story, name, label):
    story.click(name, button="right")
    story.root.get_by_role("menuitem", name=label).click()


# ---------------------------------------------------------------------- wires


def test_a_block_dropped_on_a_wire_goes_into_it(show):
    story = show(LONELY)
    x, y = pill(story, "flatten")
    box = story.block("dropout").bounding_box()
    title = story.title("dropout")
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    story.mouse.move(*title)
    story.mouse.down()
    story.mouse.move(title[0] - 4, title[1])  # the drag begins where the hand has moved to
    story.mouse.move(x + title[0] - middle[0], y + title[1] - middle[1], steps=6)
    story.root.locator(".receives").first.wait_for(state="attached")
    story.mouse.up()
    expect(story.root.locator('[data-wire^="dropout"]')).to_have_count(1)
    assert story.wires == [("images", "flatten"), ("flatten", "dropout"), ("dropout", "dense")]


def test_a_block_is_put_into_a_wire_by_the_menu_of_the_wire(show):
    story = show(LONELY)
    story.click("dropout")
    story.mouse.click(*pill(story, "images"), button="right")
    story.root.get_by_role("menuitem", name="Put dropout here").click()
    expect(story.root.locator('[data-wire^="dropout"]')).to_have_count(1)
    assert ("images", "dropout") in story.wires


@pytest.mark.parametrize("by", ["alt", "menu"])
def test_a_line_across_wires_cuts_them(show, by):
    story = show(CHAIN)
    x, y = pill(story, "images")
    story.root.locator(".vnn-canvas").focus()
    if by == "alt":
        story.keyboard.down("Alt")
    else:
        story.keyboard.press("k")
        story.expect_said("Draw a line across the wires to cut.")
        story.root.locator(".vnn-knife").wait_for()
    story.drag((x - 80, y + 3), (x + 80, y - 3))
    story.keyboard.up("Alt")
    expect(story.root.locator("[data-wire]")).to_have_count(1)
    story.expect_said("1 wire cut.")
    expect(story.root.locator(".vnn-knife")).to_have_count(0)


# ---------------------------------------------------------------------- blocks


def test_blocks_are_muted_and_pinned_by_keys_and_by_menu(show):
    story = show(CHAIN)
    story.click("flatten")
    story.keyboard.press("m")
    expect(story.block("flatten")).to_contain_text("muted")
    story.expect_said("1 block muted.")
    story.keyboard.press("p")
    story.expect_said("1 block pinned.")
    choose(story, "flatten", "Unmute")
    expect(story.block("flatten")).not_to_contain_text("muted")
    choose(story, "flatten", "Let go")
    story.expect_said("1 block let go.")


def test_several_blocks_are_put_in_line_and_at_equal_distances(show):
    story = show(LONELY)
    story.root.locator(".vnn-canvas").focus()
    story.keyboard.press("Control+a")
    choose(story, "dense", "Align left edges")
    story.expect_said("Aligned.")
    assert len({block["x"] for block in story.view["blocks"]}) == 1
    choose(story, "dense", "Distribute down")
    story.expect_said("Distributed.")
    rows = sorted(block["y"] for block in story.view["blocks"])
    gaps = {round(b - a) for a, b in itertools.pairwise(rows)}
    assert len(gaps) == 1


def test_the_drawing_turns_and_the_arrows_follow(show):
    story = show(CHAIN)
    story.click("images")
    story.keyboard.press("t")
    story.expect_said("The drawing leads to the right.")
    images, flatten = (story.block(name).bounding_box() for name in ("images", "flatten"))
    assert flatten["x"] > images["x"] + images["width"]
    story.keyboard.press("ArrowRight")
    expect(story.block("flatten")).to_be_focused()
    start, end = story.port("source", "images", "0"), story.port("target", "flatten", "inputs")
    assert start[0] > images["x"] + images["width"] - 8
    assert end[0] < flatten["x"] + 8


# ---------------------------------------------------------------------- the list of layers


def test_what_fits_the_tensor_comes_first_and_the_rest_says_why(show):
    story = show(MISMATCH)
    story.click("images")
    story.root.locator(".vnn-canvas").hover(position={"x": 20, "y": 20})
    story.keyboard.press("a")
    popup = story.root.locator(".vnn-search")
    dense = popup.get_by_role("option", name="Dense")
    expect(dense).to_contain_text("✓")
    expect(popup.get_by_role("option", name="Input")).to_contain_text("Does not fit")
    expect(popup.locator(".vnn-search-help")).to_contain_text("Shift+Enter puts Flatten before it.")
    story.keyboard.press("Shift+Enter")
    story.expect_said("Add Dense behind Flatten.")
    assert story.wires[-2:] == [("images", "flatten_for_1"), ("flatten_for_1", "dense")]


def test_tab_lists_layers_for_the_port_in_hand(show):
    story = show(LOOSE)
    story.click("images")
    story.keyboard.press("c")
    story.keyboard.press("Tab")
    story.root.locator(".vnn-search").wait_for()
    story.keyboard.type("maxpool")
    story.keyboard.press("Enter")
    expect(story.block("max_pooling2d")).to_have_count(1)
    assert story.wires == [("images", "max_pooling2d")]


def test_a_template_begins_a_model(show):
    story = show()
    story.root.locator(".vnn-empty").get_by_role("button", name="Templates").click()
    popup = story.root.locator(".vnn-search")
    expect(popup.get_by_role("option")).to_have_count(2)
    story.keyboard.type("perceptron")
    story.keyboard.press("Enter")
    expect(story.block("flatten")).to_have_count(1)
    assert story.sent("UseTemplate")[0]["name"] == "mlp"


def test_recent_favourite_and_own_blocks_are_in_the_list(show):
    story = show(CHAIN)
    palette = story.root.locator(".vnn-palette")
    palette.locator('[data-kind="Dropout"]').click()
    expect(palette.get_by_role("group", name="Recent")).to_contain_text("Dropout")
    search = palette.get_by_role("combobox")
    search.fill("concat")
    search.press("Alt+Enter")
    search.fill("")
    expect(palette.get_by_role("group", name="Favourites")).to_contain_text("Concatenate")
    story.click("flatten")
    choose(story, "flatten", "Save to my blocks")
    own = palette.get_by_role("group", name="My blocks").get_by_role("option")
    expect(own).to_have_count(1)
    before = len(story.blocks)
    own.click()
    expect(story.root.locator("[data-block]")).to_have_count(before + 1)


# ---------------------------------------------------------------------- the outline


def outline(story):
    story.root.get_by_role("tab", name="Outline").click()
    return story.root.get_by_role("tree")


def test_the_outline_reads_the_drawing_and_follows_the_canvas(show):
    story = show(MISMATCH)
    tree = outline(story)
    names = [item.get_attribute("data-outline") for item in tree.get_by_role("treeitem").all()]
    assert names == ["images", "left", "shortcut", "add"]
    story.click("left")
    expect(tree.locator('[data-outline="left"]')).to_have_attribute("aria-selected", "true")
    tree.locator('[data-outline="shortcut"]').focus()
    expect(story.block("shortcut")).to_have_class("vnn-block selected")


def test_a_model_is_built_and_mended_in_the_outline_by_keys_alone(show):
    story = show(LOOSE)
    tree = outline(story)
    story.keyboard.press("Tab")
    while not tree.locator(":focus").count():
        story.keyboard.press("Tab")
    expect(tree.locator('[data-outline="images"]')).to_be_focused()
    story.keyboard.press("c")
    story.keyboard.type("den")
    story.keyboard.press("Enter")
    story.expect_said("Connected images to dense.")
    tree.locator('[data-outline="dense"]').focus()
    story.keyboard.press("ArrowRight")
    expect(tree.get_by_text("Input inputs from images: 28 × 28 × 1")).to_be_visible()
    story.keyboard.press("Enter")
    field = story.root.locator('.vnn-inspector input[name="units"]')
    expect(field).to_be_focused()
    field.fill("12")
    field.press("Enter")
    field.press("Escape")
    expect(tree.locator('[data-outline="dense"][aria-level="1"]')).to_be_focused()
    assert story.view["blocks"][1]["config"]["units"] == 12
    story.keyboard.press("ArrowRight")
    expect(tree.get_by_text("Input inputs from images")).to_be_focused()
    story.keyboard.press("Enter")
    expect(tree.locator('[data-outline="images"]').first).to_be_focused()
    story.keyboard.press("End")
    story.keyboard.press("Delete")
    expect(story.block("add")).to_have_count(0)
    expect(tree.locator(":focus")).to_have_count(1)
    story.keyboard.press("Control+z")
    expect(story.block("add")).to_have_count(1)
