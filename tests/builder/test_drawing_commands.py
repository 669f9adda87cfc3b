"""Putting blocks into wires, muting, pinning, and turning the drawing."""

import numpy as np
import pytest

from tests.builder import drawings
from visualnn.builder.checks import faults_of
from visualnn.builder.commands import (
    Add,
    Arrange,
    Connect,
    Mute,
    Pin,
    Reconnect,
    SetOutput,
    Splice,
    Turn,
)
from visualnn.builder.editor import Editor
from visualnn.builder.history import RefusedError
from visualnn.builder.saved import drawing_from, drawing_record, saved_canvas
from visualnn.builder.views import view_of


@pytest.fixture
def editor():
    editor = Editor()
    for kind, after in (("Input", ()), ("Flatten", "input"), ("Dense", "flatten")):
        editor.add(kind, after=after)
    return editor


def wire(editor, source, target):
    wires = editor.document.wires.values()
    return next(w.id for w in wires if (w.source.call, w.target) == (source, target))


def test_a_block_dropped_on_a_wire_goes_into_it_and_what_follows_makes_room(editor):
    editor.add("Dropout", at=(500, 0))
    before = editor.document
    _, y = before.canvas.positions["dense"]
    editor.do(Splice("dropout", wire(editor, "flatten", "dense"), 0.0, y - 30))
    links = {(w.source.call, w.target) for w in editor.document.wires.values()}
    assert {("flatten", "dropout"), ("dropout", "dense")} <= links
    assert ("flatten", "dense") not in links
    places = editor.document.canvas.positions
    assert places["dense"][1] - places["dropout"][1] >= 72
    editor.undo()
    assert editor.document == before


def test_a_block_cannot_be_put_into_its_own_wire_nor_make_a_loop(editor):
    with pytest.raises(RefusedError, match="at an end of this wire"):
        editor.do(Splice("dense", wire(editor, "flatten", "dense"), 0.0, 0.0))
    editor.add("Dropout", after="dense")
    with pytest.raises(RefusedError, match="has its only input from dense already"):
        editor.do(Splice("dropout", wire(editor, "input", "flatten"), 0.0, 0.0))


def test_the_end_of_a_wire_moves_and_the_outputs_of_the_model_stay(editor):
    editor.do(SetOutput("flatten", True))
    editor.add("Dense", name="other")
    editor.add("Dropout", after="dense")
    before = editor.document
    with pytest.raises(RefusedError, match="has its only input from dense already"):
        editor.do(Reconnect(wire(editor, "flatten", "dense"), "dropout"))
    with pytest.raises(RefusedError, match="cannot be connected to itself"):
        editor.do(Reconnect(wire(editor, "flatten", "dense"), "flatten"))
    assert editor.document == before
    editor.do(Reconnect(wire(editor, "flatten", "dense"), "other"))
    links = {(w.source.call, w.target) for w in editor.document.wires.values()}
    assert links == {("input", "flatten"), ("flatten", "other"), ("dense", "dropout")}
    assert editor.document.outputs == before.outputs
    editor.undo()
    assert editor.document == before


def test_inputs_change_their_order_and_what_is_computed_with_it():
    editor = Editor()
    for name in "abc":
        editor.add("Input", name=name, shape=(1,))
    editor.add("Concatenate", name="joined", after=["a", "b", "c"])
    editor.route("c", "joined", (5, 5))
    before = editor.document
    editor.move_input("c", "joined", 0)
    names = [ref.call for _, ref in editor.document.calls["joined"].references]
    assert names == ["c", "a", "b"]
    assert [*editor.document.canvas.points.values()] == [((5, 5),)]
    shown = [(w.source, w.position) for w in view_of(editor.history).wires]
    assert sorted(shown, key=lambda wire: wire[1]) == [("c", 0), ("a", 1), ("b", 2)]
    x = [np.full((1, 1), number, "float32") for number in (1, 2, 3)]
    np.testing.assert_array_equal(editor.model.predict(x, verbose=0), [[3, 1, 2]])
    editor.undo()
    assert editor.document == before
    with pytest.raises(RefusedError, match="joined has 3 inputs here, counted from 0"):
        editor.move_input("c", "joined", 3)
    editor.add("Dense", name="last", after="joined")
    with pytest.raises(RefusedError, match="last has no other input here"):
        editor.move_input("joined", "last", 0)


def test_a_layer_inserted_into_a_wire_makes_room(editor):
    _, y = editor.document.canvas.positions["dense"]
    drawings_wire = wire(editor, "flatten", "dense")
    editor.do(drawings.Insert("Dropout", 0.0, y - 20, wire=drawings_wire))
    places = editor.document.canvas.positions
    assert places["dense"][1] - places["dropout"][1] >= 72


def test_a_muted_block_is_passed_by_and_comes_back(editor):
    editor.add("Dense", after="dense", name="last", units=3)
    x = np.ones((2, 28, 28, 1), "float32")
    before = editor.model.predict(x, verbose=0)
    editor.do(Mute(("dense",)))
    assert [block.id for block in view_of(editor.history).blocks if block.muted] == ["dense"]
    assert [layer.name for layer in editor.model.layers] == ["input", "flatten", "last"]
    assert "dense = " not in editor.code()
    assert faults_of(editor.document) == []
    editor.do(Mute(("dense",), False))
    np.testing.assert_array_equal(editor.model.get_weights()[0].shape, (784, 64))
    assert editor.model.predict(x, verbose=0).shape == before.shape


def test_what_the_rest_needs_cannot_be_muted():
    history = drawings.residual()
    with pytest.raises(RefusedError, match="has 0 inputs"):
        history.do(Mute((next(iter(history.document.calls)),)))
    editor = Editor()
    editor.add("Input", shape=(8, 8, 1))
    editor.add("Reshape", after="input", target_shape=(64,))
    editor.add("Input", shape=(64,), name="other")
    editor.add("Concatenate", after=["reshape", "other"])
    with pytest.raises(RefusedError, match="Without reshape the rest would not fit"):
        editor.do(Mute(("reshape",)))


def test_pinned_blocks_stay_where_they_are(editor):
    editor.move("dense", 700, 700)
    editor.do(Pin(("dense",)))
    editor.do(Arrange())
    places = editor.document.canvas.positions
    assert places["dense"] == (700, 700)
    assert places["input"][1] < places["flatten"][1] < 700
    editor.do(Pin(("dense",), False))
    editor.do(Arrange())
    assert editor.document.canvas.positions["dense"] != (700, 700)


def test_a_turned_drawing_leads_to_the_right(editor):
    editor.do(Turn("right"))
    places = editor.document.canvas.positions
    assert places["input"][0] + 192 < places["flatten"][0] < places["dense"][0]
    assert places["input"][1] == places["flatten"][1] == places["dense"][1]
    editor.do(Add("Dense", 0.0, 0.0, name="more"))
    editor.do(Connect("dense", "more"))
    assert view_of(editor.history).direction == "right"
    for _ in range(3):
        editor.undo()
    assert view_of(editor.history).direction == "down"


def test_what_is_muted_pinned_and_turned_is_saved(editor):
    editor.do(Mute(("flatten",)))
    editor.do(Turn("right"))
    editor.do(Pin(("dense",)))
    record = drawing_record(editor.document)
    again = drawing_from(record, saved_canvas(editor.document, whole=True))
    assert again.calls["flatten"].muted
    assert not again.calls["dense"].muted
    assert (again.canvas.direction, again.canvas.pinned) == ("right", frozenset({"dense"}))
