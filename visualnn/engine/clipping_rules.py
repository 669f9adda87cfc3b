"""The slope of the cross-entropy of a softmax, whose probabilities are clipped in between.

It is ``g / clip(p) * inside * p``, where ``inside`` is whether nothing was clipped: then it is
``g``, else zero.
"""

from __future__ import annotations

from visualnn.engine.identities import identity, inputs_of
from visualnn.engine.passes import uses
from visualnn.graph.graph import Graph, Value
from visualnn.primitives import PRIMITIVES


@identity("multiply")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    for x, p in ((a, b), (b, a)):
        is_softmax = p.node is not None and p.node.primitive.name == "softmax"
        if is_softmax and uses("slopes") and (slope := _where_inside(graph, x, p)) is not None:
            return slope
    return None


def _where_inside(graph: Graph, x: Value, p: Value) -> Value | None:
    """``g`` where ``p`` was not clipped, for ``x`` that is ``g / clip(p) * inside``."""
    for rest, mask in (inputs_of(x, "multiply"), inputs_of(x, "multiply")[::-1]):
        g, clipped = inputs_of(rest, "divide")
        [inside] = inputs_of(mask, "cast", 1)
        if clipped is None or inside is None or not _is_inside(graph, inside, clipped, p):
            continue
        equal = graph.add(PRIMITIVES["equal"], (clipped, p), {})
        number = graph.add(PRIMITIVES["cast"], (equal,), {"dtype": x.dtype})
        return graph.add(PRIMITIVES["multiply"], (g, number), {})
    return None


def _is_inside(graph: Graph, inside: Value, clipped: Value, p: Value) -> bool:
    """Whether truth values tell where ``p`` is within the limits that it is clipped to."""
    largest, high = inputs_of(clipped, "minimum")
    same, low = inputs_of(largest, "maximum")
    least = graph.constants.get(low) if low is not None else None
    if same is not p or high not in graph.constants or least is None or not (least > 0).all():
        return False
    parts = inputs_of(inside, "bitwise_and")
    found = {tuple(map(id, inputs_of(part, "less_equal"))) for part in parts}
    return found == {(id(largest), id(high)), (id(low), id(p))}
