"""The rows by which functions of a SavedModel are run, and what they share.

    @reads("AddV2", "Add")
    def _(node, x, y):              # the node with its settings, and its inputs
        return ops.add(x, y)

A row gets arrays where numbers are known and values where they are being traced.  Sizes of a
tensor that is traced are :class:`Sizes`, so that a batch stays the same unknown size through
``Shape``, ``Pack`` and ``Reshape``; rows that know what to do with them say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.exporting.saved_model.attributes import setting
from visualnn.graph.graph import Value
from visualnn.serialization import InvalidModelFile
from visualnn.spec import Spec
from visualnn.variable import Variable

ROWS: dict[str, Callable] = {}
"""What each operation of TensorFlow is."""

TAKES_SIZES: set[str] = set()


def reads(*operations: str, sizes: bool = False) -> Callable[[Callable], Callable]:
    """Register a function as what these operations do.

    Args:
        *operations: Their names.
        sizes: Whether it takes :class:`Sizes` among its inputs, which are tensors otherwise.
    """

    def register(row: Callable) -> Callable:
        for name in operations:
            assert name not in ROWS, name
            ROWS[name] = row
            if sizes:
                TAKES_SIZES.add(name)
        return row

    return register


class Sizes(tuple):
    """Sizes along one axis of which some are only known when the function runs."""

    __slots__ = ()


class ReadNode:
    """A node of a function that is read: its operation, its inputs, its settings.

    Args:
        message: The ``NodeDef``.
    """

    def __init__(self, message: dict[str, Any]):
        self.name: str = message.get("name", "")
        self.operation: str = message.get("op", "")
        self.inputs: list[str] = message.get("input", [])
        self._attr: dict[str, Any] = message.get("attr", {})
        self._settings: dict[str, Any] = {}
        self.library: Any = None

    def get(self, name: str, otherwise: Any = None) -> Any:
        """A setting; what is not written has the value that the operation gives it."""
        if name not in self._settings:
            coded = self._attr.get(name)
            found = None if coded is None else setting(coded)
            self._settings[name] = otherwise if found is None else found
        return self._settings[name]

    def refuse(self, why: str) -> InvalidModelFile:
        """An error that tells which node cannot be run, and why."""
        return InvalidModelFile(f"The node {self.name!r} ({self.operation}) {why}.")


def tensor(x: Any) -> Any:
    """Something as a tensor: sizes are put together."""
    if not isinstance(x, Sizes):
        return x
    parts = [
        p.reshape(p.cast(y, dtype="int32"), shape=(1,))
        if isinstance(y, Value)
        else np.array([y], np.int32)
        for y in x
    ]
    return p.concatenate(*parts, axis=0)


def numbers(node: ReadNode, x: Any) -> list[int]:
    """Whole numbers that must be known when the function is traced."""
    if isinstance(x, Sizes) and not any(isinstance(y, Value) for y in x):
        return [int(y) for y in x]
    if isinstance(x, Value | Variable | Sizes):
        if getattr(x, "array", None) is None:
            raise node.refuse("needs numbers that are only known when it runs")
        x = x.array  # type: ignore[union-attr]
    return [int(y) for y in np.asarray(x).ravel()]


def number(node: ReadNode, x: Any) -> int:
    """One whole number that must be known."""
    found = numbers(node, x)
    if len(found) != 1:
        raise node.refuse(f"needs one number, but got {len(found)}")
    return found[0]


def sizes_from(x: Any) -> list[Any]:
    """The sizes that a tensor with one axis holds: numbers, or tensors where they are unknown."""
    if isinstance(x, Sizes):
        return list(x)
    if isinstance(x, Value) and x.array is None:
        count = Spec.of(x).numbers[0]
        return [p.reshape(_element(x, i), shape=()) for i in range(count)]
    return [int(y) for y in np.asarray(x).ravel()]


def _element(x: Any, place: int) -> Any:
    return p.slice(x, axes=(0,), starts=(place,), stops=(place + 1,), steps=(1,))


def axes_of(node: ReadNode, x: Any, rank: int) -> tuple[int, ...]:
    """Axes, of which negative ones count from the end.

    Raises:
        InvalidModelFile: When a tensor does not have them.
    """
    found = [axis + rank if axis < 0 else axis for axis in numbers(node, x)]
    if any(not 0 <= axis < rank for axis in found):
        raise node.refuse(f"names the axes {found} of a tensor that has {rank}")
    return tuple(found)


def axis_of(node: ReadNode, x: Any, rank: int) -> int:
    """One axis."""
    return axes_of(node, number(node, x), rank)[0]


def rank_of(x: Any) -> int:
    """How many axes a tensor has."""
    return 1 if isinstance(x, Sizes) else Spec.of(x).ndim


def dtype_of(x: Any) -> str:
    """The dtype of a tensor."""
    return "int32" if isinstance(x, Sizes) else Spec.of(x).dtype


def is_known(x: Any) -> bool:
    """Whether the numbers are there."""
    if isinstance(x, Sizes):
        return not any(isinstance(y, Value) for y in x)
    return isinstance(x, np.ndarray | np.generic | int | float)


def known_all(values: Sequence[Any]) -> bool:
    """Whether the numbers of all are there."""
    return all(known_all(x) if isinstance(x, list) else is_known(x) for x in values)
