"""Order: sorting, ranks, quantiles, and counting into bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.graph import SymbolicError
from visualnn.ops.numpy_shaping import ravel
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_number,
    as_tensor,
    axes_of,
    axis_of,
    cast_to,
    dtype_of,
    promoted,
    rank_of,
)
from visualnn.spec import Spec, known


@operation("numpy", "Argsort", "axis")
def argsort(x, axis=-1):
    """The places of the elements along an axis, from the smallest to the largest."""
    x = as_number(x)
    if axis is None or rank_of(x) == 0:
        x, axis = ravel(x), 0
    return p.argsort(x, axis=axis_of(x, axis, "argsort"))


@operation("numpy", "Sort", "axis")
def sort(x, axis=-1):
    """The elements along an axis, from the smallest to the largest."""
    x = as_tensor(x)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_of(x, axis, "sort")
    return p.take_along_axis(x, p.argsort(x, axis=axis), axis=axis)


@operation("numpy", "Argpartition", "kth", "axis")
def argpartition(x, kth, axis=-1):
    """Places such that the ``kth`` names the element that sorting would put there."""
    return argsort(x, axis)


@operation("math", "TopK", "k", "sorted")
def top_k(x, k, sorted=True):
    """The ``k`` largest elements of the last axis, the largest first, and their places."""
    return p.top_k(as_number(x), k=int(k))


@operation("math", "InTopK", "k")
def in_top_k(targets, predictions, k):
    """Whether the target class is among the ``k`` with the highest predictions."""
    predictions = as_fraction(predictions)
    targets = cast_to(as_tensor(targets), "int32")
    classes = Spec.of(predictions).sizes[-1]
    valid = (
        p.logical_and(p.greater_equal(targets, 0), p.less(targets, classes))
        if known(classes)
        else p.greater_equal(targets, 0)
    )
    places = p.where(valid, targets, p.zeros_like(targets))
    axis = rank_of(predictions) - 1
    own = p.take_along_axis(predictions, p.expand_dims(places, axes=(axis,)), axis=axis)
    better = p.cast(p.greater(predictions, own), dtype="int32")
    count = p.sum(better, axes=(axis,))
    finite = p.squeeze(p.is_finite(own), axes=(axis,))
    return p.logical_and(p.logical_and(valid, finite), p.less(count, int(k)))


# --------------------------------------------------------------------------- quantiles


@operation("numpy", "Quantile", "axis", "method", "keepdims")
def quantile(x, q, axis=None, method="linear", keepdims=False):
    """The number below which the share ``q`` of the elements lies.

    Raises:
        ValueError: When the method is unknown.
    """
    x = as_fraction(x)
    axes = axes_of(x, axis, "quantile")
    line, count = sorted_line(x, axes)
    return quantile_of_sorted(line, count, q, x, axes, method, keepdims)


def sorted_line(x, axes):
    """These axes as one last axis, sorted, and its length in the dtype of ``x``."""
    rest = [i for i in range(rank_of(x)) if i not in axes]
    line = p.transpose(x, axes=(*rest, *axes))
    sizes = p.sizes_of(line)
    count = 1
    for size in sizes[len(rest) :]:
        count = count * size
    shape, unknown = p.as_setting((*sizes[: len(rest)], count))
    return sort(p.reshape(line, *unknown, shape=shape), -1), cast_to(as_tensor(count), dtype_of(x))


def quantile_of_sorted(line, count, q, x, axes, method, keepdims):
    """The numbers at the shares ``q`` of the first ``count`` elements of the last axis."""
    q = cast_to(as_tensor(q), dtype_of(x))
    place = p.multiply(p.reshape(q, shape=(-1,)), p.subtract(count, 1))
    found = _between(line, place, method)
    if rank_of(q) == 0:
        found = p.squeeze(found, axes=(rank_of(found) - 1,))
        return p.expand_dims(found, axes=axes) if keepdims else found
    found = p.transpose(found, axes=(rank_of(found) - 1, *range(rank_of(found) - 1)))
    return p.expand_dims(found, axes=tuple(a + 1 for a in axes)) if keepdims else found


def _between(line, place, method):
    """The elements of the last, sorted axis at these places, which may lie between two."""

    def at(places):
        places = p.maximum(p.cast(places, dtype="int32"), 0)
        if rank_of(places) == 1:
            return p.take(line, places, axis=rank_of(line) - 1)
        return p.take_along_axis(line, places, axis=rank_of(line) - 1)

    below, above = p.floor(place), p.ceil(place)
    match method:
        case "lower":
            return at(below)
        case "higher":
            return at(above)
        case "nearest":
            return at(p.round(place))
        case "midpoint":
            return p.multiply(p.add(at(below), at(above)), 0.5)
        case "linear":
            low, high = at(below), at(above)
            return p.add(low, p.multiply(p.subtract(high, low), p.subtract(place, below)))
    raise ValueError(
        f"ops.quantile: method={method!r} is unknown; "
        "use 'linear', 'lower', 'higher', 'nearest' or 'midpoint'."
    )


@operation("numpy", "Percentile", "axis", "method", "keepdims")
def percentile(x, q, axis=None, method="linear", keepdims=False):
    """The number below which ``q`` percent of the elements lie."""
    return quantile(x, p.divide(as_fraction(q), 100), axis, method, keepdims)


@operation("numpy", "Median", "axis", "keepdims")
def median(x, axis=None, keepdims=False):
    """The number in the middle of the sorted elements."""
    return quantile(x, 0.5, axis, "linear", keepdims)


# --------------------------------------------------------------------------- counting


@operation("numpy", "SearchSorted", "side")
def searchsorted(sorted_sequence, values, side="left"):
    """Where each value would have to go for the sorted numbers to stay sorted.

    Raises:
        ValueError: When the side is neither ``"left"`` nor ``"right"``.
    """
    if side not in ("left", "right"):
        raise ValueError(f'ops.searchsorted: side={side!r} must be "left" or "right".')
    line, values = promoted(as_tensor(sorted_sequence), as_tensor(values))
    return p.searchsorted(line, values, right=side == "right")


@operation("numpy", "Digitize")
def digitize(x, bins):
    """Which of the bins between rising numbers each element falls into."""
    x, bins = promoted(as_tensor(x), as_tensor(bins))
    return p.searchsorted(bins, x, right=True)


@operation("numpy", "Bincount", "weights", "minlength", "sparse")
def bincount(x, weights=None, minlength=0, sparse=False):
    """How often each whole number occurs along the last axis, or the sum of its weights.

    There are as many counts as the largest number needs, and at least ``minlength``.
    """
    x = cast_to(as_tensor(x), "int32")
    numbers = concrete(x, "bincount")
    length = max(int(minlength), int(numbers.max()) + 1 if numbers.size else 0)
    found = p.one_hot(x, size=length, dtype="int32")
    if weights is not None:
        weights = as_tensor(weights)
        weighed = p.expand_dims(weights, axes=(rank_of(x),))
        found = p.multiply(cast_to(found, dtype_of(weights)), weighed)
    return p.sum(found, axes=(rank_of(x) - 1,))


def concrete(x: Any, name: str) -> Any:
    """The numbers of a tensor, for what can only be computed when they are there.

    Raises:
        SymbolicError: When there are none yet.
    """
    x = as_tensor(x)
    if isinstance(x, np.ndarray | np.generic):
        return np.asarray(x)
    if getattr(x, "array", None) is not None:
        return x.array
    if hasattr(x, "assign") and p.recorder.get() is None:  # a variable
        return np.asarray(x)
    raise SymbolicError(
        f"ops.{name} needs the numbers of {x!r}, which has none while the model is traced. "
        "Compile with `run_eagerly=True`, or find a way around it: a mask keeps the shape."
    )


@operation("numpy", "Nonzero")
def nonzero(x):
    """The places of all elements that are not zero, one tensor for each axis."""
    found = np.nonzero(concrete(x, "nonzero"))
    return tuple(places.astype("int32").view(p.Tensor) for places in found)


@operation(
    "numpy",
    "Unique",
    "sorted",
    "return_index",
    "return_inverse",
    "return_counts",
    "axis",
    "size",
    "fill_value",
)
def unique(
    x,
    sorted=True,
    return_index=False,
    return_inverse=False,
    return_counts=False,
    axis=None,
    size=None,
    fill_value=None,
):
    """The different elements, sorted; if asked, with their first places, ranks and counts."""
    numbers = np.asarray(concrete(x, "unique"))
    found = np.unique(numbers, return_index, return_inverse, return_counts, axis)
    results = list(found) if isinstance(found, tuple) else [found]
    if size is not None:
        results[0] = _resized(results[0], size, fill_value, axis or 0)
    results = [(r if i == 0 else r.astype("int32")).view(p.Tensor) for i, r in enumerate(results)]
    return results[0] if len(results) == 1 else tuple(results)


def _resized(found, size, fill_value, axis):
    """Exactly ``size`` elements along an axis: cut, or filled up (by default with the first)."""
    found = np.moveaxis(found, axis, 0)[:size]
    missing = size - len(found)
    if missing:
        filler = found[:1] if fill_value is None else np.full_like(found[:1], fill_value)
        found = np.concatenate([found, *[filler] * missing])
    return np.moveaxis(found, 0, axis)


@operation("numpy", "Histogram", "bins", "range")
def histogram(x, bins=10, range=None):
    """How many elements of a line fall into each bin, and the edges of the bins.

    Args:
        x: The line of numbers.
        bins: How many bins.
        range: The lower edge of the first bin and the upper edge of the last one.

    Raises:
        TypeError: When ``bins`` is no whole number.
        ValueError: When ``x`` is no line, or the bins cannot be.
    """
    if not isinstance(bins, int | np.integer):
        raise TypeError(f"ops.histogram: bins={bins!r} must be a whole number.")
    if bins < 0:
        raise ValueError(f"ops.histogram: bins={bins!r} must not be negative.")
    if range is not None and (len(range) != 2 or range[1] < range[0]):
        raise ValueError(f"ops.histogram: range={range!r} must be a pair (lower, upper).")
    if rank_of(as_tensor(x)) != 1:
        raise ValueError(f"ops.histogram takes a line of numbers, but got {Spec.of(as_tensor(x))}.")
    counts, edges = np.histogram(np.asarray(concrete(x, "histogram")), bins, range)
    return counts.astype("float32").view(p.Tensor), edges.astype("float32").view(p.Tensor)
