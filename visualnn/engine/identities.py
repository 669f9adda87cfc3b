"""Operations that would change nothing, and what they can be replaced by.

Each rule takes the graph, the inputs and settings of a node that is about to be recorded, and
returns the value that is the same, or ``None``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn.engine.passes import uses
from visualnn.graph.graph import Graph, Value
from visualnn.primitives import PRIMITIVES
from visualnn.spec import known

_MOST_ONES = 4096
_MOST_PIECES = 64

IDENTITIES: dict[str, Callable[..., Value | None]] = {}

BROADCASTING = {"add", "subtract", "multiply", "divide", "maximum", "minimum", "power"}
"""Primitives that broadcast their two inputs by themselves."""


def without_broadcasts(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The inputs of a broadcasting primitive, taken from before an explicit broadcast.

    Only where another input has the full shape, so that the result stays the same.
    """
    sizes = values[0].spec.sizes
    if any(x.spec.sizes != sizes for x in values):
        return values
    bare = tuple(_before_broadcast(x) for x in values)
    full = [x for x, y in zip(values, bare, strict=True) if x is y]
    return bare if full else (values[0], *bare[1:])


def _before_broadcast(x: Value) -> Value:
    while x.node is not None and x.node.primitive.name in ("broadcast_like", "broadcast_to"):
        x = x.node.inputs[0]
    return x


def identity(*names: str) -> Callable[[Callable], Callable]:
    """The decorated rule is for primitives of these names, after those that are known already."""

    def register(rule: Callable) -> Callable:
        for name in names:
            IDENTITIES[name] = _one_of(IDENTITIES[name], rule) if name in IDENTITIES else rule
        return rule

    return register


def _one_of(first: Callable, second: Callable) -> Callable[..., Value | None]:
    def rule(graph: Graph, *values: Value, **settings: Any) -> Value | None:
        found = first(graph, *values, **settings)
        return second(graph, *values, **settings) if found is None else found

    return rule


@identity("sum_like", "broadcast_like", "reshape_like")
def _(graph: Graph, x: Value, like: Value, **settings: Any) -> Value | None:
    return x if x.spec.sizes == like.spec.sizes else None


@identity("reshape", "broadcast_to")
def _(graph: Graph, x: Value, *sizes: Value, shape: tuple) -> Value | None:
    return x if not sizes and tuple(shape) == x.spec.sizes else None


@identity("cast")
def _(graph: Graph, x: Value, *, dtype: str) -> Value | None:
    return x if x.dtype == dtype else None


@identity("cast_like")
def _(graph: Graph, x: Value, like: Value) -> Value | None:
    return x if x.dtype == like.dtype else None


@identity("transpose")
def _(graph: Graph, x: Value, *, axes: tuple) -> Value | None:
    return x if tuple(axes) == tuple(range(len(axes))) else None


@identity("multiply")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    for x, factor in ((a, b), (b, a)):
        if is_everywhere(graph, factor, 1) and has_shape_of_both(x, factor):
            return x
    slope = slope_of_clipped(graph, a, b)
    return slope_of_clipped(graph, b, a) if slope is None else slope


@identity("add")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    for x, term in ((a, b), (b, a)):
        if is_everywhere(graph, term, 0) and has_shape_of_both(x, term):
            return x
    return put_together(graph, a, b)


@identity("subtract")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    if is_everywhere(graph, b, 0) and has_shape_of_both(a, b):
        return a
    return slope_of_softmax(graph, a, b)


@identity("divide", "true_divide")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    return a if is_everywhere(graph, b, 1) and has_shape_of_both(a, b) else None


@identity("power")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    return a if is_everywhere(graph, b, 1) and has_shape_of_both(a, b) else None


@identity("sum")
def _(graph: Graph, x: Value, *, axes: tuple, keepdims: bool = False) -> Value | None:
    """Probabilities sum to one; what is summed twice is summed once."""
    if uses("sums") and not keepdims and (once := sum_at_once(graph, x, tuple(axes))) is not None:
        return once
    if x.node is None or x.node.primitive.name != "softmax" or not keepdims:
        return None
    if tuple(x.node.settings["axes"]) != tuple(axes):
        return None
    if not all(map(known, x.spec.sizes)):
        return None
    sizes = [1 if axis in axes else size for axis, size in enumerate(x.spec.numbers)]
    return graph.lift(np.ones(sizes, x.dtype)) if math.prod(sizes) <= _MOST_ONES else None


@identity("stop_gradient", "identity")
def _(graph: Graph, x: Value, **settings: Any) -> Value | None:
    return x


def sum_at_once(graph: Graph, x: Value, axes: tuple[int, ...]) -> Value | None:
    """The sum of sums as one, and that of negative numbers as a negative number."""
    if x.node is None:
        return None
    [inner, *_], how = x.node.inputs, x.node.settings
    if x.node.primitive.name == "negative":
        total = graph.add(PRIMITIVES["sum"], (inner,), {"axes": axes})
        return graph.add(x.node.primitive, (total,), {})
    if x.node.primitive.name != "sum" or how.get("keepdims") or len(axes) != x.ndim:
        return None
    return graph.add(x.node.primitive, (inner,), {"axes": tuple(range(inner.ndim))})


