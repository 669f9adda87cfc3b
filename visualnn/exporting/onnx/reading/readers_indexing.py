"""Taking elements at places that are in tensors, and putting them there; counting."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.exporting.onnx.messages import BY_NUMBER
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import NeedsLayerError, reads, refused
from visualnn.exporting.onnx.reading.values import Held, Sizes, dtype_of, rank_of, shape_of


@reads("Gather")
def _(on: Context, node: FileNode, x: Any, places: Any) -> Any:
    axis = node.attributes.get("axis", 0)
    if isinstance(x, Sizes):
        found = on.numbers(node, places, "indices")
        return Sizes([x.entries[i] for i in found], single=rank_of(places) == 0).simplest()
    return ops.take(on.tensor(x), on.tensor(places), axis=axis % rank_of(x))


@reads("GatherElements")
def _(on: Context, node: FileNode, x: Any, places: Any) -> Any:
    axis = node.attributes.get("axis", 0) % rank_of(x)
    return ops.take_along_axis(on.tensor(x), on.tensor(places), axis=axis)


def _values(on: Context) -> None:
    if on.connects:
        raise NeedsLayerError


@reads("GatherND")
def _(on: Context, node: FileNode, x: Any, places: Any) -> Any:
    _values(on)
    if node.attributes.get("batch_dims"):
        raise refused(node, "`batch_dims` is not read.")
    return p.take_points(on.tensor(x), on.tensor(places))


@reads("ScatterND")
def _(on: Context, node: FileNode, x: Any, places: Any, updates: Any) -> Any:
    _values(on)
    how = node.attributes.get("reduction", "none")
    how = "replace" if how == "none" else how
    return p.combine_points(on.tensor(x), on.tensor(places), on.tensor(updates), how=how)


@reads("OneHot")
def _(on: Context, node: FileNode, places: Any, depth: Any, values: Any) -> Any:
    size = on.numbers(node, depth, "depth")[0]
    low, high = on.array(node, values, "values").reshape(-1)
    on.limited(node, max(size, 1), 64)
    rank = rank_of(places) + 1
    axis = node.attributes.get("axis", -1) % rank
    inside = ops.where(
        ops.less(on.tensor(places), 0), ops.add(on.tensor(places), size), on.tensor(places)
    )
    ones = ops.one_hot(ops.cast(inside, "int32"), size, axis=axis, dtype="bool")
    return ops.where(ones, high, low)


@reads("Range")
def _(on: Context, node: FileNode, start: Any, limit: Any, delta: Any) -> Any:
    xs = (start, limit, delta)
    if all(isinstance(x, np.ndarray) for x in xs):
        first, last, step = (x.reshape(()).item() for x in xs)
        if not step or not np.isfinite([first, last, step]).all():
            raise refused(node, "its step is zero.")
        on.limited(node, int(abs((last - first) / step)) + 1)
        return np.arange(first, last, step, dtype=start.dtype)
    if not all(isinstance(x, np.ndarray) and int(x) == n for x, n in ((start, 0), (delta, 1))):
        raise refused(node, "a count to an unknown end begins with zero and goes by one.")
    _values(on)
    end = on.sizes(limit)[0] if isinstance(limit, Sizes) else on.tensor(limit)
    size = ops.cast(on.size(end), "int32")
    return p.iota(ops.reshape(size, ()), shape=(None,), dtype=dtype_of(start))


@reads("EyeLike")
def _(on: Context, node: FileNode, x: Any) -> Any:
    rows, columns = shape_of(x)
    if rows is None or columns is None:
        raise refused(node, "it needs a matrix of known size.")
    on.limited(node, rows, columns)
    dtype = BY_NUMBER.get(node.attributes.get("dtype", 0), dtype_of(x))
    return np.eye(rows, columns, node.attributes.get("k", 0), dtype=dtype)


@reads("NonZero", "Unique", "Compress")
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    raise refused(node, "how much it makes depends on the numbers, which is not read.")


@reads("RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike")
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    """Random numbers of our own: a file cannot say which ones."""
    from visualnn import random

    _values(on)
    found = node.attributes
    shape = found.get("shape")
    if shape is not None:
        on.limited(node, *shape)
    sizes = shape if shape is not None else ops.shape(on.tensor(xs[0]))
    dtype = BY_NUMBER.get(found.get("dtype", 0)) or (dtype_of(xs[0]) if xs else "float32")
    if "Normal" in node.op:
        drawn = random.normal(sizes, dtype="float32")
        drawn = ops.add(ops.multiply(drawn, found.get("scale", 1.0)), found.get("mean", 0.0))
    else:
        low, high = found.get("low", 0.0), found.get("high", 1.0)
        drawn = random.uniform(sizes, low, high, dtype="float32")
    made = ops.cast(drawn, dtype)
    return Held(made) if not isinstance(made, np.ndarray) else made
