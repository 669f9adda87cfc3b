"""The layer graph: inputs, calls, operations between layers."""

import numpy as np
import pytest

from visualnn import ops
from visualnn.layers import (
    Add,
    Dense,
    Dropout,
    Flatten,
    Input,
    InputLayer,
    InputSpec,
    Layer,
    inference,
)
from visualnn.layers.connectivity import KerasTensor, calls_between, calls_of
from visualnn.serialization import clear_session
from visualnn.spec import ShapeError, Spec

# ------------------------------------------------------------------ inputs


def test_inputs():
    x = Input((3, None), name="words", dtype="int32")
    assert (x.shape, x.dtype, x.name) == ((None, 3, None), "int32", "words")
    layer = x.made_by.operation
    assert type(layer) is InputLayer
    assert layer.get_config() == {
        "batch_shape": (None, 3, None),
        "dtype": "int32",
        "sparse": False,
        "ragged": False,
        "name": "words",
        "optional": False,
    }
    again = InputLayer.from_config(layer.get_config())
    assert (again.output.shape, again.output.dtype) == (x.shape, x.dtype)
    assert Input((), batch_size=4).shape == (4,)
    assert Input(batch_shape=[None, 2]).shape == (None, 2)
    assert InputLayer(batch_input_shape=(2, 3)).batch_shape == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, r"give the `shape` of one example"),
        ({"shape": 3}, r"`shape` must be a tuple of sizes, such as \(3,\), but is 3"),
        ({"shape": (3, -1)}, r"holds -1; a size is a whole number, zero or more, or None"),
        ({"shape": (3, 2.5)}, r"holds 2.5"),
        ({"shape": (3,), "batch_shape": (2, 3)}, r"give `batch_shape`, or `shape`.*not both"),
        ({"shape": (3,), "sparse": True}, r"sparse or ragged tensors is not supported"),
        ({"shape": (3,), "dtype": "float31"}, r"'float31' is not a dtype"),
    ],
)
def test_wrong_inputs(arguments, message):
    with pytest.raises(ValueError, match=message):
        Input(**arguments)


def test_input_specs():
    spec = InputSpec(shape=(None, 3), dtype="float32")
    assert spec.ndim == 2
    assert str(InputSpec(min_ndim=2, axes={-1: 3})) == "InputSpec(min_ndim=2, axes={-1: 3})"
    assert InputSpec.from_config(spec.get_config()).get_config() == spec.get_config()
    assert spec.misfit(Spec((4, 3))) is None
    assert "must have the shape (None, 3), but has (4, 2)" in spec.misfit(Spec((4, 2)))
    assert "must have the dtype float32, but has int32" in spec.misfit(Spec((4, 3), "int32"))
    assert "at most 2 axes" in InputSpec(max_ndim=2).misfit(Spec((1, 2, 3)))
    assert InputSpec(shape=(None, 1), allow_last_axis_squeeze=True).misfit(Spec((4,))) is None

    class Wants(Layer):
        def __init__(self):
            super().__init__(name="w")
            self.input_spec = [InputSpec(ndim=2), InputSpec(ndim=3, optional=True)]

        def call(self, inputs):
            return inputs[0]

    layer = Wants()
    assert layer([Input((3,)), None]).shape == (None, 3)
    with pytest.raises(ShapeError, match=r"Wants 'w': It takes 2 inputs, but 1 were given"):
        layer([Input((3,))])
    with pytest.raises(ShapeError, match=r"Its input 1 must have 3 axes, but has 2 axes"):
        layer([Input((3,)), Input((3,))])


# ------------------------------------------------------------------ calls


def test_calls_remember_what_they_were_made_of():
    x = Input((3,))
    layer = Dense(2, name="d")
    y = layer(x)
    again = layer(y @ np.ones((2, 3), "float32"), training=True)
    first, second = calls_of(layer)
    assert (first.args, first.kwargs, first.outputs, first.index) == ((x,), {}, y, 0)
    assert second.kwargs == {"training": True}
    assert again.made_by is second
    assert again._keras_history == (layer, 1, 0)
    assert Flatten()(x).made_by.operation.output.shape == (None, 3)
    assert (layer.input, layer.output) == (x, y)
    with pytest.raises(AttributeError, match=r"has no input yet: it has not been called in a func"):
        Dense(2).input  # noqa: B018


def test_one_tensor_twice_and_lists():
    x = Input((3,))
    layer = Add()
    y = layer([x, x])
    call = y.made_by
    assert call.args == ([x, x],)
    assert call.tensors == [x, x]
    assert layer.input == [x, x]


def test_operators_become_operations():
    clear_session()
    x, y = Input((3,)), Input((3,))
    z = 1.0 - x * y / 2.0
    call = z.made_by
    assert (call.operation.operation.class_name, call.args[0]) == ("Subtract", 1.0)
    names = [c.operation.name for c in calls_between([x, y], [z])]
    assert names == ["multiply", "true_divide", "subtract"]
    assert ops.reshape(x, (-1, 3, 1)).made_by.operation.get_config() == {
        "newshape": (-1, 3, 1),
        "name": "reshape",
    }
    assert x[:, 0].shape == (None,)
    assert np.tanh(x).shape == (None, 3)
    assert [part.shape for part in ops.split(x, 3, axis=1)] == [(None, 1)] * 3
    assert ops.split(x, 3, axis=1)[2].tensor_index == 2


def test_what_needs_numbers_is_refused():
    x = Input((3,))
    for use in (bool, int, float, len, np.asarray):
        with pytest.raises((TypeError, ValueError), match=r"is a placeholder of a functional"):
            use(x)
    with pytest.raises(TypeError, match=r"cannot be unpacked: its first size is not known"):
        list(x)


def test_outputs_that_do_not_come_from_the_inputs():
    x, y = Input((3,)), Input((3,), name="other")
    with pytest.raises(ValueError, match=r"name=other.* is an input that was not given"):
        calls_between([x], [x + y])


def test_long_chains():
    x = Input((4,))
    y = x
    for _ in range(5000):
        y = Dropout(0.1)(y)
    assert len(calls_between([x], [y])) == 5000


def test_inference_is_remembered(monkeypatch):
    """A layer with the same settings and inputs is traced once; unknown sizes keep their names."""
    traced = []
    real = inference.output_specs
    monkeypatch.setattr(inference, "output_specs", lambda *a: traced.append(a) or real(*a))
    monkeypatch.setattr(inference, "_known", {})
    x = Input((3,))
    first, second = Dense(7)(x), Dense(7, name="other")(x)
    assert len(traced) == 1
    assert first.spec.sizes[0] is second.spec.sizes[0] is x.spec.sizes[0]
    Dense(8)(x)
    Dense(7)(Input((4,)))
    Dense(7)(Input(batch_shape=(2, 3)))
    assert len(traced) == 4
    other = Input((3,))
    y = Dense(7)(other)
    assert len(traced) == 4
    assert y.spec.sizes[0] is other.spec.sizes[0]


def test_keras_tensors_have_names():
    clear_session()
    assert [KerasTensor((2,)).name for _ in range(2)] == ["keras_tensor", "keras_tensor_1"]
    assert str(KerasTensor((None, 2), "int32")) == (
        "<KerasTensor shape=(None, 2), dtype=int32, name=keras_tensor_2>"
    )
