"""Points that wires are led through: put, moved, undone, kept, and what becomes of them."""

import json

import pytest

from visualnn.builder.commands import (
    AddPoint,
    Arrange,
    Collapse,
    Disconnect,
    Insert,
    Move,
    Pin,
    Remove,
    Route,
    Splice,
    Turn,
    Unpack,
)
from visualnn.builder.editor import Editor
from visualnn.builder.figure import svg_of
from visualnn.builder.history import RefusedError
from visualnn.builder.saved import drawing_from, drawing_record, saved_canvas
from visualnn.builder.views import view_of


@pytest.fixture
def editor():
    """A residual: the skip from ``first`` to ``add`` is the wire that one leads around."""
    editor = Editor()
    editor.add("Input", name="input", shape=(8, 8, 3), at=(0, 0))
    editor.add("Conv2D", name="first", filters=4, padding="same", after="input", at=(0, 120))
    editor.add("Conv2D", name="second", filters=4, padding="same", after="first", at=(0, 240))
    editor.add("Add", name="add", after=["second", "first"], at=(0, 360))
    return editor


def wire(editor, source="first", target="add"):
    wires = editor.shown.wires.values()
    return next(w.id for w in wires if (w.source.call, w.target) == (source, target))


def led(editor, source="first", target="add"):
    return editor.shown.canvas.points.get(wire(editor, source, target), ())


def test_points_come_where_they_lie_along_the_wire(editor):
    before = editor.document
    for at in ((300, 200), (300, 340), (280, 260)):
        editor.do(AddPoint(wire(editor), *at))
    assert led(editor) == ((300, 200), (280, 260), (300, 340))
    view = next(w for w in view_of(editor.history).wires if w.id == wire(editor))
    assert view.points == led(editor)
    assert editor.history.undo_title == "Lead a wire through a point"
    for _ in range(3):
        editor.undo()
    assert editor.document == before


def test_points_are_moved_and_taken_away_beside_blocks(editor):
    editor.route("first", "add", (300, 200), (300, 300))
    editor.do(Move({"second": (10.0, 250.0)}, {wire(editor): ((310.0, 200.0), (310.0, 300.0))}))
    assert led(editor) == ((310, 200), (310, 300))
    assert editor.document.canvas.positions["second"] == (10, 250)
    editor.undo()
    assert led(editor) == ((300, 200), (300, 300))
    editor.do(Remove((), (), {wire(editor): (0,)}))
    assert led(editor) == ((300, 300),)
    editor.route("first", "add")
    assert not editor.document.canvas.points


def test_what_cannot_be_a_point_is_refused(editor):
    with pytest.raises(RefusedError, match="No wire leads from input to add"):
        editor.route("input", "add", (1, 2))
    with pytest.raises(RefusedError, match=r"There is no wire 'x' any more"):
        editor.do(AddPoint("x", 0.0, 0.0))
    with pytest.raises(RefusedError, match="has no point number 1; it has 0"):
        editor.do(Remove((), (), {wire(editor): (1,)}))
    with pytest.raises(RefusedError, match="at most 100 points, not 101"):
        editor.do(Route(wire(editor), ((0.0, 0.0),) * 101))
    with pytest.raises(RefusedError, match="never be seen again"):
        editor.do(AddPoint(wire(editor), 1e9, 0.0))


def test_points_go_with_blocks_only_when_both_ends_go_the_same_way(editor):
    editor.route("first", "add", (300, 250))
    editor.do(Move({"first": (100.0, 120.0)}))
    assert led(editor) == ((300, 250),)
    editor.undo()
    places = {call: (x + 50, y - 10) for call, (x, y) in editor.document.canvas.positions.items()}
    editor.do(Move(places))
    assert led(editor) == ((350, 240),)


