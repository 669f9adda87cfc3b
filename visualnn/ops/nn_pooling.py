"""Pooling: the largest or the average element of windows, also of as many as are wanted."""

from __future__ import annotations

import math

import numpy as np

from visualnn import primitives as p
from visualnn.ops.nn_convolution import channels_last, for_each_axis, frame_of, turned_back
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_fraction, as_tensor, dtype_of, known_size, rank_of


@operation("nn", "MaxPool", "pool_size", "strides", "padding", "data_format")
def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The largest element of each window."""
    return _pool(p.max_pool, as_tensor(inputs), pool_size, strides, padding, data_format)


@operation("nn", "AveragePool", "pool_size", "strides", "padding", "data_format")
def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The average of each window; what ``"same"`` padding adds does not count."""
    return _pool(p.average_pool, as_fraction(inputs), pool_size, strides, padding, data_format)


def _pool(pool, x, pool_size, strides, padding, data_format):
    x, first = channels_last(x, pool.name, data_format)
    count = rank_of(x) - 2
    size = for_each_axis(pool_size, count, f"{pool.name}: pool_size")
    strides = size if strides is None else for_each_axis(strides, count, f"{pool.name}: strides")
    frame = frame_of(x, size, strides, padding, (1,) * count, pool.name)
    return turned_back(pool(x, size=size, strides=strides, padding=frame), first)


# --------------------------------------------------------------------------- so many windows


@operation("nn", "AdaptiveAveragePool", "output_size", "data_format")
def adaptive_average_pool(inputs, output_size, data_format=None):
    """The averages of ``output_size`` windows along each space axis, as even as can be."""
    return _adaptive(_averages, as_fraction(inputs), output_size, data_format, "average")


@operation("nn", "AdaptiveMaxPool", "output_size", "data_format")
def adaptive_max_pool(inputs, output_size, data_format=None):
    """The largest elements of ``output_size`` windows along each space axis, as even as can be."""
    return _adaptive(_largest, as_tensor(inputs), output_size, data_format, "max")


def _adaptive(summarise, x, output_size, data_format, name):
    name = f"adaptive_{name}_pool"
    x, first = channels_last(x, name, data_format)
    counts = for_each_axis(output_size, rank_of(x) - 2, f"{name}: output_size")
    for axis, count in enumerate(counts, 1):
        length = known_size(x, axis, name)
        starts = [i * length // count for i in range(count)]
        stops = [math.ceil((i + 1) * length / count) for i in range(count)]
        x = summarise(x, axis, starts, stops)
    return turned_back(x, first)


def _averages(x, axis, starts, stops):
    """One axis as the averages of windows: a product with a matrix of shares."""
    shares = np.zeros((stops[-1], len(starts)), p.numpy_dtype(dtype_of(x)))
    for i, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        shares[start:stop, i] = 1 / (stop - start)
    letters = "abcdefg"[: rank_of(x)]
    made = letters.replace(letters[axis], "z")
    return p.einsum(x, shares, equation=f"{letters},{letters[axis]}z->{made}")


def _largest(x, axis, starts, stops):
    """One axis as the largest elements of windows; shorter windows repeat their last element."""
    widest = max(stop - start for start, stop in zip(starts, stops, strict=True))
    places = [
        [min(start + i, stop - 1) for i in range(widest)]
        for start, stop in zip(starts, stops, strict=True)
    ]
    return p.max(p.take(x, np.array(places, "int32"), axis=axis), axes=(axis + 1,))
