"""Where results are wanted: inside a row of all gradients, or with their axes in another order.

A gradient is one part of the row that the optimizer works on, so it is computed right there.  What
is only read with its axes turned is written in that order, so that its reader finds rows without
gaps.  Both are found by going backwards through what leads there without changing an element.
"""

from __future__ import annotations

import math
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
    read: dict[Value, int] = {}
    for node in nodes:
        for x in node.inputs:
            read[x] = read.get(x, 0) + 1

    def offer(x: Value, home: Home, alone: bool = False) -> None:
        """Let a value live there, if nobody else has other plans with it."""
        if x.node is not None and x not in wanted and not (alone and read[x] > 1):
            homes[x] = home

    several = _in_several_rows(nodes)
    for node in reversed(nodes):
        if node.primitive.name == "pack":
            start = 0
            for x in node.inputs:
                if x not in several:
                    offer(x, Home(node.output, start))
                start += math.prod(x.spec.numbers)
        elif not uses("places") or node.is_tuple or not has_known_sizes(node):
            continue
        elif node.primitive.name == "reshape":
            home = homes.get(node.output)
            if home is not None and home.axes is None:
                offer(node.inputs[0], home, alone=True)
        elif node.primitive.name == "transpose":
            home = homes.get(node.output, Home())
            if home.axes is None and _can_be_turned(node.inputs[0]):
                axes = tuple(node.settings["axes"])
                offer(node.inputs[0], Home(home.row, home.start, axes), alone=True)
    return homes


def _can_be_turned(x: Value) -> bool:
    """Whether the calls that make a value can write it with its axes in any order."""
    if x.node is None or not can_write_into(x.node):
        return False
    if x.node.primitive.name == "matmul":
        return [y.ndim for y in x.node.inputs] == [x.ndim, x.ndim]
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
