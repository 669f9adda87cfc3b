"""What kernels write with, inside of a loop over steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.engine.moving import Moving
from visualnn.engine.names import Names


class StepCalls:
    """Writes the calls of one step.

    Args:
        names: The names of the plan.
        known: What they stand for, to which arrays are added.
        moving: The arrays that are others in each turn.
        name: What the loop is called.
    """

    def __init__(self, names: Names, known: dict[str, Any], moving: Moving, name: str):
        self._names, self.globals, self._moving = names, known, moving
        self.name = names.new(name)
        self._called = name
        self._inside: list[str] = []
        self._static: dict[Any, str] = {}
        self._fields: dict[Any, np.ndarray] = {}

    roll = None
    is_in_parts = False

    def line(self, text: str) -> None:
        """Write a statement."""
        self._inside.append(text)

    once = line

    def call(self, function: str, *inputs: Any, out: Any, more: str = "") -> None:
        """Write one call; inputs are arrays that are there, or names."""
        given = ", ".join(map(self.text, inputs))
        self.line(f"{function}({given}{more}, out={self.text(out)})")

    def copy(self, x: Any, there: np.ndarray) -> None:
        """Write that elements are copied, unless they lie there already."""
        if isinstance(x, np.ndarray) and self._moving.key(x) == self._moving.key(there):
            return
        shaped = x.reshape(there.shape) if isinstance(x, np.ndarray) else x
        self.line(f"copyto({self.text(there)}, {self.text(shaped)}, casting='unsafe')")

    def filled(self, number: float, shape: tuple, dtype: Any) -> np.ndarray:
        """An array in which every element is this number."""
        key = (number, tuple(shape), np.dtype(dtype).name)
        if key not in self._fields:
            self._fields[key] = np.full(shape, number, dtype)
        return self._fields[key]

    def scratch(self, shape: tuple, dtype: Any, name: str) -> np.ndarray:
        """An array for this node alone."""
        array = self._fields[len(self._fields)] = np.empty(shape, dtype)
        self._static_name(array, f"{self.name}_{name}")
        return array

    def view(self, x: Any, method: str, argument: tuple) -> str:
        """A view of an array, or of what comes when the plan runs."""
        return (
            self.text(getattr(x, method)(argument))
            if isinstance(x, np.ndarray)
            else f"{x}.{method}({argument})"
        )

    def text(self, x: Any) -> str:
        """How an array, or a name, is written."""
        if not isinstance(x, np.ndarray):
            return str(x)
        name = self._moving.name(x, self._names)
        return name or self._static_name(x, f"{self._called}_part")

    def _static_name(self, x: np.ndarray, name: str) -> str:
        key = self._moving.key(x)
        if key not in self._static:
            self._static[key] = unique = self._names.new(name)
            self.globals[unique] = x
        return self._static[key]
