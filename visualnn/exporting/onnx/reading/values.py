"""What stands for a tensor of a file while its model is made.

Convolutions of ONNX have the channels in front; our layers have them behind.  So a tensor may be
held with its axes in another order, and without axes of size one, until somebody needs them.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from visualnn.spec import Spec

Axes = tuple[int | None, ...]


def channels_behind(rank: int) -> Axes:
    """The order in which our layers have images: channels behind."""
    return (0, rank - 1, *range(1, rank - 1))


class Held:
    """A tensor, and which of its axes is which.

    Attributes:
        tensor: A ``KerasTensor``, or a value of a traced graph.
        axes: For each axis in the file, the axis of ``tensor``, or ``None`` for one of size one
            that ``tensor`` does not have.
    """

    __slots__ = ("axes", "kept", "tensor")

    def __init__(self, tensor: Any, axes: Axes | None = None):
        self.tensor = tensor
        self.kept: dict[Axes, Any] = {}  # the same in other orders
        self.axes: Axes = tuple(range(Spec.of(tensor).ndim)) if axes is None else axes

    @property
    def rank(self) -> int:
        return len(self.axes)

    @property
    def plain(self) -> bool:
        """Whether all axes are where they are in the file."""
        return self.axes == tuple(range(self.rank))

    @property
    def sizes(self) -> tuple[Any, ...]:
        """The sizes in the order of the file: numbers, or ``Unknown``."""
        own = Spec.of(self.tensor).sizes
        return tuple(1 if axis is None else own[axis] for axis in self.axes)

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The sizes that are known."""
        return tuple(size if isinstance(size, int) else None for size in self.sizes)

    @property
    def dtype(self) -> str:
        return Spec.of(self.tensor).dtype


@dataclasses.dataclass(frozen=True)
class Size:
    """A size of a tensor that is not known yet."""

    tensor: Any
    axis: int

    @property
    def unknown(self) -> Any:
        return Spec.of(self.tensor).sizes[self.axis]


class Sizes:
    """Whole numbers of which some are sizes that are not known yet: a shape, or one size.

    Attributes:
        entries: Numbers and ``Size``.
        single: Whether it is one number without an axis.
    """

    __slots__ = ("entries", "single")

    def __init__(self, entries: list[Any], single: bool = False):
        self.entries = entries
        self.single = single

    @property
    def rank(self) -> int:
        return 0 if self.single else 1

    dtype = "int64"

    def simplest(self) -> Any:
        """An array, if all entries are numbers."""
        if not all(isinstance(entry, int) for entry in self.entries):
            return self
        return np.array(self.entries[0] if self.single else self.entries, np.int64)


def sizes_of(x: Any) -> Sizes | np.ndarray:
    """The shape of what a node takes."""
    if isinstance(x, np.ndarray):
        return np.array(x.shape, np.int64)
    if isinstance(x, Sizes):
        return np.array([] if x.single else [len(x.entries)], np.int64)
    entries = []
    for axis, size in zip(x.axes, x.sizes, strict=True):
        entries.append(size if isinstance(size, int) else Size(x.tensor, axis))
    return Sizes(entries).simplest()


def rank_of(x: Any) -> int:
    """How many axes it has."""
    return x.ndim if isinstance(x, np.ndarray) else x.rank


def dtype_of(x: Any) -> str:
    """The dtype it has."""
    return x.dtype.name if isinstance(x, np.ndarray) else x.dtype


def shape_of(x: Any) -> tuple[int | None, ...]:
    """The shape it has, with ``None`` for sizes that are not known."""
    if isinstance(x, np.ndarray):
        return x.shape
    if isinstance(x, Sizes):
        return () if x.single else (len(x.entries),)
    return x.shape
