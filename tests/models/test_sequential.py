"""Stacks of layers: when they are built, and how they grow and shrink."""

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, ShapeError, layers, ops
from visualnn.graph import SymbolicError

X = np.ones((5, 3), "float32")


def test_an_input_builds_it_at_once():
    model = Sequential([Input((3,), name="begin"), layers.Dense(2, name="d")])
    assert model.built and [x.name for x in model.layers] == ["d"]
    assert model.input_shape == (None, 3) and model.output_shape == (None, 2)
    assert [w.path for w in model.weights] == [f"{model.name}/d/kernel", f"{model.name}/d/bias"]


def test_without_an_input_data_builds_it():
    model = Sequential([layers.Dense(2)])
    assert not model.built and model.weights == []
    with pytest.raises(AttributeError, match="not built yet"):
        _ = model.outputs
    assert model(X).shape == (5, 2)
    assert model.built and model.inputs[0].shape == (5, 3)
    assert model(np.ones((7, 3))).shape == (7, 2)


def test_build_builds_it():
    model = Sequential([layers.Dense(2), layers.Dense(1)])
    model.build((None, 3))
    assert model.count_params() == 11 and model.output_shape == (None, 1)


def test_the_first_layer_may_tell_the_input():
    assert Sequential([layers.Dense(2, input_shape=(3,))]).output_shape == (None, 2)
    inner = Sequential([Input((3,)), layers.Dense(2)])
    assert Sequential([inner, layers.Dense(1)]).output_shape == (None, 1)
    a = Input((4,))
    assert Sequential([Model(a, layers.Dense(2)(a))]).input_shape == (None, 4)


def test_layers_are_added_and_taken_away():
    model = Sequential([Input((3,))])
    model.add(layers.Dense(4))
    last = layers.Dense(2)
    model.add(last)
    assert model.output_shape == (None, 2)
    assert model.pop() is last
    assert model.output_shape == (None, 4) and len(model.weights) == 2
    model.add(layers.Dense(6))
    assert model(X).shape == (5, 6)


def test_pop_to_the_ground():
    model = Sequential([Input((3,)), layers.Dense(4)])
    model.pop()
    assert model.layers == [] and not model.built
    with pytest.raises(IndexError, match="no layer to take away"):
        model.pop()
    model.add(layers.Dense(2))
    assert model(X).shape == (5, 2)


@pytest.mark.parametrize(
    ("added", "said"),
    [
        (3, "is made of layers, but 3 of type int was added"),
        (lambda: layers.Dense(1, name="d"), "has a layer named 'd' already"),
        (lambda: Input((4,)), "an Input can only be the first layer"),
    ],
)
def test_what_does_not_belong_there_is_refused(added, said):
    model = Sequential([Input((3,)), layers.Dense(2, name="d")])
    with pytest.raises(ValueError, match=said):
        model.add(added() if callable(added) else added)
    assert len(model.layers) == 1


def test_a_layer_that_does_not_fit_is_not_kept():
    model = Sequential([Input((3,)), layers.Dense(2)])
    with pytest.raises(ValueError, match="conv2d"):
        model.add(layers.Conv2D(2, 3))
    assert len(model.layers) == 1 and model(X).shape == (5, 2)


def test_other_sizes_than_it_was_built_for_are_tried():
    model = Sequential([Input((8, 8, 1)), layers.Conv2D(2, 3)])
    assert model(np.ones((1, 9, 9, 1))).shape == (1, 7, 7, 2)
    flat = Sequential([Input((3,)), layers.Dense(2, name="d")])
    with pytest.raises(ShapeError, match="Dense 'd'"):
        flat(np.ones((5, 4)))


def test_an_empty_one_gives_what_it_gets():
    np.testing.assert_array_equal(Sequential()(X), X)


def test_inputs_that_are_no_single_tensor():
    model = Sequential([layers.Add(), layers.Dense(2)])
    assert model([X, X]).shape == (5, 2)
    assert len(model.weights) == 2


def test_config_round_trip():
    model = Sequential([Input((3,), name="begin"), layers.Dense(2, name="d")], name="stack")
    config = model.get_config()
    assert [record["class_name"] for record in config["layers"]] == ["InputLayer", "Dense"]
    assert tuple(config["build_input_shape"]) == (None, 3)
    again = Sequential.from_config(config)
    assert again.get_config() == config and again.name == "stack"


def test_config_of_an_unbuilt_one():
    config = Sequential([layers.Dense(2, name="d")]).get_config()
    assert "build_input_shape" not in config and len(config["layers"]) == 1
    assert not Sequential.from_config(config).built


def test_masks_pass_through():
    model = Sequential([layers.Embedding(5, 3, mask_zero=True), layers.LSTM(2)])
    padded = np.array([[1, 2, 0, 0]])
    np.testing.assert_allclose(model(padded), model(np.array([[1, 2]])), rtol=1e-5)


class Decides(layers.Layer):
    """Looks at numbers, which placeholders do not have."""

    def call(self, inputs):
        return inputs * 2 if ops.sum(inputs) > 0 else inputs


def test_a_layer_that_looks_at_numbers_runs_eagerly():
    model = Sequential([Decides(), layers.Dense(1)])
    x = np.ones((4, 3), "float32")
    model.compile("sgd", "mse", run_eagerly=True)
    model.fit(x, x[:, :1], verbose=0)
    assert model(x).shape == (4, 1)


def test_a_layer_that_looks_at_numbers_is_told_the_way():
    model = Sequential([Decides(), layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(SymbolicError, match=r"test_sequential\.py:\d+: .*run_eagerly=True"):
        model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
