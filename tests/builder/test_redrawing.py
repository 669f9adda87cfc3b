"""Code and models that become drawings again, with everything that is in both as it was."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builder import drawings
from tests.builder.test_code import BUILDABLE, comparable
from visualnn import Input, Model, layers
from visualnn.builder.editor import Editor
from visualnn.builder.history import RefusedError
from visualnn.builder.live import model_of
from visualnn.builder.running import CodeError
from visualnn.builder.weights import WeightStore


def mlp():
    made = Editor()
    made.add("Input", shape=(4,), name="features")
    made.set_parameter("width", 8)
    made.add("Dense", after="features", units="width", name="hidden")
    made.add("Dense", after="hidden", units=2, name="classes")
    made.move("hidden", 77, 200)
    return made


BACK = [
    *BUILDABLE,
    "activations_zoo",
    "embedding_mask_gru",
    "functional_extra_attrs",
    "image_preproc",
    "k2_functional",
    "lambda_builtin_function",
    "lookup_assets",
    "lstm_bidirectional",
    "norm_zoo",
    "old_keras_3_3_3",
    "old_keras_3_6_0",
    "ops_reductions_nn",
    "shape_layers",
    "shared_layers",
    "textvectorization",
    "transformer_block",
]


@pytest.mark.parametrize("name", BACK)
def test_code_becomes_the_same_drawing_again(name):
    document = drawings.drawn(name)
    made = Editor(document)
    before = comparable(model_of(document, WeightStore()))
    made.apply(made.code())
    assert comparable(model_of(made.document, WeightStore())) == before
    assert set(made.document.calls) == set(document.calls), "the blocks stay"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_model_that_is_drawn_goes_to_code_and_back(data):
    history = drawings.chain("Conv2D", "Flatten", "Dense", "Dense")
    for _ in range(data.draw(st.integers(0, 8))):
        try:
            history.do(data.draw(drawings.commands(history.document)))
        except RefusedError:
            continue
    made = Editor(history.document)
    try:
        before = comparable(made.model)
    except ValueError:  # no model yet
        return
    made.apply(made.code())
    assert json.dumps(comparable(made.model)) == json.dumps(before)


@pytest.mark.parametrize("style", ["functional", "sequential", "subclass"])
def test_every_style_can_be_applied(style):
    made = mlp()
    weights = made.model.get_weights()
    made.apply(made.code(style))
    assert made.document.canvas.positions["hidden"] == (77, 200)
    for a, b in zip(made.model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_is_written_otherwise_is_drawn_otherwise():
    made = mlp()
    source = made.code()
    assert "width = 8" in source and "layers.Dense(width," in source
    source = source.replace("width = 8", "width = 16").replace("Dense(2,", "Dense(3,")
    kept = made.model.get_weights()
    made.apply(source)
    assert made.parameters == {"width": 16}
    assert made.document.layers["hidden"].expressions == {"units": "width"}
    assert made.document.layers["classes"].config["units"] == 3
    made.undo()
    assert made.parameters == {"width": 8}
    for a, b in zip(made.model.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "source, line, said",
    [
        ("model = (", 1, "This is no Python"),
        ("x = 1\n\nmodel = layers.Dense(3)", 3, "NameError"),
        ("x = 1", 0, "leaves no model"),
        (
            "from visualnn import Input, layers\n\nx = Input((3,))\nlayers.Dense(-1)(x)",
            4,
            "`units` must be a whole number, 1 or more",
        ),
        ("def f():\n    return 1 / 0\n\nf()", 2, "ZeroDivisionError"),
    ],
)
def test_what_is_wrong_with_code_is_said_with_its_line(source, line, said):
    made = mlp()
    before = made.document
    with pytest.raises(CodeError, match=said) as caught:
        made.apply(source)
    assert caught.value.line == line
    assert made.document is before


def test_a_style_that_cannot_be_is_refused():
    made = Editor(drawings.residual().document)
    with pytest.raises(ValueError, match="does not simply take"):
        made.code("sequential")
    with pytest.raises(ValueError, match="is one of functional, sequential, subclass"):
        made.code("haiku")


def test_a_model_object_is_drawn_with_its_weights():
    made = mlp()
    old = made.model.get_weights()
    x = Input((4,), name="features")
    y = layers.Dense(8, name="hidden")(x)
    y = layers.Dropout(0.5, name="between")(y)
    model = Model(x, layers.Dense(2, name="classes")(y), name="other")
    made.model = model
    assert made.model is model
    assert made.document.canvas.positions["hidden"] == (77, 200)
    made.rename("between", "rest")
    for a, b in zip(made.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    made.undo()
    made.undo()
    for a, b in zip(made.model.get_weights(), old, strict=True):
        np.testing.assert_array_equal(a, b)


def test_linked_and_repeated_submodels_go_to_code_and_back():
    made = mlp()
    made.collapse("hidden", name="unit")
    made.configure("classes", units=8)
    other = made.instance("unit")
    made.connect("classes", other)
    weights = made.model.get_weights()
    made.apply(made.code())
    assert made.document.layers["unit"].link, "they stay linked"
    for a, b in zip(made.model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(a, b)
