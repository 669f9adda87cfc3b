"""Pooling: the largest or the average element of each window, for every channel by itself.

Images are (batch, *space, channels).  A frame of ``padding`` never wins and never counts.
"""

import math

import numpy as np

from visualnn.primitives.conversion import in_single
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import check_unknown, filled
from visualnn.primitives.sizes import as_setting, sizes_of
from visualnn.primitives.windows import (
    count_places,
    crop,
    frames,
    image_blocks,
    padded,
    places,
    seen_by,
    taps,
)
from visualnn.spec import ShapeError

_WINDOW = dict(size=(2, 2), strides=(2, 2), padding=((0, 0), (0, 0)))
_OVERLAP = dict(size=(3, 2), strides=(2, 1), padding=((1, 1), (0, 1)))
_SAME = dict(size=(2, 3), strides=(2, 1), padding=("same", "same"))
_LINE = dict(size=(3,), strides=(2,), padding=((0, 0),))


def _pooled_sizes(x, *, size, strides, padding):
    if x.ndim != len(size) + 2:
        raise ShapeError(
            f"Pooling with a window of {tuple(size)} needs (batch, *space, channels) with "
            f"{len(size)} space axes, but got {x}."
        )
    ones = (1,) * len(size)
    return (x.sizes[0], *places("Pooling", x, size, strides, padding, ones), x.sizes[-1])


def _views(x, size, strides, padding, value):
    """What all windows have at their first place, their second place, and so on."""
    ones = (1,) * len(size)
    padding = frames(x.shape[1:-1], size, strides, padding, ones)
    counts = count_places(x.shape, size, strides, padding, ones)
    image = padded(x, padding, value)
    return [image[seen_by(tap, counts, strides, ones)] for tap in taps(size)]


def _lowest(x):
    return -np.inf if x.dtype.kind not in "iu" else np.iinfo(x.dtype).min


def _first_hits(x, y, size, strides, padding):
    """For each place in the windows: which windows have their first largest element there."""
    free = np.ones(y.shape, bool)
    for seen in _views(x, size, strides, padding, _lowest(x)):
        hit = (seen == y) & free
        free &= ~hit
        yield hit


def _collect(pieces, space, size, strides, padding, like):
    """An image in which each place in the windows got its piece, added where windows overlap."""
    padding = frames(space, size, strides, padding, (1,) * len(size))
    framed = [n + before + after for n, (before, after) in zip(space, padding, strict=True)]
    image = np.zeros((len(like), *framed, like.shape[-1]), like.dtype)
    for tap, piece in zip(taps(size), pieces, strict=True):
        image[seen_by(tap, like.shape[1:-1], strides, (1,) * len(size))] += piece
    return crop(image, padding, space)


# --------------------------------------------------------------------------- the largest


@primitive
def max_pool(x, *, size, strides, padding):
    """The largest element of each window."""
    first, *others = _views(x, size, strides, padding, _lowest(x))
    result = np.array(first)
    for seen in others:
        np.maximum(result, seen, out=result)
    return result


max_pool.shape(_pooled_sizes)


@max_pool.gradient
def _(g, y, x, **where):
    return max_pool_spread(g, x, y, **where)


@max_pool.examples
def _(normal):
    yield normal(2, 4, 6, 3), _WINDOW
    yield normal(2, 5, 6, 3), _OVERLAP
    yield normal(2, 5, 6, 3), _SAME
    yield normal(2, 7, 3), _LINE


@primitive(dtype=equal_dtypes)
def max_pool_spread(g, x, y, *, size, strides, padding):
    """Put each element of ``g`` where its window of ``x`` has its first largest element ``y``."""
    image = np.empty(x.shape, g.dtype)
    for part in image_blocks(x):
        pieces = (g[part] * hit for hit in _first_hits(x[part], y[part], size, strides, padding))
        image[part] = _collect(pieces, x.shape[1:-1], size, strides, padding, g[part])
    return image


@max_pool_spread.shape
def _(g, x, y, **where):
    return x.sizes


