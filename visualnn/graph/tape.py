"""Gradients of Python code that has just run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.graph.eager import EagerGraph
from visualnn.graph.gradient import gradients
from visualnn.graph.graph import Graph, Value
from visualnn.primitives.primitive import recorder
from visualnn.primitives.tensor import Tensor
from visualnn.structure import flatten, map_structure, pack_like
from visualnn.variable import Variable


class GradientTape:
    """Records what is computed inside ``with``, so that it can be differentiated.

    Inside a traced function (``train_step``) the recording that goes on is used; elsewhere the
    operations are computed as they are recorded.

    Args:
        persistent: Accepted for TensorFlow's sake: every tape can be asked several times.
        watch_accessed_variables: Accepted likewise: variables are always watched.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True):
        del persistent, watch_accessed_variables
        self._graph: Graph | None = None
        self._token: Any = None

    def __enter__(self) -> GradientTape:
        outer = recorder.get()
        self._graph = outer if outer is not None else EagerGraph()
        self._token = recorder.set(self._graph)
        return self

    def __exit__(self, *problem: Any) -> None:
        recorder.reset(self._token)

    def watch(self, tensor: Any) -> None:
        """Make gradients with respect to these arrays possible; call it before using them."""
        graph = self._recording()
        for x in flatten(tensor):
            if isinstance(graph, EagerGraph) and not isinstance(x, Value | Variable):
                graph.watched[id(x)] = graph.hold(x, "watched")

    def watched(self, tensor: Any) -> Any:
        """What stands for these arrays in the recording, nested like them; they are watched."""
        self.watch(tensor)
        known = getattr(self._recording(), "watched", {})
        return map_structure(lambda x: known.get(id(x), x), tensor)

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: str = "none",
    ) -> Any:
        """The gradients of ``target`` with respect to ``sources``, nested like them.

        Args:
            target: One tensor or several; their sum is differentiated.
            sources: Variables and watched tensors.
            output_gradients: The gradient of each target; by default ones.
            unconnected_gradients: ``"none"`` or ``"zero"`` for sources without influence.
        """
        graph = self._recording()
        results = [graph.lift(x) for x in flatten(target)]
        seeds = None
        if output_gradients is not None:
            seeds = [graph.lift(x) for x in flatten(output_gradients)]
        leaves = flatten(sources)
        found: list[Any] = list(gradients(graph, results, leaves, seeds))
        if unconnected_gradients == "zero":
            with graph.recording():
                found = [
                    p.zeros_like(graph.lift(x)) if g is None else g
                    for g, x in zip(found, leaves, strict=True)
                ]
        if isinstance(graph, EagerGraph) and recorder.get() is None:
            found = [numbers_of(g) for g in found]
        return pack_like(sources, found)

    def _recording(self) -> Graph:
        if self._graph is None:
            raise RuntimeError("Use a GradientTape as `with GradientTape() as tape:`.")
        return self._graph


def numbers_of(x: Any) -> Any:
    """A value of an eager recording as a tensor of its own."""
    return x.numpy().view(Tensor) if isinstance(x, Value) else x


def value_and_grad(
    function: Callable, argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable:
    """A function that gives the value of ``function`` and its gradient.

    Args:
        function: Gives a single number, or (number, anything else) with ``has_aux``.
        argnums: Which positional arguments to differentiate by: tensors or variables, nested.
        has_aux: Whether ``function`` gives more than the number.
    """

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        args = tuple(map_structure(_as_source, x) for x in args)
        picked = argnums if isinstance(argnums, tuple) else (argnums,)
        with GradientTape() as tape:
            sources = [tape.watched(args[i]) for i in picked]
            given = list(args)
            for i, source in zip(picked, sources, strict=True):
                given[i] = source
            result = function(*given, **kwargs)
        number = result[0] if has_aux else result
        found = tuple(tape.gradient(number, sources))
        if recorder.get() is None:
            result = map_structure(numbers_of, result)
        return result, found if isinstance(argnums, tuple) else found[0]

    return value_and_gradient


def grad(function: Callable, argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable:
    """A function that gives the gradient of ``function``; arguments as of ``value_and_grad``."""
    with_value = value_and_grad(function, argnums, has_aux)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        result, found = with_value(*args, **kwargs)
        return (found, result[1]) if has_aux else found

    return gradient


def _as_source(x: Any) -> Any:
    if isinstance(x, float | np.ndarray | np.generic):
        return np.array(x, "float32" if isinstance(x, float) else None).view(Tensor)
    return x
