"""Summaries along axes: sums, averages, extremes, and the places of extremes."""

from __future__ import annotations

from visualnn import primitives as p
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_number,
    as_tensor,
    axes_of,
    axis_of,
    cast_to,
    dtype_name,
    dtype_of,
    promoted_fractions,
    rank_of,
)
from visualnn.spec import Spec, known

# --------------------------------------------------------------------------- sums and products


@operation("numpy", "Sum", "axis", "keepdims")
def sum(x, axis=None, keepdims=False):
    """The sum over axes, by default over all of them; small whole numbers give int32."""
    x = _wide(as_tensor(x))
    return p.sum(x, axes=axes_of(x, axis, "sum"), keepdims=keepdims)


def _wide(x):
    """Whole numbers in at least 32 bits, so that their sum fits."""
    wide = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32"}
    wide["uint16"] = "uint32"
    return cast_to(x, wide.get(dtype_of(x), dtype_of(x)))


@operation("numpy", "Prod", "axis", "keepdims", "dtype")
def prod(x, axis=None, keepdims=False, dtype=None):
    """The product over axes, by default over all of them."""
    x = as_tensor(x)
    x = _wide(x) if dtype is None else cast_to(x, dtype_name(dtype))
    return p.prod(x, axes=axes_of(x, axis, "prod"), keepdims=keepdims)


def count_of(x, axes):
    """How many elements there are along these axes: a number, or a tensor if not known yet."""
    count = 1
    for axis in axes:
        size = Spec.of(x).sizes[axis]
        count = count * (size if known(size) else p.size(x, axis=axis))
    return count


@operation("numpy", "Mean", "axis", "keepdims")
def mean(x, axis=None, keepdims=False):
    """The average over axes, by default over all of them."""
    x = as_fraction(x)
    axes = axes_of(x, axis, "mean")
    total = p.sum(cast_to(x, _inner(x)), axes=axes, keepdims=keepdims)
    return cast_to(_shared(total, count_of(x, axes)), dtype_of(x))


def _inner(x):
    """The dtype to compute in: 16-bit fractions would run over."""
    return "float32" if dtype_of(x) in ("float16", "bfloat16") else dtype_of(x)


def _shared(total, count):
    return p.divide(total, count if isinstance(count, int) else cast_to(count, dtype_of(total)))


@operation("numpy", "Var", "axis", "keepdims")
def var(x, axis=None, keepdims=False):
    """The average squared distance from the average."""
    x = as_fraction(x)
    axes = axes_of(x, axis, "var")
    inner = cast_to(x, _inner(x))
    count = count_of(x, axes)
    away = p.subtract(inner, _shared(p.sum(inner, axes=axes, keepdims=True), count))
    total = p.sum(p.multiply(away, away), axes=axes, keepdims=keepdims)
    return cast_to(_shared(total, count), dtype_of(x))


@operation("numpy", "Std", "axis", "keepdims")
def std(x, axis=None, keepdims=False):
    """The square root of the average squared distance from the average."""
    return p.sqrt(var(x, axis, keepdims))


@operation("numpy", "Average", "axis")
def average(x, axis=None, weights=None):
    """The average over axes, in which some elements may weigh more than others.

    Raises:
        ValueError: When the weights do not fit.
    """
    if weights is None:
        return mean(x, axis)
    x, weights = promoted_fractions(as_tensor(x), as_tensor(weights))
    axes = axes_of(x, axis, "average")
    if Spec.of(weights).shape != Spec.of(x).shape:
        if len(axes) != 1 or rank_of(weights) != 1:
            raise ValueError(
                f"ops.average: the weights {Spec.of(weights)} must have the shape of "
                f"{Spec.of(x)}, or one number for each element of the axis."
            )
        new = tuple(axis for axis in range(rank_of(x)) if axis not in axes)
        weights = p.broadcast_like(p.expand_dims(weights, axes=new), x)
    total = p.sum(p.multiply(x, weights), axes=axes)
    return p.divide(total, p.sum(weights, axes=axes))


@operation("numpy", "CountNonzero", "axis")
def count_nonzero(x, axis=None):
    """How many elements are not zero."""
    found = cast_to(cast_to(as_tensor(x), "bool"), "int32")
    return p.sum(found, axes=axes_of(found, axis, "count_nonzero"))


@operation("math", "Logsumexp", "axis", "keepdims")
def logsumexp(x, axis=None, keepdims=False):
    """The logarithm of the sum of the exponentials over axes, written not to overflow."""
    x = as_fraction(x)
    axes = axes_of(x, axis, "logsumexp")
    if _nothing_along(x, axes):
        return p.log(p.sum(x, axes=axes, keepdims=keepdims))
    return p.logsumexp(x, axes=axes, keepdims=keepdims)


# --------------------------------------------------------------------------- extremes


