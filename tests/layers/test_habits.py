"""What code written for Keras expects of layers beyond their numbers."""

import numpy as np
import pytest

import visualnn
from visualnn import layers, ops
from visualnn.layers import Input
from visualnn.layers.masking import mask_of

X = np.random.RandomState(1).normal(size=(2, 4, 6)).astype("float32")
MASKED = np.array([[1, 1, 0, 0], [1, 0, 1, 1]], bool)


@pytest.mark.parametrize("make", [layers.Dense, layers.Dropout, layers.Conv1D, layers.Softmax])
def test_every_layer_may_be_told_whether_it_trains(make):
    layer = make(*{"Dense": (2,), "Dropout": (0.5,), "Conv1D": (2, 2)}.get(make.__name__, ()))
    assert np.array_equal(layer(X, training=False), layer(X))


def test_settings_of_a_call_are_given_by_name():
    with pytest.raises(ValueError, match=r"Dropout .*: only tensors .* `training=True`"):
        layers.Dropout(0.5)(X, True)


@pytest.mark.parametrize(
    ("make", "old"),
    [
        (lambda: layers.LSTM(2, implementation=2), "implementation"),
        (lambda: layers.Embedding(3, 2, input_length=5), "input_length"),
        (lambda: layers.LeakyReLU(alpha=0.5), "alpha"),
    ],
)
def test_outdated_arguments_are_taken_with_a_warning(make, old):
    with pytest.warns(UserWarning, match=f"`{old}` is outdated"):
        layer = make()
    if old == "alpha":
        assert layer.negative_slope == 0.5


def test_gradients_reach_inputs_that_are_cast():
    layer = layers.Dense(3, dtype="mixed_float16")
    slope = visualnn.grad(lambda x: ops.sum(ops.cast(layer(x), "float32")))(X)
    wanted = layer.kernel.numpy().astype("float16").sum(axis=1)
    np.testing.assert_allclose(slope[0, 0], wanted, rtol=1e-2, atol=1e-2)


def test_queries_that_count_are_the_ones_with_a_mask():
    layer = layers.MultiHeadAttention(2, 3)
    query = layers.Masking()(X * MASKED[..., None])
    y, scores = layer(query, X, return_attention_scores=True)
    assert np.array_equal(mask_of(y), MASKED)
    seen = np.asarray(ops.sum(scores, axis=-1))
    np.testing.assert_allclose(seen, np.where(MASKED[:, None], 1.0, 0.0) * np.ones((1, 2, 1)), 1e-6)
    blind = np.asarray(layer(query, X))[0, 2]  # sees the average of everything
    all_seen = np.asarray(layer(query, X * 0 + X[:1].mean(axis=1, keepdims=True)))[0, 2]
    np.testing.assert_allclose(blind, all_seen, rtol=1e-4, atol=1e-5)


def test_attention_penalises_inside_only():
    layer = layers.MultiHeadAttention(2, 3, activity_regularizer="l2")
    layer(X, X)
    assert len(layer.losses) == 4


class Steps(layers.Layer):
    """A cell with several states, as a user writes it."""

    state_size = [3, 2]
    output_size = 3

    def call(self, inputs, states):
        a, b = states
        step = ops.sum(inputs, axis=-1, keepdims=True)
        return a + step, [a + step, b - step]


def test_stacked_cells_of_users_have_states_of_their_own():
    y, a, (b,) = layers.RNN([Steps(), layers.GRUCell(4)], return_state=True)(X)
    assert y.shape == b.shape == (2, 4)
    assert [s.shape for s in a] == [(2, 3), (2, 2)]


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: layers.Conv1DTranspose(2, 2, output_padding=1), ValueError, "smaller than `stri"),
        (lambda: layers.Dropout(0.5, noise_shape=(2, -1)), ValueError, "whole numbers above zero"),
        (lambda: layers.RepeatVector("3"), TypeError, "must be a whole number"),
        (lambda: layers.AdaptiveMaxPooling2D("x"), TypeError, "must be two whole numbers"),
        (lambda: layers.Dot(9)([X, X]), ValueError, "cannot sum over axis 9"),
        (lambda: layers.Dot(0)([X, X]), ValueError, "cannot sum over axis 0"),
        (lambda: layers.Add().compute_mask([X, X], MASKED), ValueError, "a list with one mask"),
        (lambda: layers.GroupNormalization(0), ValueError, "`groups` must be 1 or more"),
        (lambda: layers.Wrapper(None), ValueError, "must be a layer"),
        (lambda: layers.Lambda(3), TypeError, "must be a function"),
        (lambda: layers.Dense(2).add_metric(1), NotImplementedError, "compile"),
    ],
)
def test_refusals(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


def test_smooth_enlargement_waits_for_sizes():
    layer = layers.UpSampling2D((2, 3), interpolation="bicubic")
    x = np.random.RandomState(2).normal(size=(1, 3, 4, 2)).astype("float32")
    inputs = Input((None, None, 2))
    model = visualnn.Model(inputs, layer(inputs))
    assert model.output.shape == (None, None, None, 2)
    np.testing.assert_allclose(model.predict(x, verbose=0), layer(x), rtol=1e-5, atol=1e-5)


def test_lambda_believes_its_output_shape():
    layer = layers.Lambda(lambda x: x, output_shape=lambda shape: (shape[0], 7))
    assert layer(Input((4,))).shape == (None, 7)
    assert layers.Lambda(lambda x: x, output_shape=(5, 6)).compute_output_shape((2, 4)) == (2, 5, 6)


def test_nothing_is_left_at_a_rate_of_one():
    assert not np.any(layers.Dropout(1.0)(X, training=True))


def test_one_layer_twice_in_a_row():
    layer = layers.Dense(6)
    model = visualnn.Sequential([layer, layer])
    np.testing.assert_allclose(model(X), layer(layer(X)), rtol=1e-5)
