"""Shapes, and what moves elements without changing them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.arithmetic import Complex
from visualnn.exporting.saved_model.reading.rows import (
    Sizes,
    axes_of,
    axis_of,
    dtype_of,
    is_known,
    known_all,
    number,
    numbers,
    rank_of,
    reads,
    sizes_from,
    tensor,
)
from visualnn.graph.graph import Value
from visualnn.spec import Spec, broadcast, known


def _shape(x: Any, dtype: str) -> Any:
    if isinstance(x, Sizes):
        return np.array([len(x)], dtype)
    if all(map(known, Spec.of(x).sizes)):
        return np.array(Spec.of(x).numbers, dtype)
    return Sizes(p.sizes_of(x))


@reads("Shape", sizes=True)
def _(node, x):
    return _shape(x, str(node.get("out_type", "int32")))


@reads("ShapeN", sizes=True)
def _(node, values):
    return [_shape(x, str(node.get("out_type", "int32"))) for x in values]


@reads("Size", sizes=True)
def _(node, x):
    shape = _shape(x, "int32")
    return _product(list(shape))


def _product(sizes: list[Any]) -> Any:
    total: Any = np.int32(math.prod(int(x) for x in sizes if not isinstance(x, Value)))
    for x in sizes:
        if isinstance(x, Value):
            total = ops.multiply(x, total)
    return total


@reads("Rank", sizes=True)
def _(node, x):
    return np.int32(rank_of(x))


@reads("Reshape", sizes=True)
def _(node, x, shape):
    if isinstance(x, Sizes):
        wanted = sizes_from(shape)
        if wanted in ([-1], [len(x)]):
            return x
        x = tensor(x)
    sizes, unknown = p.as_setting(sizes_from(shape))
    return p.reshape(x, *unknown, shape=sizes)


@reads("ExpandDims", sizes=True)
def _(node, x, axis):
    if isinstance(x, Value) and rank_of(x) == 0 and dtype_of(x) in ("int32", "int64"):
        return Sizes([x])
    x = tensor(x)
    return p.expand_dims(x, axes=(axis_of(node, axis, rank_of(x) + 1),))


@reads("Squeeze", sizes=True)
def _(node, x):
    if isinstance(x, Sizes):
        return x[0] if len(x) == 1 else x
    axes = node.get("squeeze_dims", [])
    sizes = Spec.of(x).sizes
    chosen = axes_of(node, axes, len(sizes)) if axes else None
    if chosen is None:
        chosen = tuple(i for i, size in enumerate(sizes) if known(size) and size == 1)
    return p.squeeze(x, axes=chosen)


@reads("Transpose")
def _(node, x, axes):
    order = axes_of(node, axes, rank_of(x))
    if isinstance(x, Complex):
        return Complex(*(p.transpose(part, axes=order) for part in (x.real, x.imaginary)))
    return p.transpose(x, axes=order)


@reads("InvertPermutation")
def _(node, x):
    return np.argsort(numbers(node, x)).astype(dtype_of(x))


@reads("BroadcastTo", sizes=True)
def _(node, x, shape):
    return spread_to(tensor(x), shape)


def spread_to(x: Any, shape: Any) -> Any:
    """A tensor repeated until it has a shape, which may be a tensor."""
    sizes, unknown = p.as_setting(sizes_from(shape))
    return p.broadcast_to(x, *unknown, shape=sizes)


@reads("BroadcastGradientArgs", sizes=True)
def _(node, a, b):
    """The axes over which gradients are summed, which must not depend on unknown sizes."""
    first, second = (list(Spec(_as_sizes(x)).sizes) for x in (a, b))
    rank = max(len(first), len(second))
    wide = broadcast(first, second)
    found = []
    for sizes in (first, second):
        padded = [1] * (rank - len(sizes)) + sizes
        axes = [i for i in range(rank) if padded[i] == 1 and wide[i] != 1]
        axes += [i for i in range(rank - len(sizes)) if i not in axes]
        found.append(np.array(sorted(axes), np.int32))
    return tuple(found)


def _as_sizes(x: Any) -> list[Any]:
    return [p.symbol_of(y) if isinstance(y, Value) else int(y) for y in sizes_from(x)]


@reads("Tile", sizes=True)
def _(node, x, multiples):
    x = tensor(x)
    if not is_known(multiples):  # as a broadcast along new axes
        rank = rank_of(x)
        spread = p.expand_dims(x, axes=tuple(range(0, 2 * rank, 2)))
        factors, sizes = sizes_from(multiples), p.sizes_of(x)
        pairs = [y for pair in zip(factors, sizes, strict=True) for y in pair]
        wide = spread_to(spread, Sizes(pairs))
        whole = [ops.multiply(a, b) for a, b in zip(factors, sizes, strict=True)]
        shape, unknown = p.as_setting(whole)
        return p.reshape(wide, *unknown, shape=shape)
    return ops.tile(x, numbers(node, multiples))


@reads("Fill", sizes=True)
def _(node, dims, value):
    return spread_to(value, dims)


@reads("ZerosLike")
def _(node, x):
    return p.zeros_like(x)


@reads("OnesLike")
def _(node, x):
    return p.ones_like(x)


@reads("Range")
def _(node, start, limit, step):
    if known_all([start, limit, step]):
        found = np.arange(*(np.asarray(x).item() for x in (start, limit, step)))
        return found.astype(dtype_of(start))
    if not is_known(step) or int(np.asarray(step)) != 1:
        raise node.refuse("counts by steps that are only known when it runs")
    count = ops.subtract(limit, start)
    shape, unknown = p.as_setting([limit if is_known(start) and not np.any(start) else count])
    return ops.add(p.iota(*unknown, shape=shape, dtype=dtype_of(start)), start)


# ---------------------------------------------------------------------- order


@reads("ReverseV2")
def _(node, x, axes):
    return ops.flip(x, axis=axes_of(node, axes, rank_of(x)))


@reads("Roll")
def _(node, x, shift, axis):
    return ops.roll(x, tuple(numbers(node, shift)), axis=axes_of(node, axis, rank_of(x)))


@reads("SpaceToDepth", "DepthToSpace")
def _(node, x):
    block = node.get("block_size", 1)
    if node.get("data_format", "NHWC") != "NHWC":
        raise node.refuse("has channels first")
    if node.operation == "SpaceToDepth":
        return ops.space_to_depth(x, block)
    return ops.depth_to_space(x, block)


@reads("MatrixBandPart")
def _(node, x, lower, upper):
    rows, columns = Spec.of(x).numbers[-2:]
    below, above = number(node, lower), number(node, upper)
    kept = np.ones((rows, columns), bool)
    if below >= 0:
        kept &= np.triu(kept, -below)
    if above >= 0:
        kept &= np.tril(kept, above)
    return ops.where(kept, x, p.zeros_like(x))
