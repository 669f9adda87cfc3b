"""Arithmetic, comparisons and functions of each element by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Ref

_WHOLE = ("int", "uint", "bool")
_HALF = ("float16", "bfloat16")


def in_single(graph: FunctionBody, compute: Callable, *inputs: Ref) -> Any:
    """Compute with 16-bit fractions turned into 32 bits, which TensorFlow cannot always do."""
    dtype = inputs[0].dtype
    if dtype not in _HALF:
        return compute(*inputs)
    made = compute(*(graph.cast(x, "float32") for x in inputs))
    if not isinstance(made, Ref):
        return tuple(graph.cast(x, dtype) for x in made)
    return graph.cast(made, dtype)


# ---------------------------------------------------------------------- one operation for another


def _same(operation: str) -> Callable:
    return lambda graph, node, *inputs: graph.add(operation, *inputs)


for _name, _operation in {
    "where": "SelectV2",
    "equal": "Equal",
    "exp": "Exp",
    "expm1": "Expm1",
    "log": "Log",
    "log1p": "Log1p",
    "sin": "Sin",
    "cos": "Cos",
    "arctan2": "Atan2",
    "subtract": "Sub",
    "divide": "RealDiv",
    "negative": "Neg",
    "power": "Pow",
    "sqrt": "Sqrt",
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "stop_gradient": "StopGradient",
}.items():
    TENSORFLOW.row(_name)(_same(_operation))


# ---------------------------------------------------------------------- truth values and numbers


def _of_truth(operation: str, of_truth: str) -> Callable:
    """Truth values have operations of their own."""
    return lambda graph, node, *inputs: graph.add(
        of_truth if inputs[0].dtype == "bool" else operation, *inputs
    )


for _name, _operations in {
    "add": ("AddV2", "LogicalOr"),
    "multiply": ("Mul", "LogicalAnd"),
    "maximum": ("Maximum", "LogicalOr"),
    "minimum": ("Minimum", "LogicalAnd"),
    "bitwise_and": ("BitwiseAnd", "LogicalAnd"),
    "bitwise_or": ("BitwiseOr", "LogicalOr"),
    "bitwise_not": ("Invert", "LogicalNot"),
}.items():
    TENSORFLOW.row(_name)(_of_truth(*_operations))


def _counted(operation: str) -> Callable:
    """Truth values are compared as numbers."""

    def rule(graph: FunctionBody, node: Any, *inputs: Ref) -> Ref:
        if inputs[0].dtype == "bool":
            inputs = tuple(graph.cast(x, "int32") for x in inputs)
        return graph.add(operation, *inputs)

    return rule


TENSORFLOW.row("less")(_counted("Less"))
TENSORFLOW.row("less_equal")(_counted("LessEqual"))


def _of_fractions(operation: str) -> Callable:
    """Whole numbers stay as they are."""

    def rule(graph: FunctionBody, node: Any, x: Ref) -> Ref:
        if x.dtype.startswith(_WHOLE):
            return graph.add("Identity", x)
        return in_single(graph, lambda x: graph.add(operation, x), x)

    return rule


TENSORFLOW.row("floor")(_of_fractions("Floor"))
TENSORFLOW.row("round")(_of_fractions("Rint"))


@TENSORFLOW.row("absolute")
def _(graph, node, x):
    return graph.add("Identity" if x.dtype.startswith(("uint", "bool")) else "Abs", x)


@TENSORFLOW.row("sign")
def _(graph, node, x):
    if x.dtype.startswith("uint"):
        return graph.cast(graph.add("NotEqual", x, 0), x.dtype)
    return graph.add("Sign", x)


@TENSORFLOW.row("cast")
def _(graph, node, x):
    wanted = node.settings["dtype"]
    return graph.add("Identity", x) if x.dtype == wanted else graph.cast(x, wanted)


def _with_bytes(operation: str) -> Callable:
    """Small whole numbers, for which TensorFlow has no division, are divided as larger ones."""

    def rule(graph: FunctionBody, node: Any, a: Ref, b: Ref) -> Ref:
        if a.dtype in ("int8", "uint8", "int16", "uint16", "uint32"):
            wide = (graph.cast(x, "int64") for x in (a, b))
            return graph.cast(graph.add(operation, *wide), a.dtype)
        return graph.add(operation, a, b)

    return rule


TENSORFLOW.row("floor_divide")(_with_bytes("FloorDiv"))
TENSORFLOW.row("remainder")(_with_bytes("FloorMod"))


@TENSORFLOW.row("with_gradient")
def _(graph, node, *tensors):
    said = f"{node.name} has a gradient of its own, written in Python, which is not in this file."
    results = tensors[: node.settings["results"]]
    return [graph.add("PreventGradient", x, message=said) for x in results]


# ---------------------------------------------------------------------- special functions


def _special(operation: str) -> Callable:
    return lambda graph, node, x: in_single(graph, lambda x: graph.add(operation, x), x)


for _name, _operation in {
    "erf": "Erf",
    "erfc": "Erfc",
    "erfinv": "Erfinv",
    "lgamma": "Lgamma",
}.items():
    TENSORFLOW.row(_name)(_special(_operation))


@TENSORFLOW.row("polygamma")
def _(graph, node, x):
    order = node.settings["order"]
    if order == 0:
        return in_single(graph, lambda x: graph.add("Digamma", x), x)
    return in_single(graph, lambda x: graph.add("Polygamma", graph.constant(order, x.dtype), x), x)


_ANGLES = 200


@TENSORFLOW.row("bessel_i")
def _(graph, node, x):
    order = node.settings["order"]
    if order < 2:
        return in_single(graph, lambda x: graph.add(f"BesselI{order}", x), x)
    angles = np.pi * (np.arange(_ANGLES) + 0.5) / _ANGLES  # a mean over a circle, as ours
    wide = graph.add("ExpandDims", graph.cast(x, "float64"), -1)
    raised = graph.add("Exp", graph.add("Mul", wide, np.cos(angles)))
    weighted = graph.add("Mul", raised, np.cos(order * angles))
    return graph.cast(graph.add("Mean", weighted, graph.ints([-1])), x.dtype)
