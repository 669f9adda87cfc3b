"""Models of connected layers: what they are called on, and what they are made of."""

import numpy as np
import pytest

from visualnn import Functional, Input, Model, ShapeError, layers, ops
from visualnn.layers.connectivity import KerasTensor

A, B = np.ones((5, 3), "float32"), np.ones((5, 2), "float32")


def two_inputs():
    a, b = Input((3,), name="a"), Input((2,), name="b")
    outputs = [
        layers.Dense(2, name="p")(layers.Concatenate()([a, b])),
        layers.Dense(1, name="q")(a),
    ]
    return a, b, outputs


def test_model_of_inputs_and_outputs_is_functional():
    a, b, outputs = two_inputs()
    model = Model([a, b], outputs)
    assert type(model) is Functional
    assert [type(x).__name__ for x in model.layers] == [
        *["InputLayer"] * 2,
        "Concatenate",
        *["Dense"] * 2,
    ]
    assert model.inputs == [a, b] and model.outputs == outputs
    assert model.input_names == ["a", "b"] and model.output_names == ["p", "q"]
    assert model.input_shape == [(None, 3), (None, 2)]
    assert model.output_shape == [(None, 2), (None, 1)]


class TestInputs:
    """What a model may be called on."""

    @pytest.mark.parametrize("given", [[A, B], (A, B), {"a": A, "b": B}, {"b": B, "a": A, "c": A}])
    def test_lists_and_names(self, given):
        a, b, outputs = two_inputs()
        model = Model([a, b], outputs)
        expected = model([A, B])
        for got, want in zip(model(given), expected, strict=True):
            np.testing.assert_array_equal(got, want)

    def test_a_dict_keeps_its_keys(self):
        a, b, (p, q) = two_inputs()
        model = Model({"a": a, "b": b}, {"y": p, "x": q})
        found = model({"b": B, "a": A})
        assert list(found) == ["y", "x"]
        assert found["y"].shape == (5, 2) and found["x"].shape == (5, 1)

    def test_a_list_for_a_dict_is_taken_in_the_order_of_the_keys(self):
        a, b, outputs = two_inputs()
        model = Model({"b": b, "a": a}, outputs)
        with pytest.warns(UserWarning, match="sorted keys"):
            assert model([A, B])[0].shape == (5, 2)

    @pytest.mark.parametrize("structure", ["one", "list"])
    def test_one_input_may_be_alone_or_in_a_list_or_named(self, structure):
        a = Input((3,), name="a")
        model = Model(a if structure == "one" else [a], layers.Dense(2)(a))
        expected = model(A)
        for given in ([A], {"a": A}, A.tolist()):
            np.testing.assert_allclose(model(given), expected, rtol=1e-6)

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (A, r"takes 2 inputs \('a', 'b'\), but 1 input was given"),
            ([A, B, B], "but 3 inputs were given"),
            ({"a": A}, "no data for its input 'b'"),
            ([B, A], r"its input 'a' takes \(None, 3\), but an array of shape \(5, 2\)"),
            ([A, None], "its input 'b' was given None"),
            ([A, "text"], "its input 'b' must be an array"),
        ],
    )
    def test_what_does_not_fit_is_refused_in_words(self, given, said):
        a, b, outputs = two_inputs()
        model = Model([a, b], outputs)
        with pytest.raises(ValueError, match=said):
            model(given)

    def test_shapes_are_checked_when_models_are_connected_too(self):
        a = Input((3,))
        inner = Model(a, layers.Dense(2)(a))
        assert inner(Input((3,))).shape == (None, 2)
        with pytest.raises(ShapeError, match=r"takes \(None, 3\)"):
            inner(Input((4,)))

    def test_a_last_axis_of_one_may_be_missing_or_too_much(self):
        one = Input((1,))
        column = Model(one, layers.Dense(2)(one))
        assert column(np.ones(5)).shape == (5, 2)
        assert column(np.ones((5, 1, 1))).shape == (5, 2)
        number = Input(())
        assert Model(number, number * 2)(np.ones((5, 1))).shape == (5,)

    def test_inputs_get_their_declared_dtype(self):
        x = Input((2,), dtype="int32")
        model = Model(x, layers.Embedding(5, 3)(x))
        np.testing.assert_array_equal(model(np.array([[1.0, 2.0]])), model(np.array([[1, 2]])))

    def test_an_optional_input_may_be_none(self):
        class MaybeAdd(layers.Layer):
            def call(self, x, more=None):
                return x if more is None else x + more

            def compute_output_shape(self, x_shape, more_shape=None):
                return x_shape

        a, b = Input((3,), name="a"), Input((3,), name="b", optional=True)
        model = Model([a, b], MaybeAdd()(a, b))
        np.testing.assert_array_equal(model([A, None]), A)
        np.testing.assert_array_equal(model([A, A]), A + A)


