"""Blocks as text, from anywhere: what is not what it says is refused."""

import json

import pytest

from tests.builder import drawings
from visualnn.builder.clipboard import copy, paste
from visualnn.builder.document import Document
from visualnn.serialization import InvalidModelFile

TEXT = copy(drawings.residual().document, ["conv2d", "conv2d_1", "shortcut"])


def broken(change):
    content = json.loads(TEXT)
    change(content)
    return json.dumps(content)


def test_copies_go_from_one_drawing_to_another():
    document = paste(Document(), TEXT, (10.0, 20.0))
    assert list(document.calls) == ["conv2d", "conv2d_1", "shortcut"]
    assert document.layers["shortcut"].config["filters"] == 64
    assert min(document.canvas.positions.values()) == (10.0, 20.0)


@pytest.mark.parametrize("name", drawings.DRAWABLE)
def test_whatever_a_file_holds_can_be_copied(name):
    document = drawings.drawn(name)
    pasted = paste(Document(), copy(document, list(document.calls)), (0.0, 0.0))
    assert pasted.layers.keys() == document.layers.keys()
    assert pasted.wires.keys() == document.wires.keys()


def test_pasting_twice_gives_names_of_their_own():
    document = paste(paste(Document(), TEXT, (0.0, 0.0)), TEXT, (0.0, 500.0))
    assert len(document.names) == 6


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(format="other"),
        lambda content: content.update(layers=[]),
        lambda content: content.update(calls={}),
        lambda content: content["calls"]["conv2d"].update(layer="nobody"),
        lambda content: content["calls"]["conv2d"].update(args=3),
        lambda content: content["calls"]["conv2d"].update(position=[1]),
        lambda content: content["calls"]["conv2d"].update(position=[1, float("nan")]),
        lambda content: content["calls"]["conv2d"].pop("kwargs"),
        lambda content: content["calls"]["conv2d"].update(
            args=[{"class_name": "__block__", "config": {"call": "nobody", "output": 0}}]
        ),
        lambda content: content["calls"]["conv2d"].update(
            args=[{"class_name": "__block__", "config": {"call": "conv2d", "output": 0}}]
        ),
        lambda content: content["calls"]["conv2d"].update(
            args=[{"class_name": "__block__", "config": {"call": "conv2d_1", "output": -1}}]
        ),
        lambda content: content["layers"]["conv2d"].update(config=3),
    ],
)
def test_text_that_is_not_that_of_blocks_is_refused(change):
    with pytest.raises(InvalidModelFile):
        paste(Document(), broken(change), (0.0, 0.0))


@pytest.mark.parametrize("text", ["", "hello", "[]", "null", '"text"', "[" * 5000])
def test_any_other_text_is_refused(text):
    with pytest.raises(InvalidModelFile, match="not blocks that were copied"):
        paste(Document(), text, (0.0, 0.0))
