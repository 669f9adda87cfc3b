"""Backpropagation: extend a graph by the nodes that compute gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from visualnn import primitives as p
from visualnn.graph.checkpoints import SecondRuns
from visualnn.graph.graph import Graph, Node, Value
from visualnn.scope import Origin, absolute_scope, origin
from visualnn.spec import ShapeError, is_float
from visualnn.variable import Variable


class GradientError(ValueError):
    """Something has no gradient, and one was asked for."""


def gradients(
    graph: Graph,
    results: Value | Sequence[Value],
    sources: Sequence[Any],
    seeds: Sequence[Value | None] | None = None,
) -> list[Value | None]:
    """The gradient of the results with respect to each source.

    Walk the graph backwards from the results.  Every node turns the gradients of its outputs into
    gradients of its inputs, and a value that is used several times adds up what it gets.  Only
    nodes that lead from a source to a result are visited.  What is marked by a checkpoint is
    recorded a second time, and the gradients are computed from that.

    Args:
        graph: The graph to extend.
        results: One value or several.  Without seeds, their sum is what is differentiated.
        sources: Values, or variables (the value that the graph starts with).
        seeds: The gradient of each result; by default ones.

    Returns:
        A value for each source, or ``None`` where the results do not depend on it.

    Raises:
        GradientError: When an operation on the way has no gradient.
    """
    results = [results] if isinstance(results, Value) else list(results)
    origins = [_start(graph, x) for x in sources]
    needed = _between(graph, results, origins)

    def found(runs: SecondRuns | None) -> list[Value | None]:
        slopes: dict[Value, Value] = {}
        for i, result in enumerate(results):
            seed = seeds[i] if seeds else _ones_like(result)
            if seed is not None:
                _add_up(slopes, result, seed)
        for node in reversed(needed):
            if not slopes.keys().isdisjoint(node.outputs):
                _differentiate(graph, node, slopes, runs)
        return [slopes.get(x) for x in origins]

    def saved() -> set[Value]:
        with graph.sketching():
            return _read_by_gradients(graph, found(None))

    with graph.recording(), origin(phase="backward", forward=None, checkpoint=None):
        return found(SecondRuns(graph, results, saved))


def _ones_like(result: Value) -> Value:
    """What the gradients begin with, beside them in the graph."""
    with absolute_scope(f"gradients/{result.name.partition(':')[0]}"):
        return p.ones_like(result)


def _start(graph: Graph, source: Any) -> Value:
    """The value whose gradient is wanted: of a variable, the first one it has in the graph."""
    if not isinstance(source, Variable):
        return graph.lift(source)
    graph.read(source)
    return graph.variables[source]


def _between(graph: Graph, results: list[Value], sources: list[Value]) -> list[Node]:
    """The nodes on a way from a source to a result, in running order."""
    reached = set(sources)
    forward = []
    for node in graph.nodes:
        if not reached.isdisjoint(node.inputs):
            reached.update(node.outputs)
            forward.append(node)
    wanted, between = set(results), []
    for node in reversed(forward):
        if not wanted.isdisjoint(node.outputs):
            wanted.update(node.inputs)
            between.append(node)
    return between[::-1]


def _read_by_gradients(graph: Graph, found: list[Value | None]) -> set[Value]:
    """The values of the forward part whose numbers the backward part reads."""
    backward = graph.needed_for([x for x in found if x is not None])
    return {
        x
        for node in backward
        if node.origin.phase == "backward" and node.primitive.name != "size"
        for x in (node.inputs[:1] if node.primitive.name.endswith("_like") else node.inputs)
    }


def _differentiate(
    graph: Graph, node: Node, slopes: dict[Value, Value], runs: SecondRuns | None
) -> None:
    """Pass the gradient of a node's outputs on to its inputs."""
    rule = node.primitive.gradient_rule
    if rule is None:
        return
    g: Any = tuple(slopes.get(y) for y in node.outputs)
    y: Any
    y, inputs = runs.tensors_of(node, slopes) if runs else (node.outputs, node.inputs)
    if not node.is_tuple:
        g, y = g[0], y[0]
    with _backward_of(node):
        found = rule(g, y, *inputs, **node.settings)
        found = found if isinstance(found, tuple) else (found,)
        if len(found) != len(node.inputs):
            raise ShapeError(
                f"{node.primitive.name}: its gradient rule gives {len(found)} gradients "
                f"for {len(node.inputs)} inputs."
            )
        for x, like, slope in zip(node.inputs, inputs, found, strict=True):
            if slope is None or x in graph.constants or not is_float(x.dtype):
                continue
            slope = graph.lift(slope, x.dtype)
            if slope.spec.sizes != x.spec.sizes:  # x was broadcast: sum its copies
                slope = p.sum_like(slope, like)
            if slope.dtype != x.dtype:
                slope = p.cast(slope, dtype=x.dtype)
            _add_up(slopes, x, slope)


def _add_up(slopes: dict[Value, Value], x: Value, slope: Value) -> None:
    slopes[x] = p.add(slopes[x], slope) if x in slopes else slope


class _backward_of:  # noqa: N801 - reads like the function it would be
    """Names and marks what is recorded inside as the backward part of a node."""

    def __init__(self, node: Node):
        made_by: Origin = node.origin
        self.scope = absolute_scope(f"gradients/{node.name}")
        self.origin = origin(call=made_by.call, phase="backward", line=made_by.line, forward=node)

    def __enter__(self) -> None:
        self.scope.__enter__()
        self.origin.__enter__()

    def __exit__(self, *problem: Any) -> None:
        self.origin.__exit__(*problem)
        self.scope.__exit__(*problem)
