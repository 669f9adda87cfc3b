"""A graph made ready to run: for each set of input shapes, one program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.engine.program import Program
from visualnn.graph.graph import Graph, Value
from visualnn.spec import ShapeError, Spec
from visualnn.variable import step_boundary

_MOST_PROGRAMS = 16


class Plan:
    """Runs the part of a graph that is needed for its outputs and its variables.

    A call computes everything from the values that the variables have when it begins, and then
    writes the new values of all variables at once: nobody ever sees half a training step, and
    the arrays that come out belong to the caller.

    Args:
        graph: The graph; what is added to it later does not count.
        outputs: The values to compute, by default the outputs of the graph.
    """

    def __init__(self, graph: Graph, outputs: Sequence[Value] | None = None):
        self.graph = graph
        self.outputs = list(graph.outputs if outputs is None else outputs)
        self._updated = list(graph.updates)
        self._wanted = [*self.outputs, *(graph.updates[v] for v in self._updated)]
        self._inputs = list(graph.inputs)
        self._dtypes = [None if x.dtype == "string" else np.dtype(x.dtype) for x in self._inputs]
        self._programs: dict[Any, Program] = {}

    def __call__(self, *inputs: Any) -> list[np.ndarray]:
        arrays = self._arrays(inputs)
        program = self._program(arrays)
        with np.errstate(all="ignore"):  # infinities and NaN are results, not warnings
            results = program(arrays, [v.stored() for v in program.variables])
        count = len(self.outputs)
        if self._updated:
            with step_boundary:
                for variable, array in zip(self._updated, results[count:], strict=True):
                    variable.store(array)
        return results[:count]

    def profile(self, *inputs: Any) -> dict[str, float]:
        """The seconds that each operation takes, by its name.  No variable is changed."""
        arrays = self._arrays(inputs)
        program = self._program(arrays)
        return program.profile(arrays, [v.stored() for v in program.variables])

    def source(self, *inputs: Any) -> str:
        """The Python function that runs for inputs like these; any, if it has run only once."""
        if inputs or not self._programs:
            return self._program(self._arrays(inputs)).source
        return next(reversed(self._programs.values())).source

    def _arrays(self, inputs: Sequence[Any]) -> list[np.ndarray]:
        if len(inputs) != len(self._inputs):
            raise ValueError(
                f"{self.graph.name} takes {len(self._inputs)} inputs, but {len(inputs)} were given."
            )
        return [
            np.asarray(x, dtype).view(np.ndarray)
            for x, dtype in zip(inputs, self._dtypes, strict=True)
        ]

    def _program(self, arrays: list[np.ndarray]) -> Program:
        key = tuple(x.shape for x in arrays)
        program = self._programs.get(key)
        if program is None:
            specs = [self._checked(x, a) for x, a in zip(self._inputs, arrays, strict=True)]
            if len(self._programs) >= _MOST_PROGRAMS:
                self._programs.pop(next(iter(self._programs)))
            program = self._programs[key] = Program(self.graph, specs, self._wanted)
        return program

    def _checked(self, x: Value, array: np.ndarray) -> Spec:
        sizes = x.shape
        fits = len(sizes) == array.ndim and all(
            size in (None, length) for size, length in zip(sizes, array.shape, strict=True)
        )
        if not fits:
            raise ShapeError(
                f"{self.graph.name}: the input {x.name!r} is {x.spec}, "
                f"but an array of shape {array.shape} was given."
            )
        return Spec.of(array)
