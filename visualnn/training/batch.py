"""One batch of data: some arrays, and how they are nested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from visualnn.spec import Spec, Unknown
from visualnn.structure import flatten, map_structure, pack_like

Sizes = tuple[tuple[int | None, ...], ...]
"""The sizes of each array of a batch, but for its length; ``None`` for any."""


class Form:
    """What batches of one kind have in common: their nesting, dtypes, and sizes of each example.

    Attributes:
        structure: The nesting, with ``...`` for each array and ``None`` where there is none.
        sizes: The sizes of an example of each array.
        kind: All but the sizes; equal for forms that one graph may serve.
    """

    __slots__ = ("_dtypes", "_lengths", "kind", "sizes", "structure")

    def __init__(self, data: Any):
        leaves = flatten(data)
        arrays = [x for x in leaves if x is not None]
        lengths = [x.shape[0] if x.ndim else None for x in arrays]
        self.structure = map_structure(lambda x: None if x is None else ..., data)
        self.sizes: Sizes = tuple(x.shape[1:] for x in arrays)
        # arrays of one length share the unknown size of the batch
        self._lengths = [None if n is None else lengths.index(n) for n in lengths]
        self._dtypes = [Spec.of(x).dtype for x in arrays]
        ranks = [x.ndim for x in arrays]
        self.kind = repr((self.structure, self._lengths, self._dtypes, ranks))

    def specs(self, sizes: Sizes | None = None) -> list[Spec]:
        """What is known of the arrays of every batch, in flattened order; not their length."""
        lengths: dict[int, Unknown] = {}
        return [
            Spec((() if n is None else (lengths.setdefault(n, Unknown()), *rest)), dtype)
            for n, rest, dtype in zip(self._lengths, sizes or self.sizes, self._dtypes, strict=True)
        ]

    def nested(self, leaves: list[Any]) -> Any:
        """These things, one for each array, nested like a batch."""
        return filled(self.structure, leaves)

    def names(self) -> list[str]:
        """What the arrays are called: ``x``, ``y``, ``sample_weight``, numbered where several."""
        parts = self.structure if isinstance(self.structure, tuple) else (self.structure,)
        found = []
        for name, part in zip(("x", "y", "sample_weight"), parts, strict=False):
            count = sum(x is not None for x in flatten(part))
            found += [name] if count == 1 else [f"{name}_{i}" for i in range(count)]
        return found


def filled(structure: Any, leaves: list[Any]) -> Any:
    """A structure with these things in place of its leaves, but for those that are ``None``."""
    found = iter(leaves)
    return pack_like(structure, [None if x is None else next(found) for x in flatten(structure)])


class Batch(NamedTuple):
    """One batch: its arrays in flattened order, and the form that nests them."""

    form: Form
    arrays: list[np.ndarray]

    @classmethod
    def of(cls, data: Any) -> Batch:
        """The batch of nested arrays."""
        return cls(Form(data), [x for x in flatten(data) if x is not None])

    @property
    def data(self) -> Any:
        """The arrays, nested."""
        return self.form.nested(self.arrays)

    @property
    def length(self) -> int:
        """How many examples there are."""
        return next((len(x) for x in self.arrays if x.ndim), 1)


class Stretch(NamedTuple):
    """Several batches of one form: their examples one after the other, and how many are in each."""

    form: Form
    arrays: list[np.ndarray]
    batch_size: int

    def batches(self, start: int = 0) -> Iterator[Batch]:
        """The batches from one example on."""
        for i in range(start, len(self.arrays[0]), self.batch_size):
            yield Batch(self.form, [x[i : i + self.batch_size] for x in self.arrays])

    def stacks(self, start: int, count: int) -> list[np.ndarray]:
        """So many batches from one example on, each array of all of them along a new first axis."""
        part = slice(start, start + count * self.batch_size)
        return [x[part].reshape(count, self.batch_size, *x.shape[1:]) for x in self.arrays]


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Inputs, targets and weights of a batch; ``None`` for what is not there.

    Args:
        data: ``x``, ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.

    Raises:
        ValueError: When it is longer.
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "A batch is `x`, `(x,)`, `(x, y)` or `(x, y, sample_weight)`, "
            f"but this one has {len(data)} parts."
        )
    x, y, sample_weight = (*data, None, None)[:3]
    return x, y, sample_weight


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """A batch of inputs, targets and weights, as ``unpack_x_y_sample_weight`` takes it apart.

    Inputs alone are the batch itself, so that ``train_step(self, data)`` may use ``data`` as it is.
    """
    if y is None and sample_weight is None:
        return (x,) if isinstance(x, list | tuple) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)
