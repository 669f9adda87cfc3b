"""What a step of a loop does alike to parts of one matrix that lie side by side, done at once.

A cell projects its state for all its gates at once and cuts the product into pieces, of which each
goes through a function of its own.  One call for several pieces takes little longer than for one:

    sigmoid(z[:, :4]), sigmoid(z[:, 4:8]), tanh(z[:, 8:])
    becomes
    t = tanh(z * [.5, .5, 1]),  t * [.5, .5, 1] + [.5, .5, 0]

as ``sigmoid(z) == tanh(z / 2) / 2 + 1 / 2``.  The factors before are part of the weights, then.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from visualnn.engine.passes import uses
from visualnn.engine.step_graph import Sources, StepGraph, readers_of, rewritten
from visualnn.graph.graph import Graph, Node, Value
from visualnn.primitives import PRIMITIVES

_MOST_ROUNDS = 8


class Part(NamedTuple):
    """Some columns of a matrix."""

    whole: Value
    start: int
    stop: int


class Group(NamedTuple):
    """Nodes that do alike to parts side by side: where each of them begins, and the first parts."""

    nodes: list[Node]
    starts: list[int]
    parts: list[Part]
    width: int
    is_all: bool  # of the columns, for all that read them


def with_joined_gates(step: StepGraph, sources: Sources) -> tuple[StepGraph, Sources]:
    """A step that does at once what it did to one part after the other."""
    for _ in range(_MOST_ROUNDS):
        groups = _groups(step) if uses("neighbours") else []
        if not groups:
            break
        step, sources = _joined(step, sources, groups)
    return step, sources


def _joined(step: StepGraph, sources: Sources, groups: list[Group]) -> tuple[StepGraph, Sources]:
    group_of = {node: group for group in groups for node in group.nodes}
    made: dict[int, Value] = {}

    def change(node: Node, again: StepGraph, now: dict[Value, Value], there: Sources) -> Any:
        group = group_of.get(node)
        if group is None:
            return None
        if id(group) not in made:
            made[id(group)] = _at_once(group, again, now)
        start = group.starts[group.nodes.index(node)]
        whole = Part(made[id(group)], start, start + node.output.spec.numbers[1])
        return _columns(again, whole)

    return rewritten(step, sources, change)


# --------------------------------------------------------------------------- which go together


def _part(x: Value) -> Part | None:
    """The part of a matrix that a value is."""
    node = x.node
    if node is None or node.primitive.name != "slice" or x.ndim != 2 or x.dtype != "float32":
        return None
    how = node.settings
    if tuple(how["axes"]) != (1,) or how["steps"][0] not in (None, 1):
        return None
    [whole] = node.inputs
    found = range(whole.spec.numbers[1])[slice(how["starts"][0], how["stops"][0])]
    return Part(whole, found.start, found.stop)


def _groups(step: StepGraph) -> list[Group]:
    """The groups of nodes that can be done at once."""
    alike: dict[Any, list[tuple[list[Part], Node]]] = {}
    for node in step.nodes:
        name = node.primitive.name
        if name not in ("add", "sigmoid", "tanh"):
            continue
        parts = [_part(x) for x in node.inputs]
        if None in parts or len({x.stop - x.start for x in parts if x}) != 1:
            continue
        if uses("gates") and name != "add":
            name = "gate"
        first = parts[0]
        key = (name, *((id(x.whole), x.start - first.start) for x in parts if x and first))
        alike.setdefault(key, []).append(([x for x in parts if x], node))
    readers = readers_of(step)
    return [
        group
        for (name, *_), members in alike.items()
        for group in _side_by_side(members, readers)
        if len(group.nodes) > 1 or (name == "gate" and group.nodes[0].primitive.name == "sigmoid")
    ]


def _side_by_side(
    members: list[tuple[list[Part], Node]], readers: dict[Value, list[Node | None]]
) -> list[Group]:
    """Groups of those that begin where another one ends."""
    members = sorted(members, key=lambda member: member[0][0].start)
    runs: list[list[tuple[list[Part], Node]]] = []
    for member in members:
        start = member[0][0].start
        if runs and runs[-1][-1][0][0].stop == start:
            runs[-1].append(member)
        elif not runs or runs[-1][-1][0][0].stop < start:
            runs.append([member])
    groups = []
    for run in runs:
        first, nodes = run[0][0], [node for _, node in run]
        begin, width = first[0].start, run[-1][0][0].stop - first[0].start
        whole = first[0].whole
        pieces = {node.inputs[0].node for node in nodes}
        is_all = width == whole.spec.numbers[1] and pieces.issuperset(readers[whole])
        starts = [parts[0].start - begin for parts, _ in run]
        groups.append(Group(nodes, starts, first, width, is_all))
    return groups


# --------------------------------------------------------------------------- what is done at once


def _at_once(group: Group, again: StepGraph, now: dict[Value, Value]) -> Value:
    """What a group computes."""
    xs = [_columns(again, Part(now[x.whole], x.start, x.start + group.width)) for x in group.parts]
    names = [node.primitive.name for node in group.nodes]
    if len(set(names)) == 1 and (names[0] != "sigmoid" or not uses("gates")):
        return again.add(group.nodes[0].primitive, tuple(xs), {})
    factors = np.ones(group.width, "float32")
    for name, start, node in zip(names, group.starts, group.nodes, strict=True):
        if name == "sigmoid":
            factors[start : start + node.output.spec.numbers[1]] = 0.5
    multiply = PRIMITIVES["multiply"]
    if group.is_all:
        z = _scaled(again, xs[0], factors)
    else:
        z = again.add(multiply, (xs[0], _one_for_all(again, factors, xs[0])), {})
    curve = again.add(PRIMITIVES["tanh"], (z,), {})
    half = again.add(multiply, (curve, _one_for_all(again, factors, curve)), {})
    return again.add(PRIMITIVES["add"], (half, _one_for_all(again, 1 - factors, half)), {})


def _columns(graph: Graph, part: Part) -> Value:
    """Some columns of a matrix; itself if they are all."""
    whole, start, stop = part
    if (start, stop) == (0, whole.spec.numbers[1]):
        return whole
    settings = {"axes": (1,), "starts": (start,), "stops": (stop,), "steps": (1,)}
    return graph.add(PRIMITIVES["slice"], (whole,), settings)


def _one_for_all(graph: Graph, numbers: np.ndarray, like: Value) -> Value:
    """A constant for every element, of which each column is one number."""
    if (numbers == numbers[0]).all():
        return graph.lift(np.asarray(numbers[0], "float32"))
    return graph.lift(np.array(np.broadcast_to(numbers, like.spec.numbers)))


def _scaled(graph: StepGraph, x: Value, factors: np.ndarray) -> Value:
    """A matrix with its columns multiplied, which is done to the weights that made it."""
    row = graph.lift(factors)
    name = x.node.primitive.name if x.node is not None else ""
    if x.node is not None and name == "add" and all(_has_weights(y, graph) for y in x.node.inputs):
        terms = tuple(_scaled(graph, y, factors) for y in x.node.inputs)
        return graph.add(x.node.primitive, terms, {})
    if x.node is not None and name == "matmul" and x.node.inputs[1] not in graph.waiting:
        a, b = x.node.inputs
        return graph.add(x.node.primitive, (a, graph.add(PRIMITIVES["multiply"], (b, row), {})), {})
    return graph.add(PRIMITIVES["multiply"], (x, row), {})


def _has_weights(x: Value, graph: StepGraph) -> bool:
    """Whether a term can be multiplied before the loop, as a part of the weights that make it."""
    if x.node is None or x.ndim < 2:
        return True
    return x.node.primitive.name == "matmul" and x.node.inputs[1] not in graph.waiting
