"""A model that is called again and again on few examples runs a plan, and nobody can tell."""

import numpy as np
import pytest

import visualnn as keras
from visualnn import activations, layers


def dense():
    hidden = layers.Dense(8, "gelu")
    return keras.Sequential(
        [keras.Input((6,)), hidden, layers.Dropout(0.5), layers.Dense(3, "softmax")]
    )


def pictures():
    x = inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, padding="same")(x)
    x = layers.ReLU()(layers.BatchNormalization()(x)) + layers.Conv2D(4, 1)(inputs)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(layers.MaxPooling2D()(x)))


def words():
    x = inputs = keras.Input((5, 4))
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 2)(x, x))
    return keras.Model(inputs, layers.Bidirectional(layers.GRU(3))(x))


MODELS = {"dense": dense, "pictures": pictures, "words": words}


def is_quick(model, x):
    return model._quick_calls._seen.get((x.shape, x.dtype)) is not None


@pytest.mark.parametrize("name", MODELS)
def test_all_calls_give_the_same_numbers(name):
    model = MODELS[name]()
    for count in (1, 3):
        x = np.random.default_rng(count).normal(size=(count, *model.input_shape[1:]))
        x = x.astype("float32")
        first = model(x)
        for _ in range(4):
            again = model(x)
            assert type(again) is type(first) and again.dtype == first.dtype
            np.testing.assert_array_equal(again, first)
        assert is_quick(model, x)
        again[...] = 0  # it belongs to the caller
        np.testing.assert_array_equal(model(x), first)


def called(model, x, times=4):
    for _ in range(times):
        y = model(x)
    return y


def test_new_weights_and_settings_count_at_once():
    model, x = dense(), np.ones((1, 6), "float32")
    before = called(model, x)
    kernel = model.layers[0].kernel
    kernel.assign(kernel * 2.0)
    other = model(x)
    assert abs(other - before).max() > 1e-3
    model.layers[0].activation = activations.linear
    assert abs(model(x) - other).max() > 1e-3
    np.testing.assert_allclose(model(x), model.predict(x, verbose=0), rtol=1e-5)


def test_training_is_not_forgotten():
    model, x = dense(), np.ones((1, 6), "float32")
    called(model, x)
    assert any(abs(model(x, training=True) - model(x)).max() > 1e-3 for _ in range(5))


def test_a_tape_sees_what_is_called():
    model, x = dense(), np.ones((1, 6), "float32")
    called(model, x)
    with keras.GradientTape() as tape:
        y = keras.ops.sum(model(x)[:, 0])
    gradients = tape.gradient(y, model.trainable_weights)
    assert all(g is not None for g in gradients)


class Counting(layers.Layer):
    count = 0

    def call(self, x):
        type(self).count += 1
        return x * 1.0


@pytest.mark.parametrize("layer", ["own", "lambda", "function"])
def test_the_code_of_users_runs_each_time(layer):
    count = [0]

    def counted(x):
        count[0] += 1
        return x * 2.0

    made = {
        "own": Counting,
        "lambda": lambda: layers.Lambda(counted),
        "function": lambda: layers.Dense(2, counted),
    }[layer]()
    model, x = keras.Sequential([keras.Input((2,)), made]), np.ones((1, 2), "float32")
    called(model, x)
    before = Counting.count + count[0]
    called(model, x, 5)
    assert Counting.count + count[0] == before + 5


def test_large_inputs_go_through_the_layers():
    model, x = dense(), np.ones((20000, 6), "float32")
    called(model, x)
    assert not is_quick(model, x)


def test_the_state_of_a_layer_moves_on():
    model = keras.Sequential(
        [keras.Input((3, 2), batch_size=1), layers.SimpleRNN(2, stateful=True)]
    )
    x = np.ones((1, 3, 2), "float32")
    first, *others = [np.array(model(x)) for _ in range(5)]
    assert all(abs(y - first).max() > 1e-6 for y in others)
