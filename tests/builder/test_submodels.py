"""Submodels: what they compute and what they have learned stays, whatever is done to them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builder import drawings
from visualnn.builder.checks import faults_of
from visualnn.builder.commands import (
    Add,
    Batch,
    Collapse,
    Configure,
    Connect,
    Inside,
    Instance,
    Promote,
    Rename,
    ReorderPort,
    Repeat,
    SetParameter,
    Share,
    Unlink,
    Unpack,
    Unshare,
)
from visualnn.builder.editor import Editor
from visualnn.builder.fixes import fixes_of
from visualnn.builder.history import RefusedError
from visualnn.builder.nested import homes, opened
from visualnn.builder.submodels import inside, places


def message(command):
    return {"command": type(command).__name__, **vars(command)}


def within(place, command):
    return Inside(place, message(command))


def editor(*commands):
    return Editor(drawings.history(*commands).document)


def residual():
    """Two branches that are added, and a classifier."""
    made = Editor(drawings.residual().document)
    made.do(Configure("shortcut", "filters", 32))
    made.do(Configure("conv2d_1", "kernel_size", 1))
    made.do(Add("Flatten", after="add"))
    made.do(Add("Dense", config={"units": 3}, after="flatten"))
    return made


X = np.random.default_rng(0).normal(size=(2, 28, 28, 1)).astype("float32")


def outputs(made):
    return np.asarray(made.model(X))


@pytest.mark.parametrize(
    "blocks",
    [
        ("conv2d",),
        ("conv2d_1", "shortcut"),
        ("conv2d_1", "shortcut", "add"),
        ("conv2d", "conv2d_1", "shortcut", "add", "flatten", "dense"),
        ("images", "conv2d"),
        ("add", "flatten"),
    ],
)
def test_a_submodel_computes_what_its_blocks_did(blocks):
    made = residual()
    before = outputs(made)
    made.do(Collapse(blocks, "part"))
    assert made.document.layers["part"].class_name == "Functional"
    assert not set(blocks) - {"images"} & set(made.document.calls)
    np.testing.assert_allclose(outputs(made), before, rtol=1e-6)
    made.do(Unpack("part"))
    np.testing.assert_allclose(outputs(made), before, rtol=1e-6)
    made.undo()
    made.undo()
    np.testing.assert_allclose(outputs(made), before, rtol=1e-6)


def test_a_submodel_inside_a_submodel_keeps_its_weights_under_any_name():
    made = residual()
    before = outputs(made)
    made.do(Collapse(("conv2d_1", "shortcut", "add"), "part"))
    made.do(within(("part",), Collapse(("conv2d_1",), "deep")))
    made.do(within(("part", "deep"), Rename("conv2d_1", "first")))
    made.do(within(("part",), Rename("deep", "deeper")))
    made.do(Rename("part", "whole"))
    np.testing.assert_allclose(outputs(made), before, rtol=1e-6)
    assert ("whole", "deeper", "first") in {home.names for home in homes(made.document)}
    assert len({home.home for home in homes(made.document)}) == len(list(homes(made.document)))


@pytest.mark.parametrize(
    "blocks, said",
    [
        ((), "Select the layers"),
        (("images",), "inputs stay outside"),
        (("conv2d", "add"), "would lead out of the submodel and back"),
        (("nobody",), "no block 'nobody'"),
    ],
)
def test_what_cannot_be_a_submodel_is_refused_in_words(blocks, said):
    with pytest.raises(RefusedError, match=said):
        residual().do(Collapse(blocks))


def test_a_block_with_a_free_input_is_no_submodel():
    made = residual()
    made.do(Add("Dense"))
    with pytest.raises(RefusedError, match="dense_1 has a free input"):
        made.do(Collapse(("dense_1",)))


def test_ports_follow_the_inputs_inside():
    made = residual()
    made.do(Collapse(("conv2d_1", "shortcut", "add"), "part"))
    made.do(Collapse(("add",), "sum")) if "add" in made.document.calls else None
    made.do(within(("part",), Add("Input", config={"shape": (2,)}, name="more")))
    assert len(made.document.calls["part"].references) == 1
    made.do(within(("part",), ReorderPort("input", 1, 0)))
    made.do(within(("part",), Rename("more", "extra")))
    (path,) = [path for path, _ in made.document.calls["part"].references]
    assert path == ("args", 0, 1)


def test_outputs_keep_their_wires_when_they_are_reordered():
    made = residual()
    before = outputs(made)
    made.do(Collapse(("conv2d_1", "shortcut"), "branches"))
    made.do(within(("branches",), ReorderPort("output", 0, 1)))
    outs = {ref.output for _, ref in made.document.calls["add"].references}
    assert outs == {0, 1}
    np.testing.assert_allclose(outputs(made), before, rtol=1e-5)


def test_the_linked_follow_each_other_and_keep_their_own_weights():
    made = editor(Add("Input", config={"shape": (4,)}), Add("Dense", after="input"))
    made.do(Configure("dense", "units", 4))
    made.do(Collapse(("dense",), "block"))
    made.do(Instance("block", "linked"))
    made.do(Connect("block", "block_1"))
    made.do(Instance("block", "copied"))
    made.do(Connect("block_1", "block_2"))
    first = made.model.get_layer("block").get_weights()[0]
    made.do(within(("block_1",), Configure("dense", "activation", "tanh")))
    records = made.document.layers
    inner = {name: opened(records[name]).layers["dense"].config for name in records if "b" in name}
    assert inner["block"]["activation"] == inner["block_1"]["activation"] == "tanh"
    assert inner["block_2"].get("activation") != "tanh"
    model = made.model
    np.testing.assert_array_equal(model.get_layer("block").get_weights()[0], first)
    assert not np.array_equal(model.get_layer("block_1").get_weights()[0], first)
    assert len(model.trainable_variables) == 6
    made.do(Unlink("block_1"))
    assert not made.document.layers["block"].link, "linked to nothing"
    made.do(within(("block",), Configure("dense", "activation", "relu")))
    assert opened(made.document.layers["block_1"]).layers["dense"].config["activation"] == "tanh"


def test_a_shared_submodel_is_one_model_with_several_calls():
    made = editor(Add("Input", config={"shape": (4,)}), Add("Dense", after="input"))
    made.do(Configure("dense", "units", 4))
    made.do(Collapse(("dense",), "block"))
    made.do(Instance("block", "shared"))
    made.do(Connect("block", "block/2"))
    assert len(made.model.trainable_variables) == 2
    with pytest.raises(RefusedError, match="shared by 2 calls"):
        made.do(Unpack("block"))
    made.do(Unshare("block/2"))
    assert len(made.model.trainable_variables) == 4


def test_layers_are_shared_and_get_their_own_again():
    made = editor(
        Add("Input", config={"shape": (4,)}),
        Add("Dense", config={"units": 4}, after="input"),
        Add("Dense", config={"units": 4}, after="dense"),
    )
    made.do(Share(("dense", "dense_1")))
    assert len(made.model.trainable_variables) == 2
    assert made.document.calls_of["dense"] == ["dense", "dense_1"]
    made.do(Unshare("dense_1"))
    assert len(made.model.trainable_variables) == 4
    made.do(Configure("dense", "units", 5))
    with pytest.raises(RefusedError, match="differ in units"):
        made.do(Share(("dense", "dense_1")))
    with pytest.raises(RefusedError, match="is no submodel"):
        made.do(Instance("dense", "linked"))


def test_a_block_repeated_by_an_expression():
    made = editor(
        Add("Input", config={"shape": (4,)}), Add("Dense", config={"units": 4}, after="input")
    )
    made.do(SetParameter("depth", "2"))
    made.do(Repeat("dense", "depth + 1"))
    (block,) = [call for call in made.document.calls if call != "input"]
    assert len(made.model.trainable_variables) == 6
    kept = made.model.trainable_variables[0].numpy()
    made.do(SetParameter("depth", "4"))
    assert len(made.model.trainable_variables) == 10
    np.testing.assert_array_equal(made.model.trainable_variables[0].numpy(), kept)
    unit = next(place for place in places(made.document) if len(place) == 2)
    inner = inside(made.document, unit)
    assert inner is not None
    made.do(within(unit, Configure("dense", "activation", "relu")))
    source = made.code()
    assert source.count('activation="relu"') == 1
    assert source.count("make_block(") == 1 + 5, "one function makes them all"
    made.do(Repeat(made.document.calls[block] and block, "1"))
    assert len(made.model.trainable_variables) == 2
    with pytest.raises(RefusedError, match="1 to 500 times"):
        made.do(Repeat(block, "0"))


def test_a_setting_is_promoted():
    made = residual()
    made.do(Collapse(("conv2d",), "stem"))
    made.do(within(("stem",), Promote("conv2d", "filters")))
    assert opened(made.document.layers["stem"]).canvas.promoted == (("conv2d", "filters"),)
    with pytest.raises(RefusedError, match="has no setting `units`"):
        made.do(within(("stem",), Promote("conv2d", "units")))
    made.do(within(("stem",), Promote("conv2d", "filters", False)))
    assert opened(made.document.layers["stem"]).canvas.promoted == ()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_undoing_everything_done_inside_and_outside_gives_equal_documents(data):
    history = drawings.residual()
    seen = [history.document]
    for _ in range(data.draw(st.integers(1, 10))):
        document = history.document
        place = data.draw(st.sampled_from([(), *places(document)]))
        inner = inside(document, place)
        assert inner is not None
        command = data.draw(st.one_of(drawings.commands(inner), submodel_commands(inner)))
        try:
            history.do(within(place, command) if place else command)
        except RefusedError as refused:
            assert str(refused)
            assert history.document is document
            continue
        if history.document is not document:
            seen.append(history.document)
        after = history.document
        assert len(after.order) == len(after.calls), "no loops"
        assert {use.layer for use in after.calls.values()} == after.layers.keys()
        found = [home.home for home in homes(after)]
        assert len(found) == len(set(found)), "every layer has weights of its own"
    for document in reversed(seen[:-1]):
        assert history.undo() == document
    for document in seen[1:]:
        assert history.redo() == document


def submodel_commands(document):
    blocks = st.sampled_from(sorted(document.calls)) if document.calls else st.just("nobody")
    several = st.lists(blocks, min_size=1, max_size=4, unique=True).map(tuple)
    kinds = st.sampled_from(["shared", "linked", "copied"])
    return st.one_of(
        st.builds(Collapse, several),
        st.builds(Unpack, blocks),
        st.builds(Instance, blocks, kinds),
        st.builds(Share, several),
        st.builds(Unshare, blocks),
        st.builds(Unlink, blocks),
        st.builds(Repeat, blocks, st.sampled_from(["1", "2", "3"])),
        st.builds(ReorderPort, st.sampled_from(["input", "output"]), st.just(0), st.just(1)),
    )


def test_what_comes_into_a_submodel_may_change():
    made = residual()
    made.do(Collapse(("conv2d_1", "shortcut", "add"), "part"))
    made.do(within(("part",), Collapse(("conv2d_1",), "deep")))
    made.do(Configure("conv2d", "filters", 5))
    assert made.model.get_layer("part").get_layer("deep").input.shape[-1] == 5
    made.do(within(("part",), Configure("input", "shape", (28, 28, 7))))
    with pytest.raises(ValueError, match="part does not fit"):
        _ = made.model


def test_a_submodel_of_a_file_can_take_what_comes():
    made = editor(Add("Input", config={"shape": (4,)}), Add("Dense", after="input"))
    made.do(Collapse(("dense",), "block"))
    made.do(within(("block",), Configure("input", "shape", (3,))))  # as a file says it
    (fault,) = faults_of(made.document)
    fix = fixes_of(made.document)[fault.block][0]
    assert fix.label == "Let block take (?, 4)"
    made.do(Batch(fix.label, fix.commands))
    assert made.model.get_layer("block").input.shape == (None, 4)
    made.do(Configure("input", "shape", (9,)))
    assert made.model.get_layer("block").input.shape == (None, 9)
