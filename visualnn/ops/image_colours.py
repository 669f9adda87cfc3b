"""Colours of pictures, and patches cut out of them."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.image_sizes import pictures, restored
from visualnn.ops.nn_convolution import channels_last, conv, for_each_axis, turned_back
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_tensor,
    can_be_fractional,
    cast_to,
    dtype_of,
    known_size,
    rank_of,
)
from visualnn.spec import ShapeError, Spec


def _colours(images, name, data_format):
    """A batch of pictures with three channels, as fractions."""
    x, how = pictures(images, name, data_format)
    if Spec.of(x).shape[3] != 3:
        raise ShapeError(f"ops.image.{name} takes red, green and blue, but got {Spec.of(images)}.")
    return x, how


def _channel(x, place):
    return p.slice(x, axes=(3,), starts=(place,), stops=(place + 1,), steps=(1,))


@operation("image", "RGBToGrayscale", "data_format")
def rgb_to_grayscale(images, data_format=None):
    """How bright each pixel looks: red, green and blue, weighted as the eye does."""
    x, how = _colours(images, "rgb_to_grayscale", data_format)
    weights = np.array([[0.2989], [0.5870], [0.1140]], "float32")
    bright = p.matmul(cast_to(x, "float32"), weights)
    return restored(cast_to(bright, dtype_of(x)), how)


@operation("image", "RGBToHSV", "data_format")
def rgb_to_hsv(images, data_format=None):
    """Red, green and blue as hue, saturation and value, all from zero to one.

    Raises:
        ValueError: When the pictures hold whole numbers.
    """
    x, how = _colours(images, "rgb_to_hsv", data_format)
    _check_fractions(x, "rgb_to_hsv")
    red, green, blue = (_channel(x, i) for i in range(3))
    value = p.max(x, axes=(3,), keepdims=True)
    span = p.subtract(value, p.min(x, axes=(3,), keepdims=True))
    safe = p.where(p.equal(span, 0), p.ones_like(span), span)
    bright = p.where(p.greater(value, 0), value, p.ones_like(value))
    saturation = p.divide(span, bright)
    from_red = p.divide(p.subtract(green, blue), safe)
    from_green = p.add(p.divide(p.subtract(blue, red), safe), 2)
    from_blue = p.add(p.divide(p.subtract(red, green), safe), 4)
    sixths = p.where(p.equal(value, green), from_green, from_blue)
    sixths = p.where(p.equal(value, red), from_red, sixths)
    hue = p.divide(sixths, 6)
    hue = p.add(hue, cast_to(p.less(hue, 0), dtype_of(hue)))
    hue = p.where(p.equal(span, 0), p.zeros_like(hue), hue)
    return restored(p.concatenate(hue, saturation, value, axis=3), how)


@operation("image", "HSVToRGB", "data_format")
def hsv_to_rgb(images, data_format=None):
    """Hue, saturation and value as red, green and blue, all from zero to one.

    Raises:
        ValueError: When the pictures hold whole numbers.
    """
    x, how = _colours(images, "hsv_to_rgb", data_format)
    _check_fractions(x, "hsv_to_rgb")
    hue, saturation, value = (_channel(x, i) for i in range(3))
    sixths = p.multiply(hue, 6)
    ramps = (
        p.subtract(p.absolute(p.subtract(sixths, 3)), 1),
        p.subtract(2, p.absolute(p.subtract(sixths, 2))),
        p.subtract(2, p.absolute(p.subtract(sixths, 4))),
    )
    pale = p.subtract(1, saturation)
    made = [
        p.multiply(p.add(pale, p.multiply(saturation, p.minimum(p.maximum(x, 0), 1))), value)
        for x in ramps
    ]
    return restored(p.concatenate(*made, axis=3), how)


def _check_fractions(x, name):
    if not can_be_fractional(dtype_of(x)):
        raise ValueError(f"ops.image.{name} takes fractions from zero to one, not {dtype_of(x)}.")


# --------------------------------------------------------------------------- patches


@operation("image", "ExtractPatches", "size", "strides", "dilation_rate", "padding", "data_format")
def extract_patches(images, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Every window of pictures as a line of channels: (batch, rows, columns, window * channels).

    A ``size`` of three numbers stands for windows of volumes, as in :func:`extract_patches_3d`.
    """
    if np.iterable(size) and len(tuple(size)) == 3:
        return extract_patches_3d(images, size, strides, dilation_rate, padding, data_format)
    x, how = pictures(images, "extract_patches", data_format)
    window = _window(size, 2, "extract_patches")
    return restored(_patches(x, window, strides, dilation_rate, padding), how)


def extract_patches_3d(
    volumes, size, strides=None, dilation_rate=1, padding="valid", data_format=None
):
    """Every window of volumes as a line of channels: (batch, *places, window * channels)."""
    x = as_tensor(volumes)
    single = rank_of(x) == 4
    x = p.expand_dims(x, axes=(0,)) if single else x
    x, first = channels_last(x, "extract_patches_3d", data_format)
    window = _window(size, 3, "extract_patches_3d")
    made = turned_back(_patches(x, window, strides, dilation_rate, padding), first)
    return p.squeeze(made, axes=(0,)) if single else made


def _window(size, count, name):
    """The lengths of a window.

    Raises:
        TypeError: When they are not as many as the axes.
    """
    if np.iterable(size) and len(tuple(size)) != count:
        raise TypeError(f"ops.image.{name}: size={size!r} must be a whole number, or {count}.")
    return for_each_axis(size, count, f"image.{name}: size")


def _patches(x, window, strides, dilation_rate, padding):
    """A convolution whose filters each see one pixel of the window."""
    x = as_fraction(x)
    channels = known_size(x, rank_of(x) - 1, "image.extract_patches")
    count = int(np.prod(window)) * channels
    kernel = np.eye(count, dtype=dtype_of(x)).reshape(*window, channels, count)
    return conv(
        x, kernel, window if strides is None else strides, padding, "channels_last", dilation_rate
    )