def slope_of_clipped(graph: Graph, x: Value, p: Value) -> Value | None:
    """``g / clip(p) * p`` where nothing is clipped, else zero: ``g`` or zero.

    It is where the logarithm of clipped probabilities meets the softmax that they come from.
    """
    rest, above = inputs_of(x, "multiply")
    slope, below = inputs_of(rest, "multiply")
    g, clipped = inputs_of(slope, "divide")
    largest, high = inputs_of(clipped, "minimum")
    same, low = inputs_of(largest, "maximum")
    if same is not p or not uses("slopes") or p.node is None or p.node.primitive.name != "softmax":
        return None
    first, second = (inputs_of(inputs_of(y, "cast", 1)[0], "less_equal") for y in (below, above))
    if first[0] is not largest or first[1] is not high or second[0] is not low:
        return None
    least = graph.constants.get(low)
    if second[1] is not p or high not in graph.constants or least is None or not (least > 0).all():
        return None
    inside = graph.add(PRIMITIVES["equal"], (clipped, p), {})
    inside = graph.add(PRIMITIVES["cast"], (inside,), {"dtype": x.dtype})
    return graph.add(PRIMITIVES["multiply"], (g, inside), {})


def slope_of_softmax(graph: Graph, a: Value, b: Value) -> Value | None:
    """The slope of a softmax, ``g * y - y * sum(g * y)``, without what is the same for a whole row.

    Such as what comes of dividing probabilities by their sum: it changes nothing, as softmax does
    not care about what is added to a row.
    """
    [g, y], [again, total] = inputs_of(a, "multiply"), inputs_of(b, "multiply")
    if y is None or again is not y or y.node is None or y.node.primitive.name != "softmax":
        return None
    axes = tuple(y.node.settings["axes"])
    summed = inputs_of(total, "sum", 1)[0]
    how = total.node.settings if total is not None and total.node is not None else {}
    if summed is not a or tuple(how["axes"]) != axes or not how.get("keepdims"):
        return None
    for slope, row in (inputs_of(g, "add"), inputs_of(g, "add")[::-1]):
        if slope is None or any(row.spec.sizes[axis] != 1 for axis in axes if row.ndim == y.ndim):
            continue
        if row.ndim == y.ndim and slope.spec.sizes == y.spec.sizes:
            multiply, keeping = PRIMITIVES["multiply"], {"axes": axes, "keepdims": True}
            weighted = graph.add(multiply, (slope, y), {})
            rows = graph.add(PRIMITIVES["sum"], (weighted,), keeping)
            spread = graph.add(multiply, (y, rows), {})
            return graph.add(PRIMITIVES["subtract"], (weighted, spread), {})
    return None


def put_together(graph: Graph, a: Value, b: Value) -> Value | None:
    """Pieces that are put into zeros side by side and added up: they can be joined at once."""
    pieces, waiting = [], [b, a]
    while waiting:
        x = waiting.pop()
        if x.node is not None and x.node.primitive.name == "put_slice":
            pieces.append(x.node)
        elif inputs_of(x, "add")[0] is not None and len(pieces) + len(waiting) < _MOST_PIECES:
            waiting += inputs_of(x, "add")
        else:
            return None
    axes = {node.settings["axes"] for node in pieces}
    if len(axes) != 1 or len(next(iter(axes))) != 1:
        return None
    [[axis]] = axes
    length = a.spec.sizes[axis]
    if not isinstance(length, int):
        return None
    places = {}
    for node in pieces:
        [start], [stop], [step] = (node.settings[name] for name in ("starts", "stops", "steps"))
        covered = range(*slice(start, stop, step).indices(length))
        if covered.step != 1 or node.inputs[0].spec.sizes[axis] != len(covered):
            return None
        places[covered.start] = covered.stop, node.inputs[0]
    joined, at = [], 0
    while at in places and at < length:
        at, piece = places[at]
        joined.append(piece)
    if at != length or len(joined) != len(pieces):
        return None
    return graph.add(PRIMITIVES["concatenate"], tuple(joined), {"axis": axis})


def inputs_of(x: Value, name: str, count: int = 2) -> tuple[Any, ...]:
    """The inputs of the node that makes a value, or as many times ``None`` if it is another."""
    if x is not None and x.node is not None and x.node.primitive.name == name:
        return x.node.inputs
    return (None,) * count


def is_everywhere(graph: Graph, x: Value, number: float) -> bool:
    """Whether every element is known to be this number."""
    array = graph.constants.get(x)
    return array is not None and array.size > 0 and bool((array == number).all())


def has_shape_of_both(x: Value, other: Value) -> bool:
    """Whether broadcasting the two leaves the shape of ``x``."""
    sizes, others = x.spec.sizes, other.spec.sizes
    if len(others) > len(sizes):
        return False
    return all(b in (1, a) for a, b in zip(sizes[::-1], others[::-1], strict=False))
