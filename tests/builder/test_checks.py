"""What is wrong is said in sentences, and what is offered helps."""

import pytest

from tests.builder import drawings
from visualnn.builder.analysis import analysis_of
from visualnn.builder.checks import difference, faults_of
from visualnn.builder.commands import Add, Batch, Configure, Connect, Disconnect, Route, SetOutput
from visualnn.builder.fixes import fixes_of
from visualnn.builder.kinds import drawn_ports
from visualnn.builder.trees import Ref
from visualnn.builder.verdicts import verdicts, verdicts_into


def sentences(history):
    return [fault.sentence for fault in faults_of(history.document)]


def labels(history, block):
    return [fix.label for fix in fixes_of(history.document)[block]]


def repaired(history, block, label):
    fix = next(fix for fix in fixes_of(history.document)[block] if fix.label == label)
    history.do(Batch(fix.label, fix.commands))
    return history


def test_shapes_go_through_the_drawing():
    analysis = analysis_of(drawings.residual().document)
    assert analysis.tensor(Ref("conv2d_1")).shape == (None, 28, 28, 32)
    assert analysis.outcomes["conv2d"].parameters == 320
    assert analysis.outcomes["conv2d_1"].bytes == 4 * 9248


def test_a_huge_layer_is_counted_without_being_made():
    history = drawings.chain("Flatten", "Dense", shape=(1000, 1000, 1))
    history.do(Configure("dense", "units", 10**9))
    outcome = analysis_of(history.document).outcomes["dense"]
    assert outcome.parameters == 10**15 + 10**9


def test_a_mismatch_names_who_gives_what_and_the_difference():
    assert sentences(drawings.residual()) == [
        "add cannot combine its inputs: conv2d_1 gives (?, 28, 28, 32), "
        "shortcut gives (?, 28, 28, 64): the channels differ."
    ]


def test_only_the_wire_that_differs_is_wrong():
    (fault,) = faults_of(drawings.residual().document)
    assert fault.wires == ("shortcut:0>add:0",)


@pytest.mark.parametrize(
    "shapes, said",
    [
        ([(None, 8, 8, 1), (None, 8, 8, 2)], "the channels differ"),
        ([(None, 8, 4, 1), (None, 4, 8, 1)], "the heights and widths differ"),
        ([(None, 8, 3), (None, 7, 3)], "the lengths differ"),
        ([(None, 3), (None, 4)], "the features differ"),
        ([(None, 3), (None, 3, 1)], "they have different numbers of axes"),
        ([(2, 3), (4, 3)], "the batch sizes differ"),
    ],
)
def test_differences_in_words(shapes, said):
    assert difference(shapes) == said


def test_what_is_above_a_mistake_is_still_known_and_below_it_nothing_is_blamed():
    history = drawings.residual()
    history.do(Add("ReLU", after="add"))
    analysis = analysis_of(history.document)
    assert analysis.tensor(Ref("shortcut")) is not None
    assert analysis.tensor(Ref("re_lu")) is None
    assert len(sentences(history)) == 1


@pytest.mark.parametrize(
    "history, said",
    [
        (drawings.history(Add("Dense")), "dense has no input yet: connect a block to it."),
        (
            drawings.history(Add("Add")),
            "add has no inputs yet: connect the blocks that it combines.",
        ),
        (drawings.history(Add("Dense")), "The model has no input yet: add an Input block and"),
        (drawings.chain("Flatten", "Conv2D"), "conv2d does not fit: flatten gives (?, 64)."),
        (
            drawings.history(
                Add("Conv2D", config={"strides": 2, "dilation_rate": 2}),
                Add("Input"),
                Connect("input", "conv2d"),
            ),
            "conv2d: ",
        ),
    ],
    ids=["no input", "no inputs", "no model input", "rank", "settings"],
)
def test_mistakes_in_words(history, said):
    assert any(sentence.startswith(said) for sentence in sentences(history)), sentences(history)


