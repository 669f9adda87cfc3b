"""Axes that change places: as late as possible behind a loop over steps, and not twice.

What a loop makes lies step by step.  A product with a matrix takes one step after the other there,
but would have to collect its rows from everywhere once examples come first.
"""

from __future__ import annotations

from visualnn.engine.identities import identity, inputs_of
from visualnn.engine.passes import uses
from visualnn.graph.graph import Graph, Value
from visualnn.primitives import PRIMITIVES

_STEPS_BACK = (1, 0, 2)  # from (steps, examples, features), and to it


@identity("transpose")
def _(graph: Graph, x: Value, *, axes: tuple) -> Value | None:
    [before] = inputs_of(x, "transpose", 1)
    if before is None:
        return None
    first = x.node.settings["axes"] if x.node is not None else ()
    return graph.add(PRIMITIVES["transpose"], (before,), {"axes": tuple(first[i] for i in axes)})


@identity("matmul")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    steps = _by_steps(a)
    if steps is None or b.ndim != 2 or not uses("turning"):
        return None
    made = graph.add(PRIMITIVES["matmul"], (steps, b), {})
    return graph.add(PRIMITIVES["transpose"], (made,), {"axes": _STEPS_BACK})


@identity("put_sum")
def _(graph: Graph, updates: Value, places: Value, like: Value, *, axis: int) -> Value | None:
    before = _turned_back(updates)
    if before is None or places.ndim != 2 or axis != 0 or not uses("turning"):
        return None
    turned = graph.add(PRIMITIVES["transpose"], (places,), {"axes": (1, 0)})
    return graph.add(PRIMITIVES["put_sum"], (before, turned, like), {"axis": axis})


def _turned_back(x: Value) -> Value | None:
    """What has steps first, if this has examples first and is the same otherwise."""
    [before] = inputs_of(x, "transpose", 1)
    if before is None or x.node is None or tuple(x.node.settings["axes"]) != _STEPS_BACK:
        return None
    return before


def _by_steps(x: Value) -> Value | None:
    """What a loop made, if this is that with examples first."""
    before = _turned_back(x)
    if before is None or before.node is None or before.node.primitive.name != "scan":
        return None
    return before
