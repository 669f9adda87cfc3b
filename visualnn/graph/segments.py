"""Dividing a computation at the ends of its layers, so that computing it again takes little memory.

What crosses a cut is kept until the gradients need it; what lies between two cuts is there only
while it is computed again.  With equal layers, the root of their number is the best number of
segments.  Where many numbers cross, as inside of a residual block, there is no cut.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence

import numpy as np

from visualnn.graph.graph import Node, Value

_EXAMPLES = 32  # what a size counts as that is not known


def bytes_of(x: Value, examples: int = _EXAMPLES) -> int:
    """About how many bytes a value has, for so many examples."""
    width = 1 if x.dtype == "string" else np.dtype(x.dtype).itemsize if x.dtype != "bfloat16" else 2
    return width * math.prod(size if isinstance(size, int) else examples for size in x.spec.sizes)


def divided(
    nodes: Sequence[Node], saved: Collection[Value], outputs: Collection[Value]
) -> list[list[Node]]:
    """The operations in segments, of which one after the other is computed again.

    Args:
        nodes: The operations in running order.
        saved: What the gradients need, if nothing is computed again.
        outputs: What others need, which is kept in any case.
    """
    layers = [list(group) for _, group in itertools.groupby(nodes, lambda n: n.origin.call)]
    made = {y: i for i, layer in enumerate(layers) for n in layer for y in n.outputs}
    last = {x: i for i, layer in enumerate(layers) for n in layer for x in n.inputs if x in made}
    values = {x: (made[x], last.get(x, made[x]), bytes_of(x)) for x in made if x not in outputs}
    inner = [0] * len(layers)
    crossing = [0] * len(layers)
    saved = {_source(x) for x in saved}
    for x, (first, end, size) in values.items():
        if x in saved:
            inner[first] += size
        for cut in range(first + 1, end + 1):
            crossing[cut] += size
    most = min(len(layers), 2 * math.isqrt(len(layers)) + 8)
    needed = [(first, end, size, x in saved) for x, (first, end, size) in values.items()]
    found = [_cuts(inner, crossing, sum(inner) / count) for count in range(1, most + 1)]
    cuts = min(found, key=lambda cuts: _memory(cuts, len(layers), needed))
    ends = [0, *cuts, len(layers)]
    return [[node for layer in layers[a:b] for node in layer] for a, b in itertools.pairwise(ends)]


def _source(x: Value) -> Value:
    """What a value can be had from in no time: without the factors and terms of its channels."""
    while x.node is not None and x.node.primitive.name in ("add", "subtract", "multiply", "divide"):
        large = [y for y in x.node.inputs if 2 * bytes_of(y) > bytes_of(x)]
        if len(large) != 1:
            break
        [x] = large
    return x


def _cuts(inner: list[int], crossing: list[int], limit: float) -> list[int]:
    """Where to cut so that no segment has much more than a limit inside: where little crosses."""
    cuts: list[int] = []
    start, held = 0, 0
    for i, size in enumerate(inner):
        if held + size > limit and i > start:
            window = range(start + (i - start + 1) // 2, i + 1)
            cut = min(window, key=lambda c: (crossing[c], -c))
            if cut > start:
                cuts.append(cut)
                start, held = cut, sum(inner[cut:i])
        held += size
    return cuts


def _memory(cuts: list[int], layers: int, values: list[tuple[int, int, int, bool]]) -> int:
    """What is kept, and the most that one segment has inside."""
    segment, at = [], 0
    for i in range(layers):
        at += at < len(cuts) and cuts[at] == i
        segment.append(at)
    kept, inside = 0, [0] * (len(cuts) + 1)
    for first, end, size, is_saved in values:
        if segment[first] != segment[end]:
            kept += size
        elif is_saved:
            inside[segment[first]] += size
    return kept + max(inside)
