"""What moves elements: shapes, order of axes, pieces, repetition, sizes."""

from __future__ import annotations

import numpy as np

from visualnn.exporting.onnx.graph import Held, OnnxGraph
from visualnn.exporting.onnx.rows import ONNX
from visualnn.graph.graph import Node

_FAR = np.iinfo(np.int64).max


@ONNX.row("reshape")
def _(graph: OnnxGraph, node: Node, x: Held, *unknown: Held) -> str:
    sizes = graph.sizes(node.settings["shape"], unknown)
    texts = [size for size in sizes if isinstance(size, str)]
    if len(texts) == 1 and -1 not in sizes and 0 not in sizes and 0 not in x.spec.sizes:
        sizes = [size if isinstance(size, int) else -1 for size in sizes]
    name, shape = graph.plain(x), graph.joined(sizes)
    if 0 in sizes:
        return graph.add("Reshape", name, shape, allowzero=1)
    return graph.reshape(name, shape)


@ONNX.row("transpose")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    """The axes stay where they are until somebody needs them elsewhere."""
    order = tuple(node.settings["axes"])
    return Held(
        node.output.spec, graph.turned(x, x.home), tuple(order.index(axis) for axis in x.home)
    )


@ONNX.row("broadcast_to")
def _(graph: OnnxGraph, node: Node, x: Held, *unknown: Held) -> str:
    return graph.add(
        "Expand", graph.plain(x), graph.joined(graph.sizes(node.settings["shape"], unknown))
    )


@ONNX.row("broadcast_like")
def _(graph: OnnxGraph, node: Node, x: Held, like: Held) -> str | Held:
    if x.spec.sizes == like.spec.sizes and x.constant is None:
        return x
    if like.constant is not None:
        return graph.add("Expand", graph.plain(x), graph.whole(*like.constant.shape))
    return graph.add("Expand", graph.plain(x), graph.shape(like))


# --------------------------------------------------------------------------- pieces


@ONNX.row("slice")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    where = node.settings
    starts, stops, axes = [], [], []
    for axis, start, stop, step in zip(
        where["axes"], where["starts"], where["stops"], where["steps"], strict=True
    ):
        forward = step > 0
        starts.append((0 if forward else _FAR) if start is None else start)
        stops.append((_FAR if forward else -_FAR) if stop is None else stop)
        axes.append(x.home.index(axis))
    if not axes:
        return x
    parts = (graph.whole(*part) for part in (starts, stops, axes, where["steps"]))
    return Held(node.output.spec, graph.add("Slice", graph.turned(x, x.home), *parts), x.home)


@ONNX.row("pad")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    padding = [node.settings["padding"][axis] for axis in x.home]
    ends = graph.whole(*(pair[0] for pair in padding), *(pair[1] for pair in padding))
    value = graph.number(node.settings.get("value", 0.0), x.dtype)
    return Held(node.output.spec, graph.add("Pad", graph.turned(x, x.home), ends, value), x.home)


@ONNX.row("concatenate")
def _(graph: OnnxGraph, node: Node, *xs: Held) -> Held:
    rank = node.output.ndim
    homes = {x.home for x in xs if x.constant is None}
    axes = homes.pop() if len(homes) == 1 else tuple(range(rank))
    if len(homes) >= 1:
        _, axes = graph.aligned([x for x in xs if x.constant is None], rank)
    names = [graph.turned(x, axes) for x in xs]
    made = graph.add("Concat", *names, axis=axes.index(node.settings["axis"]))
    return Held(node.output.spec, made, axes)


# --------------------------------------------------------------------------- sizes


@ONNX.row("size")
def _(graph: OnnxGraph, node: Node, x: Held) -> str:
    vector = graph.size(x, node.settings["axis"])
    name = graph.cast(graph.add("Squeeze", vector, graph.whole(0)), "int64", "int32")
    graph.vectors[name] = vector
    return name


@ONNX.row("iota")
def _(graph: OnnxGraph, node: Node, *unknown: Held) -> str:
    (size,) = graph.sizes(node.settings["shape"], unknown)
    dtype = node.output.dtype
    if isinstance(size, int):
        return graph.constant(np.arange(size, dtype=dtype))
    end = graph.add("Squeeze", size, graph.whole(0))
    counted = graph.add("Range", graph.number(0, "int64"), end, graph.number(1, "int64"))
    return graph.cast(counted, "int64", dtype)
