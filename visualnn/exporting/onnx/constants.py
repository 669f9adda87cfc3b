"""Numbers that are the same in every run, made when they are written and not before."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_SMALL = 1 << 16  # bytes that are kept once they are made


class Constant:
    """An array that is made when it is asked for, so that a large model is never there twice.

    Args:
        shape: Its shape.
        dtype: The name of its dtype.
        make: Makes it.
        name: What it is called.
    """

    __slots__ = ("_array", "_make", "dtype", "name", "shape")

    def __init__(
        self, shape: Sequence[int], dtype: str, make: Callable[[], Any], name: str = "constant"
    ):
        self.shape = tuple(shape)
        self.dtype = dtype
        self.name = name
        self._make = make
        self._array: np.ndarray | None = None

    @classmethod
    def of(cls, array: Any, name: str = "constant") -> Constant:
        """The constant that is this array."""
        array = np.asarray(array)
        dtype = "string" if array.dtype.kind in "OUS" else array.dtype.name
        return cls(array.shape, dtype, lambda: array, name)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def array(self) -> np.ndarray:
        """The numbers."""
        if self._array is not None:
            return self._array
        made = np.asarray(self._make())
        if made.nbytes <= _SMALL:
            self._array = made
        return made

    def number(self) -> float | None:
        """The only number it has, if it has one."""
        if self.size != 1 or self.dtype == "string":
            return None
        return float(self.array().reshape(()))

    def turned(self, axes: Sequence[int]) -> Constant:
        """With the axes in another order."""
        if tuple(axes) == tuple(range(self.ndim)):
            return self
        shape = [self.shape[axis] for axis in axes]
        return Constant(shape, self.dtype, lambda: np.transpose(self.array(), axes), self.name)

    def reshaped(self, shape: Sequence[int]) -> Constant:
        """In another shape."""
        if tuple(shape) == self.shape:
            return self
        return Constant(shape, self.dtype, lambda: np.reshape(self.array(), shape), self.name)

    def scaled(self, factors: Constant) -> Constant:
        """Each slice of the first axis times its factor."""

        def make() -> np.ndarray:
            along = np.reshape(factors.array(), (-1,) + (1,) * (self.ndim - 1))
            return (self.array() * along).astype(self.dtype)

        return Constant(self.shape, self.dtype, make, self.name)
