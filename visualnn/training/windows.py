"""Windows that slide over a long series: each is an example to learn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.random import make_default_seed
from visualnn.training.examples import ExampleDataset

_FORMATS = ("tf", "grain")


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
) -> ExampleDataset:
    """Cut a series into windows of one length, each with what is to be learnt from it.

    Args:
        data: The series; axis 0 is time.
        targets: ``targets[i]`` belongs to the window that begins at time ``i``; ``None`` for
            windows alone.  A window for which there is no target is left out.
        sequence_length: How many times a window has.
        sequence_stride: From the beginning of one window to that of the next.
        sampling_rate: From one time of a window to its next.
        batch_size: How many windows a batch has; ``None`` for single windows.
        shuffle: Whether the windows come in another order, a new one for each epoch.
        seed: Makes that order repeatable.
        start_index: The first time that is used.
        end_index: The first time that is used no more.
        format: Accepted for Keras's sake, ``tf`` or ``grain``: batches are numpy arrays.

    Returns:
        A ``PyDataset`` of ``(windows, targets)``, or of windows; they keep the dtype of the data.

    Raises:
        ValueError: When a number does not fit the data.
    """
    check_format(format)
    data = np.asarray(data)
    targets = None if targets is None else np.asarray(targets)
    first, end = _used_times(len(data), start_index, end_index)
    for name, step in (("sampling_rate", sampling_rate), ("sequence_stride", sequence_stride)):
        if not 0 < step < len(data):
            raise ValueError(
                f"timeseries_dataset_from_array: `{name}` must be above 0 and below the "
                f"{len(data)} times of the data, but is {step}."
            )
    if sequence_length < 1:
        raise ValueError(
            "timeseries_dataset_from_array: `sequence_length` must be above 0, but is "
            f"{sequence_length}."
        )
    steps = np.arange(sequence_length) * sampling_rate
    last = end - int(steps[-1])
    if targets is not None:
        last = min(last, len(targets))
    starts = np.arange(first, max(first, last), sequence_stride)
    rng = None
    if shuffle:
        rng = np.random.RandomState(make_default_seed() if seed is None else seed)
        rng.shuffle(starts)
    return _Windows(data, targets, starts, steps, batch_size, rng)


class _Windows(ExampleDataset):
    """Windows, copied out of the series when their batch is asked for."""

    def __init__(
        self,
        data: np.ndarray,
        targets: np.ndarray | None,
        starts: np.ndarray,
        steps: np.ndarray,
        batch_size: int | None,
        rng: Any,
    ):
        super().__init__(len(starts), batch_size, rng)
        self._data, self._targets = data, targets
        self._starts, self._steps = starts, steps

    def make(self, examples: np.ndarray) -> Any:
        starts = self._starts[examples]
        windows = self._data[starts[:, None] + self._steps]
        return windows if self._targets is None else (windows, self._targets[starts])


def check_format(format: str) -> None:
    """Refuse what is no name of a kind of data set."""
    if format not in _FORMATS:
        raise ValueError(
            f"`format` must be 'tf' or 'grain', but is {format!r}. Either gives the same: batches "
            "of numpy arrays."
        )


def _used_times(length: int, start: int | None, end: int | None) -> tuple[int, int]:
    """The first time that is used, and the first that is used no more."""
    if start is not None and not 0 <= start < length:
        raise ValueError(
            "timeseries_dataset_from_array: `start_index` must be from 0 to below the "
            f"{length} times of the data, but is {start}."
        )
    if end is not None and not (start or 0) < end < length:
        raise ValueError(
            "timeseries_dataset_from_array: `end_index` must be above `start_index` and below the "
            f"{length} times of the data, but is {end} where the start is {start or 0}."
        )
    return start or 0, length if end is None else end
