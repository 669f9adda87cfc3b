"""Special functions, and sums over segments: what Keras counts as ``math``."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.numpy_sorting import concrete
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_fraction, as_tensor, cast_to, dtype_of, promoted, rank_of
from visualnn.spec import Spec, known


@operation("math", "Erf")
def erf(x):
    """The error function of each element."""
    return p.erf(as_fraction(x))


@operation("math", "Erfc")
def erfc(x):
    """One minus the error function, exact also where it is tiny."""
    return p.erfc(as_fraction(x))


@operation("math", "Erfinv")
def erfinv(x):
    """The number whose error function is the element."""
    return p.erfinv(as_fraction(x))


# --------------------------------------------------------------------------- segments


def _segments(data, segment_ids, num_segments, name):
    """The rows, their segments (those outside go to one that is dropped), and how many."""
    data, ids = as_tensor(data), cast_to(segment_ids, "int32")
    if rank_of(ids) != 1:
        raise ValueError(
            f"ops.{name}: the segments must be a line of numbers, one for each row, "
            f"but are {Spec.of(ids)}."
        )
    if num_segments is None:
        numbers = concrete(segment_ids, name)
        num_segments = int(numbers.max()) + 1 if numbers.size else 0
    outside = p.logical_or(p.less(ids, 0), p.greater_equal(ids, num_segments))
    ids = p.where(outside, np.asarray(num_segments, "int32"), ids)
    return data, p.expand_dims(ids, axes=(1,)), int(num_segments)


def _places_for(data, count, value):
    """One row for each segment, and one for what is dropped."""
    row = p.sizes_of(data)[1:]
    shape, unknown = p.as_setting((count + 1, *row))
    return p.broadcast_to(np.asarray(value, p.numpy_dtype(dtype_of(data))), *unknown, shape=shape)


def _kept(rows, count):
    return p.slice(rows, axes=(0,), starts=(0,), stops=(count,), steps=(1,))


@operation("math", "SegmentSum", "num_segments", "sorted")
def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    """The sum of all rows that belong to each segment."""
    data, ids, count = _segments(data, segment_ids, num_segments, "segment_sum")
    ids = p.squeeze(ids, axes=(1,))
    return _kept(p.put_sum(data, ids, _places_for(data, count, 0), axis=0), count)


@operation("math", "SegmentMax", "num_segments", "sorted")
def segment_max(data, segment_ids, num_segments=None, sorted=False):
    """The largest of all rows that belong to each segment; minus infinity if there is none."""
    data, ids, count = _segments(data, segment_ids, num_segments, "segment_max")
    start = _places_for(data, count, _limits(data)[0])
    return _kept(p.combine_points(start, ids, data, how="max"), count)


@operation("math", "SegmentMin", "num_segments", "sorted")
def segment_min(data, segment_ids, num_segments=None, sorted=False):
    """The smallest of all rows that belong to each segment; infinity if there is none."""
    data, ids, count = _segments(data, segment_ids, num_segments, "segment_min")
    start = _places_for(data, count, _limits(data)[1])
    return _kept(p.combine_points(start, ids, data, how="min"), count)


@operation("math", "SegmentProd", "num_segments", "sorted")
def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    """The product of all rows that belong to each segment; one if there is none."""
    data, ids, count = _segments(data, segment_ids, num_segments, "segment_prod")
    start = _places_for(data, count, 1)
    return _kept(p.combine_points(start, ids, data, how="mul"), count)


def _limits(data):
    if dtype_of(data).startswith(("int", "uint")):
        limits = np.iinfo(dtype_of(data))
        return limits.min, limits.max
    return -np.inf, np.inf


# --------------------------------------------------------------------------- distances, windows


@operation("math", "CDist")
def cdist(x, y):
    """The distance of every row of ``x`` to every row of ``y``."""
    x, y = promoted(as_fraction(x), as_fraction(y))
    rank = rank_of(x)
    away = p.subtract(p.expand_dims(x, axes=(rank - 1,)), p.expand_dims(y, axes=(rank - 2,)))
    squared = p.sum(p.multiply(away, away), axes=(rank,))
    return _root(squared)


def _root(squared):
    """The square root, whose slope at zero is taken as zero."""
    zero = p.equal(squared, 0)
    safe = p.where(zero, p.ones_like(squared), squared)
    return p.where(zero, p.zeros_like(squared), p.sqrt(safe))


@operation("math", "ExtractSequences", "sequence_length", "sequence_stride")
def extract_sequences(x, sequence_length, sequence_stride):
    """Windows of a signal, one after the other, as a new second last axis.

    Raises:
        ValueError: When the length of the signal is not known.
    """
    x = as_tensor(x)
    axis = rank_of(x) - 1
    length = Spec.of(x).sizes[axis]
    if not known(length):
        raise ValueError(f"ops.extract_sequences: the last axis of {Spec.of(x)} must be known.")
    count = max(0, 1 + (length - sequence_length) // sequence_stride)
    places = np.arange(count)[:, None] * sequence_stride + np.arange(sequence_length)
    return p.take(x, places.astype("int32"), axis=axis)