@operation("numpy", "Max", "axis", "keepdims", "initial")
def max(x, axis=None, keepdims=False, initial=None):
    """The largest element over axes, and at least ``initial``."""
    x = as_tensor(x)
    axes = axes_of(x, axis, "max")
    if _nothing_along(x, axes):
        if initial is None:
            raise ValueError(f"ops.max: {Spec.of(x)} has no elements; give `initial=`.")
        return _all(x, axes, keepdims, initial)
    largest = p.max(x, axes=axes, keepdims=keepdims)
    return largest if initial is None else p.maximum(largest, initial)


@operation("numpy", "Min", "axis", "keepdims", "initial")
def min(x, axis=None, keepdims=False, initial=None):
    """The smallest element over axes, and at most ``initial``."""
    x = as_tensor(x)
    axes = axes_of(x, axis, "min")
    if _nothing_along(x, axes):
        if initial is None:
            raise ValueError(f"ops.min: {Spec.of(x)} has no elements; give `initial=`.")
        return _all(x, axes, keepdims, initial)
    smallest = p.min(x, axes=axes, keepdims=keepdims)
    return smallest if initial is None else p.minimum(smallest, initial)


def _nothing_along(x, axes):
    return 0 in [Spec.of(x).shape[axis] for axis in axes]


def _all(x, axes, keepdims, value):
    """A value where no elements are summarised."""
    nothing = p.sum(p.zeros_like(x), axes=axes, keepdims=keepdims)
    return p.add(nothing, value)


@operation("numpy", "Amax", "axis", "keepdims")
def amax(x, axis=None, keepdims=False):
    """The largest element over axes."""
    return max(x, axis, keepdims)


@operation("numpy", "Amin", "axis", "keepdims")
def amin(x, axis=None, keepdims=False):
    """The smallest element over axes."""
    return min(x, axis, keepdims)


@operation("numpy", "Ptp", "axis", "keepdims")
def ptp(x, axis=None, keepdims=False):
    """How far the largest element is from the smallest over axes."""
    return p.subtract(max(x, axis, keepdims), min(x, axis, keepdims))


@operation("numpy", "Any", "axis", "keepdims")
def any(x, axis=None, keepdims=False):
    """Whether some element over axes is true, or not zero."""
    x = cast_to(as_tensor(x), "bool")
    return p.any(x, axes=axes_of(x, axis, "any"), keepdims=keepdims)


@operation("numpy", "All", "axis", "keepdims")
def all(x, axis=None, keepdims=False):
    """Whether every element over axes is true, or not zero."""
    x = cast_to(as_tensor(x), "bool")
    return p.all(x, axes=axes_of(x, axis, "all"), keepdims=keepdims)


@operation("numpy", "Argmax", "axis", "keepdims")
def argmax(x, axis=None, keepdims=False):
    """The place of the first largest element along an axis; by default in the flat tensor."""
    return _place(p.argmax, x, axis, keepdims)


@operation("numpy", "Argmin", "axis", "keepdims")
def argmin(x, axis=None, keepdims=False):
    """The place of the first smallest element along an axis; by default in the flat tensor."""
    return _place(p.argmin, x, axis, keepdims)


def _place(search, x, axis, keepdims):
    x = as_number(x)
    if axis is None:
        found = search(p.reshape(x, shape=(-1,)), axis=0)
        return p.reshape(found, shape=(1,) * rank_of(x)) if keepdims else found
    axis = axis_of(x, axis, search.name)
    found = search(x, axis=axis)
    return p.expand_dims(found, axes=(axis,)) if keepdims else found


# --------------------------------------------------------------------------- running sums


@operation("numpy", "Cumsum", "axis", "dtype")
def cumsum(x, axis=None, dtype=None):
    """The sum of all elements up to each one, along an axis; by default of the flat tensor."""
    x, axis = _line(x, axis, dtype, "cumsum")
    return p.cumsum(x, axis=axis)


@operation("numpy", "Cumprod", "axis", "dtype")
def cumprod(x, axis=None, dtype=None):
    """The product of all elements up to each one, along an axis; by default of the flat tensor."""
    x, axis = _line(x, axis, dtype, "cumprod")
    return p.cumprod(x, axis=axis)


def _line(x, axis, dtype, name):
    x = as_number(x) if dtype is None else cast_to(as_tensor(x), dtype_name(dtype))
    if axis is None:
        return p.reshape(x, shape=(-1,)), 0
    return x, axis_of(x, axis, name)


@operation("numpy", "Diff", "n", "axis")
def diff(a, n=1, axis=-1):
    """The differences of neighbours along an axis, ``n`` times over."""
    a = as_tensor(a)
    axis = axis_of(a, axis, "diff")
    for _ in range(n):
        later = p.slice(a, axes=(axis,), starts=(1,), stops=(None,), steps=(1,))
        earlier = p.slice(a, axes=(axis,), starts=(None,), stops=(-1,), steps=(1,))
        a = (p.not_equal if dtype_of(a) == "bool" else p.subtract)(later, earlier)
    return a
