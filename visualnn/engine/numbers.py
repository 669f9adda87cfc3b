"""Single numbers: what only they lead to is computed by Python's operators, not by functions.

The learning rate of a step, its count, the means of metrics: for one number, calling a function of
numpy takes ten times as long as the operator of the number itself, which computes the same.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from visualnn.graph.graph import Node, Value

OPERATORS = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "negative": "-{}",
    "power": "power({}, {})",
    "sqrt": "sqrt({})",
    "maximum": "maximum({}, {})",
    "minimum": "minimum({}, {})",
    "less": "{} < {}",
    "less_equal": "{} <= {}",
    "equal": "{} == {}",
    "where": "{1} if {0} else {2}",
    "sum": "{}",
    "reshape": "{}",
    "broadcast_to": "{}",
    "broadcast_like": "{}",
    "sum_like": "{}",
    "cast": "{dtype}({})",
}
"""How each primitive is written for single numbers."""

_DTYPES = {"float32", "float64", "int32", "int64", "bool"}


def single_numbers(nodes: Iterable[Node]) -> set[Value]:
    """The values that operators make of single numbers."""
    return {
        node.output
        for node in nodes
        if node.primitive.name in OPERATORS and all(map(_is_number, (node.output, *node.inputs)))
    }


def _is_number(x: Value) -> bool:
    return x.spec.sizes == () and x.dtype in _DTYPES


def expression(node: Node, inputs: list[str]) -> str:
    """The expression for a node on single numbers."""
    name = node.primitive.name
    if name == "divide" and not node.output.dtype.startswith("float"):
        return f"true_divide({inputs[0]}, {inputs[1]})"
    if name == "power" and all(x.dtype.startswith("float") for x in node.inputs):
        return f"{inputs[0]} ** {inputs[1]}"  # of whole numbers, it would refuse negative powers
    return OPERATORS[name].format(*inputs, dtype=f"{node.output.dtype}")


TYPES = {name: getattr(np, "bool_" if name == "bool" else name) for name in sorted(_DTYPES)}
"""The numbers of numpy by the names of their dtypes."""
