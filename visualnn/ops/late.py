"""Functions that cannot be traced before sizes, or numbers, are known: a node that waits.

The diagonal of a matrix of unknown size is written in terms of its size; which elements are not
zero, only their numbers tell.  While a graph is recorded, such a call becomes a single node that
calls the function again when the graph runs.  What its results will look like is found by trial:
the function is traced for several sizes in the place of those that are not known, and what is the
same each time is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.graph import EagerGraph, SymbolicError, trace
from visualnn.graph.graph import Value
from visualnn.graph.replay import copy_of
from visualnn.primitives import control
from visualnn.primitives.primitive import outside_recording, recorder
from visualnn.spec import ShapeError, Spec, Unknown, is_float
from visualnn.structure import flatten, map_structure, pack_like
from visualnn.variable import Variable

_TRIALS = (24, 48, 6, 2)  # sizes that can be cut into many pieces, and small ones


def call(function: Callable, args: tuple, kwargs: dict[str, Any], problem: Exception) -> Any:
    """The results of a call that could not be traced, as one node of the graph that is recorded.

    Args:
        function: The function.
        args: Its positional arguments, in any nesting.
        kwargs: Its keyword arguments.
        problem: Why it could not be traced.

    Raises:
        Exception: The problem, where waiting would not help.
    """
    graph = recorder.get()
    leaves = flatten((args, kwargs))
    places = [i for i, x in enumerate(leaves) if isinstance(x, Value | Variable)]
    if graph is None or isinstance(graph, EagerGraph) or not places:
        raise problem
    inputs = [graph.lift(leaves[i]) for i in places]
    if all(_is_known(x.spec) for x in inputs) and not isinstance(problem, SymbolicError):
        raise problem
    structure: list[Any] = []

    def on_inputs(*values: Any) -> list[Any]:
        given = list(leaves)
        for i, value in zip(places, values, strict=True):
            given[i] = value
        args_now, kwargs_now = pack_like((args, kwargs), given)
        result = function(*args_now, **kwargs_now)
        structure[:] = [map_structure(lambda x: x, result)]
        return flatten(result)

    body = Late(on_inputs, len(inputs))
    try:
        with outside_recording():
            body.infer(*(x.spec for x in inputs))
    except (ValueError, TypeError, IndexError):
        raise problem from None
    made = iter(control.cond(np.True_, *inputs, then=body, otherwise=body))
    return map_structure(lambda x: next(made), structure[0])


def _is_known(spec: Spec) -> bool:
    return not any(isinstance(size, Unknown) for size in spec.sizes)


class Late:
    """The body of a branch that is always taken: a function that is called when the graph runs.

    Args:
        function: From tensors to a list of tensors.
        takes: How many tensors.
        foretold: From the specs of the tensors to those of the results; by default, by trial.
    """

    def __init__(self, function: Callable, takes: int, foretold: Callable | None = None):
        self.function = function
        self.takes = takes
        self.foretold = foretold
        self._inferred: dict[Any, list[Spec]] = {}

    def run(self, *arrays: Any) -> list[np.ndarray]:
        """Call the function."""
        with outside_recording():
            made = self.function(*(np.asarray(x).view(p.Tensor) for x in arrays))
            return [np.asarray(x) for x in made]

    def infer(self, *specs: Spec) -> list[Spec]:
        """The specs of the results."""
        key = tuple((x.sizes, x.dtype) for x in specs)
        if key not in self._inferred:
            with outside_recording():
                found = self.foretold(*specs) if self.foretold else _tried(self.function, specs)
            self._inferred[key] = found
        return self._inferred[key]

    def backward(self) -> Late:
        """The gradient, which waits likewise: from inputs and gradients of results."""
        results = next(iter(self._inferred.values()))
        slopes = sum(is_float(x.dtype) for x in results)

        def gradient(*values: Any) -> list[Any]:
            with outside_recording():
                graph = trace(self.function, *map(Spec.of, values[: self.takes]), name="late")
                back = graph.backward()
            outer = recorder.get()
            return back.run(*values) if outer is None else copy_of(back, outer, values)

        def foretold(*specs: Spec) -> list[Spec]:
            return [x for x in specs[: self.takes] if is_float(x.dtype)]

        return Late(gradient, self.takes + slopes, foretold)

    def __repr__(self) -> str:
        return f"<late {self.takes} inputs>"


# --------------------------------------------------------------------------- trials


def _tried(function: Callable, specs: Sequence[Spec]) -> list[Spec]:
    """The specs of results, from those for several sizes in the place of unknown ones."""
    unknown = list(dict.fromkeys(s for x in specs for s in x.sizes if isinstance(s, Unknown)))
    if not unknown:
        return _one_trial(function, specs)
    for spread in (1, 0):  # each unknown size another number, else all the same
        found, problem = [], None
        for size in _TRIALS:
            numbers: dict[Any, int] = {
                one: size * (1 + i * spread) for i, one in enumerate(unknown)
            }
            tried = [Spec((numbers.get(s, s) for s in x.sizes), x.dtype) for x in specs]
            try:
                found.append((numbers, _one_trial(function, tried)))
            except (ValueError, TypeError, IndexError) as one:
                problem = one
        if len(found) > 1:
            return _common(found)
    raise problem or ShapeError("No sizes fit.")


def _one_trial(function: Callable, specs: Sequence[Spec]) -> list[Spec]:
    """The specs of results where all sizes are known: by tracing, else by numbers."""
    try:
        return [x.spec for x in trace(function, *specs, name="trial").outputs]
    except SymbolicError:
        made = []
        for fill in (np.zeros, np.ones, _counted):
            arrays = [fill(x.numbers, p.numpy_dtype(x.dtype)).view(p.Tensor) for x in specs]
            made.append(({}, [Spec.of(np.asarray(x)) for x in function(*arrays)]))
        return _common(made)


def _counted(shape: Sequence[int], dtype: Any) -> np.ndarray:
    return np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)


def _common(trials: list[tuple[dict[Unknown, int], list[Spec]]]) -> list[Spec]:
    """What is the same in all trials, or always the number that an unknown size had."""
    first = trials[0][1]
    if any(
        [(x.ndim, x.dtype) for x in made] != [(x.ndim, x.dtype) for x in first]
        for _, made in trials
    ):
        raise ShapeError("The results depend on the numbers.")

    def size(i: int, axis: int) -> Any:
        said = [made[i].sizes[axis] for _, made in trials]
        if said.count(said[0]) == len(said):
            return said[0]
        for one in trials[0][0]:
            if all(numbers[one] == n for (numbers, _), n in zip(trials, said, strict=True)):
                return one
        return Unknown()

    return [Spec((size(i, a) for a in range(x.ndim)), x.dtype) for i, x in enumerate(first)]
