"""Operations of one step of a loop, done for all steps at once.

A value that differs from step to step becomes a *stack*: the values of all steps along a new first
axis.  Each rule records an operation on stacks that does in every step what a node does in one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from visualnn.engine.kernels import UFUNCS, has_known_sizes
from visualnn.engine.passes import uses
from visualnn.graph.graph import Graph, Node, Value
from visualnn.primitives import PRIMITIVES

_LARGE_STEP = 1 << 10  # elements, which take as long as a call does
_LARGE_STACK = 1 << 16  # elements, of which a few fill the second cache


class Outside(NamedTuple):
    """What stands outside of a loop for a value inside."""

    value: Value
    is_stack: bool


RULES: dict[str, Callable[[Graph, Node, list[Outside], int], Value]] = {}
"""For each primitive, how a node of it is recorded for so many steps."""


def over_steps(*names: str) -> Callable[[Callable], Callable]:
    """The decorated rule is for primitives of these names."""

    def register(rule: Callable) -> Callable:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return register


def can_be_stacked(node: Node) -> bool:
    """Whether a node can be recorded for all steps at once."""
    return not node.is_tuple and node.primitive.name in RULES and has_known_sizes(node)


def is_faster_inside(node: Node, steps: int) -> bool:
    """Whether a result is better computed when its step comes, while all it needs is in the cache.

    A call for each step takes longer than one for all, but the results of all steps together may
    go to memory and back.
    """
    is_plain = all(x.spec.sizes in ((), node.output.spec.sizes) for x in node.inputs)
    if node.primitive.name not in UFUNCS or not is_plain or not uses("late"):
        return False
    if not has_known_sizes(node):
        return False
    size = math.prod(node.output.spec.numbers)
    return size >= _LARGE_STEP and size * steps >= _LARGE_STACK


def recorded(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Outside:
    """What a node makes, for all steps; once if it is the same in all of them."""
    if not any(x.is_stack for x in inputs):
        made = graph.add(node.primitive, tuple(x.value for x in inputs), node.settings)
        return Outside(made, False)
    return Outside(RULES[node.primitive.name](graph, node, inputs, steps), True)


@over_steps(*UFUNCS, "relu", "sigmoid", "cast", "where", "cast_like")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    rank = node.output.ndim
    aligned = tuple(_of_rank(graph, x, rank, steps) for x in inputs)
    return graph.add(node.primitive, aligned, node.settings)


@over_steps("matmul")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    rank = node.output.ndim
    aligned = tuple(_of_rank(graph, x, rank, steps) for x in inputs)
    return graph.add(node.primitive, aligned, {})


@over_steps("transpose")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    axes = (0, *(axis + 1 for axis in node.settings["axes"]))
    return graph.add(node.primitive, (inputs[0].value,), {"axes": axes})


@over_steps("reshape")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    return _reshaped(graph, inputs[0].value, (steps, *node.output.spec.numbers))


@over_steps("slice", "sum", "max", "softmax")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    axes = tuple(axis + 1 for axis in node.settings["axes"])
    return graph.add(node.primitive, (inputs[0].value,), {**node.settings, "axes": axes})


@over_steps("put_slice")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    sizes = node.output.spec.numbers
    like = graph.lift(np.zeros((), node.output.dtype))
    like = graph.add(PRIMITIVES["broadcast_to"], (like,), {"shape": (steps, *sizes)})
    axes = tuple(axis + 1 for axis in node.settings["axes"])
    x = inputs[0].value if inputs[0].is_stack else _repeated(graph, inputs[0].value, steps)
    return graph.add(node.primitive, (x, like), {**node.settings, "axes": axes})


@over_steps("reshape_like")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    x = inputs[0].value if inputs[0].is_stack else _repeated(graph, inputs[0].value, steps)
    return _reshaped(graph, x, (steps, *node.output.spec.numbers))


@over_steps("sum_like")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    x = inputs[0]
    if not x.is_stack:
        return _repeated(graph, graph.add(node.primitive, (x.value, inputs[1].value), {}), steps)
    before, after = node.inputs[0].spec.numbers, node.output.spec.numbers
    ones = (1,) * (len(before) - len(after)) + after
    axes = tuple(i + 1 for i, (m, n) in enumerate(zip(before, ones, strict=True)) if m != n)
    total = x.value
    if axes:
        total = graph.add(PRIMITIVES["sum"], (total,), {"axes": axes, "keepdims": True})
    return _reshaped(graph, total, (steps, *after))


@over_steps("broadcast_to", "broadcast_like")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    sizes = node.output.spec.numbers
    x = _of_rank(graph, inputs[0], len(sizes), steps)
    return graph.add(PRIMITIVES["broadcast_to"], (x,), {"shape": (steps, *sizes)})


@over_steps("concatenate")
def _(graph: Graph, node: Node, inputs: list[Outside], steps: int) -> Value:
    whole = tuple(x.value if x.is_stack else _repeated(graph, x.value, steps) for x in inputs)
    return graph.add(node.primitive, whole, {"axis": node.settings["axis"] + 1})


def _of_rank(graph: Graph, x: Outside, rank: int, steps: int) -> Value:
    """A stack whose steps have this rank, so that it broadcasts as each of them does."""
    missing = rank + 1 - x.value.ndim
    if not x.is_stack or missing == 0:
        return x.value
    return _reshaped(graph, x.value, (steps, *(1,) * missing, *x.value.spec.numbers[1:]))


def _repeated(graph: Graph, x: Value, steps: int) -> Value:
    return graph.add(PRIMITIVES["broadcast_to"], (x,), {"shape": (steps, *x.spec.numbers)})


def _reshaped(graph: Graph, x: Value, shape: tuple[Any, ...]) -> Value:
    return graph.add(PRIMITIVES["reshape"], (x,), {"shape": shape})
