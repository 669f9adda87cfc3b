"""Batches that somebody else makes: generators, datasets, loaders."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from visualnn.random import make_default_seed
from visualnn.training.array_like import as_arrays
from visualnn.training.arrays import weights_of_classes
from visualnn.training.batch import (
    Batch,
    Form,
    pack_x_y_sample_weight,
    unpack_x_y_sample_weight,
)


class PyDataset:
    """The base of data sets that are made batch by batch.

    Write ``__getitem__``, which returns batch ``i`` as ``(x, y)`` or ``(x, y, sample_weight)``, and
    ``__len__``, the number of batches.  A data set without an end has a property ``num_batches``
    that is ``None``.

    Args:
        workers: How many threads prepare batches ahead.
        use_multiprocessing: Accepted for Keras's sake: threads are used in any case.
        max_queue_size: How many batches are prepared ahead at most.
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ):
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} must have a method `__getitem__(self, index)` that returns "
            "the batch of this number."
        )

    def __len__(self) -> int:
        raise NotImplementedError(
            f"{type(self).__name__} must have a method `__len__(self)` that returns how many "
            "batches there are."
        )

    @property
    def num_batches(self) -> int | None:
        """How many batches an epoch has; ``None`` for a data set without an end."""
        return len(self)

    def on_epoch_begin(self) -> None:
        """An epoch begins."""

    def on_epoch_end(self) -> None:
        """An epoch is over: a good moment for a new order."""


class _Converted:
    """Batches of others, turned into ours."""

    restarts = True
    size: int | None = None

    def __init__(self, class_weight: dict[int, float] | None):
        self._class_weight = class_weight
        self._forms: dict[Any, Form] = {}

    def _converted(self, data: Any) -> Batch:
        x, y, weight = unpack_x_y_sample_weight(data)
        x, y, weight = as_arrays(x, "x"), as_arrays(y, "y"), as_arrays(weight, "sample_weight")
        if self._class_weight is not None:
            if weight is not None:
                raise ValueError("Give `class_weight` or sample weights, not both.")
            weight = weights_of_classes(y, self._class_weight)
        batch = Batch.of(pack_x_y_sample_weight(x, y, weight))
        key = (batch.form.kind, batch.form.sizes)
        form = self._forms.setdefault(key, batch.form)
        return Batch(form, batch.arrays)


class DatasetBatches(_Converted):
    """The batches of a :class:`PyDataset`, or of anything with ``__getitem__`` and ``__len__``.

    Args:
        dataset: The data set.
        shuffle: Whether the batches change places.
        class_weight: The weight of each class.
    """

    def __init__(self, dataset: Any, shuffle: Any = False, class_weight: dict | None = None):
        super().__init__(class_weight)
        self.dataset = dataset
        self.shuffle = shuffle
        if shuffle:
            self._random = np.random.default_rng(make_default_seed())

    @property
    def size(self) -> int | None:  # type: ignore[override]
        """How many batches an epoch has; ``None`` where there is no end."""
        if not hasattr(self.dataset, "num_batches"):
            return len(self.dataset)
        size = self.dataset.num_batches
        return None if size is None else int(size)

    def epoch(self) -> Iterator[Batch]:
        """The batches, once."""
        order: Iterable[int] = itertools.count()
        if self.size is not None:
            order = range(self.size)
            if self.shuffle:
                order = self._random.permutation(self.size).tolist()
        getattr(self.dataset, "on_epoch_begin", _nothing)()
        workers = getattr(self.dataset, "workers", 1)
        if workers > 1:
            ahead = max(1, getattr(self.dataset, "max_queue_size", 10))
            yield from self._prepared(order, workers, ahead)
        else:
            for i in order:
                yield self._converted(self.dataset[i])
        getattr(self.dataset, "on_epoch_end", _nothing)()

    def _prepared(self, order: Iterable[int], workers: int, ahead: int) -> Iterator[Batch]:
        """The batches in their order, some of them prepared ahead by threads."""
        with ThreadPoolExecutor(workers) as pool:
            waiting: deque = deque()
            try:
                for i in order:
                    waiting.append(pool.submit(self.dataset.__getitem__, i))
                    if len(waiting) >= ahead:
                        yield self._converted(waiting.popleft().result())
                while waiting:
                    yield self._converted(waiting.popleft().result())
            finally:
                for task in waiting:
                    task.cancel()


class IterableBatches(_Converted):
    """The batches of a generator, or of anything that one can go through.

    Args:
        source: Gives ``(x, y)`` and so on; what gives itself when asked for an iterator is gone
            through only once.
        class_weight: The weight of each class.
    """

    def __init__(self, source: Any, class_weight: dict | None = None):
        super().__init__(class_weight)
        self._source = source
        self.restarts = iter(source) is not source
        try:
            self.size = len(source)
        except TypeError:
            self.size = None

    def epoch(self) -> Iterator[Batch]:
        """The batches, once; of a generator, those that are left."""
        for data in self._source:
            yield self._converted(data)


def _nothing() -> None:
    pass
