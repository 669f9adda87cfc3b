"""Notes, frames and versions on the canvas, by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.live_story import mlp


def test_a_note_is_written_moved_and_deleted_by_keys(live):
    story = live(mlp())
    story.click("classes")
    story.keyboard.press("n")
    expect(story.root.get_by_label("Text of the note")).to_be_focused()
    story.keyboard.insert_text("# Why\n**bold** and $x^2$")
    story.keyboard.press("Escape")
    note = story.root.locator("[data-note]")
    expect(note.locator("strong")).to_have_text("bold")
    expect(note.locator("math")).to_be_visible()
    expect(note).to_be_focused()
    before = story.builder.document.canvas.notes["note_1"]["x"]
    story.keyboard.press("Alt+ArrowRight")
    story.page.wait_for_function(
        "() => fake.sent.filter((m) => m.command === 'EditNote').length === 2"
    )
    story.keyboard.press("Enter")
    expect(story.root.get_by_label("Text of the note")).to_be_focused()
    story.keyboard.press("Escape")
    assert story.builder.document.canvas.notes["note_1"]["x"] == before + 8
    expect(note).to_be_focused()
    story.keyboard.press("Delete")
    expect(note).to_have_count(0)
    story.keyboard.press("Control+z")
    expect(note).to_have_count(1)


def test_a_note_is_dragged_resized_and_coloured_by_mouse(live):
    builder = mlp()
    builder.note("Look", at=(-280, 40))
    story = live(builder)
    story.keyboard.press("f")
    note = story.root.locator("[data-note]")
    box = note.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    story.drag(middle, (middle[0] + 10, middle[1] + 50))
    moved = note.bounding_box()
    assert moved["y"] == pytest.approx(box["y"] + 50, abs=2)
    corner = (moved["x"] + moved["width"] - 5, moved["y"] + moved["height"] - 5)
    story.drag(corner, (corner[0] + 30, corner[1] + 20))
    expect(story.button("Undo: Change a note")).to_be_visible()
    assert note.bounding_box()["width"] == pytest.approx(moved["width"] + 30, abs=2)
    note.hover()
    note.get_by_role("button", name="Colour blue").click()
    expect(note).to_have_attribute("data-color", "blue")


def test_what_a_note_holds_never_runs(live):
    builder = mlp()
    builder.note(
        '<img src=x onerror="window.ran = 1"><script>window.ran = 1</script>[a](javascript:1)'
    )
    story = live(builder)
    expect(story.root.locator("[data-note] a")).to_have_text("a")
    assert story.root.locator("[data-note] img, [data-note] script").count() == 0
    assert story.page.evaluate("() => window.ran") is None


def test_blocks_are_framed_and_move_with_their_frame(live):
    story = live(mlp())
    story.click("hidden")
    story.click("classes", modifiers=["Shift"])
    story.keyboard.press("Shift+G")
    name = story.root.get_by_label("Name of the frame")
    name.fill("Head")
    name.press("Enter")
    expect(story.button("Undo: Change a frame")).to_be_visible()
    before = dict(story.builder.document.canvas.positions)
    name.focus()
    name.press("Alt+ArrowRight")
    expect(story.button("Undo: Move blocks")).to_be_visible()
    after = story.builder.document.canvas.positions
    assert after["features"] == before["features"]
    assert after["hidden"][0] == before["hidden"][0] + 8
    assert after["classes"][0] == before["classes"][0] + 8
    story.root.locator("[data-frame]").get_by_role("button", name="Take the frame away").focus()
    story.keyboard.press("Enter")
    expect(story.root.locator("[data-frame]")).to_have_count(0)


def test_the_drawing_is_compared_with_a_file(live, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    builder = mlp()
    builder.save("before.keras")
    builder.configure("hidden", activation="relu")
    story = live(builder)
    story.root.get_by_role("tab", name="Versions").click()
    story.root.get_by_label("Compare with a file").select_option("before.keras")
    differences = story.root.get_by_role("region", name="Differences")
    expect(differences).to_contain_text("activation: linear → relu")


def test_a_snapshot_is_taken_compared_with_and_restored(live):
    story = live(mlp())
    story.root.get_by_role("tab", name="Versions").click()
    story.root.get_by_label("Name of the snapshot").fill("narrow")
    story.keyboard.press("Enter")
    story.expect_said("Kept as narrow.")
    story.builder.configure("hidden", units=32)
    story.builder.remove("classes")
    story.builder.add("Dropout", after="hidden", name="rest")
    story.told()
    story.button("Compare with narrow").click()
    differences = story.root.get_by_role("region", name="Differences")
    expect(differences).to_contain_text("units: 16 → 32")
    expect(story.block_named("rest").get_by_role("img", name="added")).to_have_text("+")
    expect(story.block_named("hidden").get_by_role("img", name="changed")).to_have_text("Δ")
    expect(story.root.get_by_role("img", name="Removed: Dense classes")).to_have_count(1)
    story.button("Go back to narrow").click()
    story.expect_blocks("features", "hidden", "classes")
    expect(differences).to_contain_text("Nothing is different.")
    story.button("Undo: Go back to a snapshot").click()
    story.expect_blocks("features", "hidden", "rest")
    story.root.get_by_role("region", name="Comparison").get_by_role("button", name="Close").click()
    expect(story.root.get_by_role("img", name="added")).to_have_count(0)
