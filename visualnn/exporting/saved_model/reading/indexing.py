"""Taking elements at places that are numbers in a tensor, putting them there, and order."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.rows import (
    ReadNode,
    Sizes,
    axis_of,
    dtype_of,
    is_known,
    number,
    numbers,
    rank_of,
    reads,
    sizes_from,
    tensor,
)
from visualnn.primitives.arithmetic import turned_over
from visualnn.primitives.conversion import numpy_dtype
from visualnn.spec import Spec


def gathered(node: ReadNode, x: Any, indices: Any, axis: Any) -> Any:
    """Elements at places of one axis."""
    if isinstance(x, Sizes):
        found = [x[i] for i in numbers(node, indices)]
        return Sizes(found) if rank_of(indices) else found[0]
    place, rows = axis_of(node, axis, rank_of(x)), node.get("batch_dims", 0)
    if rows in (0, None):
        return p.take(x, indices, axis=place)
    if rows == place == rank_of(indices) - 1 and rank_of(x) == rank_of(indices):
        return ops.take_along_axis(x, indices, axis=place)
    raise node.refuse(f"takes places for each of {rows} leading axes, which is not known here")


@reads("GatherV2", sizes=True)
def _(node, x, indices, axis):
    return gathered(node, x, tensor(indices), axis)


@reads("Gather", sizes=True)
def _(node, x, indices):
    return gathered(node, x, tensor(indices), 0)


@reads("GatherNd")
def _(node, x, indices):
    return p.take_points(x, indices)


@reads("ScatterNd", sizes=True)
def _(node, indices, updates, shape):
    sizes, unknown = p.as_setting(sizes_from(shape))
    zero = np.zeros((), numpy_dtype(dtype_of(updates)))
    whole = p.broadcast_to(zero, *unknown, shape=sizes)
    return p.combine_points(whole, tensor(indices), tensor(updates), how="add")


_HOW = {
    "TensorScatterUpdate": "replace",
    "TensorScatterAdd": "add",
    "TensorScatterMax": "max",
    "TensorScatterMin": "min",
}


@reads(*_HOW)
def _(node, x, indices, updates):
    return p.combine_points(x, indices, updates, how=_HOW[node.operation])


@reads("UnsortedSegmentSum")
def _(node, x, segments, count):
    return ops.segment_sum(x, segments, num_segments=number(node, count))


@reads("UnsortedSegmentProd", sizes=True)
def _(node, x, segments, count):
    shape, unknown = p.as_setting([count if not is_known(count) else number(node, count)])
    sizes, more = p.as_setting(p.sizes_of(x)[1:])
    one = np.ones((), numpy_dtype(dtype_of(x)))
    whole = p.broadcast_to(one, *unknown, *more, shape=(*shape, *sizes))
    points = p.expand_dims(segments, axes=(1,))
    return p.combine_points(whole, points, x, how="mul")


@reads("OneHot")
def _(node, indices, depth, on, off):
    axis = node.get("axis", -1)
    found = p.one_hot(indices, size=number(node, depth), dtype="bool")
    if axis not in (-1, rank_of(indices)):
        found = ops.moveaxis(found, -1, axis)
    return p.where(found, on, off)


@reads("ArgMax", "ArgMin")
def _(node, x, axis):
    place = axis_of(node, axis, rank_of(x))
    found = (p.argmax if node.operation == "ArgMax" else p.argmin)(x, axis=place)
    return p.cast(found, dtype=str(node.get("output_type", "int64")))


@reads("TopKV2")
def _(node, x, k):
    last = rank_of(x) - 1
    kind = str(node.get("index_type", "int32"))
    if is_known(k):
        values, places = p.top_k(x, k=number(node, k))
        return values, p.cast(places, dtype=kind)
    if p.symbol_of(k) is not Spec.of(x).sizes[last]:
        raise node.refuse("takes a number of elements that is only known when it runs")
    places = p.argsort(turned_over(x), axis=last)
    return p.take_along_axis(x, places, axis=last), p.cast(places, dtype=kind)


@reads("LowerBound", "UpperBound")
def _(node, lines, values):
    if Spec.of(lines).sizes[0] != 1:
        raise node.refuse("searches in several lines")
    line = p.squeeze(lines, axes=(0,))
    return p.searchsorted(line, values, right=node.operation == "UpperBound")
