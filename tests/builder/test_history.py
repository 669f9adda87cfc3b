"""Undoing and redoing, by any sequence of commands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builder import drawings
from visualnn.builder.commands import Add, Configure, Move, Rename
from visualnn.builder.history import History, RefusedError


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_undoing_everything_gives_equal_documents_and_redoing_too(data):
    history = drawings.history()
    seen = [history.document]
    for _ in range(data.draw(st.integers(1, 15))):
        command = data.draw(drawings.commands(history.document))
        before = history.document
        try:
            history.do(command)
        except RefusedError as refused:
            assert str(refused)
            assert history.document is before
            continue
        if history.document is not before:
            seen.append(history.document)
    for document in reversed(seen[:-1]):
        assert history.undo() == document
    with pytest.raises(RefusedError, match="nothing to undo"):
        history.undo()
    for document in seen[1:]:
        assert history.redo() == document
    with pytest.raises(RefusedError, match="nothing to do again"):
        history.redo()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_document_is_whole(data):
    history = drawings.history()
    for _ in range(data.draw(st.integers(1, 15))):
        try:
            history.do(data.draw(drawings.commands(history.document)))
        except RefusedError:
            continue
        document = history.document
        assert len(document.order) == len(document.calls), "no loops"
        assert len(document.names) == len(document.layers), "names are distinct"
        assert {use.layer for use in document.calls.values()} == document.layers.keys()
        assert document.canvas.positions.keys() == document.calls.keys()
        assert document.output_calls <= document.calls.keys()
        assert set(document.input_calls) <= document.calls.keys()
        assert document.canvas.points.keys() <= document.wires.keys()
        assert all(document.canvas.points.values()), "no wire is led through no points"


def test_a_new_command_forgets_what_was_undone():
    history = drawings.chain("Dense")
    history.undo()
    history.do(Add("Flatten"))
    assert history.redo_title == ""


def test_titles_say_what_would_be_undone():
    history = drawings.chain("Dense")
    assert history.undo_title == "Add a layer"
    history.undo()
    assert history.redo_title == "Add a layer"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def typed(clock: Clock, *values, pause=0.2):
    history = History(clock=clock)
    history.do(Add("Dense"))
    clock.now += 10
    for value in values:
        history.do(Configure("dense", "units", value))
        clock.now += pause
    return history


def test_typing_is_one_step():
    history = typed(Clock(), 1, 12, 128)
    assert history.undo().layers["dense"].config["units"] == 64
    assert history.redo().layers["dense"].config["units"] == 128


def test_typing_after_a_pause_is_another_step():
    history = typed(Clock(), 1, 12, 128, pause=5)
    assert history.undo().layers["dense"].config["units"] == 12


def test_typing_does_not_go_on_with_what_was_undone():
    clock = Clock()
    history = typed(clock, 1)
    history.undo()
    history.do(Configure("dense", "units", 2))
    assert history.undo().layers["dense"].config["units"] == 64


def test_another_setting_is_another_step():
    history = typed(Clock(), 7)
    history.do(Configure("dense", "use_bias", False))
    assert history.undo().layers["dense"].config["units"] == 7


def test_dragging_is_one_step_as_long_as_the_same_blocks_are_dragged():
    history = History(clock=Clock())
    history.do(Add("Dense"))
    history.do(Add("Flatten"))
    for x in (1.0, 2.0, 3.0):
        history.do(Move({"dense": (x, 0.0)}))
    history.do(Move({"flatten": (5.0, 5.0)}))
    assert history.undo().canvas.positions["dense"] == (3.0, 0.0)
    assert history.undo().canvas.positions["dense"] == (0.0, 0.0)


def test_what_changes_nothing_is_no_step():
    history = drawings.chain("Dense")
    version = history.version
    history.do(Rename("dense", "dense"))
    history.do(Configure("dense", "units", 64))
    assert history.version == version
    assert history.undo_title == "Add a layer"
