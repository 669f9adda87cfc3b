"""Running code with other numbers in variables, which keep their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from visualnn.graph.eager import EagerGraph
from visualnn.primitives.primitive import recorder
from visualnn.primitives.tensor import Tensor
from visualnn.structure import map_structure
from visualnn.variable import Variable


def with_values(
    variables: Iterable[Variable],
    values: Iterable[Any],
    function: Callable[[], Any],
    kept: Iterable[Variable] = (),
) -> tuple[Any, list[Any]]:
    """What a function gives while variables have other values, and what it leaves in them.

    Inside a traced function it is recorded there; elsewhere it is computed at once.

    Args:
        variables: The variables.
        values: The value of each.
        function: Reads and assigns variables.
        kept: The variables whose values afterwards are given back.
    """
    outer = recorder.get()
    graph = EagerGraph("stateless", keep=False) if outer is None else outer
    before = dict(graph.updates)
    with graph.recording():
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        result = function()
        changed = [graph.read(v) for v in kept]
        graph.updates = before
    if outer is not None:
        return result, changed
    return map_structure(_computed, (result, changed))


def _computed(x: Any) -> Any:
    return x.array.view(Tensor) if hasattr(x, "array") else x
