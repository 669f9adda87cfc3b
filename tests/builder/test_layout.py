"""Where blocks go when nobody has put them anywhere."""

import itertools
import time

import pytest

from tests.builder import drawings
from visualnn.builder.commands import Add
from visualnn.builder.document import Document
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.layout import HEIGHT, WIDTH, arranged, completed, place_below
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.trees import Ref


def chain(length: int) -> Document:
    layers = {"x0": LayerRecord("InputLayer", FrozenDict({"name": "x0", "batch_shape": (None, 4)}))}
    calls = {"x0": Call("x0")}
    for i in range(1, length):
        layers[f"x{i}"] = LayerRecord("Dense", FrozenDict({"name": f"x{i}", "units": 4}))
        calls[f"x{i}"] = Call(f"x{i}", (Ref(f"x{i - 1}"),))
    return Document(FrozenDict(layers), FrozenDict(calls))


def overlap(places: dict) -> list:
    return [
        (a, b)
        for (a, (x, y)), (b, (u, v)) in itertools.combinations(places.items(), 2)
        if abs(x - u) < WIDTH and abs(y - v) < HEIGHT
    ]


@pytest.mark.parametrize("name", drawings.DRAWABLE)
def test_no_block_covers_another_and_wires_lead_down(name):
    document = drawings.drawn(name)
    places = arranged(document)
    assert places.keys() == document.calls.keys()
    assert not overlap(places)
    for wire in document.wires.values():
        assert places[wire.source.call][1] < places[wire.target][1]


def test_a_chain_is_a_straight_line():
    assert len({x for x, _ in arranged(chain(20)).values()}) == 1


def test_branches_lie_side_by_side_and_meet_in_the_middle():
    places = arranged(drawings.residual().document)
    assert places["conv2d_1"][1] == places["shortcut"][1]
    middle = (places["conv2d_1"][0] + places["shortcut"][0]) / 2
    assert abs(places["add"][0] - middle) <= 1


def test_five_thousand_layers_are_laid_out_without_recursion():
    document = chain(5000)
    begun = time.process_time()
    assert len(arranged(document)) == 5000
    assert time.process_time() - begun < 5


def test_a_new_block_goes_to_a_free_place_below():
    history = drawings.chain("Flatten")
    first = place_below(history.document, "input")
    assert first[1] > history.document.canvas.positions["input"][1]
    history.do(Add("Dense", *first))
    second = place_below(history.document, "input")
    assert not overlap({**history.document.canvas.positions, "new": second})


def test_only_blocks_without_a_place_are_put_somewhere():
    document = drawings.residual().document
    moved = document.with_positions({"add": (5000.0, 5000.0)})
    assert completed(moved) is moved
    bare = drawings.drawn("dict_io")
    assert completed(bare).canvas.positions == arranged(bare)
    some = bare.with_positions({"price": (7.0, 7.0)})
    assert completed(some).canvas.positions["price"] == (7.0, 7.0)
    assert not overlap(completed(some).canvas.positions)
