"""Stopping before the last epoch."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.training.callbacks.callback import Callback, Logs
from visualnn.training.callbacks.monitoring import Monitor


class EarlyStopping(Callback):
    """Stops training when a number has stopped getting better.

    Args:
        monitor: The number to watch.
        min_delta: The least change that counts as better.
        patience: How many epochs without improvement to wait.
        verbose: Whether to say when it stops.
        mode: ``min``, ``max`` or ``auto``: which way is better.
        baseline: What must be reached at least for waiting to begin anew.
        restore_best_weights: Whether the weights of the best epoch are put back at the end.
        start_from_epoch: How many epochs to let pass before watching.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ):
        super().__init__()
        self._monitor = Monitor("EarlyStopping", monitor, mode, min_delta)
        self.monitor, self.mode, self.min_delta = monitor, self._monitor.mode, abs(min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self._begin()

    def _begin(self) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best: float | None = None
        self.best_epoch = 0
        self.best_weights: list | None = None

    def on_train_begin(self, logs: Logs = None) -> None:
        self._begin()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        value = self._monitor.value(logs, self.model)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._note(epoch)
        self.wait += 1
        if self._monitor.is_better(value, self.best, self.model):
            self.best = value
            self._note(epoch)
            if self.baseline is None or self._monitor.is_better(value, self.baseline, self.model):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _note(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs: Logs = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print(f"Restoring the weights of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

    def get_monitor_value(self, logs: Logs) -> float | None:
        """The number that is watched."""
        return self._monitor.value(logs, self.model)


class TerminateOnNaN(Callback):
    """Stops training when the loss is not a number any more.

    Args:
        raise_error: Whether to raise an error instead of stopping quietly.
    """

    def __init__(self, raise_error: bool = False):
        super().__init__()
        self.raise_error = raise_error

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        loss: Any = (logs or {}).get("loss")
        if loss is None or np.isfinite(loss):
            return
        said = f"The loss is {loss} after batch {batch}: training stops."
        if self.raise_error:
            raise RuntimeError(said)
        print(said)
        self.model.stop_training = True