def test_a_wire_that_goes_takes_its_points_along_for_good(editor):
    editor.route("first", "add", (300, 250))
    before = editor.document
    editor.do(Disconnect(wire(editor)))
    assert not editor.document.canvas.points
    editor.connect("first", "add")
    assert led(editor) == ()
    editor.undo()
    editor.undo()
    assert editor.document == before
    editor.remove("first")
    assert not editor.document.canvas.points


@pytest.mark.parametrize("by", ["splice", "insert"])
def test_a_block_in_a_wire_takes_its_place_among_the_points(editor, by):
    editor.route("first", "add", (300, 170), (300, 270), (300, 330))
    if by == "splice":
        new = editor.add("Dropout", at=(700, 0))
        editor.do(Splice(new, wire(editor), 210.0, 225.0))
    else:
        editor.do(Insert("Dropout", 210.0, 225.0, wire=wire(editor)))
    # the middle one would lie under the block
    assert led(editor, "first", "dropout") == ((300, 170),)
    assert led(editor, "dropout", "add") == ((300, 330),)


def test_tidying_and_turning_leave_the_points_between_pinned_blocks_alone(editor):
    editor.route("first", "add", (300, 250))
    editor.route("input", "first", (50, 100))
    editor.do(Pin(("first", "add")))
    editor.do(Arrange())
    assert led(editor) == ((300, 250),)
    assert led(editor, "input", "first") == ()
    editor.do(Pin(("first", "add"), False))
    editor.do(Turn("right"))
    assert not editor.document.canvas.points


def test_points_are_kept_in_the_file(editor):
    editor.route("first", "add", (300.5, 250), (310, 300))
    editor.rename("first", "begin")
    kept = json.loads(json.dumps(saved_canvas(editor.document, True)))
    read = drawing_from(drawing_record(editor.document), kept)
    assert list(read.canvas.points.values()) == [((300.5, 250), (310, 300))]
    (name,) = read.canvas.points
    assert read.wires[name].source.call == "begin"


@pytest.mark.parametrize(
    "points",
    [
        {"nowhere": [[1, 2]]},
        {"begin": 3},
        [1],
        {"first:0>add:0": [["a", 1], [1], None, [float("nan"), 1]]},
        {"first:0>add:0": [[1e300, 0]]},
        {"first:0>add:0": [[0, 0]] * 200},
    ],
)
def test_points_of_a_damaged_file_are_left_out(editor, points):
    kept = {**saved_canvas(editor.document, True), "points": points}
    assert not drawing_from(drawing_record(editor.document), kept).canvas.points


def test_points_come_along_into_submodels_copies_and_back(editor):
    editor.route("first", "add", (300, 250))
    copies = editor.paste(editor.copy("first", "second", "add"), 1000, 500)
    new = {str(call).rpartition("_")[0]: str(call) for call in copies}
    assert led(editor, new["first"], new["add"]) == ((1300, 630),)
    editor.undo()
    editor.do(Collapse(("first", "second", "add"), "unit"))
    assert not editor.document.canvas.points
    editor.enter("unit")
    assert led(editor) == ((300, 250),)
    editor.leave()
    editor.do(Unpack("unit"))
    x, y = editor.document.canvas.positions["first"]
    ((at_x, at_y),) = led(editor)
    assert (at_x - x, at_y - y) == (300, 130)


def test_figures_and_pictures_lead_wires_through_their_points(editor):
    svg = editor.figure().svg
    picture = svg_of(view_of(editor.history))
    editor.route("first", "add", (400, 250))
    assert "400 250" in svg_of(view_of(editor.history))
    assert "400 250" not in picture
    assert editor.figure().svg != svg
    assert "416 266" in editor.figure().svg.replace(",", " ")  # from the upper left corner


def test_the_picture_of_a_drawing_to_the_right_leads_its_wires_to_the_right(editor):
    editor.do(Turn("right"))
    places = editor.document.canvas.positions
    (x, y), (to_x, to_y) = places["input"], places["first"]
    assert (y, to_y) == (to_y, y)
    assert f"M{x + 192:g} {y + 36:g}H{to_x:g}" in svg_of(view_of(editor.history))