def test_an_input_alone_is_not_a_mistake_yet():
    assert sentences(drawings.chain()) == []


def test_an_input_that_nothing_uses_is_pointed_out_but_does_no_harm():
    history = drawings.chain("Flatten", "Dense")
    history.do(Add("Input", name="spare"))
    (fault,) = faults_of(history.document)
    assert fault.sentence == "spare is not used yet: connect it to a layer."
    assert not fault.blocking
    assert history.document.input_calls == ["input"]


def test_what_leads_to_no_output_is_pointed_out():
    history = drawings.chain("Flatten", "Dense")
    history.do(SetOutput("flatten"))
    history.do(SetOutput("dense", False))
    (fault,) = faults_of(history.document)
    assert fault.sentence.startswith("dense leads to no output")
    assert not fault.blocking
    repaired(history, "dense", "Make it an output")
    assert not faults_of(history.document)


def test_an_unknown_layer_is_drawn_and_named():
    history = drawings.history()
    history.document = drawings.drawn("custom_layer_autoconfig")
    (sentence,) = sentences(history)
    assert "auto_config: The class 'AutoConfig' is not one of Keras's" in sentence


def test_what_a_file_said_of_an_unknown_layer_is_believed():
    document = drawings.drawn("custom_layer_registered")
    assert analysis_of(document).tensor(Ref("scaled_dense")).shape == (None, 5)


def test_a_shared_layer_must_fit_all_of_its_calls():
    history = drawings.history()
    history.document = drawings.drawn("shared_layers")
    assert sentences(history) == []
    history.do(Configure("right", "shape", (7,)))
    assert any("enc does not fit: right gives (?, 7)" in said for said in sentences(history))


@pytest.mark.parametrize(
    "name", ["mlp_functional_adam", "nested_models", "dict_io", "mixed_precision"]
)
def test_nothing_is_wrong_with_models_that_real_keras_saved(name):
    assert faults_of(drawings.drawn(name)) == []


@pytest.mark.parametrize("name", drawings.DRAWABLE)
def test_where_a_layer_is_known_its_shape_is_the_one_in_the_file(name):
    document = drawings.drawn(name)
    analysis = analysis_of(document)
    for call, use in document.calls.items():
        for i, said in enumerate(use.recorded):
            tensor = analysis.tensor(Ref(call, i))
            if said and tensor:
                assert (tensor.shape, tensor.dtype) == said, call


# ---------------------------------------------------------------------- fixes


def test_every_fix_of_the_residual_block_repairs_it():
    for label in labels(drawings.residual(), "add"):
        assert sentences(repaired(drawings.residual(), "add", label)) == [], label


def test_channels_can_be_made_to_match_or_be_joined():
    assert labels(drawings.residual(), "add") == [
        "Insert a 1×1 projection to 32 channels",
        "conv2d_1: filters = 64",
        "shortcut: filters = 32",
        "Concatenate instead",
    ]


def test_the_channels_are_changed_where_they_are_made():
    history = drawings.residual()
    history.do(Disconnect("shortcut:0>add:0"))
    history.do(Add("BatchNormalization", after="shortcut"))
    history.do(Connect("batch_normalization", "add"))
    assert "shortcut: filters = 32" in labels(history, "add")


def skip(before, after, rank):
    """A residual connection around a layer: what comes in, and what the layer makes of it."""
    kind = {1: "Dense", 2: "Conv1D", 3: "Conv2D", 4: "Conv3D"}[rank]
    made = drawings.history(
        Add("Input", config={"shape": before}, name="x"),
        Add(kind, config=after, after="x", name="branch"),
        Add("Add"),
        Connect("branch", "add"),
        Connect("x", "add"),
    )
    return made, kind


