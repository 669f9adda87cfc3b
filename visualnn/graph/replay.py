"""Recording a graph again, into another graph: the way every rewriting of a graph goes."""

from __future__ import annotations

from collections.abc import Iterable

from visualnn.graph.graph import Graph, Node, Value
from visualnn.scope import absolute_scope, origin


def replay(nodes: Iterable[Node], onto: Graph, known: dict[Value, Value]) -> None:
    """Record nodes again, with names and origins kept.

    Args:
        nodes: The nodes, each after those it needs.
        onto: The graph that records.
        known: What stands for values that are there already; it is extended by the results.
    """
    for node in nodes:
        replay_node(node, onto, known)


def replay_node(node: Node, onto: Graph, known: dict[Value, Value]) -> None:
    """Record one node again."""
    made_by = node.origin
    path = node.name.rpartition("/")[0]
    with absolute_scope(path), origin(**vars(made_by)):
        made = onto.add(node.primitive, tuple(known[x] for x in node.inputs), node.settings)
    known.update(zip(node.outputs, made if node.is_tuple else (made,), strict=True))


def copy_of(graph: Graph, onto: Graph, inputs: Iterable[Value]) -> list[Value]:
    """The outputs of a graph without variables, recorded again on these inputs."""
    known = dict(zip([*graph.inputs, *graph.captures.values()], inputs, strict=True))
    known.update({value: onto.lift(array) for value, array in graph.constants.items()})
    replay(graph.needed_for(graph.outputs), onto, known)
    return [known[x] for x in graph.outputs]
