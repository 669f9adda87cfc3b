"""Data sets of examples that are made when they are asked for, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from visualnn.training.iterables import PyDataset


class ExampleDataset(PyDataset):
    """Examples by number, put together into batches; write ``make``.

    One can go through it by ``for``, index it, or give it to ``fit``.

    Args:
        count: How many examples there are.
        batch_size: How many a batch has; ``None`` for single examples instead of batches.
        rng: What puts the examples into a new order after each epoch, or ``None``.
    """

    def __init__(self, count: int, batch_size: int | None, rng: Any = None):
        super().__init__()
        if batch_size is not None and batch_size < 1:
            raise ValueError(f"`batch_size` must be above zero, or None, but is {batch_size}.")
        self.batch_size = batch_size
        self._rng = rng
        self._order = np.arange(count)

    def make(self, examples: np.ndarray) -> Any:
        """The batch of the examples of these numbers."""
        raise NotImplementedError(
            f"{type(self).__name__} must have a method `make(self, examples)` that returns the "
            "batch of these examples."
        )

    def make_one(self, example: int) -> Any:
        """One example, without an axis for the batch."""
        batch = self.make(np.array([example]))
        return tuple(part[0] for part in batch) if isinstance(batch, tuple) else batch[0]

    def __len__(self) -> int:
        return -(-len(self._order) // (self.batch_size or 1))

    def __getitem__(self, index: int) -> Any:
        size = len(self)
        if not -size <= index < size:
            raise IndexError(f"There is no batch {index}: there are {size}.")
        index %= size
        if self.batch_size is None:
            return self.make_one(int(self._order[index]))
        return self.make(self._order[index * self.batch_size : (index + 1) * self.batch_size])

    def __iter__(self) -> Iterator[Any]:
        for index in range(len(self)):
            yield self[index]
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        if self._rng is not None:
            self._rng.shuffle(self._order)
