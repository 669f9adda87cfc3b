"""The drawing with its submodels opened: what is inside, in frames, with its wires."""

import pytest

from tests.builder import drawings
from visualnn.builder.document import HEIGHT, WIDTH
from visualnn.builder.editor import Editor
from visualnn.builder.nested import levels_inside
from visualnn.builder.unfolding import unfolded
from visualnn.builder.views import view_of


@pytest.fixture
def editor():
    """A residual whose branch is a submodel, in a submodel."""
    editor = Editor()
    editor.add("Input", name="x", shape=(8, 8, 3))
    editor.add("Conv2D", name="a", padding="same", after="x")
    editor.add("BatchNormalization", name="n", after="a")
    editor.add("Conv2D", name="c", padding="same", after="n")
    editor.add("Add", name="sum", after=["a", "c"])
    editor.add("Flatten", name="f", after="sum")
    editor.collapse("n", "c", name="inner")
    editor.collapse("a", "inner", "sum", name="outer")
    return editor


def wires(view):
    return {(wire.source, wire.target) for wire in view.wires}


def test_nothing_is_opened_at_depth_0(editor):
    view = unfolded(editor.document, 0)
    assert [block.id for block in view.blocks] == ["x", "outer", "f"]
    assert view.frames == ()
    assert wires(view) == {("x", "outer"), ("outer", "f")}


def test_each_level_takes_the_place_of_its_block(editor):
    one, two = unfolded(editor.document, 1), unfolded(editor.document, 2)
    assert [frame.name for frame in one.frames] == ["outer"]
    assert wires(one) == {
        ("x", "outer//a"),
        ("outer//a", "outer//inner"),
        ("outer//a", "outer//sum"),
        ("outer//inner", "outer//sum"),
        ("outer//sum", "f"),
    }
    assert [frame.way for frame in two.frames] == [("outer",), ("outer", "inner")]
    assert ("outer//a", "outer//inner//n") in wires(two)
    assert two.ways["outer//inner//c"] == ("outer", "inner", "c")
    assert {wire.shape for wire in two.wires} == {"8 × 8 × 3", "8 × 8 × 32"}
    assert unfolded(editor.document, 9) == two
    assert levels_inside(editor.document) == 2
    (outer,) = [block for block in view_of(editor.history).blocks if block.inside]
    assert outer.inside.levels == 2


def test_blocks_lie_apart_and_in_their_frames(editor):
    view = unfolded(editor.document, 2)
    boxes = {block.id: (block.x, block.y) for block in view.blocks}
    for one, (x, y) in boxes.items():
        for other, (a, b) in boxes.items():
            assert one == other or abs(x - a) >= WIDTH or abs(y - b) >= HEIGHT
        for frame in view.frames:
            is_inside = (
                frame.x <= x
                and x + WIDTH <= frame.x + frame.width
                and frame.y <= y
                and y + HEIGHT <= frame.y + frame.height
            )
            assert is_inside == one.startswith(f"{frame.id}//")


@pytest.mark.parametrize("name", drawings.DRAWABLE)
def test_every_wire_of_models_that_keras_saved_has_two_ends(name):
    document = drawings.drawn(name)
    view = unfolded(document, 9)
    blocks = {block.id: block for block in view.blocks}
    assert len(blocks) == len(view.blocks)
    assert len({wire.id for wire in view.wires}) == len(view.wires)
    for wire in view.wires:
        assert wire.source_port < len(blocks[wire.source].outputs)
        assert wire.target_port in [port.name for port in blocks[wire.target].inputs]
    fed = {wire.target for wire in view.wires}
    free = {call for call, use in document.calls.items() if not use.references}
    assert all(block.id in fed | free or not block.inputs for block in view.blocks)
