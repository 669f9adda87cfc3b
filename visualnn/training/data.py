"""Data as they come, as batches: what ``fit``, ``evaluate`` and ``predict`` are given."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from visualnn.session import limited_steps
from visualnn.training.array_like import is_arrays
from visualnn.training.arrays import ArrayBatches, arrays_of, weights_of_classes
from visualnn.training.batch import Batch, Stretch, pack_x_y_sample_weight
from visualnn.training.iterables import DatasetBatches, IterableBatches, PyDataset


class Batches(Protocol):
    """Something that can be gone through, batch by batch.

    Attributes:
        restarts: Whether it can be gone through again.
    """

    restarts: bool

    @property
    def size(self) -> int | None:
        """How many batches an epoch has, if that is known."""
        ...

    def epoch(self) -> Iterator[Batch]:
        """The batches, once."""
        ...


def batches_of(
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    shuffle: Any = False,
    class_weight: dict[int, float] | None = None,
) -> Batches:
    """The batches of whatever was given as data.

    Raises:
        ValueError: When it cannot be understood; the message says what can.
    """
    if isinstance(x, PyDataset) or _is_indexed_dataset(x):
        _refuse_more(x, y, sample_weight)
        return DatasetBatches(x, shuffle, class_weight)
    if is_arrays(x):
        x, y, sample_weight = arrays_of(x, y, sample_weight)
        if class_weight is not None:
            if sample_weight is not None:
                raise ValueError("Give `class_weight` or `sample_weight`, not both.")
            sample_weight = weights_of_classes(y, class_weight)
        return ArrayBatches(pack_x_y_sample_weight(x, y, sample_weight), batch_size, shuffle)
    if isinstance(x, Iterable) and not isinstance(x, str | bytes | dict | list | tuple):
        _refuse_more(x, y, sample_weight)
        return IterableBatches(x, class_weight)
    if x is None:
        raise ValueError("There are no data: `x` is None.")
    raise ValueError(
        f"`x` is {_described(x)}, which cannot be used as data. Give arrays (alone, or in a list, "
        "tuple or dict), a generator of batches, or a `PyDataset`."
    )


def _is_indexed_dataset(x: Any) -> bool:
    """Whether something is a data set in Keras's sense, if not derived from our class."""
    return all(hasattr(type(x), name) for name in ("__getitem__", "num_batches", "on_epoch_end"))


def _refuse_more(x: Any, y: Any, sample_weight: Any) -> None:
    for name, value in (("y", y), ("sample_weight", sample_weight)):
        if value is not None:
            raise ValueError(
                f"`{name}` cannot be given beside {_described(x)}: it must be part of the batches "
                "that this one gives."
            )


def _described(x: Any) -> str:
    return f"a {type(x).__name__}"


class Epochs:
    """Batches, dealt out to epochs.

    Args:
        batches: The batches.
        steps_per_epoch: How many of them an epoch has; by default all.
    """

    def __init__(self, batches: Batches, steps_per_epoch: int | None = None):
        self.batches = batches
        self.steps_per_epoch = limited_steps(steps_per_epoch, batches.size)
        self.is_used_up = False
        self._running: Iterator[Batch] | None = None

    @property
    def size(self) -> int | None:
        """How many batches an epoch has, if that is known."""
        return self.steps_per_epoch or self.batches.size

    def steps(self) -> Iterator[Batch]:
        """The batches of the next epoch."""
        if self.steps_per_epoch is None:
            yield from self.batches.epoch()
            self.is_used_up = not self.batches.restarts
            return
        for done in range(self.steps_per_epoch):
            batch = self._next(begins=done == 0)
            if batch is None:
                warnings.warn(
                    f"The data ended after {done} of {self.steps_per_epoch} batches of this epoch.",
                    stacklevel=2,
                )
                return
            yield batch

    def stretches(self) -> Iterator[Stretch] | None:
        """The batches of the next epoch, several at a time; nothing, if they come one by one."""
        if self.steps_per_epoch is None and isinstance(self.batches, ArrayBatches):
            return self.batches.stretches()
        return None

    def restart(self) -> None:
        """Let the next epoch begin at the beginning of the data, where one can go back to it."""
        if self.batches.restarts:
            self._running = None

    def _next(self, begins: bool) -> Batch | None:
        """The next batch, where an epoch may begin in the middle of the data."""
        if self._running is None:
            self._running = self.batches.epoch()
        batch = next(self._running, None)
        if batch is None and begins and self.batches.restarts:
            self._running = self.batches.epoch()
            batch = next(self._running, None)
        if batch is None:
            self._running = None
            self.is_used_up = not self.batches.restarts
        return batch
