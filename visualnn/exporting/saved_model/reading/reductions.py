"""Summaries along axes, running totals, products of matrices."""

from __future__ import annotations

import math

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.rows import (
    Sizes,
    axes_of,
    axis_of,
    dtype_of,
    rank_of,
    reads,
    tensor,
)
from visualnn.graph.graph import Value
from visualnn.primitives.running import shift

_SUMMARIES = {
    "Sum": p.sum,
    "Prod": p.prod,
    "Max": p.max,
    "Min": p.min,
    "All": p.all,
    "Any": p.any,
}


@reads(*_SUMMARIES, sizes=True)
def _(node, x, axes):
    if isinstance(x, Sizes) and node.operation == "Prod":
        total = np.int32(math.prod(int(y) for y in x if not isinstance(y, Value)))
        for y in x:
            total = ops.multiply(y, total) if isinstance(y, Value) else total
        return total
    x = tensor(x)
    chosen = axes_of(node, axes, rank_of(x))
    if not chosen:
        return x
    return _SUMMARIES[node.operation](x, axes=chosen, keepdims=bool(node.get("keep_dims", False)))


@reads("Mean")
def _(node, x, axes):
    chosen = axes_of(node, axes, rank_of(x))
    made = ops.mean(x, axis=chosen, keepdims=bool(node.get("keep_dims", False)))
    return p.cast(made, dtype=dtype_of(x)) if dtype_of(made) != dtype_of(x) else made


@reads("Cumsum", "Cumprod")
def _(node, x, axis):
    total = p.cumsum if node.operation == "Cumsum" else p.cumprod
    place, reverse = axis_of(node, axis, rank_of(x)), bool(node.get("reverse", False))
    made = total(x, axis=place, reverse=reverse)
    if node.get("exclusive", False):
        return shift(made, place, reverse, 0.0 if node.operation == "Cumsum" else 1.0)
    return made


@reads("Softmax")
def _(node, x):
    return p.softmax(x, axes=(rank_of(x) - 1,))


@reads("LogSoftmax")
def _(node, x):
    return p.log_softmax(x, axes=(rank_of(x) - 1,))


# ---------------------------------------------------------------------- products


@reads("MatMul")
def _(node, a, b):
    a = p.swap_last_two(a) if node.get("transpose_a", False) else a
    b = p.swap_last_two(b) if node.get("transpose_b", False) else b
    return p.matmul(a, b)


@reads("BatchMatMulV2", "BatchMatMul")
def _(node, a, b):
    a = p.swap_last_two(a) if node.get("adj_x", False) else a
    b = p.swap_last_two(b) if node.get("adj_y", False) else b
    return p.matmul(a, b)


@reads("Einsum")
def _(node, values):
    equation = str(node.get("equation"))
    if len(values) == 2 and "." not in equation and _is_strict(equation):
        return p.einsum(*values, equation=equation)
    return ops.einsum(equation, *values)


def _is_strict(equation: str) -> bool:
    """Whether no letter comes twice in one tensor."""
    inputs, _, out = equation.replace(" ", "").partition("->")
    return all(len(set(x)) == len(x) for x in (*inputs.split(","), out)) and " " not in equation


@reads("BiasAdd")
def _(node, x, bias):
    if node.get("data_format", "NHWC") == "NCHW":
        rank = rank_of(x)
        bias = p.expand_dims(bias, axes=tuple(range(1, rank - 1)))
    return ops.add(x, bias)