@pytest.mark.parametrize(
    "before, after, label, config",
    [
        ((7,), {"units": 5}, "Insert a projection to 5 features", {"units": 5}),
        (
            (9, 3),
            {"filters": 4, "padding": "same"},
            "Insert a 1×1 projection to 4 channels",
            {"filters": 4},
        ),
        (
            (8, 9, 3),
            {"filters": 4, "strides": 2, "padding": "same"},
            "Insert a 1×1 projection to 4 channels, strides 2×2",
            {"filters": 4, "strides": (2, 2)},
        ),
        (
            (9, 8, 3),
            {"filters": 3, "strides": (3, 1), "padding": "same"},
            "Insert a 1×1 projection to 3 channels, strides 3×1",
            {"filters": 3, "strides": (3, 1)},
        ),
        (
            (4, 4, 4, 2),
            {"filters": 6, "padding": "same"},
            "Insert a 1×1 projection to 6 channels",
            {"filters": 6},
        ),
    ],
)
def test_a_shortcut_is_projected_to_the_branch_beside_it(before, after, label, config):
    history, kind = skip(before, after, len(before))
    assert labels(history, "add")[0] == label
    faulty = history.document
    assert sentences(repaired(history, "add", label)) == []
    record = history.document.record("projection")
    assert record.class_name == kind
    assert {name: record.config[name] for name in config} == config
    assert history.document.consumers["projection"][0][0] == "add"
    assert [ref.call for _, ref in history.document.calls["projection"].references] == ["x"]
    history.undo()
    assert history.document == faulty


def test_no_projection_makes_something_larger_or_of_another_rank():
    history, _ = skip((4, 4, 3), {"filters": 4, "kernel_size": 2, "padding": "valid"}, 3)
    assert not any("projection" in label for label in labels(history, "add"))  # 4 to 3: no step
    history = drawings.history(
        Add("Input", config={"shape": (4,)}, name="x"),
        Add("Input", config={"shape": (3, 5)}, name="y"),
        Add("Add"),
        Connect("x", "add"),
        Connect("y", "add"),
    )
    assert not any("projection" in label for label in labels(history, "add"))


@pytest.mark.parametrize(
    "kind, shape, label",
    [
        ("RepeatVector", (8, 8, 1), "Insert Flatten"),
        ("LSTM", (8, 8, 1), "Insert Reshape to (8, 8)"),
        ("Conv2D", (16,), "Insert Reshape to (4, 4, 1)"),
        ("Conv2D", (2, 2, 1), "padding = same"),
        ("MaxPooling2D", (1, 1, 3), "padding = same"),
    ],
)
def test_a_fix_is_one_step_that_undoing_takes_back_exactly(kind, shape, label):
    history = drawings.chain(kind, shape=shape)
    faulty = history.document
    (block,) = [call for call in faulty.calls if not faulty.record(call).is_input]
    assert sentences(repaired(history, block, label)) == []
    mended = history.document
    assert history.undo_title == label
    assert history.undo() == faulty
    assert history.redo() == mended


def test_several_shortcuts_are_projected_at_once_and_nothing_is_offered_twice():
    history, _ = skip((4, 4, 3), {"filters": 6, "padding": "same"}, 3)
    history.do(Connect("x", "add"))
    found = labels(history, "add")
    assert found[0] == "Insert a 1×1 projection to 6 channels"
    assert len(set(found)) == len(found)
    assert sentences(repaired(history, "add", found[0])) == []
    assert len(history.document.calls_of) == 5


def test_what_is_inserted_keeps_the_points_of_the_wire():
    history = drawings.chain("Flatten", "Conv2D", shape=(8, 8))
    (wire,) = [w for w in history.document.wires.values() if w.target == "conv2d"]
    history.do(Route(wire.id, ((400.0, -1000.0),)))
    repaired(history, "conv2d", "Insert Reshape to (8, 8, 1)")
    assert [*history.document.canvas.points.values()] == [((400, -1000),)]


