"""Elementwise operations one after the other on large arrays, done part by part.

An array that is larger than the cache is read from memory by each operation anew.  A chain of
them goes through all its arrays a part at a time, which stays in the cache from the first
operation to the last; what only the chain itself reads never exists as a whole.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from visualnn.engine.kernels import UFUNCS
from visualnn.engine.memory import aligned
from visualnn.engine.passes import uses
from visualnn.graph.graph import Node, Value

_MANY = 1 << 16  # elements: fewer stay in the cache by themselves
_PART = 1 << 13  # elements: some twenty such parts stay in the second cache
_SHORTEST = 3
_LONG = 1 << 10  # elements: runs without gaps, of which it is worth while to go through several


@dataclass
class Chain:
    """Operations that are done part by part.

    Attributes:
        nodes: The operations.
        whole: The arrays that are needed as a whole, as rows without gaps, by their values.
        numbers: What is the same for all elements.
    """

    nodes: list[Node] = field(default_factory=list)
    whole: dict[Value, np.ndarray] = field(default_factory=dict)
    numbers: dict[Value, np.ndarray] = field(default_factory=dict)


def chain_from(
    begin: Node,
    nodes: Iterable[Node],
    arrays: dict[Value, np.ndarray],
    readers: Counter[Value],
) -> Chain | None:
    """The chain that begins with a node, if there is one.

    Args:
        begin: The node.
        nodes: It, and those that come after it, in running order.
        arrays: What lies in memory that is there before the plan runs.
        readers: How many inputs and results each value is.
    """
    if begin.primitive.name not in UFUNCS or begin.output not in arrays or not uses("parts"):
        return None
    like = arrays[begin.output]
    if like.size < _MANY:
        return None
    order = sorted(range(like.ndim), key=lambda i: -like.strides[i])
    chain, made = Chain(), set()
    for node in nodes:
        if not _is_alike(node, like, order, arrays):
            break
        for x in node.inputs:
            if arrays[x].size == 1:
                chain.numbers[x] = arrays[x]
            elif x not in made:
                chain.whole[x] = _rows(arrays[x], order)
        if _is_in_the_way(arrays[node.output], chain.whole.values()):
            break
        chain.nodes.append(node)
        made.add(node.output)
    read = Counter(x for node in chain.nodes for x in node.inputs)
    kept = [n.output for n in chain.nodes if readers[n.output] > read[n.output]]
    outputs = [_rows(arrays[x], order) for x in kept]
    known = list(chain.whole.values())
    if len(chain.nodes) < _SHORTEST or any(_is_in_the_way(x, known) for x in outputs):
        return None
    chain.whole.update(zip(kept, outputs, strict=True))
    return chain


def _is_alike(
    node: Node, like: np.ndarray, order: list[int], arrays: dict[Value, np.ndarray]
) -> bool:
    """Whether an operation goes through arrays of one shape and order, with long runs."""
    if node.primitive.name not in UFUNCS or any(x not in arrays for x in node.inputs):
        return False
    if node.output not in arrays:
        return False
    large = [arrays[x] for x in node.inputs if arrays[x].size != 1]
    return bool(large) and all(
        x.shape == like.shape and _has_long_runs(x.transpose(order))
        for x in (*large, arrays[node.output])
    )


def _has_long_runs(x: np.ndarray) -> bool:
    """Whether an array has no gaps, or only between its first axis."""
    if x.flags.c_contiguous:
        return True
    return _LONG <= x[0].size <= _PART and x[0].flags.c_contiguous


def _rows(x: np.ndarray, order: list[int]) -> np.ndarray:
    """An array with its axes in this order, all but the first as one."""
    there = x.transpose(order)
    return there.reshape(len(there), -1)


def _is_in_the_way(x: np.ndarray, others: Any) -> bool:
    """Whether a part that is written could be one that is still to be read."""
    start, stop = np.lib.array_utils.byte_bounds(x)
    for other in others:
        first, last = np.lib.array_utils.byte_bounds(other)
        same = start == first and x.itemsize == other.itemsize
        if start < last and first < stop and not same:
            return True
    return False


def write_chain(writer: Any, chain: Chain) -> None:
    """Write a chain as one loop."""
    whole = chain.whole
    if all(array.flags.c_contiguous for array in whole.values()):
        whole = {x: array.reshape(-1) for x, array in whole.items()}
    shape = next(iter(whole.values())).shape
    run = math.prod(shape[1:])
    count = -(-shape[0] * run // _PART)
    length = -(-shape[0] // count)
    cuts = [slice(i, min(i + length, shape[0])) for i in range(0, shape[0], length)]
    names: dict[Value, str] = {x: writer.text(array) for x, array in chain.numbers.items()}
    views: dict[str, list[np.ndarray]] = {}
    for x, array in whole.items():
        names[x] = writer.new_name(f"{x.name}_part")
        views[names[x]] = [array[cut] for cut in cuts]
    rooms: dict[int, np.ndarray] = {}
    for x, number in _buffers(chain).items():
        room = rooms.setdefault(number, aligned(length * run * 8)).view(x.dtype)
        part = room[: length * run].reshape(length, *shape[1:])
        names[x] = writer.new_name(f"{x.name}_part")
        views[names[x]] = [part[: cut.stop - cut.start] for cut in cuts]
    parts = list(zip(*views.values(), strict=True))
    turns = writer.new_global(f"{chain.nodes[0].name}_parts", parts)
    head = f"for {', '.join(views)} in {turns}:"
    for node in chain.nodes:
        given = ", ".join(names[x] for x in node.inputs)
        function = UFUNCS[node.primitive.name].__name__
        writer.add_line(node, f"{function}({given}, out={names[node.output]})", head)


def _buffers(chain: Chain) -> dict[Value, int]:
    """Which of a few buffers holds each result that is only needed for a part."""
    last = {x: i for i, node in enumerate(chain.nodes) for x in node.inputs}
    free: list[int] = []
    found: dict[Value, int] = {}
    count = 0
    for i, node in enumerate(chain.nodes):
        free += [found[x] for x in set(node.inputs) if x in found and last[x] == i]
        if node.output in chain.whole:
            continue
        if not free:
            free.append(count)
            count += 1
        found[node.output] = free.pop()
    return found
