"""Pooling: the largest or the average element of each window, and the gradients of both."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Ref
from visualnn.exporting.saved_model.rows.windows import Windows, with_line


def _lowest(dtype: str) -> Any:
    return np.iinfo(dtype).min if dtype.startswith(("int", "uint")) else -math.inf


def _pool(graph: FunctionBody, node: Any, number: int = 0) -> Windows:
    where = {key: node.settings[key] for key in ("strides", "padding")}
    return Windows(graph, node.settings["size"], node.inputs[number].spec, **where)


def _pooled(graph: FunctionBody, windows: Windows, x: Ref, operation: str) -> Ref:
    """Pooling by TensorFlow's own operation, for up to three axes."""
    rank = len(windows.size)
    line = [1] * (rank == 1)
    x = with_line(graph, x) if rank == 1 else x
    made = graph.add(
        f"{operation}3D" if rank == 3 else operation,
        x,
        ksize=[1, *line, *windows.size, 1],
        strides=[1, *line, *windows.strides, 1],
        padding=windows.word or "VALID",
    )
    return graph.add("Squeeze", made, squeeze_dims=[1]) if rank == 1 else made


@TENSORFLOW.row("max_pool")
def _(graph, node, x):
    windows = _pool(graph, node)
    if len(windows.size) <= 3:
        framed = x if windows.word else windows.framed(x, _lowest(x.dtype))
        return _pooled(graph, windows, framed, "MaxPool")
    found, *others = windows.views(windows.framed(x, _lowest(x.dtype)))
    for seen in others:
        found = graph.add("Maximum", found, seen)
    return found


@TENSORFLOW.row("average_pool")
def _(graph, node, x):
    windows = _pool(graph, node)
    if windows.word and len(windows.size) <= 3:
        return _pooled(graph, windows, x, "AvgPool")
    total = graph.add("AddN", list(windows.views(windows.framed(x))))
    return graph.add("RealDiv", total, _counts(graph, windows, graph.add("OnesLike", x)))


def _counts(graph: FunctionBody, windows: Windows, ones: Ref) -> Ref:
    """How many elements of each window lie inside the image."""
    return graph.add("AddN", list(windows.views(windows.framed(ones))))


def _first_hits(graph: FunctionBody, windows: Windows, x: Ref, y: Ref) -> Iterator[Ref]:
    """For each place in the windows: which windows have their first largest element there."""
    free = graph.add("Equal", y, y)  # of NaN, no place is the largest
    for seen in windows.views(windows.framed(x, _lowest(x.dtype))):
        hit = graph.add("LogicalAnd", graph.add("Equal", seen, y), free)
        free = graph.add("LogicalAnd", free, graph.add("LogicalNot", hit))
        yield hit


@TENSORFLOW.row("max_pool_spread")
def _(graph, node, g, x, y):
    windows = _pool(graph, node, 1)
    hits = _first_hits(graph, windows, x, y)
    pieces = (graph.add("Mul", g, graph.cast(hit, g.dtype)) for hit in hits)
    framed = graph.shape(windows.framed(x))
    return windows.cropped(windows.collected(pieces, framed), x)


@TENSORFLOW.row("max_pool_pick")
def _(graph, node, z, x, y):
    windows = _pool(graph, node, 1)
    views = windows.views(windows.framed(z))
    hits = _first_hits(graph, windows, x, y)
    parts = [
        graph.add("Mul", seen, graph.cast(hit, z.dtype))
        for seen, hit in zip(views, hits, strict=True)
    ]
    return graph.add("AddN", parts)


@TENSORFLOW.row("average_pool_spread")
def _(graph, node, g, *unknown):
    image = node.output.spec
    where = {key: node.settings[key] for key in ("strides", "padding")}
    windows = Windows(graph, node.settings["size"], image, **where)
    ends = graph.shape(g)
    batch, channels = (graph.add("ExpandDims", graph.pick(ends, i), 0) for i in (0, -1))
    space = graph.sizes(node.settings["shape"], unknown)
    shape = graph.add("ConcatV2", [batch, space, channels], 0)
    ones = graph.add("Fill", shape, graph.constant(1, g.dtype))
    share = graph.add("RealDiv", g, _counts(graph, windows, ones))
    pieces = (share for _ in range(math.prod(windows.size)))
    framed = graph.shape(windows.framed(ones))
    return windows.cropped(windows.collected(pieces, framed), ones)