def test_concatenating_instead_keeps_what_follows():
    history = drawings.residual()
    history.do(Add("Flatten", after="add"))
    repaired(history, "add", "Concatenate instead")
    assert history.document.calls["flatten"].args == (Ref("concatenate"),)
    assert "add" not in history.document.calls


def test_a_layer_that_is_missing_in_between_is_inserted():
    history = drawings.chain("Flatten", "Conv2D", shape=(8, 8))
    assert "Insert Reshape to (8, 8, 1)" in labels(history, "conv2d")
    repaired(history, "conv2d", "Insert Reshape to (8, 8, 1)")
    document = history.document
    assert document.calls["reshape"].args == (Ref("flatten"),)
    assert document.calls["conv2d"].args == (Ref("reshape"),)
    assert document.canvas.positions["conv2d"][1] > document.canvas.positions["reshape"][1]


def test_a_window_that_does_not_fit_is_padded():
    history = drawings.chain("Conv2D", shape=(2, 2, 1))
    assert labels(history, "conv2d") == ["padding = same"]
    assert sentences(repaired(history, "conv2d", "padding = same")) == []


def test_sizes_that_a_stride_made_different_can_be_made_equal():
    history = drawings.residual()
    history.do(Configure("shortcut", "filters", 32))
    history.do(Configure("shortcut", "strides", 2))
    assert "shortcut: strides = 1" in labels(history, "add")


def test_a_free_input_is_connected_to_the_only_loose_end():
    history = drawings.chain("Flatten")
    history.do(Add("Dense"))
    assert labels(history, "dense") == ["Connect flatten"]


def test_a_model_without_input_gets_one():
    history = drawings.history(Add("Dense"))
    assert sentences(repaired(history, "dense", "Add an input")) == []


# ---------------------------------------------------------------------- verdicts


def test_ports_say_what_would_happen():
    history = drawings.residual()
    history.do(Disconnect("shortcut:0>add:0"))
    history.do(Add("Dense"))
    found = verdicts(history.document, Ref("shortcut"))
    assert found["dense|inputs"].verdict == "legal"
    assert found["add|inputs"].verdict == "mismatch"
    assert found["add|inputs"].why == (
        "shortcut gives (?, 28, 28, 64), but conv2d_1 gives (?, 28, 28, 32): "
        "add cannot combine them."
    )
    assert found["conv2d|inputs"].verdict == "impossible"
    assert found["shortcut|inputs"].verdict == "impossible"


def test_a_mismatch_with_a_single_input_is_said_too():
    history = drawings.chain("Flatten")
    history.do(Add("Conv2D"))
    found = verdicts(history.document, Ref("flatten"))
    assert found["conv2d|inputs"].verdict == "mismatch"
    assert "flatten gives (?, 64)" in found["conv2d|inputs"].why


def test_verdicts_agree_with_what_connecting_does():
    history = drawings.residual()
    history.do(Add("Dense"))
    history.do(Add("Concatenate"))
    for call in history.document.calls:
        for port, verdict in verdicts(history.document, Ref(call)).items():
            block, name = port.split("|")
            reason = Connect(call, block, 0, name).check(history.document)
            assert (verdict.verdict == "impossible") == (reason is not None), (call, port)


def test_a_wire_drawn_backwards_has_the_same_verdicts():
    history = drawings.residual()
    history.do(Add("Dense"))
    history.do(Add("Concatenate"))
    document = history.document
    forward = {
        (call, port): verdict
        for call in document.calls
        for port, verdict in verdicts(document, Ref(call)).items()
    }
    backward = {
        (output.split("|")[0], f"{call}|{port.name}"): verdict
        for call in document.calls
        for port in drawn_ports(document, call)
        for output, verdict in verdicts_into(document, call, port.name).items()
    }
    assert backward == forward
    assert verdicts_into(document, "nobody", "inputs") == {}
    assert verdicts_into(document, "dense", "outputs") == {}


def test_nobody_has_no_verdicts():
    assert verdicts(drawings.residual().document, Ref("nobody")) == {}
