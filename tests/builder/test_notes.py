"""Notes, frames and snapshots; what drawings differ in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builder import drawings
from visualnn.builder.commands import (
    AddNote,
    EditFrame,
    EditNote,
    Frame,
    PutIntoFrame,
    RemoveFrame,
    RemoveNote,
    RemoveSnapshot,
    RenameSnapshot,
    RestoreSnapshot,
    Splice,
    TakeOutOfFrame,
    TakeSnapshot,
)
from visualnn.builder.editor import Editor
from visualnn.builder.history import RefusedError


def mlp():
    made = Editor()
    made.add("Input", shape=(4,), name="features")
    made.add("Dense", after="features", units=8, name="hidden")
    made.add("Dense", after="hidden", units=2, name="classes")
    return made


def test_notes_are_written_changed_and_deleted():
    made = mlp()
    note = made.note("# Why\n$y = Wx + b$", at=(10, 20))
    made.do(EditNote(note, x=50.0, color="blue"))
    assert made.document.canvas.notes[note]["text"].startswith("# Why")
    assert (made.document.canvas.notes[note]["x"], made.document.canvas.notes[note]["y"]) == (
        50,
        20,
    )
    made.remove_note(note)
    made.undo()
    assert note in made.document.canvas.notes


@pytest.mark.parametrize(
    "command, said",
    [
        (AddNote("x" * 30_000), "cannot be longer than 20,000"),
        (AddNote("x", color="mauve"), "one of yellow, blue"),
        (AddNote("x", width=5.0), "60 to 2000 points"),
        (EditNote("note_9", "x"), "not there any more"),
        (RemoveNote("note_9"), "not there any more"),
        (Frame(()), "Select the blocks"),
        (Frame(("nobody",)), "There is no block"),
        (EditFrame("frame_9", "x"), "not there any more"),
        (RemoveFrame("frame_9"), "not there any more"),
        (PutIntoFrame("frame_9", ()), "not there any more"),
        (TakeOutOfFrame("frame_9", ()), "not there any more"),
        (TakeSnapshot(""), "A name cannot be empty"),
        (RestoreSnapshot("before"), "There is no snapshot 'before'"),
        (RenameSnapshot("before", "x"), "There is no snapshot 'before'"),
        (RemoveSnapshot("before"), "There is no snapshot 'before'"),
    ],
)
def test_what_cannot_be_is_refused_in_words(command, said):
    with pytest.raises(RefusedError, match=said):
        mlp().do(command)


def test_a_frame_goes_with_its_blocks():
    made = mlp()
    frame = made.frame("hidden", "classes", name="head")
    made.remove("classes")
    assert made.document.canvas.groups[frame]["blocks"] == ("hidden", "classes")
    made.undo()
    made.do(EditFrame(frame, name="top"))
    assert made.document.canvas.groups[frame]["name"] == "top"


def test_a_snapshot_is_restored_with_its_weights():
    made = mlp()
    before, weights = made.document, made.model.get_weights()
    made.take_snapshot("first")
    made.configure("hidden", units=16)
    made.add("Dropout", after="classes")
    made.take_snapshot("second")
    made.restore_snapshot("first")
    assert made.document.calls == before.calls
    assert made.document.layers == before.layers
    assert made.snapshots == ["first", "second"]
    for a, b in zip(made.model.get_weights(), weights, strict=True):
        assert (a == b).all()
    made.undo()
    assert "dropout" in made.document.layers
    with pytest.raises(RefusedError, match="named first already"):
        made.take_snapshot("first")
    made.remove_snapshot("first")
    assert made.snapshots == ["second"]


def test_what_has_changed_is_told():
    made = mlp()
    made.take_snapshot("first")
    made.configure("hidden", units=16, activation="relu")
    made.rename("hidden", "wide")
    made.remove("classes")
    made.add("Dense", after="wide", units=3, name="other")
    found = made.compare("first")
    assert found.added == ("other",)
    assert [gone.layer for gone in found.gone] == ["classes"]
    (changed,) = found.changed
    assert [(x.name, x.before, x.now) for x in changed.values] == [
        ("name", "hidden", "wide"),
        ("units", "8", "16"),
        ("activation", "linear", "relu"),
    ]
    assert len(found.added_wires) == 1 and found.gone_wires == ("wide → classes",)
    assert [(x.name, x.before, x.now) for x in found.others] == [("outputs", "classes", "other")]


def test_nothing_is_told_of_equal_drawings():
    made = mlp()
    made.take_snapshot("first")
    made.arrange()
    made.note("hello")
    found = made.compare("first")
    assert not any((found.added, found.gone, found.changed, found.added_wires, found.gone_wires))
    assert not found.others


def test_what_is_inside_a_submodel_is_compared_too():
    made = mlp()
    made.collapse("hidden", name="block")
    made.take_snapshot("first")
    made.enter("block")
    made.configure("hidden", units=3)
    assert [changed.layer for changed in made.compare("first").changed] == ["hidden"]
    made.leave()
    (changed,) = made.compare("first").changed
    assert changed.values[0].name == "inside" and "hidden" in changed.values[0].now


def test_a_drawing_is_compared_with_a_model():
    made = mlp()
    other = mlp()
    other.configure("hidden", units=5)
    (changed,) = made.compare(other.model).changed
    assert [(x.before, x.now) for x in changed.values] == [("5", "8")]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_undoing_notes_frames_and_snapshots_gives_equal_documents(data):
    history = drawings.chain("Dense", "Dense")
    seen = [history.document]
    names = st.sampled_from(["a", "b"])
    for _ in range(data.draw(st.integers(1, 12))):
        document = history.document
        notes = st.sampled_from([*document.canvas.notes, "note_1"])
        frames = st.sampled_from([*document.canvas.groups, "frame_1"])
        blocks = st.lists(st.sampled_from(sorted(document.calls) or ["x"]), max_size=2, unique=True)
        command = data.draw(
            st.one_of(
                drawings.commands(document),
                st.builds(AddNote, names),
                st.builds(EditNote, notes, names, st.sampled_from([1.0, 2.0])),
                st.builds(RemoveNote, notes),
                st.builds(Frame, blocks.map(tuple), names),
                st.builds(EditFrame, frames, names),
                st.builds(RemoveFrame, frames),
                st.builds(TakeSnapshot, names, st.just("then")),
                st.builds(RestoreSnapshot, names),
                st.builds(RemoveSnapshot, names),
            )
        )
        try:
            history.do(command)
        except RefusedError as refused:
            assert str(refused)
            continue
        if history.document is not document:
            seen.append(history.document)
    for document in reversed(seen[:-1]):
        assert history.undo() == document
    for document in seen[1:]:
        assert history.redo() == document


def test_blocks_go_into_frames_and_out_of_them():
    made = mlp()
    frame = made.frame("hidden", name="head")
    before = made.document
    made.put_into_frame(frame, "classes", "hidden")
    assert made.document.canvas.groups[frame]["blocks"] == ("hidden", "classes")
    made.take_out_of_frame(frame, "hidden")
    assert made.document.canvas.groups[frame]["blocks"] == ("classes",)
    made.take_out_of_frame(frame, "classes")
    assert not made.document.canvas.groups
    for _ in range(3):
        made.undo()
    assert made.document == before
    with pytest.raises(RefusedError, match="There is no block"):
        made.do(PutIntoFrame(frame, ("nobody",)))


def test_what_comes_between_blocks_of_a_frame_is_in_it():
    made = mlp()
    frame = made.frame("hidden", "classes")
    other = made.frame("features", "hidden")
    new = made.add("Dropout", at=(600, 0))
    wire = next(w for w in made.document.wires.values() if w.target == "classes")
    made.do(Splice(new, wire.id, 0.0, 200.0))
    assert new in made.document.canvas.groups[frame]["blocks"]
    assert new not in made.document.canvas.groups[other]["blocks"]


def test_frames_and_notes_go_into_submodels_and_come_out_again():
    made = mlp()
    whole = made.frame("features", "hidden", "classes", name="whole")
    made.frame("hidden", "classes", name="part")
    block = made.collapse("hidden", "classes", name="unit")
    assert [*made.document.canvas.groups] == [whole]
    assert made.document.canvas.groups[whole]["blocks"][-1] == block
    made.enter("unit")
    assert [frame["name"] for frame in made.shown.canvas.groups.values()] == ["part"]
    made.note("inside", at=(0, 0))
    made.leave()
    made.unpack("unit")
    frames = [(x["name"], set(x["blocks"])) for x in made.document.canvas.groups.values()]
    assert [name for name, _ in frames] == ["whole", "part"]
    assert all({"hidden", "classes"} <= blocks for _, blocks in frames)
    assert [note["text"] for note in made.document.canvas.notes.values()] == ["inside"]
