"""Run a Python function on tensors that do not exist yet, to see which operations it applies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn.graph.graph import Graph
from visualnn.spec import Spec
from visualnn.structure import flatten, map_structure


def trace(function: Callable, *specs: Any, name: str | None = None) -> Graph:
    """The graph of ``function`` applied to inputs of these specs.

    Specs may be nested in lists, tuples and dicts; the function gets values nested likewise, and
    its outputs, flattened in the same way, become the outputs of the graph.  How they were nested
    is kept in ``graph.output_structure``.
    """
    graph = Graph(name or getattr(function, "name", None) or function.__name__)
    inputs = map_structure(lambda x: graph.input(x) if isinstance(x, Spec) else x, specs)
    with graph.recording():
        result = function(*inputs)
        graph.outputs = [graph.lift(x) for x in flatten(result) if x is not None]
    graph.output_structure = map_structure(lambda x: None if x is None else ..., result)
    return graph


def trace_body(function: Callable, *specs: Spec, parent: Graph | None, name: str) -> Graph:
    """The graph of the body of a loop or branch.

    What it uses of the graph around it is in ``captures``; variables that it reads and assigns
    are in ``variables`` and ``updates``, for the loop to carry.
    """
    graph = Graph(name, parent)
    inputs = [graph.input(spec) for spec in specs]
    with graph.recording():
        result = function(*inputs)
        graph.outputs = [graph.lift(x) for x in flatten(result)]
    return graph
