"""Layers with data or Python functions in them: Normalization, Lambda, Embedding's weights."""

import json

import numpy as np
import pytest

from visualnn import layers, ops
from visualnn.layers import Embedding, Input, Lambda, Normalization, SpatialDropout2D, Wrapper
from visualnn.serialization import register_keras_serializable, serialize_keras_object

X = np.random.RandomState(0).normal(2.0, 3.0, size=(50, 4)).astype("float32")


def test_normalization_learns_from_data():
    layer = Normalization()
    layer.adapt(X)
    y = layer(X)
    np.testing.assert_allclose(y.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(0), 1, rtol=1e-4)
    np.testing.assert_allclose(layer.mean[0], X.mean(0), rtol=1e-5)
    np.testing.assert_allclose(layer.variance[0], X.var(0), rtol=1e-4)
    batches = Normalization()
    batches.adapt(X[i : i + 7] for i in range(0, 50, 7))
    np.testing.assert_allclose(batches(X), y, rtol=1e-4, atol=1e-5)
    store = {}
    layer.save_own_variables(store)
    again = Normalization()
    again.build((None, 4))
    again.load_own_variables(store)
    np.testing.assert_array_equal(again(X), y)


def test_normalization_by_numbers_given():
    with pytest.raises(ValueError, match=r"must have the same shape, but have \(4,\) and \(\)"):
        Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=4.0)
    layer = Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[4.0] * 4)
    np.testing.assert_allclose(layer(X), (X - [1, 2, 3, 4]) / 2, rtol=1e-5, atol=1e-6)
    config = json.loads(json.dumps(layer.get_config()))
    np.testing.assert_array_equal(Normalization.from_config(config)(X), layer(X))
    with pytest.raises(
        ValueError, match=r"was given its `mean` and `variance`, so it cannot be ada"
    ):
        layer.adapt(X)
    with pytest.raises(ValueError, match=r"`adapt` was given no data"):
        Normalization().adapt(iter([]))


@register_keras_serializable("mine")
def double(x):
    return x * 2.0


def test_functions_as_layers():
    layer = Lambda(double)
    np.testing.assert_array_equal(layer(X), 2 * X)
    assert layer(Input((4,))).shape == (None, 4)
    again = Lambda(lambda x, factor: x * factor, arguments={"factor": 3.0})
    np.testing.assert_array_equal(again(X), 3 * X)
    assert layer.get_config()["function"]["config"] == "mine>double"
    assert layer.get_config()["arguments"] == {}
    with pytest.raises(
        TypeError, match=r"A lambda cannot be saved: a file would have to hold Pyth"
    ):
        serialize_keras_object(again)


def test_a_function_that_wants_to_know():
    seen = []

    def look(x, training=None, mask=None):
        seen.append((training, mask))
        return ops.relu(x)

    Lambda(look)(X, training=True)
    assert seen == [(True, None)]


def test_first_vectors_of_an_embedding():
    vectors = np.arange(6, dtype="float32").reshape(3, 2)
    layer = Embedding(3, 2, weights=[vectors])
    np.testing.assert_array_equal(layer(np.array([2, 0])), vectors[[2, 0]])
    assert len(layer.weights) == 1
    assert "weights" not in layer.get_config()


def test_whole_channels_become_zero():
    layer = SpatialDropout2D(0.5, seed=1)
    y = layer(np.ones((8, 3, 4, 10), "float32"), training=True)
    assert set(np.unique(y)) == {0.0, 2.0}
    np.testing.assert_array_equal(y, np.broadcast_to(y[:, :1, :1], y.shape))
    first = SpatialDropout2D(0.5, "channels_first", seed=1)
    y = first(np.ones((8, 10, 3, 4), "float32"), training=True)
    np.testing.assert_array_equal(y, np.broadcast_to(y[:, :, :1, :1], y.shape))
    assert layer.get_config().keys() == {"rate", "seed", "data_format", "name", "dtype"}


def test_noise_keeps_what_it_promises():
    ones = np.ones((200, 200), "float32")
    multiplied = layers.GaussianDropout(0.2, seed=1)(ones, training=True)
    assert abs(multiplied.mean() - 1) < 0.01
    assert abs(multiplied.std() - 0.5) < 0.01
    added = layers.GaussianNoise(0.3, seed=1)(ones, training=True)
    assert abs(added.std() - 0.3) < 0.01
    normal = np.random.RandomState(0).normal(size=(200, 200)).astype("float32")
    kept = layers.AlphaDropout(0.3, seed=1)(normal, training=True)
    assert abs(kept.mean()) < 0.05
    assert abs(kept.std() - 1) < 0.05


def test_a_wrapper_builds_what_is_inside():
    class Twice(Wrapper):
        def call(self, x):
            return self.layer(self.layer(x))

    layer = Twice(layers.Dense(4, kernel_initializer="identity"))
    np.testing.assert_array_equal(layer(X), X)
    again = Twice.from_config(json.loads(json.dumps(layer.get_config())))
    assert again.layer.units == 4
