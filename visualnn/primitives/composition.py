"""Functions made of primitives, which are called as if they were primitives themselves.

    @composition
    def ceil(x):
        ...  # its documentation
        return negative(floor(negative(x)))

What they do is recorded as the primitives they call, so they need no shape rule, no gradient and
no place in the engine.  In a graph, their operations are one box that has their name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from visualnn.primitives.conversion import cast
from visualnn.primitives.primitive import recorder
from visualnn.scope import absolute_scope
from visualnn.spec import Spec

COMPOSITIONS: dict[str, Composition] = {}


class Composition:
    """A function of primitives.  Calling it runs them, or records them under its name.

    Args:
        function: What it computes, from tensors (positional) and settings (keyword-only).
        in_single: Whether 16-bit fractions are turned into 32 bits first, and the result rounded
            once, as primitives do.
    """

    def __init__(self, function: Callable, in_single: bool = False):
        functools.update_wrapper(self, function)  # its name, documentation and signature
        self.name = function.__name__
        self.function = function
        self.in_single = in_single
        self.example_rule: Callable | None = None

    def __call__(self, *inputs, **settings):
        graph = recorder.get()
        if graph is None:
            return self._compute(inputs, settings)
        with absolute_scope(graph.unique(self.name)):
            return self._compute(inputs, settings)

    def _compute(self, inputs: tuple, settings: dict[str, Any]) -> Any:
        if not self.in_single:
            return self.function(*inputs, **settings)
        dtype = next((Spec.of(x).dtype for x in inputs if hasattr(x, "dtype")), "")
        if dtype not in ("float16", "bfloat16"):
            return self.function(*inputs, **settings)
        wide = (cast(x, dtype="float32") if hasattr(x, "dtype") else x for x in inputs)
        return cast(self.function(*wide, **settings), dtype=dtype)

    def examples(self, rule: Callable) -> None:
        self.example_rule = rule

    def __repr__(self) -> str:
        return f"<composition {self.name}>"


def composition(function: Callable | None = None, *, in_single: bool = False) -> Any:
    """Make a function of primitives one that is drawn as one box."""
    if function is None:
        return lambda function: composition_of(function, in_single)
    return composition_of(function, False)


def composition_of(function: Callable, in_single: bool) -> Composition:
    """The composition, entered in the table that the tests go through."""
    return COMPOSITIONS.setdefault(function.__name__, Composition(function, in_single))
