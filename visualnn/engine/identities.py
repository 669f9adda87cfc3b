"""Operations that would change nothing, and what they can be replaced by.

Each rule takes the graph, the inputs and settings of a node that is about to be recorded, and
returns the value that is the same, or ``None``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn.graph.graph import Graph, Value

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
    """The decorated rule is for primitives of these names."""

    def register(rule: Callable) -> Callable:
        IDENTITIES.update(dict.fromkeys(names, rule))
        return rule

    return register


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
    return None


@identity("add")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    for x, term in ((a, b), (b, a)):
        if is_everywhere(graph, term, 0) and has_shape_of_both(x, term):
            return x
    return None


@identity("subtract")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    return a if is_everywhere(graph, b, 0) and has_shape_of_both(a, b) else None


@identity("divide", "true_divide")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    return a if is_everywhere(graph, b, 1) and has_shape_of_both(a, b) else None


@identity("power")
def _(graph: Graph, a: Value, b: Value) -> Value | None:
    return a if is_everywhere(graph, b, 1) and has_shape_of_both(a, b) else None


@identity("stop_gradient", "identity")
def _(graph: Graph, x: Value, **settings: Any) -> Value | None:
    return x


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