@max_pool_spread.gradient
def _(g, spread, g_pooled, x, y, **where):
    return max_pool_pick(g, x, y, **where), None, None


@max_pool_spread.examples
def _(normal):
    for x, where in ((normal(2, 4, 6, 3), _WINDOW), (normal(2, 5, 6, 3), _OVERLAP)):
        y = max_pool.forward(x, **where)
        yield normal(*y.shape), x, y, where


@primitive(dtype=equal_dtypes)
def max_pool_pick(z, x, y, *, size, strides, padding):
    """The element of ``z`` that lies where each window of ``x`` has its first largest ``y``."""
    result = np.zeros(y.shape, z.dtype)
    views = _views(z, size, strides, padding, 0)
    for seen, hit in zip(views, _first_hits(x, y, size, strides, padding), strict=True):
        result += seen * hit
    return result


@max_pool_pick.shape
def _(z, x, y, **where):
    return y.sizes


@max_pool_pick.gradient
def _(g, picked, z, x, y, **where):
    return max_pool_spread(g, x, y, **where), None, None


@max_pool_pick.examples
def _(normal):
    for x, where in ((normal(2, 4, 6, 3), _WINDOW), (normal(2, 5, 6, 3), _OVERLAP)):
        yield normal(*x.shape), x, max_pool.forward(x, **where), where


# --------------------------------------------------------------------------- the average


@primitive
def average_pool(x, *, size, strides, padding):
    """The average of each window, without the frame."""
    return in_single(lambda x: _average_pool(x, size, strides, padding), x)


def _average_pool(x, size, strides, padding):
    first, *others = _views(x, size, strides, padding, 0)
    total = np.array(first)
    for seen in others:
        total += seen
    return total / _counts(x.shape[1:-1], total, size, strides, padding)


def _counts(space, pooled, size, strides, padding):
    """How many elements of each window lie inside the image: (*places, 1)."""
    counts = np.ones((), pooled.dtype)
    padding = frames(space, size, strides, padding, (1,) * len(size))
    for n, places_, width, stride, (before, _) in zip(
        space, pooled.shape[1:-1], size, strides, padding, strict=True
    ):
        starts = np.arange(places_) * stride - before
        inside = np.minimum(starts + width, n) - np.maximum(starts, 0)
        counts = counts[..., None] * inside.astype(pooled.dtype)
    return counts[..., None]


average_pool.shape(_pooled_sizes)


@average_pool.gradient
def _(g, y, x, **where):
    shape, unknown = as_setting(sizes_of(x)[1:-1])
    return average_pool_spread(g, *unknown, shape=shape, **where)


@average_pool.examples
def _(normal):
    yield normal(2, 4, 6, 3), _WINDOW
    yield normal(2, 5, 6, 3), _OVERLAP
    yield normal(2, 5, 6, 3), _SAME
    yield normal(2, 7, 3), _LINE


@primitive
def average_pool_spread(g, *unknown, shape, size, strides, padding):
    """Divide each element of ``g`` evenly over its window, in an image with these space sizes."""
    space = filled(shape, unknown)
    return in_single(lambda g: _average_pool_spread(g, space, size, strides, padding), g)


def _average_pool_spread(g, space, size, strides, padding):
    share = g / _counts(space, g, size, strides, padding)
    pieces = (share for _ in range(math.prod(size)))
    return _collect(pieces, space, size, strides, padding, g)


@average_pool_spread.shape
def _(g, *unknown, shape, size, strides, padding):
    check_unknown("average_pool_spread", shape, unknown)
    return (g.sizes[0], *shape, g.sizes[-1])


@average_pool_spread.gradient
def _(g, y, g_pooled, *unknown, shape, **where):
    return average_pool(g, **where), *(None for _ in unknown)


@average_pool_spread.examples
def _(normal):
    yield normal(2, 2, 3, 3), dict(shape=(4, 6), **_WINDOW)
    yield normal(2, 3, 6, 3), np.int32(5), dict(shape=(None, 6), **_OVERLAP)
