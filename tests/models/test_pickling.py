"""Models as pickles, and copies of them."""

import copy
import pickle

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)


def stacked():
    return Sequential([Input((3,)), layers.Dense(4, "relu"), layers.Dense(1)])


def connected():
    inputs = Input((3,))
    hidden = layers.Dense(4, "tanh")(inputs)
    return Model(inputs, layers.Add()([hidden, layers.Dense(4)(inputs)]))


@pytest.mark.parametrize("make", [stacked, connected])
@pytest.mark.parametrize("again", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy])
def test_a_model_comes_back_and_goes_on_training(make, again):
    model = make()
    model.compile("adam", "mse")
    y = model.predict(X, verbose=0) + 1
    model.fit(X, y, verbose=0)
    other = again(model)
    assert other is not model and type(other) is type(model)
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
    assert other.train_on_batch(X, y) == pytest.approx(model.train_on_batch(X, y))
    np.testing.assert_allclose(other.get_weights()[0], model.get_weights()[0], rtol=1e-5, atol=1e-6)
