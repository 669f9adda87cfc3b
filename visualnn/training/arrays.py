"""Batches of arrays that lie in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from visualnn.random import make_default_seed
from visualnn.structure import flatten
from visualnn.training.array_like import as_arrays, map_arrays, target_dtype
from visualnn.training.batch import Batch, Form, Stretch

_GATHERED = 1 << 22  # bytes that are put into a new order at once


class ArrayBatches:
    """Arrays, cut into batches along their first axis.

    Args:
        data: The arrays in any nesting: ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.
        batch_size: How many examples are in a batch; the last one may be smaller.
        shuffle: Whether each epoch goes through the examples in an order of its own; with
            ``"batch"`` only the batches change places.

    Raises:
        ValueError: When the arrays differ in length, or have none.
    """

    restarts = True

    def __init__(self, data: Any, batch_size: int | None = None, shuffle: Any = False):
        self.batch_size = 32 if batch_size is None else _checked_batch_size(batch_size)
        self.shuffle = shuffle
        if shuffle:
            self._random = np.random.default_rng(make_default_seed())
        self.examples = common_length(data)
        self._arrays = [x for x in flatten(data) if x is not None]
        self._dtypes = [target_dtype(x) for x in self._arrays]
        self._form = Form(map_arrays(lambda x: x[:1].astype(target_dtype(x)), data))

    @property
    def size(self) -> int:
        """How many batches an epoch has."""
        return -(-self.examples // self.batch_size)

    def epoch(self) -> Iterator[Batch]:
        """The batches, once."""
        for stretch in self.stretches():
            yield from stretch.batches()

    def stretches(self) -> Iterator[Stretch]:
        """The same, several batches at a time."""
        if self.shuffle == "batch":
            starts = self._random.permutation(self.size) * self.batch_size
            return self._slices(starts.tolist(), self.batch_size)
        if self.shuffle:
            return self._gathered(self._random.permutation(self.examples))
        return self._slices(range(0, self.examples, self._together), self._together)

    @property
    def _together(self) -> int:
        """How many examples are put together at once: those of some batches."""
        row = sum(x.nbytes for x in self._arrays) // max(self.examples, 1)
        return max(1, _GATHERED // max(1, row * self.batch_size)) * self.batch_size

    def _slices(self, starts: Any, length: int) -> Iterator[Stretch]:
        for start in starts:
            part = slice(start, start + length)
            arrays = [
                x[part].astype(d, copy=False)
                for x, d in zip(self._arrays, self._dtypes, strict=True)
            ]
            yield Stretch(self._form, arrays, self.batch_size)

    def _gathered(self, order: np.ndarray) -> Iterator[Stretch]:
        """The batches in another order of the examples."""
        together = self._together
        for start in range(0, self.examples, together):
            rows = order[start : start + together]
            arrays = [
                np.take(x, rows, axis=0).astype(d, copy=False)
                for x, d in zip(self._arrays, self._dtypes, strict=True)
            ]
            yield Stretch(self._form, arrays, self.batch_size)


def _checked_batch_size(batch_size: Any) -> int:
    if not isinstance(batch_size, int | np.integer) or batch_size < 1:
        raise ValueError(f"`batch_size` must be a whole number above zero, but is {batch_size!r}.")
    return int(batch_size)


def common_length(data: Any) -> int:
    """How many examples the arrays hold.

    Raises:
        ValueError: When they do not agree.
    """
    lengths = {}
    names = ("x", "y", "sample_weight")
    parts = data if isinstance(data, tuple) else (data,)
    for name, part in zip(names, parts, strict=False):
        for x in flatten(part):
            if x is not None:
                if x.ndim == 0:
                    raise ValueError(f"`{name}` holds a single number: examples lie along axis 0.")
                lengths.setdefault(name, []).append(len(x))
    if len({n for found in lengths.values() for n in found}) > 1:
        said = "; ".join(f"{name}: {', '.join(map(str, n))}" for name, n in lengths.items())
        raise ValueError(f"All arrays must hold the same number of examples, but they have {said}.")
    found = next(iter(lengths.values()), None)
    if not found:
        raise ValueError("There are no arrays to take examples from.")
    return found[0]


def split(data: tuple, share: float) -> tuple[tuple, tuple]:
    """Put the last part of all arrays aside, for validation.

    Args:
        data: ``(x, y, sample_weight)``.
        share: How much of them to put aside, between 0 and 1.

    Raises:
        ValueError: When nothing would be left on one side.
    """
    length = common_length(data)
    at = int(np.floor(length * (1 - share)))
    if not 0 < at < length:
        raise ValueError(
            f"`validation_split={share}` of {length} examples leaves none to "
            f"{'train' if at <= 0 else 'validate'} with."
        )
    first = tuple(map_arrays(lambda x: x[:at], part) for part in data)
    second = tuple(map_arrays(lambda x: x[at:], part) for part in data)
    return first, second


def weights_of_classes(y: Any, class_weight: dict[int, float]) -> np.ndarray:
    """A weight for each example, from the weight of its class.

    Args:
        y: The classes: whole numbers, or a row with a one at the class.
        class_weight: The weight of each class; classes that are missing weigh one.

    Raises:
        ValueError: When the targets are not one array of classes.
    """
    if not isinstance(y, np.ndarray):
        raise ValueError("`class_weight` needs the targets of a single output, as one array.")
    if y.ndim > 2:
        raise ValueError(
            "`class_weight` needs one class for each example: whole numbers of shape (n,) or "
            f"(n, 1), or rows of shape (n, classes), not {y.shape}."
        )
    classes = np.argmax(y, axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)
    classes = np.round(classes).astype("int64")
    weights = np.ones(len(classes), "float32")
    for number, weight in class_weight.items():
        weights[classes == int(number)] = weight
    return weights


def arrays_of(x: Any, y: Any = None, sample_weight: Any = None) -> tuple[Any, Any, Any]:
    """Inputs, targets and weights as numpy arrays, in their nesting."""
    return as_arrays(x, "x"), as_arrays(y, "y"), as_arrays(sample_weight, "sample_weight")
