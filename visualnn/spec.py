"""What is known about a tensor before it exists: its shape and its dtype.

A size that is not known yet, usually the batch, is an :class:`Unknown`.  Two unknown sizes are
different until something says otherwise, although both print as ``None``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

Shape = tuple[int | None, ...]


class ShapeError(ValueError):
    """The shapes or dtypes of some inputs do not fit together."""


class Unknown:
    """One size that is not known yet.  It equals only itself; arithmetic gives a new unknown."""

    __slots__ = ("__weakref__",)

    def __repr__(self) -> str:
        return "None"

    def _another(self, other: Any) -> Unknown:
        return Unknown()

    __mod__ = __rmod__ = __rsub__ = __rfloordiv__ = __neg__ = _another

    def __add__(self, other: Any) -> Unknown:
        return self if _is_number(other, 0) else Unknown()

    def __mul__(self, other: Any) -> Unknown:
        return self if _is_number(other, 1) else Unknown()

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other: Any) -> Unknown:
        return self if _is_number(other, 0) else Unknown()

    def __floordiv__(self, other: Any) -> Unknown:
        return self if _is_number(other, 1) else Unknown()


Size = int | Unknown


def _is_number(x: Any, number: int) -> bool:
    return not isinstance(x, Unknown) and x == number


def known(size: Any) -> bool:
    """Whether a size is a number."""
    return size is not None and not isinstance(size, Unknown)


def is_float(dtype: str) -> bool:
    """Whether a dtype holds fractions."""
    return dtype.startswith(("float", "bfloat"))


@lru_cache(maxsize=64)  # numpy puts names together anew each time
def _name(dtype: np.dtype) -> str:
    """The name of a dtype; all kinds of texts have the same."""
    return "string" if dtype.kind in "OUS" else dtype.name


class Spec:
    """The shape and dtype of a tensor.

    ``sizes`` holds an :class:`Unknown` where ``shape`` shows ``None``.  Specs are equal when
    their shapes and dtypes are; whether two unknown sizes are the same one, ``sizes`` tells.
    """

    __slots__ = ("dtype", "sizes")

    sizes: tuple[Size, ...]
    dtype: str

    def __init__(self, shape: Iterable[Any] = (), dtype: Any = "float32"):
        self.sizes = tuple(
            Unknown() if size is None else size if isinstance(size, Unknown) else int(size)
            for size in shape
        )
        self.dtype = dtype if isinstance(dtype, str) else _name(np.dtype(dtype))

    @classmethod
    def of(cls, array: Any) -> Spec:
        """The spec of an array, of a number, or of anything that has a ``spec``."""
        spec = getattr(array, "spec", None)
        if isinstance(spec, Spec):
            return spec
        if not hasattr(array, "dtype"):
            array = np.asarray(array)
        return cls(array.shape, array.dtype)

    @property
    def shape(self) -> Shape:
        return tuple(size if isinstance(size, int) else None for size in self.sizes)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The shape, where every size is known.

        Raises:
            ShapeError: Where one is not.
        """
        if not all(isinstance(size, int) for size in self.sizes):
            raise ShapeError(f"{self} has a size that is not known.")
        return tuple(size for size in self.sizes if isinstance(size, int))

    @property
    def ndim(self) -> int:
        return len(self.sizes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spec) and self.dtype == other.dtype and self.shape == other.shape

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join('?' if s is None else str(s) for s in self.shape)}]"

    def __repr__(self) -> str:
        return f"Spec({self.shape}, {self.dtype!r})"


def broadcast(*shapes: Sequence[Size]) -> tuple[Size, ...]:
    """The sizes that numpy broadcasting gives.

    Raises:
        ShapeError: When two known sizes differ and neither is one.
    """
    rank = max(map(len, shapes))
    columns = zip(*((1,) * (rank - len(shape)) + tuple(shape) for shape in shapes), strict=True)
    return tuple(_broadcast_size(sizes, shapes) for sizes in columns)


def _broadcast_size(sizes: tuple[Size, ...], shapes: tuple[Sequence[Size], ...]) -> Size:
    numbers = {size for size in sizes if isinstance(size, int) and size != 1}
    if len(numbers) > 1:
        said = " and ".join(str(tuple(shape)) for shape in shapes)
        raise ShapeError(f"The shapes {said} cannot be combined: {sorted(numbers)} do not match.")
    if numbers:
        return numbers.pop()
    unknowns = {size for size in sizes if isinstance(size, Unknown)}
    if not unknowns:
        return 1
    return unknowns.pop() if len(unknowns) == 1 else Unknown()
