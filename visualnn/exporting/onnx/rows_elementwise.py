"""What computes each element by itself: arithmetic, comparisons, truth, dtypes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from visualnn.exporting.onnx.graph import Held, OnnxGraph
from visualnn.exporting.onnx.messages import dtype_number
from visualnn.exporting.onnx.rows import ONNX, WIDER
from visualnn.graph.graph import Node

_SAME = {
    "add": "Add",
    "subtract": "Sub",
    "multiply": "Mul",
    "maximum": "Max",
    "minimum": "Min",
    "negative": "Neg",
    "absolute": "Abs",
    "sign": "Sign",
    "floor": "Floor",
    "round": "Round",
    "sqrt": "Sqrt",
    "exp": "Exp",
    "log": "Log",
    "sin": "Sin",
    "cos": "Cos",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "erf": "Erf",
    "power": "Pow",
    "equal": "Equal",
    "less": "Less",
    "less_equal": "LessOrEqual",
}


def meeting(graph: OnnxGraph, node: Node, xs: Sequence[Held]) -> tuple[list[str], tuple[int, ...]]:
    """The names of inputs that meet element by element in what a node makes."""
    return graph.aligned(xs, node.output.ndim)


def computed(graph: OnnxGraph, node: Node, xs: Sequence[Held], compute: Callable[..., str]) -> Held:
    """What a function of names makes, in wider numbers where runtimes have no narrow ones."""
    names, axes = meeting(graph, node, xs)
    dtype = xs[-1].dtype
    wider = WIDER.get(dtype, dtype)
    names = [graph.cast(name, x.dtype, wider) for name, x in zip(names, xs, strict=True)]
    made = compute(*names)
    if node.output.dtype == dtype:
        made = graph.cast(made, wider, dtype)
    return Held(node.output.spec, made, axes)


@ONNX.row(*_SAME)
def _(graph: OnnxGraph, node: Node, *xs: Held) -> Held:
    op, dtype = _SAME[node.primitive.name], xs[0].dtype
    if dtype in ("bool", "string") and op == "Equal":
        return graph.made(node.output.spec, op, *meeting(graph, node, xs))
    if op in ("Floor", "Round") and not _is_fraction(dtype):
        return xs[0]
    return computed(graph, node, xs, lambda *names: graph.add(op, *names))


def _is_fraction(dtype: str) -> bool:
    return dtype.startswith(("float", "bfloat"))


@ONNX.row("relu")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    if _is_fraction(x.dtype):
        return graph.made(node.output.spec, "Relu", *meeting(graph, node, [x]))
    zero = graph.number(0, WIDER.get(x.dtype, x.dtype))
    return computed(graph, node, [x], lambda name: graph.add("Max", name, zero))


@ONNX.row("divide")
def _(graph: OnnxGraph, node: Node, a: Held, b: Held) -> Held:
    turned_over = a.constant is not None and a.constant.number() == 1 and a.ndim <= b.ndim
    if turned_over and _is_fraction(b.dtype):
        return graph.made(node.output.spec, "Reciprocal", *meeting(graph, node, [b]))
    return graph.made(node.output.spec, "Div", *meeting(graph, node, [a, b]))


# --------------------------------------------------------------------------- quotients


def _crosses(graph: OnnxGraph, rest: str, b: str, dtype: str) -> str:
    """Where a remainder has not the sign of what was divided by."""
    zero = graph.number(0, dtype)
    some = graph.add("Not", graph.add("Equal", rest, zero))
    signs = graph.add("Xor", graph.add("Less", rest, zero), graph.add("Less", b, zero))
    return graph.add("And", some, signs)


def _remainder(graph: OnnxGraph, a: str, b: str, dtype: str) -> str:
    if not _is_fraction(dtype):
        return graph.add("Mod", a, b)
    rest = graph.add("Mod", a, b, fmod=1)
    return graph.add("Where", _crosses(graph, rest, b, dtype), graph.add("Add", rest, b), rest)


@ONNX.row("remainder")
def _(graph: OnnxGraph, node: Node, a: Held, b: Held) -> Held:
    dtype = WIDER.get(a.dtype, a.dtype)
    return computed(graph, node, [a, b], lambda a, b: _remainder(graph, a, b, dtype))


@ONNX.row("floor_divide")
def _(graph: OnnxGraph, node: Node, a: Held, b: Held) -> Held:
    dtype = WIDER.get(a.dtype, a.dtype)

    def quotient(a: str, b: str) -> str:
        exact = graph.add("Div", graph.add("Sub", a, _remainder(graph, a, b, dtype)), b)
        return graph.add("Round", exact) if _is_fraction(dtype) else exact

    return computed(graph, node, [a, b], quotient)


# --------------------------------------------------------------------------- exact near zero


@ONNX.row("expm1")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    """``tanh(x / 2) * (exp(x) + 1)`` loses no digits near zero."""
    one, half = graph.number(1, x.dtype), graph.number(0.5, x.dtype)

    def compute(x: str) -> str:
        slope = graph.add("Tanh", graph.add("Mul", x, half))
        return graph.add("Mul", slope, graph.add("Add", graph.add("Exp", x), one))

    return computed(graph, node, [x], compute)


@ONNX.row("log1p")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    one = graph.number(1, x.dtype)
    return computed(graph, node, [x], lambda x: graph.add("Log", graph.add("Add", x, one)))


@ONNX.row("erfc")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    one = graph.number(1, x.dtype)
    return computed(graph, node, [x], lambda x: graph.add("Sub", one, graph.add("Erf", x)))


@ONNX.row("arctan2")
def _(graph: OnnxGraph, node: Node, y: Held, x: Held) -> Held:
    dtype = x.dtype
    zero, pi = graph.number(0, dtype), graph.number(np.pi, dtype)
    minus_pi = graph.number(-np.pi, dtype)

    def compute(y: str, x: str) -> str:
        angle = graph.add("Atan", graph.add("Div", y, x))
        other_side = graph.add("Where", graph.add("Less", y, zero), minus_pi, pi)
        turned = graph.add("Add", angle, other_side)
        angle = graph.add("Where", graph.add("Less", x, zero), turned, angle)
        still = graph.add("And", graph.add("Equal", y, zero), graph.add("Equal", x, zero))
        return graph.add("Where", still, zero, angle)

    return computed(graph, node, [y, x], compute)


# --------------------------------------------------------------------------- truth, and bits


@ONNX.row("where")
def _(graph: OnnxGraph, node: Node, condition: Held, a: Held, b: Held) -> Held:
    (test, *names), axes = meeting(graph, node, [condition, a, b])
    test = graph.cast(test, condition.dtype, "bool")
    wider = "uint8" if a.dtype == "bool" else WIDER.get(a.dtype, a.dtype)
    first, second = (graph.cast(name, a.dtype, wider) for name in names)
    chosen = graph.cast(graph.add("Where", test, first, second), wider, a.dtype)
    return Held(node.output.spec, chosen, axes)


_BITS = {
    "bitwise_and": ("And", "BitwiseAnd"),
    "bitwise_or": ("Or", "BitwiseOr"),
    "bitwise_not": ("Not", "BitwiseNot"),
}


@ONNX.row(*_BITS)
def _(graph: OnnxGraph, node: Node, *xs: Held) -> Held:
    truth, bits = _BITS[node.primitive.name]
    if xs[0].dtype != "bool" and graph.opset < 18:
        raise ValueError(
            f"`{node.name}` works on the bits of whole numbers, which ONNX has from opset 18 on: "
            "export with `opset_version=18` or higher."
        )
    op = truth if xs[0].dtype == "bool" else bits
    return graph.made(node.output.spec, op, *meeting(graph, node, xs))


# --------------------------------------------------------------------------- dtypes, and nothing


@ONNX.row("cast")
def _(graph: OnnxGraph, node: Node, x: Held, **_: Any) -> Held:
    names, axes = meeting(graph, node, [x])
    made = graph.add("Cast", *names, to=dtype_number(node.output.dtype))
    return Held(node.output.spec, made, axes)


@ONNX.row("stop_gradient")
def _(graph: OnnxGraph, node: Node, x: Held) -> Held:
    return x


@ONNX.row("with_gradient")
def _(graph: OnnxGraph, node: Node, *tensors: Held) -> list[Held]:
    return list(tensors[: node.settings["results"]])
