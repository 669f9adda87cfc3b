"""What goes along axes: sums, extremes, order, running totals, frequencies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn import layers, ops
from visualnn import primitives as p
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import NeedsLayerError, layer_for, reads, refused
from visualnn.exporting.onnx.reading.values import (
    Held,
    Sizes,
    channels_behind,
    dtype_of,
    rank_of,
    shape_of,
)
from visualnn.ops.linalg import det

_REDUCTIONS: dict[str, Callable] = {
    "ReduceSum": ops.sum,
    "ReduceMean": ops.mean,
    "ReduceMax": ops.max,
    "ReduceMin": ops.min,
    "ReduceProd": ops.prod,
    "ReduceLogSumExp": ops.logsumexp,
    "ReduceSumSquare": lambda x, **how: ops.sum(ops.square(x), **how),
    "ReduceL1": lambda x, **how: ops.sum(ops.absolute(x), **how),
    "ReduceL2": lambda x, **how: ops.sqrt(ops.sum(ops.square(x), **how)),
    "ReduceLogSum": lambda x, **how: ops.log(ops.sum(x, **how)),
}


def _axes(on: Context, node: FileNode, x: Any, axes: Any) -> tuple[int, ...] | None:
    """The axes of a reduction; ``None`` where nothing is reduced."""
    rank = rank_of(x)
    given = on.setting(node, "axes", [x, axes], 1)
    if not given and node.attributes.get("noop_with_empty_axes"):
        return None
    found = [axis % rank for axis in given] if given else list(range(rank))
    if len(set(found)) != len(found):
        raise refused(node, f"its axes {given} hold one twice.")
    return tuple(sorted(found))


@layer_for("ReduceMean", "ReduceMax")
def _(on: Context, node: FileNode, x: Any, axes: Any = None) -> Any:
    """What is left of an image: one number for each channel."""
    if not isinstance(x, Held) or not 3 <= x.rank <= 5 or isinstance(axes, Held):
        return None
    found = _axes(on, node, x, axes)
    if (x.axes, found) == (channels_behind(x.rank), tuple(range(2, x.rank))):
        left = (0, 1)
    elif x.plain and found == tuple(range(1, x.rank - 1)):
        left = (0,)
    else:
        return None
    if not x.dtype.startswith("float"):
        return None
    kinds = {
        "ReduceMean": (
            layers.GlobalAveragePooling1D,
            layers.GlobalAveragePooling2D,
            layers.GlobalAveragePooling3D,
        ),
        "ReduceMax": (
            layers.GlobalMaxPooling1D,
            layers.GlobalMaxPooling2D,
            layers.GlobalMaxPooling3D,
        ),
    }
    layer = kinds[node.op][x.rank - 3](data_format="channels_last", name=on.name(node))
    kept = (None,) * (x.rank - 2) if node.attributes.get("keepdims", 1) else ()
    return Held(layer(x.tensor), (0, 1, *kept) if len(left) == 2 else (0, *kept, 1))


@reads(*_REDUCTIONS)
def _(on: Context, node: FileNode, x: Any, axes: Any = None) -> Any:
    found = _axes(on, node, x, axes)
    if found is None:
        return x
    keepdims = bool(node.attributes.get("keepdims", 1))
    function, dtype = _REDUCTIONS[node.op], dtype_of(x)
    if isinstance(x, Held) and all(x.axes[axis] is not None for axis in found):
        own = tuple(x.axes[axis] for axis in found)
        made = _in(function(x.tensor, axis=own, keepdims=keepdims), dtype)
        if keepdims:
            return Held(made, x.axes)
        gone = set(own)
        left = [axis for axis in x.axes if axis is None or axis not in gone]
        order = sorted(axis for axis in left if axis is not None)
        return Held(made, tuple(None if axis is None else order.index(axis) for axis in left))
    return _in(function(on.tensor(x), axis=found, keepdims=keepdims), dtype)


def _in(x: Any, dtype: str) -> Any:
    """A tensor in a dtype; itself if it has it."""
    return x if str(getattr(x.dtype, "name", x.dtype)) == dtype else ops.cast(x, dtype)


@reads("ArgMax", "ArgMin")
def _(on: Context, node: FileNode, x: Any) -> Any:
    axis = node.attributes.get("axis", 0) % rank_of(x)
    function = ops.argmax if node.op == "ArgMax" else ops.argmin
    tensor, keepdims = on.tensor(x), bool(node.attributes.get("keepdims", 1))
    if not node.attributes.get("select_last_index"):
        return ops.cast(function(tensor, axis=axis, keepdims=keepdims), "int64")
    size = shape_of(x)[axis]
    if size is None:
        raise refused(node, "`select_last_index` needs a known size.")
    from_behind = function(ops.flip(tensor, axis=axis), axis=axis, keepdims=keepdims)
    return ops.cast(ops.subtract(size - 1, from_behind), "int64")


@reads("TopK")
def _(on: Context, node: FileNode, x: Any, count: Any = None) -> Any:
    rank = rank_of(x)
    axis = node.attributes.get("axis", -1) % rank
    tensor = on.tensor(x)
    upward = not node.attributes.get("largest", 1)
    whole = dtype_of(x).startswith(("int", "uint"))
    turned = tensor if upward else (ops.bitwise_not(tensor) if whole else ops.negative(tensor))
    order = ops.cast(ops.argsort(turned, axis=axis), "int64")
    key: list[Any] = [slice(None)] * rank
    if isinstance(count, Sizes):  # as many as there are
        if len(count.entries) != 1 or getattr(count.entries[0], "axis", None) is None:
            raise NeedsLayerError
    else:
        (kept,) = on.numbers(node, count, "K") if count is not None else (node.attributes["k"],)
        key[axis] = slice(None, kept)
        order = order[tuple(key)]
    return [ops.take_along_axis(tensor, order, axis=axis), order]


@reads("CumSum")
def _(on: Context, node: FileNode, x: Any, axis: Any) -> Any:
    along = on.numbers(node, axis, "axis")[0] % rank_of(x)
    tensor, backwards = on.tensor(x), bool(node.attributes.get("reverse"))
    turned = ops.flip(tensor, axis=along) if backwards else tensor
    total = ops.cast(ops.cumsum(turned, axis=along), dtype_of(x))
    if node.attributes.get("exclusive"):
        total = ops.subtract(total, turned)
    return ops.flip(total, axis=along) if backwards else total


@reads("Det")
def _(on: Context, node: FileNode, x: Any) -> Any:
    return det(on.tensor(x))


@reads("DFT")
def _(on: Context, node: FileNode, x: Any, length: Any = None, axis: Any = None) -> Any:
    """A transform of pairs of real and imaginary parts, or of real parts alone."""
    if on.connects:
        raise NeedsLayerError
    if length is not None or node.attributes.get("onesided"):
        raise refused(node, "a transform of another length, or of one side, is not read.")
    usual = 1 if on.opset < 20 else -2
    given = (
        node.attributes.get("axis", usual) if axis is None else on.numbers(node, axis, "axis")[0]
    )
    rank, tensor = rank_of(x), on.tensor(x)
    along, last = given % rank, rank - 1
    pair = x.shape[-1] == 2
    real = ops.take(tensor, 0, axis=last)
    imaginary = ops.take(tensor, 1, axis=last) if pair else ops.zeros_like(real)
    inverse = bool(node.attributes.get("inverse"))
    parts = p.fourier(real, imaginary, axes=(along,), inverse=inverse)
    made = ops.stack(parts, axis=-1)
    if inverse:
        made = ops.divide(made, ops.cast(ops.shape(tensor)[along], dtype_of(x)))
    return made


@reads("Trilu")
def _(on: Context, node: FileNode, x: Any, k: Any = None) -> Any:
    offset = 0 if k is None else on.numbers(node, k, "k")[0]
    on.limited(node, *(size or 1 for size in shape_of(x)[-2:]))
    function = ops.triu if node.attributes.get("upper", 1) else ops.tril
    return function(on.tensor(x), k=int(np.clip(offset, -(1 << 20), 1 << 20)))
