"""Tensors put together, cut into pieces, and surrounded."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import layer_for, reads, refused
from visualnn.exporting.onnx.reading.values import (
    Held,
    Sizes,
    dtype_of,
    rank_of,
    shape_of,
)
from visualnn.layers.merging import Concatenate
from visualnn.layers.reshaping import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D


@layer_for("Concat")
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    if len(xs) < 2 or not all(isinstance(x, Held) for x in xs):
        return None
    tensors, axes = on.aligned(node, xs)
    axis = axes[node.attributes.get("axis", 0) % xs[0].rank]
    if axis is None or axis == 0:
        return None
    last = -1 if axis == xs[0].rank - 1 else axis
    return Held(Concatenate(axis=last, name=on.name(node))(tensors), axes)


@reads("Concat")
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    if any(isinstance(x, Sizes) for x in xs) and not any(isinstance(x, Held) for x in xs):
        return Sizes([entry for x in xs for entry in on.sizes(x)]).simplest()
    axis = node.attributes.get("axis", 0)
    if not any(isinstance(x, Held) for x in xs):
        on.limited(node, sum(x.size for x in xs))
        return np.concatenate(xs, axis)
    return ops.concatenate([on.tensor(x) for x in xs], axis=axis % rank_of(xs[0]))


@reads("Split")
def _(on: Context, node: FileNode, x: Any, split: Any = None) -> Any:
    axis = node.attributes.get("axis", 0) % rank_of(x)
    lengths = on.setting(node, "split", [x, split], 1)
    size = shape_of(x)[axis]
    if lengths is None:
        if size is None:
            raise refused(node, "the size that it divides is not known.")
        count = len(node.outputs)
        step = -(-size // count)
        lengths = [min(step, size - i * step) for i in range(count)]
    if min(lengths, default=0) < 0 or len(lengths) > 4096:
        raise refused(node, "its pieces have impossible lengths.")
    ends = [int(n) for n in np.cumsum(lengths)[:-1]]
    return list(ops.split(on.tensor(x), ends, axis=axis)) if ends else [x]


@reads("Slice")
def _(on: Context, node: FileNode, x: Any, *more: Any) -> Any:
    given = [x, *more]
    starts, stops = (on.setting(node, k, given, i + 1) for i, k in enumerate(("starts", "ends")))
    rank = rank_of(x)
    axes = on.setting(node, "axes", given, 3, list(range(len(starts))))
    steps = on.setting(node, "steps", given, 4, [1] * len(starts))
    if not len(starts) == len(stops) == len(axes) == len(steps) or 0 in steps:
        raise refused(node, "its starts, ends, axes and steps do not fit together.")
    if isinstance(x, Sizes):
        return Sizes(x.entries[_cut(starts[0], stops[0], steps[0])]).simplest()
    key = [slice(None)] * rank
    for axis, start, stop, step in zip(axes, starts, stops, steps, strict=True):
        key[axis % rank] = _cut(start, stop, step)
    if not isinstance(x, Held):
        return x[tuple(key)]
    if any(own is None and cut != slice(None) for own, cut in zip(x.axes, key, strict=True)):
        return on.tensor(x)[tuple(key)]
    places: list[Any] = [slice(None)] * len(x.tensor.shape)
    for own, cut in zip(x.axes, key, strict=True):
        if own is not None:
            places[own] = cut
    return Held(x.tensor[tuple(places)], x.axes)


_FAR = (1 << 31) - 1


def _cut(start: int, stop: int, step: int) -> slice:
    """The slice of Python that takes the same elements."""
    if step > 0:
        return slice(start or None, None if stop >= _FAR else stop, None if step == 1 else step)
    return slice(None if start >= _FAR else start, None if stop <= -_FAR else stop, step)


@layer_for("Pad")
def _(on: Context, node: FileNode, x: Any, *more: Any) -> Any:
    """Zeros around an image."""
    pads, value, mode = _padding(on, node, [x, *more])
    padding = dict(zip(range(3, 6), (ZeroPadding1D, ZeroPadding2D, ZeroPadding3D), strict=True))
    if not isinstance(x, Held) or mode != "constant" or value or x.rank not in padding:
        return None
    if None in x.axes or any(n < 0 for pair in pads for n in pair):
        return None
    first, *inner, last = (pads[place] for place in places_of(x))
    if (first, last) != ((0, 0), (0, 0)):
        return None
    given = inner[0] if x.rank == 3 else tuple(inner)
    layer = padding[x.rank](given, data_format="channels_last", name=on.name(node))
    return Held(layer(x.tensor), x.axes)


def places_of(x: Held) -> list[int]:
    """Which axis of the file each axis of a tensor is."""
    return [x.axes.index(place) for place in range(x.rank)]


def _padding(on: Context, node: FileNode, xs: list[Any]) -> tuple[list[tuple], float, str]:
    rank = rank_of(xs[0])
    numbers = on.setting(node, "pads", xs, 1, [])
    value = node.attributes.get("value", 0.0)
    if len(xs) > 2 and xs[2] is not None:
        value = on.array(node, xs[2], "value").reshape(-1)[0].item()
    axes = [axis % rank for axis in on.setting(node, "axes", xs, 3, list(range(rank)))]
    if len(numbers) != 2 * len(axes):
        raise refused(node, "it needs two numbers for each axis.")
    pads = [(0, 0)] * rank
    for i, axis in enumerate(axes):
        pads[axis] = (numbers[i], numbers[i + len(axes)])
    return pads, value, node.attributes.get("mode", "constant")


@reads("Pad")
def _(on: Context, node: FileNode, x: Any, *more: Any) -> Any:
    pads, value, mode = _padding(on, node, [x, *more])
    if mode not in ("constant", "reflect", "edge"):
        raise refused(node, f"the mode {mode!r} is not read.")
    sizes = [size or 1 for size in shape_of(x)]
    on.limited(node, *(n + abs(a) + abs(b) for n, (a, b) in zip(sizes, pads, strict=True)))
    tensor = on.tensor(x)
    if any(n < 0 for pair in pads for n in pair):  # less than nothing is cut away
        cuts = [slice(-min(a, 0) or None, min(b, 0) or None) for a, b in pads]
        tensor = tensor[tuple(cuts)]
        pads = [(max(a, 0), max(b, 0)) for a, b in pads]
    if mode == "constant":
        kind = np.dtype(dtype_of(x)).type
        return ops.pad(tensor, pads, mode="constant", constant_values=kind(value).item())
    return ops.pad(tensor, pads, mode={"edge": "edge"}.get(mode, mode))
