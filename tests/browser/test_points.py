"""Wires that are led through points, copies dragged with Alt, and frames that take blocks in."""

import pytest
from playwright.sync_api import expect

from visualnn.widgets.builder import Builder


def residual():
    builder = Builder()
    builder.add("Input", name="input", shape=(8, 8, 3), at=(0, 0))
    builder.add("Conv2D", name="first", filters=4, padding="same", after="input", at=(0, 120))
    builder.add("Conv2D", name="second", filters=4, padding="same", after="first", at=(0, 240))
    builder.add("Add", name="add", after=["second", "first"], at=(0, 360))
    return builder


def led(story, source="first", target="add"):
    shown = story.builder.shown
    wires = shown.wires.values()
    wire = next(w for w in wires if (w.source.call, w.target) == (source, target))
    return shown.canvas.points.get(wire.id, ())


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def marks(story):
    return story.root.locator("[data-point]")


def test_a_wire_is_led_through_points_by_the_mouse(live):
    story = live(residual())
    x, y = middle(story.root.locator('[data-pill^="first:0>add"]'))
    story.mouse.dblclick(x, y)
    expect(marks(story)).to_have_count(1)
    story.expect_said("A point: arrow keys move it, Delete takes it away.")
    (before,) = led(story)
    at = middle(marks(story))
    story.drag(at, (at[0] + 120, at[1] + 30))
    story.until(lambda: led(story)[0] != before)
    ((new_x, new_y),) = led(story)
    assert new_x > before[0] + 60
    assert new_y > before[1] + 15
    assert story.builder.history.undo_title == "Move blocks"
    # a second one, by the menu of the wire
    story.mouse.click(*middle(story.root.locator('[data-pill^="first:0>add"]')), button="right")
    story.root.get_by_role("menuitem", name="Lead it through a point here").click()
    expect(marks(story)).to_have_count(2)
    marks(story).first.dblclick()
    expect(marks(story)).to_have_count(1)
    story.keyboard.press("Control+z")
    expect(marks(story)).to_have_count(2)
    story.mouse.click(*middle(marks(story).first), button="right")
    story.root.get_by_role("menuitem", name="Let it find its own way").click()
    expect(marks(story)).to_have_count(0)
    assert led(story) == ()


def test_a_wire_is_led_through_points_by_keys_alone(live):
    story = live(residual())
    story.block_named("first").focus()
    story.keyboard.press("w")
    story.expect_said("Wire from input to first, 8 × 8 × 3")
    story.keyboard.press("Shift+W")
    story.expect_said("Wire from first to add, 8 × 8 × 4")
    story.keyboard.press("r")
    expect(marks(story)).to_have_count(1)
    (before,) = led(story)
    story.keyboard.press("ArrowRight")
    story.keyboard.press("Alt+ArrowDown")
    story.until(lambda: led(story) == ((before[0] + 8, before[1] + 8),))
    story.keyboard.press("Control+z")  # both presses are one step
    story.until(lambda: led(story) == (before,))
    story.keyboard.press("w")
    story.keyboard.press("Shift+W")
    story.expect_said("Point 1 of 1 of the wire.")
    story.keyboard.press("Delete")
    expect(marks(story)).to_have_count(0)
    story.expect_said("Deleted 1 point.")
    story.keyboard.press("w")
    story.keyboard.press("Delete")
    expect(story.root.locator("[data-wire]")).to_have_count(3)


def test_points_are_selected_by_a_box_and_go_with_the_blocks(live):
    builder = residual()
    builder.route("first", "add", (300, 160), (300, 360))
    story = live(builder)
    story.root.locator(".vnn-canvas").focus()
    corners = [story.block_named(name).bounding_box() for name in ("second", "add")]
    start = corners[0]["x"] - 30, corners[0]["y"] - 10
    end = start[0] + 400, corners[1]["y"] + 10
    story.drag(start, end)
    expect(story.root.locator(".vnn-point.selected")).to_have_count(1)
    expect(story.root.locator(".vnn-block.selected")).to_have_count(2)
    places = dict(story.builder.document.canvas.positions)
    title = story.title("second")
    story.drag(title, (title[0] - 60, title[1] + 40))
    story.until(lambda: story.builder.document.canvas.positions != places)
    x, y = story.builder.document.canvas.positions["add"]
    shift = x - places["add"][0], y - places["add"][1]
    assert led(story)[0] == (300, 160)
    assert led(story)[1] == pytest.approx((300 + shift[0], 360 + shift[1]), abs=2)


