"""The drawing as the browser shows it, as a picture, and in numbers."""

import time
import xml.etree.ElementTree as ElementTree

import pytest

from tests.builder import drawings
from tests.builder.test_layout import chain
from visualnn.builder.commands import Add, Configure, Disconnect, Rename, SetTrainable
from visualnn.builder.figure import svg_of
from visualnn.builder.history import History
from visualnn.builder.layout import completed
from visualnn.builder.views import view_of


def blocks(history):
    return {block.id: block for block in view_of(history).blocks}


def test_a_block_says_what_it_is_its_settings_and_what_comes_out():
    block = blocks(drawings.residual())["conv2d"]
    assert (block.layer, block.kind, block.family) == ("conv2d", "Conv2D", "Convolution")
    assert block.settings == "32 · 3×3 · same · relu"
    assert block.outputs == ("(?, 28, 28, 32)",)
    assert block.parameters == 320
    assert block.config["filters"] == 32 and block.config["strides"] == [1, 1]
    assert not block.is_output and block.calls == 1


def test_totals_are_those_of_the_look():
    view = view_of(drawings.residual())
    assert (view.parameters, view.bytes) == (11_680, 46_720)


def test_wires_say_what_flows_and_what_is_wrong():
    wires = {wire.id: wire for wire in view_of(drawings.residual()).wires}
    good, bad = wires["conv2d_1:0>add:0"], wires["shortcut:0>add:0"]
    assert (good.shape, good.error, good.position) == ("28 × 28 × 32", "", 0)
    assert (bad.shape, bad.position, bad.target_port) == ("28 × 28 × 64", 1, "inputs")
    assert "the channels differ" in bad.error


def test_positions_in_a_port_have_no_holes():
    history = drawings.residual()
    history.do(Disconnect("conv2d_1:0>add:0"))
    (wire,) = [wire for wire in view_of(history).wires if wire.target == "add"]
    assert wire.position == 0


def test_shared_layers_frozen_layers_and_submodels_are_marked():
    shared = drawings.history()
    shared.document = drawings.drawn("shared_layers")
    assert blocks(shared)["enc/2"].calls == 3
    assert blocks(shared)["enc/2"].layer == "enc"
    nested = drawings.history()
    nested.document = drawings.drawn("nested_models")
    assert blocks(nested)["inner"].submodel
    assert blocks(nested)["inner"].settings == "2 layers"
    frozen = drawings.chain("Dense")
    frozen.do(SetTrainable("dense", False))
    assert blocks(frozen)["dense"].frozen


def test_several_outputs_have_a_port_each():
    history = drawings.history()
    history.document = drawings.drawn("ops_arithmetic")
    assert blocks(history)["split"].outputs == ("(?, 1)", "(?, 1)")
    lstm = drawings.chain(shape=(5, 3))
    lstm.do(Add("LSTM", after="input", config={"units": 4, "return_state": True}))
    assert blocks(lstm)["lstm"].outputs == ("(?, 4)", "(?, 4)", "(?, 4)")


def test_keyword_tensors_have_a_port_when_they_are_there():
    history = drawings.history()
    history.document = drawings.drawn("embedding_mask_gru")
    assert [port.name for port in blocks(history)["gru"].inputs] == ["inputs", "mask"]


@pytest.mark.parametrize("name", drawings.DRAWABLE)
def test_every_drawing_has_a_view_and_a_picture(name):
    history = History(completed(drawings.drawn(name)))
    view = view_of(history)
    assert len(view.blocks) == len(history.document.calls)
    assert len(view.wires) == len(history.document.wires)
    known = {block.id: block for block in view.blocks}
    for wire in view.wires:
        assert wire.source_port < len(known[wire.source].outputs)
        assert wire.target_port in [port.name for port in known[wire.target].inputs]
    ElementTree.fromstring(svg_of(view))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\"&<>'", "a\u2028b", "]]>"])
def test_names_in_a_picture_are_only_text(name):
    history = drawings.chain("Dense")
    layer = history.document.layers["dense"].named(name)
    history.document = history.document.with_layer("dense", layer)
    root = ElementTree.fromstring(svg_of(view_of(history)))
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        "svg", "style", "defs", "g", "use", "rect", "path", "text",
    }  # fmt: skip


def test_an_empty_drawing_has_a_picture_too():
    assert "An empty drawing" in svg_of(view_of(History()))


@pytest.mark.parametrize("count", [5, 20, 40, 100, 2000])
def test_a_picture_is_small_whatever_the_drawing(count):
    picture = svg_of(view_of(History(completed(chain(count)))))
    assert len(picture.encode()) < 20_000 * 3 / 8
    assert ("Dense" in picture) == (count <= 40)


def test_what_has_not_changed_is_the_same_object():
    history = drawings.residual()
    before = blocks(history)
    history.do(Rename("shortcut", "projection"))
    after = blocks(history)
    assert after["conv2d"] is before["conv2d"]
    assert after["shortcut"].layer == "projection"


def test_an_edit_of_five_hundred_layers_is_shown_at_once():
    history = History(completed(chain(500)))
    view_of(history)
    times = []
    for units in range(5, 10):
        begun = time.process_time()
        history.do(Configure("x250", "units", units))
        view = view_of(history)
        times.append(time.process_time() - begun)
    assert view.blocks[250].parameters == 4 * 9 + 9
    assert min(times) < 0.1


def test_five_thousand_layers_are_shown_without_recursion():
    view = view_of(History(completed(chain(5000))))
    assert view.parameters == 4999 * 20
