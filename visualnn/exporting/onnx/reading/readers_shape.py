"""What moves elements: shapes, order of axes, repetition."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from visualnn import ops
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import NeedsLayerError, layer_for, reads, refused
from visualnn.exporting.onnx.reading.values import (
    Held,
    Size,
    Sizes,
    rank_of,
    shape_of,
    sizes_of,
)
from visualnn.layers.reshaping import Flatten, Reshape


@reads("Shape")
def _(on: Context, node: FileNode, x: Any) -> Any:
    found = sizes_of(x)
    entries = on.sizes(found)
    cut = slice(node.attributes.get("start", 0), node.attributes.get("end"))
    return Sizes(entries[cut]).simplest()


@reads("Size")
def _(on: Context, node: FileNode, x: Any) -> Any:
    sizes = on.sizes(sizes_of(x))
    if all(isinstance(size, int) for size in sizes):
        return np.array(math.prod(sizes), np.int64)
    total = on.size(sizes[0])
    for size in sizes[1:]:
        total = ops.multiply(total, on.size(size))
    return ops.cast(total, "int64")


# --------------------------------------------------------------------------- shape


def _wanted(on: Context, node: FileNode, x: Any, shape: Any) -> list[Any]:
    """The sizes of a reshape, with what is copied from the tensor put in."""
    sizes = on.sizes(shape)
    if node.attributes.get("allowzero"):
        return sizes
    before = on.sizes(sizes_of(x))
    if any(size == 0 for size in sizes[len(before) :] if isinstance(size, int)):
        raise refused(node, "it copies a size that is not there.")
    return [
        before[i] if isinstance(size, int) and size == 0 else size for i, size in enumerate(sizes)
    ]


def _reshape_settings(on: Context, node: FileNode, x: Any, shape: Any) -> list[Any]:
    if "shape" in node.attributes:
        shape = np.array(node.attributes["shape"], np.int64)
    return _wanted(on, node, x, shape)


def _keeps_batch(x: Held, sizes: list[Any]) -> bool:
    """Whether a reshape leaves the first axis alone, and the others have known sizes."""
    if not sizes or not x.rank or x.axes[0] != 0:
        return False
    first, *rest = sizes
    if not all(isinstance(size, int) for size in rest) or rest.count(-1) > 1 or 0 in rest:
        return False
    if isinstance(first, Size):
        return first.tensor is x.tensor and first.axis == 0
    own = x.shape[1:]
    if any(size is None for size in own) or 0 in own:
        return False
    if first == -1:
        return -1 not in rest and math.prod(rest) == math.prod(own)  # type: ignore[arg-type]
    return first == x.shape[0]


def _free(x: Held, sizes: list[Any]) -> Held | None:
    """A reshape that only adds or drops axes of size one, for which nothing is done."""
    own = [axis for axis, size in zip(x.axes, x.sizes, strict=True) if size != 1]
    if None in own or own != sorted(own) or len(own) != len(x.tensor.shape):  # type: ignore[type-var]
        return None
    long = [size for size in x.sizes if size != 1]
    wanted = [size.unknown if isinstance(size, Size) else size for size in sizes]
    if [size for size in wanted if size == -1] and len(long) == 1 and wanted.count(-1) == 1:
        wanted = [long[0] if isinstance(size, int) and size == -1 else size for size in wanted]
    elif -1 in wanted:
        others = [size for size in wanted if not (isinstance(size, int) and size in (1, -1))]
        left = list(long)
        for size in others:
            if size not in left:
                return None
            left.remove(size)
        if len(left) != 1 or wanted.count(-1) != 1:
            return None
        wanted = [left[0] if isinstance(size, int) and size == -1 else size for size in wanted]
    if [size for size in wanted if size != 1] != long:
        return None
    places = iter(own)
    return Held(x.tensor, tuple(None if size == 1 else next(places) for size in wanted))


@layer_for("Reshape")
def _(on: Context, node: FileNode, x: Any, shape: Any = None) -> Any:
    if not isinstance(x, Held) or isinstance(shape, Held):
        return None
    sizes = _reshape_settings(on, node, x, shape)
    free = _free(x, sizes)
    if free is not None:
        return free
    if not _keeps_batch(x, sizes):
        return None
    tensor = on.tensor(x)
    if len(sizes) == 2:
        return Flatten(name=on.name(node))(tensor)
    return Reshape(tuple(sizes[1:]), name=on.name(node))(tensor)


@reads("Reshape")
def _(on: Context, node: FileNode, x: Any, shape: Any = None) -> Any:
    if isinstance(x, Sizes):
        sizes = on.sizes(shape)
        return Sizes(x.entries, single=not sizes)
    sizes = _reshape_settings(on, node, x, shape)
    unknown = [size for size in sizes if not isinstance(size, int)]
    if len(unknown) == 1 and -1 not in sizes and 0 not in sizes:
        sizes = [size if isinstance(size, int) else -1 for size in sizes]
    return ops.reshape(on.tensor(x), tuple(on.size(size) for size in sizes))


@layer_for("Flatten")
def _(on: Context, node: FileNode, x: Any) -> Any:
    if node.attributes.get("axis", 1) != 1 or not isinstance(x, Held) or x.rank < 2:
        return None
    free = _free(x, [-1, math.prod(x.shape[1:])]) if None not in x.shape[1:] else None  # type: ignore[arg-type]
    return free or Flatten(name=on.name(node))(on.tensor(x))


@reads("Flatten")
def _(on: Context, node: FileNode, x: Any) -> Any:
    rank, sizes = rank_of(x), on.sizes(sizes_of(x))
    axis = node.attributes.get("axis", 1)
    axis = axis + rank if axis < 0 else axis
    parts = [sizes[:axis], sizes[axis:]]
    known = [all(isinstance(size, int) for size in part) for part in parts]
    if not any(known):
        raise NeedsLayerError if on.connects else refused(node, "neither of its sizes is known.")
    shape = tuple(math.prod(part) if sure else -1 for part, sure in zip(parts, known, strict=True))
    return ops.reshape(on.tensor(x), shape)


@reads("Squeeze")
def _(on: Context, node: FileNode, x: Any, axes: Any = None) -> Any:
    if isinstance(x, Sizes):
        return Sizes(x.entries, single=True)
    rank = rank_of(x)
    given = on.setting(node, "axes", [x, axes], 1)
    dropped = (
        [axis for axis, size in enumerate(shape_of(x)) if size == 1]
        if given is None
        else [axis % rank for axis in given]
    )
    if not isinstance(x, Held):
        return np.squeeze(x, tuple(dropped))
    left = [axis for axis in range(rank) if axis not in dropped]
    if all(x.axes[axis] is None for axis in dropped):
        return Held(x.tensor, tuple(x.axes[axis] for axis in left))
    return ops.squeeze(on.tensor(x), axis=tuple(dropped))


@reads("Unsqueeze")
def _(on: Context, node: FileNode, x: Any, axes: Any = None) -> Any:
    given = on.setting(node, "axes", [x, axes], 1, [])
    if isinstance(x, Sizes):
        if not x.single or len(given) != 1:
            raise refused(node, "a shape cannot have more axes.")
        return Sizes(x.entries)
    rank = rank_of(x) + len(given)
    new = sorted(axis % rank for axis in given)
    if not isinstance(x, Held):
        return np.expand_dims(x, tuple(new))
    found = list(x.axes)
    for axis in new:
        found.insert(axis, None)
    return Held(x.tensor, tuple(found))


@reads("Transpose")
def _(on: Context, node: FileNode, x: Any) -> Any:
    order = node.attributes.get("perm") or list(range(rank_of(x)))[::-1]
    if sorted(order) != list(range(rank_of(x))):
        raise refused(node, f"{order} does not order its {rank_of(x)} axes.")
    if isinstance(x, Sizes):
        return x
    if not isinstance(x, Held):
        return x.transpose(order)
    return Held(x.tensor, tuple(x.axes[axis] for axis in order))


# --------------------------------------------------------------------------- repeating


@reads("Expand")
def _(on: Context, node: FileNode, x: Any, shape: Any) -> Any:
    sizes = on.sizes(shape)
    own = on.sizes(sizes_of(x))
    rank = max(len(sizes), len(own))
    sizes, own = ([1] * (rank - len(part)) + part for part in (sizes, own))
    wanted = [a if isinstance(b, int) and b == 1 else b for a, b in zip(own, sizes, strict=True)]
    wanted = [a if isinstance(b, int) and b == 1 else b for a, b in zip(sizes, wanted, strict=True)]
    on.limited(node, *wanted)
    return ops.broadcast_to(on.tensor(x), tuple(on.size(size) for size in wanted))


@reads("Tile")
def _(on: Context, node: FileNode, x: Any, repeats: Any) -> Any:
    counts = on.numbers(node, repeats, "repeats")
    on.limited(node, *counts, *(size or 1 for size in shape_of(x)))
    return ops.tile(on.tensor(x), tuple(counts))


@reads("ConstantOfShape")
def _(on: Context, node: FileNode, shape: Any) -> Any:
    value = node.attributes.get("value", np.zeros(1, np.float32)).reshape(-1)[0]
    sizes = on.sizes(shape)
    on.limited(node, *sizes)
    if all(isinstance(size, int) for size in sizes):
        return np.full(sizes, value)
    return ops.broadcast_to(np.array(value), tuple(on.size(size) for size in sizes))
