"""Going along an axis and keeping a total: running sums and products, recurrences, and order.

Reversed ones begin at the end.
"""

import numpy as np

from visualnn.primitives.arithmetic import turned_over
from visualnn.primitives.composition import composition
from visualnn.primitives.conversion import is_half
from visualnn.primitives.indexing import take_along_axis
from visualnn.primitives.movement import squeeze
from visualnn.primitives.pieces import pad, slice
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.reduction import reduction_examples
from visualnn.primitives.rules import broadcast_sizes, check_axes
from visualnn.spec import ShapeError, Spec, known


def _same_line(x, *, axis, reverse=False):
    check_axes("A running total", x, (axis,))
    return x.sizes


def _line_examples(normal):
    yield normal(2, 4), dict(axis=1)
    yield normal(4, 3), dict(axis=0, reverse=True)


def _turned(x, axis, reverse):
    return np.flip(x, axis) if reverse else x


@primitive
def cumsum(x, *, axis, reverse=False):
    """The sum of all elements up to each one along an axis: ``y[t] = y[t-1] + x[t]``."""
    inner = np.float32 if is_half(x) else x.dtype
    total = np.cumsum(_turned(x, axis, reverse), axis, dtype=inner)
    return _turned(total, axis, reverse).astype(x.dtype, copy=False)


cumsum.shape(_same_line)
cumsum.examples(_line_examples)


@cumsum.gradient
def _(g, y, x, *, axis, reverse=False):
    return cumsum(g, axis=axis, reverse=not reverse)


@primitive
def cumprod(x, *, axis, reverse=False):
    """The product of all elements up to each one along an axis: ``y[t] = y[t-1] * x[t]``."""
    return _turned(np.cumprod(_turned(x, axis, reverse), axis, dtype=x.dtype), axis, reverse)


cumprod.shape(_same_line)
cumprod.examples(_line_examples)


@cumprod.gradient
def _(g, y, x, *, axis, reverse=False):
    later = shift(x, axis, reverse=not reverse, value=0.0)  # what multiplies all further ones
    return shift(y, axis, reverse, 1.0) * recurrence(later, g, axis=axis, reverse=not reverse)


@primitive(dtype=equal_dtypes)
def recurrence(a, b, *, axis, reverse=False):
    """A state that fades and gets something added at each step: ``y[t] = a[t] * y[t-1] + b[t]``."""
    a, b = np.broadcast_arrays(a, b)
    result = np.empty(b.shape, b.dtype)
    steps = zip(
        *(np.moveaxis(_turned(x, axis, reverse), axis, 0) for x in (a, b, result)), strict=True
    )
    state = 0
    for factor, term, place in steps:
        state = factor * state + term
        place[...] = state
    return result


@recurrence.shape
def _(a, b, *, axis, reverse=False):
    sizes = broadcast_sizes(a, b)
    check_axes("recurrence", Spec(sizes), (axis,))
    return sizes


@recurrence.gradient
def _(g, y, a, b, *, axis, reverse=False):
    later = shift(a, axis, reverse=not reverse, value=0.0)
    to_b = recurrence(later, g, axis=axis, reverse=not reverse)
    return to_b * shift(y, axis, reverse, 0.0), to_b


@recurrence.examples
def _(normal):
    yield normal(2, 4), normal(2, 4), dict(axis=1)
    yield normal(4, 3), normal(4, 3), dict(axis=0, reverse=True)


def shift(x, axis, reverse=False, value=0.0):
    """Move every element one place on along an axis, or back if reversed; ``value`` comes in."""
    rank = Spec.of(x).ndim
    where = dict(starts=(1,), stops=(None,)) if reverse else dict(starts=(None,), stops=(-1,))
    kept = slice(x, axes=(axis,), steps=(1,), **where)
    frame = [(0, 0)] * rank
    frame[axis] = (0, 1) if reverse else (1, 0)
    return pad(kept, padding=tuple(frame), value=value)


@composition
def prod(x, *, axes, keepdims=False):
    """The product over ``axes``."""
    frame = [(0, 0)] * Spec.of(x).ndim
    total = x
    for axis in axes:
        ahead = (*frame[:axis], (1, 0), *frame[axis + 1 :])  # a one, in case there is nothing
        total = cumprod(pad(total, padding=ahead, value=1), axis=axis)
        total = slice(total, axes=(axis,), starts=(-1,), stops=(None,), steps=(1,))
    return total if keepdims else squeeze(total, axes=axes)


prod.examples(reduction_examples)


# --------------------------------------------------------------------------- order


@primitive(dtype="int32")
def argsort(x, *, axis):
    """The places of the elements along an axis, from the smallest to the largest.

    Equal elements keep their order; NaN comes last.
    """
    return np.argsort(x, axis, kind="stable").astype(np.int32)


@argsort.shape
def _(x, *, axis):
    check_axes("argsort", x, (axis,))
    return x.sizes


@argsort.examples
def _(normal):
    yield normal(2, 4), dict(axis=1)


@composition
def top_k(x, *, k):
    """The ``k`` largest elements of the last axis, the largest first, and their places.

    Of equal elements, the first ones are taken.
    """
    spec = Spec.of(x)
    if spec.ndim == 0 or (known(spec.sizes[-1]) and k > spec.sizes[-1]):
        raise ShapeError(f"top_k: the last axis of {spec} does not have {k} elements.")
    last = spec.ndim - 1
    order = argsort(turned_over(x), axis=last)
    places = slice(order, axes=(last,), starts=(None,), stops=(k,), steps=(1,))
    return take_along_axis(x, places, axis=last), places


@top_k.examples
def _(normal):
    yield normal(2, 5), dict(k=3)


@primitive(dtype="int32")
def searchsorted(line, values, *, right=False):
    """Where each value would have to go for the sorted ``line`` to stay sorted."""
    return np.searchsorted(line, values, "right" if right else "left").astype(np.int32)


@searchsorted.shape
def _(line, values, *, right=False):
    if line.ndim != 1:
        raise ShapeError(f"searchsorted: the sorted numbers {line} must have one axis.")
    return values.sizes


@searchsorted.examples
def _(normal):
    yield np.sort(normal(5)), normal(2, 3)
