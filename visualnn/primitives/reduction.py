"""Summaries: one number for all elements along some axes.

The axes disappear, or stay with size one under ``keepdims=True``.
"""

import numpy as np

from visualnn.primitives.arithmetic import turned_over
from visualnn.primitives.comparison import equal
from visualnn.primitives.composition import composition
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
    """The largest element over ``axes``; NaN if there is one; of truth values, if any is true."""
    if x.dtype == bool:  # also of none
        return np.any(x, axis=axes, keepdims=keepdims)
    return np.max(x, axis=axes, keepdims=keepdims)


max.shape(reduced_sizes)
max.examples(reduction_examples)


@max.gradient
def _(g, y, x, *, axes, keepdims=False):
    """The elements that are the extreme one share its gradient."""
    found = cast_like(equal(x, spread(y, x, axes, keepdims)), g)
    return spread(g, x, axes, keepdims) * found / sum(found, axes=axes, keepdims=True)


def any(x, *, axes, keepdims=False):
    """Whether some truth value over ``axes`` is true."""
    return max(x, axes=axes, keepdims=keepdims)


@composition
def min(x, *, axes, keepdims=False):
    """The smallest element over ``axes``; NaN if there is one."""
    return turned_over(max(turned_over(x), axes=axes, keepdims=keepdims))


@composition
def all(x, *, axes, keepdims=False):
    """Whether every truth value over ``axes`` is true."""
    return turned_over(max(turned_over(x), axes=axes, keepdims=keepdims))


min.examples(reduction_examples)


@all.examples
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


argmax.shape(_place_sizes)


@argmax.examples
def _(normal):
    yield normal(2, 3, 4), dict(axis=1)


@composition
def argmin(x, *, axis):
    """The place of the first smallest element along one axis."""
    return argmax(turned_over(x), axis=axis)


@argmin.examples
def _(normal):
    yield normal(2, 3, 4), dict(axis=1)
