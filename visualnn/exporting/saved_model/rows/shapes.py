"""Shapes: their sizes, and what moves elements without changing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Ref
from visualnn.spec import known


@TENSORFLOW.row("size")
def _(graph, node, x):
    return graph.size(x, node.settings["axis"])


@TENSORFLOW.row("iota")
def _(graph, node, *unknown):
    dtype = node.settings.get("dtype", "int32")
    (length,) = node.settings["shape"]
    if known(length):
        return graph.constant(np.arange(length).astype(node.output.dtype))
    return graph.cast(graph.add("Range", 0, graph.cast(unknown[0], "int32"), 1), dtype)


@TENSORFLOW.row("reshape")
def _(graph, node, x, *unknown):
    shape = node.settings["shape"]
    if len(unknown) == 1 and not any(known(one) and one in (-1, 0) for one in shape):
        return graph.add("Reshape", x, graph.ints(one if known(one) else -1 for one in shape))
    return graph.add("Reshape", x, graph.sizes(shape, unknown))


@TENSORFLOW.row("transpose")
def _(graph, node, x):
    return graph.add("Transpose", x, graph.ints(node.settings["axes"]))


@TENSORFLOW.row("broadcast_to")
def _(graph, node, x, *unknown):
    return graph.add("BroadcastTo", x, graph.sizes(node.settings["shape"], unknown))


@TENSORFLOW.row("broadcast_like")
def _(graph, node, x, like):
    return graph.add("BroadcastTo", x, graph.shape(like, node.inputs[1].spec))


@TENSORFLOW.row("sum_like")
def _(graph, node, x, like):
    own, wanted = node.inputs[0].spec, node.inputs[1].spec
    extra = own.ndim - wanted.ndim
    pairs = list(zip(own.sizes[extra:], wanted.sizes, strict=True))
    if all(a == b or (known(b) and (b == 1 or known(a))) for a, b in pairs):
        ones = [extra + i for i, (a, b) in enumerate(pairs) if a != b]
        axes = [*range(extra), *ones]
        summed = graph.add("Sum", x, graph.ints(axes), keep_dims=True) if ones else x
        if not ones:
            return graph.add("Sum", x, graph.ints(range(extra)))
        return graph.add("Reshape", summed, graph.shape(like, wanted)) if extra else summed
    _, axes = graph.add("BroadcastGradientArgs", graph.shape(x, own), graph.shape(like, wanted))
    return graph.add("Reshape", graph.add("Sum", x, axes), graph.shape(like, wanted))


# ---------------------------------------------------------------------- pieces


def strides_of(
    graph: FunctionBody,
    rank: int,
    axes: Sequence[int],
    starts: Sequence[Any],
    stops: Sequence[Any],
    steps: Sequence[int],
) -> tuple[tuple[Ref, Ref, Ref], dict[str, int]]:
    """Where pieces begin and end, for all axes, with masks for what goes as far as possible."""
    begin, end, step = [0] * rank, [0] * rank, [1] * rank
    open_begin, open_end = (1 << rank) - 1, (1 << rank) - 1
    for axis, start, stop, stride in zip(axes, starts, stops, steps, strict=True):
        step[axis] = stride
        if start is not None:
            begin[axis] = start
            open_begin &= ~(1 << axis)
        if stop is not None:
            end[axis] = stop
            open_end &= ~(1 << axis)
    return (
        (graph.ints(begin), graph.ints(end), graph.ints(step)),
        {"begin_mask": open_begin, "end_mask": open_end},
    )


@TENSORFLOW.row("slice")
def _(graph, node, x):
    places, masks = strides_of(graph, node.inputs[0].ndim, **node.settings)
    return graph.add("StridedSlice", x, *places, **masks)


@TENSORFLOW.row("put_slice")
def _(graph, node, piece, like):
    spec = node.inputs[1].spec
    places, masks = strides_of(graph, spec.ndim, **node.settings)
    return graph.add("StridedSliceGrad", graph.shape(like, spec), *places, piece, **masks)


@TENSORFLOW.row("pad")
def _(graph, node, x):
    padding = graph.constant(np.array(node.settings["padding"], np.int32).reshape(-1, 2))
    value = node.settings.get("value", 0.0)
    if value == 0:
        return graph.add("Pad", x, padding)
    return graph.add("PadV2", x, padding, value)


@TENSORFLOW.row("concatenate")
def _(graph, node, *xs):
    if len(xs) == 1:
        return graph.add("Identity", xs[0])
    return graph.add("ConcatV2", xs, node.settings["axis"])