def test_a_block_dropped_on_a_wire_with_points_comes_between_them(live):
    builder = residual()
    builder.route("first", "add", (300, 170), (300, 350))
    builder.add("Dropout", name="dropout", at=(520, 60))
    story = live(builder)
    box = story.block_named("dropout").bounding_box()
    title = story.title("dropout")
    up, down = middle(marks(story).nth(0)), middle(marks(story).nth(1))
    to = (up[0] + down[0]) / 2, (up[1] + down[1]) / 2
    story.mouse.move(*title)
    story.mouse.down()
    story.mouse.move(title[0] - 4, title[1])
    by = to[0] - box["x"] - box["width"] / 2, to[1] - box["y"] - box["height"] / 2
    story.mouse.move(title[0] + by[0], title[1] + by[1], steps=6)
    story.root.locator(".receives").first.wait_for(state="attached")
    story.mouse.up()
    expect(story.root.locator('[data-wire^="dropout"]')).to_have_count(1)
    story.until(lambda: led(story, "first", "dropout") == ((300, 170),))
    assert len(led(story, "dropout", "add")) == 1


# ---------------------------------------------------------------------- the ends of wires


def ends(story):
    wires = story.builder.document.wires.values()
    return sorted((wire.source.call, wire.target) for wire in wires)


def test_the_end_of_a_wire_is_moved_dropped_and_let_be(live):
    builder = residual()
    builder.route("first", "second", (300, 200))
    builder.add("Conv2D", name="third", filters=4, padding="same", at=(420, 240))
    builder.add("Conv2D", name="wide", filters=8, padding="same", after="input", at=(420, 60))
    story = live(builder)
    before = ends(story)
    end = story.port("target", "second", "inputs")
    # on another input: legal ports and taken ones show while it is dragged
    story.mouse.move(*end)
    story.mouse.down()
    story.mouse.move(end[0] + 20, end[1] + 4, steps=3)
    expect(story.root.locator('[data-port="target|third|inputs"].legal')).to_have_count(1)
    expect(story.root.locator('[data-port="target|second|inputs"].legal')).to_have_count(1)
    expect(story.root.locator('[data-port="target|wide|inputs"].impossible')).to_have_count(1)
    expect(story.root.locator('[data-wire^="first:0>second"]')).to_have_count(0)
    story.mouse.move(*story.port("target", "third", "inputs"), steps=6)
    expect(story.root.locator(".vnn-tip.legal")).to_be_visible()
    story.mouse.up()
    moved = sorted([*(set(before) - {("first", "second")}), ("first", "third")])
    story.until(lambda: ends(story) == moved)
    story.expect_said("Connected first to third.")
    assert builder.history.undo_title == "Move the end of a wire"
    assert led(story, "first", "third") == ()
    story.keyboard.press("Control+z")
    story.until(lambda: ends(story) == before)
    expect(story.root.locator('[data-wire^="first:0>second"]')).to_have_count(1)
    assert led(story, "first", "second") == ((300, 200),)
    # on empty canvas
    story.drag(story.port("target", "second", "inputs"), story.empty_place())
    story.until(lambda: ends(story) == sorted(set(before) - {("first", "second")}))
    story.expect_said("Deleted 1 wire.")
    expect(story.root.locator(".vnn-search")).to_have_count(0)
    story.keyboard.press("Control+z")
    story.until(lambda: ends(story) == before)
    expect(story.root.locator('[data-wire^="first:0>second"]')).to_have_count(1)
    # refused, back where it was, and with Escape: nothing is done
    done = builder.history.undo_title
    story.drag(story.port("target", "second", "inputs"), story.port("target", "wide", "inputs"))
    expect(story.root.locator(".vnn-toast")).to_contain_text("has its only input from input")
    story.drag(end, (end[0] + 4, end[1] + 6))
    story.mouse.move(*end)
    story.mouse.down()
    story.mouse.move(end[0] + 60, end[1] - 20, steps=3)
    expect(story.root.locator(".react-flow__connection-path")).to_have_count(1)
    story.keyboard.press("Escape")
    expect(story.root.locator(".react-flow__connection-path")).to_have_count(0)
    story.mouse.move(*story.empty_place(), steps=3)
    story.mouse.up()
    expect(story.root.locator('[data-wire^="first:0>second"]')).to_have_count(1)
    assert ends(story) == before
    assert builder.history.undo_title == done


def test_the_end_of_a_wire_is_moved_by_clicks(live):
    builder = residual()
    builder.add("Conv2D", name="third", filters=4, padding="same", at=(420, 240))
    story = live(builder)
    story.mouse.click(*middle(story.root.locator('[data-pill^="first:0>second"]')), button="right")
    story.root.get_by_role("menuitem", name="Move its end to another input").click()
    story.mouse.click(*story.port("target", "third", "inputs"))
    story.until(lambda: ("first", "third") in ends(story))
    assert ("first", "second") not in ends(story)


# ---------------------------------------------------------------------- copies


