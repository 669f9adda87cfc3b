"""Which operations may write their result over an input that nobody reads afterwards.

Asking the system for memory costs more than adding numbers, so an elementwise operation writes
into the memory of a dead input of the same shape where it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from visualnn.graph.graph import Node, Value

_SAME_AS_IN_NUMPY = (
    *("absolute", "add", "arctan2", "cos", "divide", "exp", "expm1", "floor"),
    *("log", "log1p", "maximum", "minimum", "multiply", "negative", "sin", "sqrt"),
    *("subtract", "tanh"),
)
UFUNCS: dict[str, Callable] = {name: getattr(np, name) for name in _SAME_AS_IN_NUMPY}
"""Primitives that are exactly one numpy function with an ``out`` argument."""

_FRESH = {*UFUNCS, "matmul", "conv", "conv_kernel", "conv_transpose", "relu", "sum"}
"""Primitives whose result is always memory of its own."""


def overwritten_inputs(
    nodes: list[Node], outputs: Iterable[Value], foreign: Iterable[Value]
) -> dict[Node, int]:
    """The number of the input that a node may overwrite, for each node that may.

    Args:
        nodes: The nodes in running order.
        outputs: The values that are still needed at the end.
        foreign: Values whose memory belongs to somebody else: inputs, variables, constants.
    """
    memory = _Memory(foreign)
    for node in nodes:
        for y in node.outputs:
            memory.made(y, () if node.primitive.name in _FRESH else node.inputs)
    for i, node in enumerate(nodes):
        for x in node.inputs:
            memory.used(x, i)
    for x in outputs:
        memory.used(x, len(nodes))
    found = {}
    for i, node in enumerate(nodes):
        if node.primitive.name not in UFUNCS or not node.output.spec.sizes:
            continue  # numpy gives single numbers back as scalars, which have no memory to write to
        for number, x in enumerate(node.inputs):
            if (
                x.node is not None
                and x.node.primitive.name in _FRESH
                and x.spec.sizes == node.output.spec.sizes
                and x.dtype == node.output.dtype
                and memory.is_free_after(x, i)
            ):
                found[node] = number
                break
    return found


class _Memory:
    """Values that may share memory, in groups, each with the last place where one is used."""

    def __init__(self, foreign: Iterable[Value]):
        self._above: dict[Value, Value] = {}
        self._last_use: dict[Value, float] = {}
        for x in foreign:
            self._above[x] = x
            self._last_use[x] = float("inf")

    def group(self, x: Value) -> Value:
        while self._above[x] is not x:
            self._above[x] = x = self._above[self._above[x]]
        return x

    def made(self, y: Value, may_be_part_of: Iterable[Value]) -> None:
        self._above[y] = y
        self._last_use[y] = -1
        for x in may_be_part_of:
            group, other = self.group(x), self.group(y)
            if group is not other:
                last = max(self._last_use[group], self._last_use[other])
                self._above[other] = group
                self._last_use[group] = last

    def used(self, x: Value, place: float) -> None:
        group = self.group(x)
        self._last_use[group] = max(self._last_use[group], place)

    def is_free_after(self, x: Value, place: int) -> bool:
        return self._last_use[self.group(x)] <= place
