"""Where results are wanted: inside a row of all gradients, or with their axes in another order.

A gradient is one part of the row that the optimizer works on, so it is computed right there.  What
is only read with its axes turned is written in that order, so that its reader finds rows without
gaps.  Both are found by going backwards through what leads there without changing an element.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from visualnn.engine.kernels import UFUNCS, can_write_into, has_known_sizes
from visualnn.engine.passes import uses
from visualnn.graph.graph import Node, Value


@dataclass(frozen=True)
class Home:
    """Where one value is wanted.

    Attributes:
        row: The row that it is a part of.
        start: How many elements of the row lie before it.
        axes: In which order its axes lie in memory, the last without gaps.
    """

    row: Value | None = None
    start: int = 0
    axes: tuple[int, ...] | None = None


def find_homes(nodes: list[Node], wanted: set[Value]) -> dict[Value, Home]:
    """The homes of all values that have one."""
    homes: dict[Value, Home] = {}
    offers: dict[Value, list[Home]] = {}
    read: dict[Value, int] = {}
    for node in nodes:
        for x in node.inputs:
            read[x] = read.get(x, 0) + 1
    several = _in_several_rows(nodes)
    for node in reversed(nodes):
        for y in node.outputs:  # all its readers have been seen
            offered = offers.get(y, [])
            same = all(home == offered[0] for home in offered)
            if y not in wanted and len(offered) == read.get(y) and same and offered:
                homes.setdefault(y, offered[0])
        if node.primitive.name == "pack":
            start = 0
            for x in node.inputs:
                if x not in several and x.node is not None and x not in wanted:
                    homes[x] = Home(node.output, start)
                start += math.prod(x.spec.numbers)
        elif uses("places") and has_known_sizes(node):
            for x, home in _offers(node, homes):
                offers.setdefault(x, []).append(home)
    return homes


def _offers(node: Node, homes: dict[Value, Home]) -> Iterator[tuple[Value, Home]]:
    """Where a node would like to find its inputs."""
    if node.primitive.name == "scan":
        count = node.settings["carries"]
        for x in node.inputs[count : count + node.settings["sequences"]]:
            if x.ndim == 3 and _can_be_turned(x):  # its features in front of its examples
                yield x, Home(axes=(0, 2, 1))
        return
    if not node.inputs:
        return
    x, home = node.inputs[0], homes.get(node.outputs[0], Home())
    if node.primitive.name == "reshape" and home.row is not None and home.axes is None:
        yield x, home
    elif node.primitive.name == "transpose" and home.axes is None and _can_be_turned(x):
        yield x, Home(home.row, home.start, tuple(node.settings["axes"]))
    elif node.primitive.name in UFUNCS and home.axes is not None:
        for x in dict.fromkeys(node.inputs):
            if x.spec.sizes == node.output.spec.sizes and _can_be_turned(x):
                for _ in range(sum(y is x for y in node.inputs)):
                    yield x, Home(axes=home.axes)


def _can_be_turned(x: Value) -> bool:
    """Whether the calls that make a value can write it with its axes in any order."""
    if x.node is None or not can_write_into(x.node):
        return False
    if x.node.primitive.name == "matmul":
        return x.ndim > 2
    return x.node.primitive.name in UFUNCS


def _in_several_rows(nodes: list[Node]) -> set[Value]:
    """The values that are parts of more than one row, or several times of one."""
    seen: set[Value] = set()
    several: set[Value] = set()
    for node in nodes:
        if node.primitive.name == "pack":
            for x in node.inputs:
                (several if x in seen else seen).add(x)
    return several
