"""The course of training in a text file."""

from __future__ import annotations

import csv
import os
from typing import Any

import numpy as np

from visualnn.training.callbacks.callback import Callback, Logs


class CSVLogger(Callback):
    """Writes a line for each epoch to a file of comma-separated values.

    Args:
        filename: The file.
        separator: What stands between values.
        append: Whether to add to a file that is there, instead of replacing it.
    """

    def __init__(self, filename: Any, separator: str = ",", append: bool = False):
        super().__init__()
        self.filename = os.fspath(filename)
        self.separator = separator
        self.append = append
        self._file: Any = None
        self._writer: Any = None
        self._keys: list[str] = []

    def on_train_begin(self, logs: Logs = None) -> None:
        has_header = self.append and os.path.exists(self.filename)
        has_header = has_header and os.path.getsize(self.filename) > 0
        self._needs_header = not has_header
        self._file = open(self.filename, "a" if self.append else "w", newline="")  # noqa: SIM115
        self._writer = None

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        logs = logs or {}
        if self._writer is None:
            self._keys = sorted(logs)
            validation = [f"val_{key}" for key in self._keys if not key.startswith("val_")]
            self._keys += [key for key in validation if key not in logs]
            self._writer = csv.writer(self._file, delimiter=self.separator, lineterminator="\n")
            if self._needs_header:
                self._writer.writerow(["epoch", *self._keys])
        self._writer.writerow([epoch, *(_cell(logs.get(key, "NA")) for key in self._keys)])
        self._file.flush()

    def on_train_end(self, logs: Logs = None) -> None:
        self._file.close()
        self._writer = None


def _cell(value: Any) -> Any:
    if not isinstance(value, str) and np.ndim(value) > 0:
        return f'"[{", ".join(map(str, value))}]"'
    return value
