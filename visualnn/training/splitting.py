"""Data in two parts: ``keras.utils.split_dataset``."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.random import make_default_seed
from visualnn.structure import flatten, map_structure
from visualnn.training.array_like import as_arrays, is_array_like, is_arrays
from visualnn.training.examples import ExampleDataset


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Part, Part]:
    """Put the examples of a data set into two parts, for training and for testing.

    Args:
        dataset: Arrays, alone or in a list, tuple or dict; or anything that gives one example after
            the other, such as a data set of PyTorch or ``tf.data``.
        left_size: The share of the examples in the first part, or how many they are; by default
            those that are not in the second.
        right_size: The same of the second part.
        shuffle: Whether the examples come in another order.
        seed: Makes that order repeatable.
        preferred_backend: Accepted for Keras's sake: the parts are numpy's.

    Returns:
        Two data sets of single examples; ``part.batch(32)`` is what ``fit`` takes, and
        ``part.arrays`` holds all of it.

    Raises:
        TypeError: When something is no data set, or a size no number.
        ValueError: When the sizes do not fit.
    """
    del preferred_backend
    arrays = _arrays(dataset)
    lengths = {len(x) for x in flatten(arrays)}
    if len(lengths) != 1:
        raise ValueError(
            "split_dataset: all arrays must hold the same number of examples, but they have "
            f"{' and '.join(map(str, sorted(lengths)))}."
        )
    (length,) = lengths
    left, right = _sizes(length, left_size, right_size)
    order = np.arange(length)
    if shuffle:
        np.random.RandomState(make_default_seed() if seed is None else seed).shuffle(order)
    picked = (order[:left], order[length - right :])
    first, second = (Part(map_structure(lambda x, which=w: x[which], arrays)) for w in picked)
    return first, second


class Part(ExampleDataset):
    """Examples that lie in memory, one by one, or in batches.

    Attributes:
        arrays: All of them, nested as they came.
    """

    def __init__(self, arrays: Any, batch_size: int | None = None):
        super().__init__(len(flatten(arrays)[0]), batch_size)
        self.arrays = arrays

    def make(self, examples: np.ndarray) -> Any:
        return map_structure(lambda x: x[examples], self.arrays)

    def make_one(self, example: int) -> Any:
        return map_structure(lambda x: x[example], self.arrays)

    def batch(self, batch_size: int) -> Part:
        """The same examples in batches."""
        return Part(self.arrays, batch_size)


def _arrays(dataset: Any) -> Any:
    """All examples of a data set as arrays."""
    if isinstance(dataset, str | bytes):
        raise TypeError("split_dataset takes arrays or a data set, but a text came.")
    if is_arrays(dataset):
        arrays = as_arrays(dataset, "dataset")
        return tuple(arrays) if isinstance(arrays, list) else arrays
    try:
        examples = _examples(dataset)
    except TypeError:
        raise TypeError(
            "split_dataset takes arrays, alone or in a list, tuple or dict, or a data set that "
            f"gives one example after the other, but a {type(dataset).__name__} came."
        ) from None
    if not examples:
        raise ValueError("split_dataset: there are no examples in the data set.")
    return map_structure(lambda *parts: np.stack([_one(x) for x in parts]), *examples)


def _examples(dataset: Any) -> list:
    """The examples of a data set, one by one; PyTorch's need not be iterable."""
    if hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__"):
        return [dataset[i] for i in range(len(dataset))]
    return list(dataset)


def _one(x: Any) -> np.ndarray:
    return as_arrays(x, "dataset") if is_array_like(x) else np.asarray(x)


def _sizes(length: int, left: float | None, right: float | None) -> tuple[int, int]:
    """How many examples each part has."""
    if left is None and right is None:
        raise ValueError("split_dataset: give `left_size` or `right_size`.")
    for name, size in (("left_size", left), ("right_size", right)):
        if size is None:
            continue
        if not isinstance(size, int | float | np.integer | np.floating) or isinstance(size, bool):
            raise TypeError(
                f"split_dataset: `{name}` must be a number, but is a {type(size).__name__}."
            )
        is_share = isinstance(size, float | np.floating)
        if not 0 < size <= (1 if is_share else length):
            raise ValueError(
                f"split_dataset: `{name}` must be a share between 0 and 1, or a number of examples "
                f"up to {length}, but is {size}."
            )
    if isinstance(left, float) and isinstance(right, float) and left + right > 1 + 1e-9:
        raise ValueError(
            f"split_dataset: `left_size={left}` and `right_size={right}` are more than all."
        )
    first, second = (
        round(size * length) if isinstance(size, float | np.floating) else size
        for size in (left, right)
    )
    first = length - int(second or 0) if first is None else int(first)
    second = length - first if second is None else int(second)
    if first + second > length:
        raise ValueError(
            f"split_dataset: {first} and {second} examples are more than the {length} there are."
        )
    if not first or not second:
        raise ValueError(
            f"split_dataset: of {length} examples, {first} and {second} are in the parts; neither "
            "may be empty."
        )
    return first, second