class TestConnections:
    def test_outputs_must_come_from_the_inputs(self):
        a, _, outputs = two_inputs()
        with pytest.raises(ValueError, match="depend on 'b', an input that is not among"):
            Model(a, outputs)

    def test_arrays_are_no_inputs(self):
        a, _, outputs = two_inputs()
        with pytest.raises(ValueError, match=r"an array of shape \(5, 3\)"):
            Model(A, outputs[1])
        with pytest.raises(ValueError, match="the layer 'd' itself"):
            Model(a, layers.Dense(2, name="d"))

    def test_names_are_unique(self):
        a = Input((3,))
        twice = layers.Dense(1, name="same")(layers.Dense(2, name="same")(a))
        with pytest.raises(ValueError, match="Two layers of one model are called 'same'"):
            Model(a, twice)

    def test_one_argument_alone_is_explained(self):
        with pytest.raises(TypeError, match="takes `inputs` and `outputs` together"):
            Model(Input((3,)))

    def test_a_shared_layer_has_its_weights_once(self):
        a, b = Input((3,)), Input((3,))
        shared = layers.Dense(2)
        model = Model([a, b], layers.Add()([shared(a), shared(b)]))
        assert len(model.weights) == 2
        np.testing.assert_allclose(model([A, A]), 2 * shared(A), rtol=1e-6)

    def test_a_model_may_begin_in_the_middle_of_another(self):
        a = Input((3,))
        h = layers.Dense(4, name="first")(a)
        last = layers.Dense(2, name="last")
        whole = Model(a, last(h))
        assert Model(a, last.input).output_shape == (None, 4)
        rest = Model(h, whole.output)
        assert [type(x).__name__ for x in rest.layers] == ["InputLayer", "Dense"]
        assert rest.layers[1] is last and rest.input_shape == (None, 4)
        np.testing.assert_allclose(rest(whole.get_layer("first")(A)), whole(A), rtol=1e-6)

    def test_unused_inputs_are_kept_and_dead_branches_dropped(self):
        a, b = Input((3,), name="a"), Input((2,), name="b")
        layers.Dense(9, name="dead")(a)
        model = Model([a, b], layers.Dense(1, name="d")(a))
        assert [x.name for x in model.layers] == ["a", "b", "d"]
        assert model([A, B]).shape == (5, 1)

    def test_operators_become_nodes(self):
        a = Input((3,))
        model = Model(a, ops.concatenate([a * 2, 1 - a], axis=-1)[:, 1:4])
        names = [x.name for x in model.operations]
        assert len(names) == 5 and len(model.layers) == 1
        expected = np.concatenate([A * 2, 1 - A], -1)[:, 1:4]
        np.testing.assert_array_equal(model(A), expected)

    def test_a_layer_with_several_outputs(self):
        class Halves(layers.Layer):
            def call(self, x):
                return {"left": x[:, :1], "right": [x[:, 1:]]}

        a = Input((3,))
        halves = Halves()(a)
        model = Model(a, [halves["right"][0], halves])
        right, both = model(A)
        np.testing.assert_array_equal(right, A[:, 1:])
        np.testing.assert_array_equal(both["left"], A[:, :1])

    def test_training_reaches_every_layer(self):
        a = Input((3,))
        inner = Model(x := Input((3,)), layers.Dropout(0.5)(x))
        model = Model(a, inner(a))
        np.testing.assert_array_equal(model(A), A)
        np.testing.assert_array_equal(model(A, training=False), A)
        assert not np.array_equal(model(np.ones((99, 3)), training=True), np.ones((99, 3)))

    def test_a_recorded_training_holds_where_nobody_says_otherwise(self):
        a = Input((3,))
        model = Model(a, layers.Dropout(0.5)(a, training=True))
        many = np.ones((99, 3), "float32")
        assert not np.array_equal(model(many), many)
        np.testing.assert_array_equal(model(many, training=False), many)
        np.testing.assert_array_equal(model.predict(many, verbose=0), many)


class TestLayers:
    def test_layers_are_found_by_name_and_place(self):
        a, b, outputs = two_inputs()
        model = Model([a, b], outputs)
        assert model.get_layer("p") is model.get_layer(
            index=model.layers.index(model.get_layer("p"))
        )
        with pytest.raises(ValueError, match=r"no layer named 'x'\. There are: 'a'"):
            model.get_layer("x")
        with pytest.raises(ValueError, match="the model has 5 layers"):
            model.get_layer(index=9)
        with pytest.raises(ValueError, match="Give the name of a layer"):
            model.get_layer()

    def test_layers_cannot_be_replaced(self):
        a = Input((3,))
        model = Model(a, layers.Dense(1)(a))
        with pytest.raises(AttributeError, match="choose another name"):
            model.layers = []

    def test_freezing_reaches_the_layers(self):
        a = Input((3,))
        model = Model(a, layers.Dense(1)(a))
        model.trainable = False
        assert model.trainable_weights == [] and len(model.non_trainable_weights) == 2
        assert not model.layers[1].trainable


class Wide(Model):
    """A model that is connected in its own constructor."""

    def __init__(self, units, **kwargs):
        inputs = Input((3,))
        super().__init__(inputs, layers.Dense(units)(inputs), **kwargs)
        self.units = units

    def get_config(self):
        return {"units": self.units, "name": self.name}


class Same(Model):
    """A model that is constructed from inputs and outputs, with one method more."""

    def __init__(self, inputs, outputs, name=None, **kwargs):
        super().__init__(inputs, outputs, name=name, **kwargs)

    def doubled(self, x):
        return 2 * self(x)


class TestSubclasses:
    def test_connected_in_its_constructor(self):
        model = Wide(4, name="wide")
        assert model.name == "wide" and model(A).shape == (5, 4)
        again = Wide.from_config(model.get_config())
        assert again.output_shape == (None, 4)

    def test_constructed_like_a_functional_model(self):
        a = Input((3,))
        model = Same(inputs=a, outputs=layers.Dense(2)(a))
        assert [record["class_name"] for record in model.get_config()["layers"]] == [
            "InputLayer",
            "Dense",
        ]
        again = Same.from_config(model.get_config())
        assert type(again) is Same and again.doubled(A).shape == (5, 2)

    def test_the_class_is_left_as_it_was_written(self):
        before = Wide.__bases__
        Wide(2)
        assert Wide.__bases__ == before


def test_tensors_of_a_model_are_keras_tensors():
    a = Input((3,))
    model = Model(a, layers.Dense(2)(a))
    assert isinstance(model.input, KerasTensor) and model.output.shape == (None, 2)
    assert repr(model).startswith("<Functional name=functional")
