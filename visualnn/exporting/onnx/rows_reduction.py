"""What goes along axes: sums, extremes, running totals, order, products, frequencies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.graph import Axes, Held, OnnxGraph
from visualnn.exporting.onnx.messages import dtype_number
from visualnn.exporting.onnx.rows import ONNX, WIDER
from visualnn.graph.graph import Node


def reduced(graph: OnnxGraph, op: str, name: str, axes: Sequence[int], keepdims: bool) -> str:
    """A reduction, whose axes are an input or, in older versions, an attribute."""
    if not axes:
        return name
    if op == "ReduceSum" or graph.opset >= 18:
        return graph.add(op, name, graph.whole(*axes), keepdims=int(keepdims))
    return graph.add(op, name, axes=list(axes), keepdims=int(keepdims))


def left_over(home: Axes, axes: Sequence[int], keepdims: bool) -> Axes:
    """The order of the axes that a reduction leaves."""
    if keepdims:
        return home
    left = [axis for axis in home if axis not in axes]
    ranks = sorted(left)
    return tuple(ranks.index(axis) for axis in left)


def reduce(graph: OnnxGraph, node: Node, op: str, x: Held) -> Held:
    """A reduction of a value in the order in which its axes lie."""
    axes, keepdims = node.settings["axes"], node.settings.get("keepdims", False)
    wider = WIDER.get(x.dtype, x.dtype)
    name = graph.cast(graph.turned(x, x.home), x.dtype, wider)
    places = sorted(x.home.index(axis) for axis in axes)
    made = graph.cast(reduced(graph, op, name, places, keepdims), wider, x.dtype)
    return Held(node.output.spec, made, left_over(x.home, axes, keepdims))


@ONNX.row("sum")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    return reduce(graph, node, "ReduceSum", x)


@ONNX.row("max")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    return reduce(graph, node, "ReduceMax", x)


@ONNX.row("softmax")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    name = graph.turned(x, x.home)
    places = sorted(x.home.index(axis) for axis in node.settings["axes"])
    if len(places) == 1:
        return Held(node.output.spec, graph.add("Softmax", name, axis=places[0]), x.home)
    highest = reduced(graph, "ReduceMax", name, places, True)
    raised = graph.add("Exp", graph.add("Sub", name, highest))
    total = reduced(graph, "ReduceSum", raised, places, True)
    return Held(node.output.spec, graph.add("Div", raised, total), x.home)


@ONNX.row("argmax")
def _(graph: OnnxGraph, node: Node, x: Held) -> str:
    axis = node.settings["axis"]
    wider = "float64" if x.dtype == "int64" else WIDER.get(x.dtype, x.dtype)
    name = graph.cast(graph.plain(x), x.dtype, wider)
    return graph.cast(graph.add("ArgMax", name, axis=axis, keepdims=0), "int64", "int32")


# --------------------------------------------------------------------------- order


@ONNX.row("argsort")
def _(graph: OnnxGraph, node: Node, x: Held) -> str:
    axis = node.settings["axis"]
    wider = "float32" if x.dtype == "float16" else WIDER.get(x.dtype, x.dtype)
    name = graph.cast(graph.plain(x), x.dtype, wider)
    _, places = graph.add_several(
        "TopK", [name, graph.size(x, axis)], 2, axis=axis, largest=0, sorted=1
    )
    return graph.cast(places, "int64", "int32")


@ONNX.row("searchsorted")
def _(graph: OnnxGraph, node: Node, line: Held, values: Held) -> str:
    """How many elements of the line come before each value."""
    value = graph.add("Unsqueeze", graph.plain(values), graph.whole(values.ndim))
    before = "LessOrEqual" if node.settings.get("right") else "Less"
    counts = graph.cast(graph.add(before, graph.plain(line), value), "bool", "int32")
    return reduced(graph, "ReduceSum", counts, [values.ndim], False)


# --------------------------------------------------------------------------- running totals


@ONNX.row("cumsum")
def _(graph: OnnxGraph, node: Node, x: Held) -> str:
    wider = WIDER.get(x.dtype, x.dtype)
    axis = graph.constant(np.int64(node.settings["axis"]))
    name = graph.cast(graph.plain(x), x.dtype, wider)
    made = graph.add("CumSum", name, axis, reverse=int(node.settings.get("reverse", False)))
    return graph.cast(made, wider, x.dtype)


# --------------------------------------------------------------------------- products


@ONNX.row("matmul")
def _(graph: OnnxGraph, node: Node, a: Held, b: Held) -> str:
    return graph.add("MatMul", graph.plain(a), graph.plain(b))


@ONNX.row("einsum")
def _(graph: OnnxGraph, node: Node, a: Held, b: Held) -> str:
    return graph.add("Einsum", graph.plain(a), graph.plain(b), equation=node.settings["equation"])


@ONNX.row("log_determinant")
def _(graph: OnnxGraph, node: Node, x: Held) -> list[str]:
    found = graph.add("Det", graph.plain(x))
    return [graph.add("Sign", found), graph.add("Log", graph.add("Abs", found))]


# --------------------------------------------------------------------------- frequencies


@ONNX.row("fourier")
def _(graph: OnnxGraph, node: Node, real: Held, imaginary: Held) -> list[str]:
    """One transform after the other, with the two parts as a last axis."""
    rank, inverse = node.outputs[0].ndim, bool(node.settings.get("inverse", False))
    last = graph.whole(rank)
    sides = [_repeated(graph, x, other) for x, other in ((real, imaginary), (imaginary, real))]
    parts = [graph.add("Unsqueeze", side, last) for side in sides]
    both = graph.add("Concat", *parts, axis=rank)
    if rank == 1:  # the first axis is the batch
        both = graph.add("Unsqueeze", both, graph.whole(0))
    for axis in node.settings["axes"]:
        both = _transformed(graph, both, axis + (rank == 1), inverse, real.dtype)
    if rank == 1:
        both = graph.add("Squeeze", both, graph.whole(0))
    return [graph.add("Gather", both, graph.constant(np.int64(i)), axis=rank) for i in (0, 1)]


def _repeated(graph: OnnxGraph, x: Held, other: Held) -> str:
    """A part that may be a single number, in the shape of the other one."""
    if x.spec.sizes == other.spec.sizes:
        return graph.plain(x)
    return graph.add("Expand", graph.plain(x), graph.add("Shape", graph.plain(other)))


def _transformed(graph: OnnxGraph, both: str, axis: int, inverse: bool, dtype: str) -> str:
    how = {"inverse": 1} if inverse else {}
    if graph.opset >= 20:
        made = graph.add("DFT", both, "", graph.constant(np.int64(axis)), **how)
    else:
        made = graph.add("DFT", both, axis=axis, **how)
    if not inverse:
        return made
    length = graph.add("Shape", both, start=axis, end=axis + 1)
    return graph.add("Mul", made, graph.add("Cast", length, to=dtype_number(dtype)))


def gemm(graph: OnnxGraph, node: Node, a: Held, b: Held, bias: Constant) -> str:
    """A product of matrices with a bias: one operator."""
    shift = graph.held_constant(bias, (0,), (bias.size,))
    return graph.add("Gemm", graph.plain(a), graph.plain(b), shift)
