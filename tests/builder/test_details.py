"""What blocks cost, how their numbers come about, and what their weights look like."""

import numpy as np
import pytest

from visualnn.builder.analysis import analysis_of
from visualnn.builder.details import costs_of, details_of, numbers_of
from visualnn.builder.editor import Editor

IMAGE = (28, 28, 3)


def details(kind, shape=IMAGE, **settings):
    made = Editor()
    made.add("Input", shape=shape)
    block = made.add(kind, after="input", **settings)
    assert analysis_of(made.document).outcomes[block].outputs
    return details_of(made.document, block)


@pytest.mark.parametrize(
    "kind, shape, settings, operations",
    [
        ("Dense", (8,), {"units": 16}, 2 * 8 * 16 + 16),
        ("Dense", (8,), {"units": 16, "use_bias": False}, 2 * 8 * 16),
        ("Dense", (5, 8), {"units": 16, "use_bias": False}, 5 * 2 * 8 * 16),
        (
            "Conv2D",
            IMAGE,
            {"filters": 4, "kernel_size": 3, "use_bias": False},
            2 * 26 * 26 * 4 * 3 * 3 * 3,
        ),
        (
            "DepthwiseConv2D",
            IMAGE,
            {"kernel_size": 3, "use_bias": False},
            2 * 26 * 26 * 3 * 3 * 3,
        ),
        (
            "Conv2DTranspose",
            IMAGE,
            {"filters": 4, "kernel_size": 3, "use_bias": False},
            2 * 28 * 28 * 3 * 3 * 3 * 4,
        ),
        ("Flatten", IMAGE, {}, 0),
        ("Activation", IMAGE, {"activation": "relu"}, 28 * 28 * 3),
        ("MaxPooling2D", IMAGE, {"pool_size": 2}, 14 * 14 * 3 * 4),
    ],
    ids=lambda x: str(x)[:20],
)
def test_operations_are_counted(kind, shape, settings, operations):
    assert details(kind, shape, **settings).operations == operations


def test_a_recurrent_layer_costs_its_steps():
    short = details("LSTM", (5, 3), units=4).operations
    long = details("LSTM", (10, 3), units=4).operations
    assert short > 5 * 2 * (3 + 4) * 16
    assert 1.9 * short < long <= 2 * short + 10


@pytest.mark.parametrize(
    "kind, shape, settings, formulas",
    [
        (
            "Conv2D",
            IMAGE,
            {"filters": 4, "kernel_size": 3, "strides": 2},
            ["height = ⌊(28 - 3) / 2⌋ + 1 = 13", "width = ⌊(28 - 3) / 2⌋ + 1 = 13"],
        ),
        (
            "Conv2D",
            IMAGE,
            {"filters": 4, "kernel_size": 3, "padding": "same", "strides": 3},
            ["height = ⌈28 / 3⌉ = 10"],
        ),
        ("Conv1D", (20, 2), {"filters": 4, "kernel_size": 3, "dilation_rate": 4}, ["= 12"]),
        ("Conv2DTranspose", IMAGE, {"filters": 4, "kernel_size": 3, "strides": 2}, ["= 57"]),
        ("MaxPooling2D", IMAGE, {"pool_size": 3}, ["height = ⌊(28 - 3) / 3⌋ + 1 = 9"]),
        ("Flatten", IMAGE, {}, ["features = 28·28·3 = 2352"]),
        ("UpSampling2D", IMAGE, {"size": 2}, ["height = 28·2 = 56"]),
    ],
    ids=lambda x: str(x)[:20],
)
def test_formulas_have_the_numbers_of_the_layer(kind, shape, settings, formulas):
    said = "\n".join(details(kind, shape, **settings).formulas)
    for formula in formulas:
        assert formula in said


@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_every_formula_is_true(kernel, strides, padding):
    for kind in ("Conv2D", "MaxPooling2D"):
        size = {"filters": 2, "kernel_size": kernel} if kind == "Conv2D" else {"pool_size": kernel}
        found = details(kind, (17, 17, 2), **size, strides=strides, padding=padding)
        how, _, result = found.formulas[0].removeprefix("height = ").rpartition(" = ")
        how = how.replace("⌊(", "((").replace("⌋", ")").replace("⌈", "-(-").replace("⌉", ")")
        value = eval(how.replace("/", "//"))
        assert value == int(result)


def test_parameters_and_memory_and_code():
    found = details("Conv2D", IMAGE, filters=4, kernel_size=3)
    assert found.parameters == "kernel 3·3·3·4 + bias 4 = 112"
    assert found.bytes == 26 * 26 * 4 * 4
    assert found.code.endswith('layers.Conv2D(4, (3, 3), name="conv2d")(input_)')


def test_unknown_sizes_count_once_and_are_said():
    found = details("Dense", (None, 8), units=2, use_bias=False)
    assert (found.operations, found.exact) == (2 * 8 * 2, False)


def test_the_whole_model_costs_what_its_blocks_do():
    made = Editor()
    made.add("Input", shape=(8,))
    made.add("Dense", after="input", units=16)
    made.add("Dense", after="dense", units=4)
    blocks = [details_of(made.document, call) for call in made.document.calls]
    assert costs_of(made.document).operations == sum(block.operations for block in blocks)
    made.add("Add")
    assert not costs_of(made.document).exact


def test_weights_in_numbers():
    values = np.linspace(-1, 1, 200).reshape(5, 40)
    found = numbers_of("kernel", values)
    assert (found.lowest, found.highest, found.size) == (-1, 1, 200)
    assert sum(found.counts) == 200 and len(found.counts) == 32
    assert len(found.heat) == 5 and len(found.heat[0]) == 40
    assert max(max(row) for row in found.heat) == 1
    wrong = numbers_of("bias", np.array([np.nan, np.inf, 0.0, 0.0]))
    assert (wrong.wrong, wrong.zeros) == (2, 2)
    assert numbers_of("bias", np.array([np.nan])).wrong == 1
    assert len(numbers_of("large", np.zeros((300, 7, 500))).heat) <= 48
    assert numbers_of("scalar", np.float32(3)).mean == 3
