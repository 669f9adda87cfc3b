"""Layers that bring pictures to a size, or change them at random; numbers by Keras 3.15."""

import json

import numpy as np
import pytest

from visualnn.layers import (
    CenterCrop,
    Input,
    RandomBrightness,
    RandomContrast,
    RandomFlip,
    Resizing,
)
from visualnn.serialization import deserialize_keras_object, serialize_keras_object
from visualnn.spec import ShapeError

RAMP = np.arange(2 * 6 * 8 * 3).reshape(2, 6, 8, 3).astype("float32")
MANY = (100 + 10 * np.random.RandomState(0).normal(size=(400, 4, 4, 3))).astype("float32")
RANDOM = [RandomFlip(seed=1), RandomBrightness(0.1, seed=1), RandomContrast(0.5, seed=1)]


def again(layer):
    """The layer that its record describes."""
    return deserialize_keras_object(json.loads(json.dumps(serialize_keras_object(layer))))


@pytest.mark.parametrize(
    "height, width, begins",
    [
        (4, 4, [30, 33, 36, 39, 54, 57, 60, 63]),
        (3, 5, [27, 30, 33, 36, 39, 51, 54, 57]),
        (8, 4, [6, 7.875, 10.125, 12, 21, 22.875, 25.125, 27]),
        (7, 3, [9, 10.5, 12, 27.857, 29.357, 30.857, 48.429, 49.929]),
    ],
)
def test_the_middle_is_cut_out(height, width, begins):
    layer = CenterCrop(height, width)
    found = layer(RAMP)
    assert found.shape == (2, height, width, 3)
    np.testing.assert_allclose(found[0, :, :, 0].ravel()[:8], begins, atol=1e-3)
    np.testing.assert_array_equal(layer(RAMP[0]), found[0])
    np.testing.assert_array_equal(again(layer)(RAMP), found)
    assert layer(Input((6, 8, 3))).shape == (None, height, width, 3)
    first = CenterCrop(height, width, "channels_first")
    moved = first(np.ascontiguousarray(RAMP.transpose(0, 3, 1, 2)))
    np.testing.assert_allclose(moved.transpose(0, 2, 3, 1), found, rtol=1e-6)


def test_other_sizes():
    layer = Resizing(3, 4)
    begins = [13.5, 14.5, 15.5, 19.5, 20.5, 21.5, 25.5, 26.5]
    np.testing.assert_allclose(layer(RAMP[0]).ravel()[:8], begins, rtol=1e-6)
    nearest = Resizing(3, 4, "nearest")(RAMP.astype("uint8"))
    assert nearest.dtype == "uint8"
    assert nearest[0].ravel()[:6].tolist() == [27, 28, 29, 33, 34, 35]
    np.testing.assert_array_equal(again(layer)(RAMP), layer(RAMP))
    assert layer(Input((6, 8, 3))).shape == (None, 3, 4, 3)


@pytest.mark.parametrize("layer", RANDOM, ids=lambda layer: type(layer).__name__)
def test_random_layers_only_act_in_training(layer):
    np.testing.assert_array_equal(layer(MANY, training=False), MANY)
    found = layer(MANY, training=True)
    assert found.shape == MANY.shape
    assert (np.asarray(found) != MANY).any()
    copy = again(layer)
    assert json.dumps(copy.get_config()) == json.dumps(layer.get_config())
    np.testing.assert_array_equal(again(layer)(MANY), copy(MANY, training=True))
    assert layer(MANY[0], training=True).shape == MANY[0].shape
    assert layer(Input((4, 4, 3)), training=True).shape == (None, 4, 4, 3)
    with pytest.raises(ShapeError, match=r"takes pictures \(height, width, channels\)"):
        layer(np.ones((4, 4), "float32"))


@pytest.mark.parametrize(
    "mode, axes",
    [("horizontal", [[], [1]]), ("vertical", [[], [0]]), (None, [[], [0, 1]])],
)
def test_pictures_are_mirrored(mode, axes):
    picture = np.arange(12).reshape(3, 4, 1).astype("float32")
    layer = RandomFlip(seed=1) if mode is None else RandomFlip(mode, seed=1)
    found = layer(np.repeat(picture[None], 100, 0), training=True)
    kinds = {np.flip(picture, axis).tobytes() if axis else picture.tobytes() for axis in axes}
    assert {np.asarray(x).tobytes() for x in found} == kinds


@pytest.mark.parametrize("factor, least, most", [(0.1, -25.5, 25.5), ((0.02, 0.1), 5.1, 25.5)])
def test_each_picture_gets_its_own_light(factor, least, most):
    added = (RandomBrightness(factor, seed=1)(MANY, training=True) - MANY).reshape(400, -1)
    np.testing.assert_allclose(added, np.repeat(added[:, :1], 48, 1), atol=1e-4)
    assert least <= added.min() < least + 1
    assert most - 1 < added.max() <= most
    whole = RandomBrightness(0.1)(MANY.astype("uint8"), training=True)
    assert whole.dtype == "uint8"


@pytest.mark.parametrize("factor, least, most", [(0.5, 1.0, 1.5), ((0.2, 0.3), 0.8, 1.3)])
def test_each_picture_gets_its_own_contrast(factor, least, most):
    found = RandomContrast(factor, seed=1)(MANY, training=True)
    means = MANY.mean((1, 2), keepdims=True)
    times = np.abs(found - means).sum((1, 2, 3)) / np.abs(MANY - means).sum((1, 2, 3))
    assert least - 1e-3 <= times.min() < least + 0.02
    assert most - 0.02 < times.max() <= most + 1e-3
    np.testing.assert_allclose(found.mean((1, 2)), means[:, 0, 0], rtol=1e-4)


@pytest.mark.parametrize("make", [RandomBrightness, RandomContrast])
def test_shares_are_at_most_one(make):
    with pytest.raises(ValueError, match="`factor` must be a number from"):
        make(1.5)
    with pytest.raises(ValueError, match="`value_range` must be two numbers"):
        make(0.5, value_range=3)
