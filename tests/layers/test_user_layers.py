"""Layers as users write them: plain classes with `__init__`, `build`, `call` and `get_config`."""

from __future__ import annotations

import numpy as np
import pytest

from visualnn import layers, ops
from visualnn.graph import trace
from visualnn.layers import Dense, Input, Layer
from visualnn.primitives.primitive import recorder
from visualnn.serialization import custom_object_scope, deserialize_keras_object
from visualnn.serialization import serialize_keras_object as serialize
from visualnn.spec import ShapeError, Spec
from visualnn.variable import Variable

X = np.arange(6, dtype="float32").reshape(2, 3)


class Linear(Layer):
    """As in the guides."""

    activation: str = "none"  # an annotation of a user is no field
    units: int

    def __init__(self, units=2, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="shift")

    def call(self, inputs):
        return ops.matmul(inputs, self.w) + self.b

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def test_a_layer_with_annotations():
    layer = Linear(4)
    np.testing.assert_array_equal(layer(X), np.repeat(X.sum(1, keepdims=True), 4, 1))
    assert [w.path for w in layer.weights] == ["linear/variable", "linear/shift"]
    assert layer.name == "linear"
    assert layer.activation == "none"


def test_configs_and_records():
    layer = Linear(4, name="mine", trainable=False, dtype="float64")
    assert layer.get_config()["units"] == 4
    again = Linear.from_config(layer.get_config())
    assert (again.units, again.name, again.trainable, again.dtype) == (4, "mine", False, "float64")
    layer(X)
    with custom_object_scope({"Linear": Linear}):
        found = deserialize_keras_object(serialize(layer))
    assert [w.shape for w in found.weights] == [(3, 4), (4,)]


class Scaled(Dense):
    """A subclass of a built-in layer, with a setting of its own."""

    def __init__(self, units, factor=2.0, **kwargs):
        super().__init__(units, **kwargs)
        self.factor = factor

    def call(self, inputs):
        return super().call(inputs) * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


def test_a_subclass_of_a_built_in_layer():
    layer = Scaled(4, factor=3.0, activation="relu", kernel_initializer="ones")
    np.testing.assert_array_equal(layer(X), np.repeat(3 * X.sum(1, keepdims=True), 4, 1))
    again = Scaled.from_config(layer.get_config())
    assert (again.factor, again.units, again.activation) == (3.0, 4, layer.activation)
    assert layer(Input((3,))).shape == (None, 4)
    with pytest.raises(ValueError, match=r"Scaled: `units` must be a whole number, 1 or more"):
        Scaled(0)


def test_a_subclass_without_a_constructor_of_its_own():
    class Loud(Dense):
        def call(self, inputs):
            return super().call(inputs) * 10.0

    layer = Loud(2, use_bias=False, kernel_initializer="ones")
    np.testing.assert_array_equal(layer(X)[:, 0], 10 * X.sum(1))
    assert layer.get_config()["units"] == 2


class Variadic(Layer):
    """A layer that takes any arguments."""

    def __init__(self, *args, **kwargs):
        super().__init__(**kwargs)
        self.args = args

    def call(self, *inputs, scale=1.0):
        return sum(inputs) * scale


def test_variadic_arguments():
    layer = Variadic()
    np.testing.assert_array_equal(layer(X, X, scale=2.0), 4 * X)
    assert layer(Input((3,)), Input((3,))).shape == (None, 3)
    assert layer.get_config()["name"] == layer.name
    with pytest.raises(NotImplementedError, match=r"cannot be saved without a `get_config`"):
        Variadic(1, 2).get_config()


def test_automatic_configs():
    class Auto(Layer):
        def __init__(self, units, sizes=(1, 2), mode="a", **kwargs):
            super().__init__(**kwargs)

    config = Auto(3, mode="b", name="x").get_config()
    config.pop("dtype")
    assert config == {"units": 3, "sizes": (1, 2), "mode": "b", "name": "x", "trainable": True}
    with pytest.raises(NotImplementedError, match=r"its argument 'units' is a Dense"):
        Auto(Dense(2)).get_config()

    class Bare(Layer):
        def __init__(self, units):
            super().__init__()

    assert Bare(1).get_config() == {"units": 1}
    written_by_keras = {"units": 1, "trainable": False, "dtype": "float64"}
    found = Bare.from_config(written_by_keras)
    assert (found.trainable, found.dtype) == (False, "float64")


def test_init_must_call_the_base_class():
    class Forgetful(Layer):
        def __init__(self):
            pass

    with pytest.raises(RuntimeError, match=r"Forgetful.__init__ must begin with"):
        Forgetful()(X)


def test_unknown_arguments_are_named():
    with pytest.raises(ValueError, match=r"Linear 'linear.*' does not know the argument 'unit'"):
        Linear(unit=3)
    with pytest.raises(ValueError, match=r"'a/b' cannot be the name of a Linear"):
        Linear(name="a/b")
    with pytest.raises(NotImplementedError, match=r"does not say what it computes"):
        Layer()(X)


# ------------------------------------------------------------------ build


class Two(Layer):
    """Built for two tensors, by name."""

    def build(self, left_shape, right_shape=None):
        self.shapes = (left_shape, right_shape)

    def call(self, left, right, mask=None):
        return left


