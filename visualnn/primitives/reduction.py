"""Summaries: one number for all elements along some axes.

The axes disappear, or stay with size one under ``keepdims=True``.
"""

import numpy as np

from visualnn.primitives.comparison import equal
from visualnn.primitives.conversion import cast_like, is_half
from visualnn.primitives.movement import broadcast_like, expand_dims
from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import check_axes


def reduced_sizes(x, *, axes, keepdims=False):
    """The sizes that are left when axes are summarised."""
    check_axes("A reduction", x, axes)
    if keepdims:
        return tuple(1 if axis in axes else size for axis, size in enumerate(x.sizes))
    return tuple(size for axis, size in enumerate(x.sizes) if axis not in axes)


def spread(g, x, axes, keepdims):
    """Give every element that was summarised the whole gradient."""
    return broadcast_like(g if keepdims else expand_dims(g, axes=tuple(sorted(axes))), x)


def reduction_examples(normal):
    """Some axes, and all."""
    yield normal(2, 3, 4), dict(axes=(0, 2))
    yield normal(2, 3), dict(axes=(1,), keepdims=True)
    yield normal(2, 3), dict(axes=(0, 1))


@primitive
def sum(x, *, axes, keepdims=False):
    """The sum over the axes: ``x.sum(axes)``; 16-bit fractions are summed in 32 bits."""
    inner = np.float32 if is_half(x) else x.dtype
    return np.sum(x, axis=axes, keepdims=keepdims, dtype=inner).astype(x.dtype, copy=False)


sum.shape(reduced_sizes)
sum.examples(reduction_examples)


@sum.gradient
def _(g, y, x, *, axes, keepdims=False):
    return spread(g, x, axes, keepdims)


@primitive
def max(x, *, axes, keepdims=False):
    """The largest element over ``axes``; NaN if there is one."""
    return np.max(x, axis=axes, keepdims=keepdims)


max.shape(reduced_sizes)
max.examples(reduction_examples)


@primitive
def min(x, *, axes, keepdims=False):
    """The smallest element over ``axes``; NaN if there is one."""
    return np.min(x, axis=axes, keepdims=keepdims)


min.shape(reduced_sizes)
min.examples(reduction_examples)


def _extreme_gradient(g, y, x, *, axes, keepdims=False):
    """The elements that are the extreme one share its gradient."""
    found = cast_like(equal(x, spread(y, x, axes, keepdims)), g)
    return spread(g, x, axes, keepdims) * found / sum(found, axes=axes, keepdims=True)


max.gradient(_extreme_gradient)
min.gradient(_extreme_gradient)


@primitive(dtype="bool")
def any(x, *, axes, keepdims=False):
    """Whether some element over ``axes`` is true."""
    return np.any(x, axis=axes, keepdims=keepdims)


@primitive(dtype="bool")
def all(x, *, axes, keepdims=False):
    """Whether every element over ``axes`` is true."""
    return np.all(x, axis=axes, keepdims=keepdims)


for _truth in (any, all):
    _truth.shape(reduced_sizes)

    @_truth.examples
    def _(normal):
        yield normal(2, 3, 4) > 0, dict(axes=(0, 2))
        yield normal(2, 3) > 0, dict(axes=(1,), keepdims=True)


def _place_sizes(x, *, axis, **settings):
    check_axes("A search", x, (axis,))
    return x.sizes[:axis] + x.sizes[axis + 1 :]


@primitive(dtype="int32")
def argmax(x, *, axis):
    """The place of the first largest element along one axis."""
    return np.argmax(x, axis=axis).astype(np.int32)


@primitive(dtype="int32")
def argmin(x, *, axis):
    """The place of the first smallest element along one axis."""
    return np.argmin(x, axis=axis).astype(np.int32)


for _search in (argmax, argmin):
    _search.shape(_place_sizes)

    @_search.examples
    def _(normal):
        yield normal(2, 3, 4), dict(axis=1)