def test_blocks_dragged_with_alt_are_copied(live):
    story = live(residual())
    before = dict(story.builder.document.canvas.positions)
    title = story.title("second")
    story.keyboard.down("Alt")
    story.mouse.move(*title)
    story.mouse.down()
    story.mouse.move(title[0] + 10, title[1], steps=2)
    story.mouse.move(title[0] + 260, title[1] - 20, steps=6)
    expect(story.root.locator(".vnn-original")).to_have_count(1)
    story.mouse.up()
    story.keyboard.up("Alt")
    expect(story.root.locator("[data-block]")).to_have_count(5)
    expect(story.root.locator(".vnn-original")).to_have_count(0)
    after = story.builder.document.canvas.positions
    assert {name: after[name] for name in before} == before
    (new,) = after.keys() - before.keys()
    assert after[new][0] > before["second"][0] + 100
    expect(story.root.locator(".vnn-block.selected")).to_have_count(1)
    story.keyboard.press("Control+z")
    expect(story.root.locator("[data-block]")).to_have_count(4)


# ---------------------------------------------------------------------- frames


def framed():
    builder = residual()
    builder.add("Dropout", name="dropout", at=(420, 200))
    builder.frame("first", "second", name="stem")
    return builder


def members(story):
    return [set(frame["blocks"]) for frame in story.builder.document.canvas.groups.values()]


def test_blocks_are_dragged_into_a_frame_and_out_of_it(live):
    story = live(framed())
    frame = story.root.locator(".vnn-frame")
    box = frame.bounding_box()
    title = story.title("dropout")
    grip = story.block_named("dropout").bounding_box()
    middle_of_block = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    goal = box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2  # beside the wire
    inside = (
        title[0] + goal[0] - middle_of_block[0],
        title[1] + goal[1] - middle_of_block[1],
    )
    story.mouse.move(*title)
    story.mouse.down()
    story.mouse.move(title[0] - 8, title[1], steps=2)
    story.mouse.move(*inside, steps=6)
    expect(story.root.locator(".vnn-frame.receives")).to_have_count(1)
    story.mouse.up()
    story.until(lambda: members(story) == [{"first", "second", "dropout"}])
    story.expect_said("In the frame now.")
    story.drag(story.title("dropout"), (title[0] + 60, title[1]))
    story.until(lambda: members(story) == [{"first", "second"}])
    story.expect_said("Out of the frame.")
    story.keyboard.press("Control+z")  # where it lay and where it belonged, in one step
    story.until(lambda: members(story) == [{"first", "second", "dropout"}])


def test_blocks_go_into_a_frame_and_out_of_it_by_menu_and_by_keys(live):
    story = live(framed())
    story.choose("dropout", "Put into the frame stem")
    story.until(lambda: members(story) == [{"first", "second", "dropout"}])
    story.click("first")
    story.keyboard.press("j")
    menu = story.root.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Take out of the frame stem")).to_be_visible()
    story.keyboard.press("End")
    story.keyboard.press("Enter")
    story.until(lambda: members(story) == [{"second", "dropout"}])
    expect(story.root.locator(".vnn-canvas")).to_be_focused()


# ---------------------------------------------------------------------- the outline


def test_wires_are_led_and_deleted_in_the_outline(live):
    story = live(residual())
    story.root.get_by_role("tab", name="Outline").click()
    tree = story.root.get_by_role("tree")
    tree.locator('[data-outline="first"]').focus()
    story.keyboard.press("ArrowRight")
    item = tree.get_by_text("Leads to add")
    item.focus()
    story.keyboard.press("r")
    expect(marks(story)).to_have_count(1)
    expect(tree.get_by_text("Leads to add, 1 point")).to_be_visible()
    story.keyboard.press("ArrowUp")  # now the point is selected: the wire is when one comes back
    story.keyboard.press("ArrowDown")
    expect(story.root.locator(".vnn-wire.selected")).to_have_count(1)
    story.keyboard.press("Delete")
    expect(story.root.locator("[data-wire]")).to_have_count(3)
    expect(tree.locator('[data-outline="first"][aria-level="1"]')).to_be_focused()
    tree.locator('[data-outline="second"]').click(button="right")
    story.root.get_by_role("menuitem", name="Duplicate").click()
    expect(story.root.locator("[data-block]")).to_have_count(5)


# ---------------------------------------------------------------------- the order of inputs


def inputs_of(story, block):
    return [ref.call for _, ref in story.builder.document.calls[block].references]


def test_inputs_change_places_by_menu_and_by_keys(live):
    story = live(residual())
    assert inputs_of(story, "add") == ["second", "first"]
    story.mouse.click(*middle(story.root.locator('[data-pill^="first:0>add"]')), button="right")
    story.root.get_by_role("menuitem", name="Earlier among the inputs").click()
    story.until(lambda: inputs_of(story, "add") == ["first", "second"])
    story.expect_said("Input 1 of 2.")
    story.click("second")
    story.keyboard.press("Shift+W")
    story.expect_said("Wire from second to add")
    story.keyboard.press("Alt+ArrowLeft")
    story.until(lambda: inputs_of(story, "add") == ["second", "first"])
    story.keyboard.press("Alt+ArrowLeft")
    story.expect_said("There is no place further there.")