def test_build_gets_one_shape_for_each_tensor():
    layer = Two()
    layer(X, right=[X, X[:1]])
    assert layer.shapes == ((2, 3), [(2, 3), (1, 3)])
    assert layer.get_build_config() == {
        "shapes_dict": {"left_shape": (2, 3), "right_shape": [(2, 3), (1, 3)]}
    }


def test_build_that_wants_more_than_the_call_gives():
    class Wrong(Layer):
        def build(self, query_shape, value_shape):
            pass

        def call(self, query, key):
            return query

    with pytest.raises(ValueError, match=r"`build` wants value_shape, but the call gives query_sh"):
        Wrong()(X, X)


def test_build_runs_outside_of_any_recording():
    class Peek(Layer):
        def build(self, shape):
            assert recorder.get() is None
            self.w = self.add_weight(shape=(shape[-1],), initializer="ones")
            self.sum = float(np.sum(self.w.numpy()))

        def call(self, x):
            return x * self.w * self.sum

    layer = Peek()
    graph = trace(layer, Spec((None, 3)))
    assert layer.sum == 3.0
    assert graph.run(X)[0].tolist() == (3 * X).tolist()


def test_variables_made_by_hand_are_weights():
    class Counter(Layer):
        def __init__(self):
            super().__init__()
            self.count = Variable(np.int32(0), trainable=False, name="count")

        def build(self, shape):
            self.w = Variable(np.ones(shape[-1], "float32"), name="w")

        def call(self, x):
            self.count.assign(self.count + 1)
            return x * self.w

    layer = Counter()
    layer(X)
    layer(X)
    assert layer.count.numpy() == 2
    assert [w.name for w in layer.weights] == ["w", "count"]
    assert [w.name for w in layer.trainable_weights] == ["w"]


class Block(Layer):
    """No `build`: what is inside is built where it is called."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.parts = [Dense(4), layers.BatchNormalization()]
        self.by_name = {"last": Dense(2)}

    def call(self, x, training=False):
        for part in self.parts:
            x = part(x)
        return self.by_name["last"](x)


def test_layers_inside_are_built_where_they_are_called():
    layer = Block()
    assert layer(Input((3,))).shape == (None, 2)
    assert layer.built
    assert [w.path.split("/")[0] for w in layer.weights] == ["block"] * 8
    assert layer.count_params() == 16 + 16 + 10


def test_building_by_a_trial():
    layer = Block()
    layer.build((None, 3))
    assert layer.count_params() == 42
    again = Block.from_config(layer.get_config())
    again.build_from_config(layer.get_build_config())
    assert [w.shape for w in again.weights] == [w.shape for w in layer.weights]

    class Picky(Block):
        def call(self, x):
            return self.parts[0](x["a"])

    with pytest.raises(ValueError, match=r"cannot be built for the shape .*a trial call fails"):
        Picky().build((None, 3))


def test_a_built_layer_gets_no_new_weights():
    layer = Linear()
    layer(X)
    with pytest.raises(ValueError, match=r"is built, so it cannot get a new layer"):
        layer.extra = Dense(2)
    with pytest.raises(ValueError, match=r"is built, so it cannot get a new weight"):
        layer.add_weight(shape=(2,))
    layer.again = layer.w  # it has this one already
    layer.note = 3


def test_own_output_shape():
    class Doubling(Layer):
        def compute_output_shape(self, input_shape):
            return (input_shape[0], 2 * input_shape[1])

        def call(self, x):
            return ops.concatenate([x, x] if float(x[0, 0]) >= 0 else [x, -x], axis=1)

    layer = Doubling(dtype="float16")
    y = layer(Input((3,)))
    assert (y.shape, y.dtype) == ((None, 6), "float16")
    assert layer(X).shape == (2, 6)


def test_several_outputs_in_any_nesting():
    class Split(Layer):
        def call(self, x):
            return {"sum": ops.sum(x, axis=1), "parts": (x[:, 0], [x[:, 1], None])}

    layer = Split()
    found = layer(Input((3,)))
    assert found["sum"].shape == (None,)
    assert found["parts"][1][1] is None
    assert layer.compute_output_shape((4, 3)) == {"sum": (4,), "parts": ((4,), [(4,), None])}
    ran = layer(X)
    np.testing.assert_array_equal(ran["parts"][1][0], X[:, 1])


def test_messages_about_shapes_name_the_layer():
    layer = Linear(name="middle")
    layer(X)
    with pytest.raises(ShapeError, match=r"^Linear 'middle': matmul: the last axis of"):
        layer(np.ones((2, 5), "float32"))
    with pytest.raises(TypeError, match=r"Linear 'middle' takes \(inputs\), but: missing a requ"):
        layer()
    with pytest.raises(TypeError, match=r"Linear 'middle' takes \(inputs\), but: .* 'scale'"):
        layer(X, scale=2)

    class Outer(Layer):
        def call(self, x):
            return layer(x)

    with pytest.raises(ShapeError) as caught:
        Outer()(np.ones((2, 5), "float32"))
    assert str(caught.value).count("Linear 'middle'") == 1
    assert "Outer" not in str(caught.value)  # the innermost layer is the one that cannot
