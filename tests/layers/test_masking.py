"""Masks go along with tensors, eagerly and in the layer graph."""

import numpy as np
import pytest

from visualnn import layers
from visualnn.engine import Plan
from visualnn.graph import trace
from visualnn.layers import LSTM, Dense, Embedding, Flatten, Input, Layer, Masking
from visualnn.layers.masking import mask_of
from visualnn.spec import Spec

IDS = np.array([[3, 1, 0, 0], [2, 0, 0, 0]], "int32")
COUNTS = IDS != 0


class Sees(Layer):
    """Notes the mask it was called with."""

    def __init__(self):
        super().__init__()
        self.supports_masking = True

    def call(self, x, mask=None):
        self.mask = mask
        return x * 1.0


def test_a_mask_reaches_the_next_layers():
    embed, dense, sees = Embedding(5, 3, mask_zero=True), Dense(2), Sees()
    y = sees(dense(embed(IDS)))
    np.testing.assert_array_equal(sees.mask, COUNTS)
    np.testing.assert_array_equal(mask_of(y), COUNTS)
    assert mask_of(y + 1.0) is None
    assert mask_of(Embedding(5, 3)(IDS)) is None


def test_a_mask_that_is_given_wins():
    sees = Sees()
    other = np.ones((2, 4), bool)
    y = sees(Embedding(5, 3, mask_zero=True)(IDS), mask=other)
    assert sees.mask is not COUNTS
    assert np.all(sees.mask)
    assert np.all(mask_of(y))


def test_a_mask_that_is_lost_is_told():
    x = Embedding(5, 3, mask_zero=True)(IDS)
    with pytest.warns(UserWarning, match=r"Flatten '.*' does not support masks") as caught:
        Flatten()(x)
    assert caught[0].filename == __file__


def test_masks_of_several_arguments():
    class Pair(Layer):
        def call(self, query, value, query_mask=None, value_mask=None):
            self.masks = (query_mask, value_mask)
            return query

        def compute_mask(self, inputs, previous_mask):
            return previous_mask

    layer = Pair()
    layer.supports_masking = True
    x = Embedding(5, 3, mask_zero=True)(IDS)
    y = layer(x, x[:, :2] * 1.0)
    np.testing.assert_array_equal(layer.masks[0], COUNTS)
    assert layer.masks[1] is None
    np.testing.assert_array_equal(mask_of(y), COUNTS)


def test_masks_of_a_list():
    x = Embedding(5, 3, mask_zero=True)(IDS)
    y = layers.Concatenate(axis=1)([x, np.ones((2, 1, 3), "float32")])
    np.testing.assert_array_equal(
        mask_of(y), np.pad(COUNTS, ((0, 0), (0, 1)), constant_values=True)
    )


def test_masks_become_operations_of_the_layer_graph():
    embed, lstm = Embedding(5, 3, mask_zero=True), LSTM(2)
    ids = Input((None,), dtype="int32")
    y = lstm(embed(ids))
    mask = y.made_by.kwargs["mask"]
    call = mask.made_by
    assert (call.operation.operation.class_name, call.args) == ("NotEqual", (ids, 0))
    assert mask.shape == (None, None)
    assert mask_of(y) is None
    wanted = lstm(embed(IDS))
    np.testing.assert_array_equal(wanted, lstm(np.asarray(embed(IDS)), mask=COUNTS))


def test_masks_inside_a_trace():
    embed, lstm = Embedding(5, 3, mask_zero=True), LSTM(2)
    plan = Plan(trace(lambda ids: lstm(embed(ids)), Spec((None, None), "int32")))
    wanted = lstm(embed(IDS))
    np.testing.assert_allclose(plan(IDS)[0], wanted, rtol=1e-5, atol=1e-6)
    shorter = lstm(embed(IDS[:, :1]))
    np.testing.assert_allclose(wanted[1], shorter[1], rtol=1e-5, atol=1e-6)


def test_masking_by_a_value():
    x = np.ones((2, 3, 2), "float32")
    x[0, 1] = 7
    x[1, 2, 0] = 7
    y = Masking(7.0)(x)
    assert mask_of(y).tolist() == [[True, False, True], [True, True, True]]
    assert y[0, 1].tolist() == [0, 0]
    symbolic = Masking(7.0)(Input((3, 2)))
    assert mask_of(symbolic).shape == (None, 3)
