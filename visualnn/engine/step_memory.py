"""Where the results of one step of a loop lie that nobody needs in the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from visualnn.engine.kernels import UFUNCS
from visualnn.engine.memory import Arena, Lifetimes
from visualnn.graph.graph import Node, Value


def place_temporaries(
    nodes: Sequence[Node],
    outputs: Sequence[Value],
    arrays: dict[Value, np.ndarray],
    writes: Callable[[Node], bool],
) -> int:
    """Find places for all results that have none yet; how many bytes they take together.

    Args:
        nodes: The nodes of a step, in running order.
        outputs: What is needed until its end.
        arrays: What has a place already, to which the others are added.
        writes: Whether the result of a node is written into memory that is there.
    """
    lives = Lifetimes(nodes, outputs, lambda node: () if writes(node) else node.inputs)
    arena, starts = Arena(), {}
    for i, node in enumerate(nodes):
        if not writes(node) or node.output in arrays:
            continue
        y, last = node.output, lives.last(node.output)
        over = next((x for x in node.inputs if x in starts and _fits(node, x, lives, i)), None)
        if over is None:
            size = int(np.prod(y.spec.numbers)) * np.dtype(y.dtype).itemsize
            starts[y] = arena.place(size, i, last)
        else:
            starts[y] = starts[over]
            arena.keep(starts[y], last)
    for y, start in starts.items():
        shape = y.spec.numbers
        if len(shape) == 2:
            arrays[y] = arena.array(start, shape[::-1], np.dtype(y.dtype)).T
        else:
            arrays[y] = arena.array(start, shape, np.dtype(y.dtype))
    return arena.size


def _fits(node: Node, x: Value, lives: Lifetimes, now: int) -> bool:
    """Whether an elementwise result may lie where an input lay that nobody reads any more."""
    y = node.output
    same = x.spec.sizes == y.spec.sizes and x.dtype == y.dtype
    return node.primitive.name in UFUNCS and same and lives.last(x) <= now
