"""Time series as examples: windows that are cut out of one long array."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.random import make_default_seed
from visualnn.training.iterables import PyDataset


class Windows(PyDataset):
    """Batches of windows of a time series, with what is to be learnt for each.

    Nothing is copied until a batch is asked for.

    Args:
        data: The series; time is the first axis.
        targets: What belongs to the window that begins at each time, or ``None``.
        starts: Where the windows begin.
        steps: Where the elements of a window are, counted from its beginning.
        batch_size: How many windows a batch has; ``None`` for windows that are not in batches.
        rng: What puts the windows into a new order before each epoch, or ``None``.
    """

    def __init__(
        self,
        data: np.ndarray,
        targets: np.ndarray | None,
        starts: np.ndarray,
        steps: np.ndarray,
        batch_size: int | None,
        rng: np.random.Generator | None,
    ):
        super().__init__()
        self._data, self._targets = data, targets
        self._starts, self._steps = starts.copy(), steps
        self._batch_size, self._rng = batch_size, rng
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-len(self._starts) // (self._batch_size or 1))

    def __getitem__(self, index: int) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(f"There is no batch {index}: there are {len(self)}.")
        if self._batch_size is None:
            starts = self._starts[index]
        else:
            starts = self._starts[index * self._batch_size : (index + 1) * self._batch_size]
        windows = self._data[np.add.outer(starts, self._steps)]
        if self._targets is None:
            return windows
        return windows, self._targets[starts]

    def on_epoch_end(self) -> None:
        """Put the windows into a new order, if that was asked for."""
        if self._rng is not None:
            self._rng.shuffle(self._starts)


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Windows:
    """Windows of a time series, in batches.

    Args:
        data: The series; time is the first axis.
        targets: What belongs to the window that begins at each time; ``None`` for windows alone.
        sequence_length: How many elements a window has.
        sequence_stride: How far the beginnings of windows are from each other.
        sampling_rate: How far the elements of a window are from each other.
        batch_size: How many windows a batch has; ``None`` for no batches.
        shuffle: Whether to put the windows into a new order before each epoch.
        seed: What the order depends on.
        start_index: What lies before is not used.
        end_index: What lies here and behind is not used.
        format: Accepted for Keras's sake: a ``PyDataset`` is made in any case.

    Raises:
        ValueError: When a number does not fit the length of the series.
    """
    data = np.asarray(data)
    length = len(data)
    start = _index("start_index", start_index, 0, 0, length - 1)
    end = _index("end_index", end_index, length, 1, length - 1)
    if end <= start:
        raise ValueError(
            "timeseries_dataset_from_array: `end_index` must be greater than `start_index`, but "
            f"they are {end} and {start}."
        )
    for name, value in (("sampling_rate", sampling_rate), ("sequence_stride", sequence_stride)):
        _index(name, value, 1, 1, length - 1)
    _index("sequence_length", sequence_length, 1, 1, None)
    count = end - start - (sequence_length - 1) * sampling_rate
    if targets is not None:
        targets = np.asarray(targets)
        count = min(count, len(targets) - start)
    if count <= 0:
        raise ValueError(
            f"timeseries_dataset_from_array: a window spans "
            f"{(sequence_length - 1) * sampling_rate + 1} elements, but there are {end - start}"
            + ("." if targets is None else f", and {len(targets)} targets from the start of all.")
        )
    rng = None
    if shuffle:
        rng = np.random.default_rng(make_default_seed() if seed is None else seed)
    starts = np.arange(0, count, sequence_stride) + start
    steps = np.arange(sequence_length) * sampling_rate
    return Windows(data, targets, starts, steps, batch_size, rng)


def _index(name: str, value: int | None, default: int, least: int, most: int | None) -> int:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ValueError(
            f"timeseries_dataset_from_array: `{name}` is a whole number, not {value!r}."
        )
    if value < least or (most is not None and value > most):
        above = f", and at most {most} for these data" if most is not None else ""
        raise ValueError(
            f"timeseries_dataset_from_array: `{name}` must be at least {least}{above}, but is "
            f"{value}."
        )
    return int(value)
