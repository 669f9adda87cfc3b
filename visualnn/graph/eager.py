"""A recording whose values also carry numbers.

Operations are computed as they are recorded, so Python may look at every tensor (``if``, ``for``,
``float()``, ``print``) and :func:`visualnn.graph.gradients` still works on what was recorded.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.graph.graph import Graph, Value
from visualnn.primitives.primitive import Primitive
from visualnn.spec import ShapeError, Spec
from visualnn.variable import Variable


class EagerGraph(Graph):
    """A graph that computes every node as soon as it is recorded.

    Args:
        name: Its name.
        parent: The graph around it, if any.
        keep: Whether variables that are assigned keep their new values.
    """

    def add(self, primitive: Primitive, inputs: tuple, settings: dict[str, Any]) -> Any:
        made = super().add(primitive, inputs, settings)
        node = self.nodes[-1]
        arrays = [x.array for x in node.inputs]
        try:
            with np.errstate(all="ignore"):
                result = primitive.forward(*arrays, **settings)
        except ValueError as problem:
            raise ShapeError(f"{node.name}: {problem}") from problem
        results = result if isinstance(result, tuple) else (result,)
        for value, array in zip(node.outputs, results, strict=True):
            value.array = np.asarray(array)
            value.spec = Spec.of(value.array)
        return made

    def __init__(self, name: str = "tape", parent: Graph | None = None, keep: bool = True):
        super().__init__(name, parent)
        self.keep = keep
        self.watched: dict[int, Value] = {}

    def lift(self, x: Any, dtype: str | None = None) -> Value:
        if id(x) in self.watched:
            return self.watched[id(x)]
        value = super().lift(x, dtype)
        if value.array is None:
            value.array = self.constants[value]
        return value

    def read(self, variable: Variable) -> Value:
        value = super().read(variable)
        if value.array is None:
            value.array = variable.stored()
        return value

    def hold(self, array: Any, name: str = "input") -> Value:
        """A new input that has these numbers."""
        array = np.asarray(array)
        value = self.input(Spec.of(array), name)
        value.array = array
        return value

    def assign(self, variable: Variable, x: Any) -> Value:
        value = super().assign(variable, x)
        if self.keep:
            assert value.array is not None
            variable.store(np.array(value.array))
        return value
