"""Saving the model while it trains."""

from __future__ import annotations

import os
from typing import Any

from visualnn.training.callbacks.callback import Callback, Logs
from visualnn.training.callbacks.monitoring import Monitor


class ModelCheckpoint(Callback):
    """Saves the model, or its weights, after epochs or after so many batches.

    Args:
        filepath: Where; it may hold ``{epoch}`` and names of the logs, such as ``{val_loss:.2f}``.
            It ends in ``.keras``, or in ``.weights.h5`` for weights only.
        monitor: The number to watch.
        verbose: Whether to say when it saves.
        save_best_only: Whether to save only when the number has become better.
        save_weights_only: Whether to save weights only.
        mode: ``min``, ``max`` or ``auto``: which way is better.
        save_freq: ``"epoch"``, or after how many batches to save.
        initial_value_threshold: What must be bettered for the first save.
    """

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
    ):
        super().__init__()
        self.filepath = os.fspath(filepath)
        self._monitor = Monitor("ModelCheckpoint", monitor, mode)
        self.monitor, self.mode = monitor, self._monitor.mode
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.best = initial_value_threshold
        self._batches = 0
        self._epoch = 0
        self._check()

    def _check(self) -> None:
        if self.save_freq != "epoch" and not isinstance(self.save_freq, int):
            raise ValueError(
                "ModelCheckpoint: `save_freq` is 'epoch' or a number of batches, "
                f"not {self.save_freq!r}."
            )
        endings = (".weights.h5",) if self.save_weights_only else (".keras", ".h5")
        if not self.filepath.endswith(endings):
            raise ValueError(
                f"ModelCheckpoint: the path {self.filepath!r} must end in {endings[0]!r}, because "
                f"{'weights only' if self.save_weights_only else 'whole models'} are saved."
            )

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        if self.save_freq == "epoch":
            return
        self._batches += 1
        if self._batches >= self.save_freq:
            self._batches = 0
            self._save(self._epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch, None, logs)

    def _save(self, epoch: int, batch: int | None, logs: Logs) -> None:
        logs = logs or {}
        if self.save_best_only:
            value = self._monitor.value(logs, self.model)
            if value is None or not self._monitor.is_better(value, self.best, self.model):
                return
            before, self.best = self.best, value
            said = f"{self.monitor} went from {before} to {value:.5g}; "
        else:
            said = ""
        path = self._path(epoch, batch, logs)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: {said}the model is saved to {path}.")
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)

    def _path(self, epoch: int, batch: int | None, logs: dict[str, Any]) -> str:
        known = {"epoch": epoch + 1, **({} if batch is None else {"batch": batch + 1}), **logs}
        try:
            return self.filepath.format(**known)
        except KeyError as problem:
            raise KeyError(
                f"ModelCheckpoint: the path {self.filepath!r} names {problem}, which is not in "
                f"the logs. There are: {', '.join(known)}."
            ) from problem
