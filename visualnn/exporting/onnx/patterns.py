"""Small trees of primitives to be recognised in a graph.

    ("add", ("relu", "x"), ("log1p", ("exp", ("minimum", "x", ("negative", "x")))))

A text is anything, the same wherever it stands; with ``$`` in front it is a constant, with ``#`` a
single number.  A number is a constant that is this number.  What is added, multiplied or compared
for size may come in either order.  ``"add:name"`` keeps the node under that name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from visualnn.exporting.onnx.constants import Constant
from visualnn.graph.graph import Node, Value

EITHER_ORDER = frozenset({"add", "multiply", "minimum", "maximum"})


class Match:
    """What a pattern was found to be.

    Attributes:
        values: The value of each text.
        nodes: All nodes that belong to it, the last one first.
        named: The nodes that have names.
    """

    def __init__(self, values: dict[str, Value], nodes: list[Node], named: dict[str, Node]):
        self.values = values
        self.nodes = nodes
        self.named = named


def matches(
    pattern: Any, value: Value, constants: Mapping[Value, Constant], before: Match | None = None
) -> Iterator[Match]:
    """Every way in which a value can be what a pattern says."""
    before = before or Match({}, [], {})
    if isinstance(pattern, float | int):
        constant = constants.get(value)
        number = None if constant is None else constant.number()
        if number is not None and np.isclose(number, pattern, rtol=1e-6):
            yield before
        return
    if isinstance(pattern, str):
        constant = constants.get(value)
        if pattern.startswith("$") and constant is None:
            return
        if pattern.startswith("#") and (constant is None or constant.number() is None):
            return
        if before.values.get(pattern, value) is value:
            yield Match({**before.values, pattern: value}, before.nodes, before.named)
        return
    name, *parts = pattern
    name, _, label = name.partition(":")
    node = value.node
    if node is None or node.primitive.name != name or value in constants:
        return
    if len(node.inputs) != len(parts):
        return
    named = {**before.named, label: node} if label else before.named
    here = Match(before.values, [*before.nodes, node], named)
    orders = [node.inputs]
    if name in EITHER_ORDER:
        orders.append(node.inputs[::-1])
    for inputs in orders:
        yield from _all(list(zip(parts, inputs, strict=True)), constants, here)


def _all(
    pairs: list[tuple[Any, Value]], constants: Mapping[Value, Constant], before: Match
) -> Iterator[Match]:
    if not pairs:
        yield before
        return
    for found in matches(*pairs[0], constants, before):
        yield from _all(pairs[1:], constants, found)
