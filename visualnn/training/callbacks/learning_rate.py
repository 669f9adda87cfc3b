"""Changing the learning rate while training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn.training.callbacks.callback import Callback, Logs
from visualnn.training.callbacks.monitoring import Monitor


def learning_rate_of(model: Any, owner: str) -> float:
    """The learning rate that the optimizer of a model uses now."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or not hasattr(optimizer, "learning_rate"):
        raise ValueError(f"{owner} needs a model whose optimizer has a learning rate.")
    return float(np.asarray(optimizer.learning_rate))


class LearningRateScheduler(Callback):
    """Sets the learning rate at the beginning of each epoch.

    Args:
        schedule: Called with ``(epoch, learning_rate)``; what it returns is the new one.
        verbose: Whether to say so.
    """

    def __init__(self, schedule: Callable, verbose: int = 0):
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        now = learning_rate_of(self.model, "LearningRateScheduler")
        try:
            rate = self.schedule(epoch, now)
        except TypeError:  # it takes the epoch only
            rate = self.schedule(epoch)
        if not isinstance(rate, float | np.floating):
            raise ValueError(
                "LearningRateScheduler: the function must return a number with a fraction, such "
                f"as 1.0, but returned {rate!r}."
            )
        self.model.optimizer.learning_rate = float(rate)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: the learning rate is {float(rate):g}.")

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if logs is not None:
            logs["learning_rate"] = learning_rate_of(self.model, "LearningRateScheduler")


class ReduceLROnPlateau(Callback):
    """Reduces the learning rate when a number has stopped getting better.

    Args:
        monitor: The number to watch.
        factor: What the learning rate is multiplied by.
        patience: How many epochs without improvement to wait.
        verbose: Whether to say so.
        mode: ``min``, ``max`` or ``auto``: which way is better.
        min_delta: The least change that counts as better.
        cooldown: How many epochs to wait after a reduction before watching again.
        min_lr: The least learning rate.
        **kwargs: Accepted, as Keras does, for the sake of old programs.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ):
        super().__init__()
        if factor >= 1:
            raise ValueError(f"ReduceLROnPlateau: `factor` must be below 1, but is {factor}.")
        self._monitor = Monitor("ReduceLROnPlateau", monitor, mode, min_delta)
        self.monitor, self.mode = monitor, self._monitor.mode
        self.min_delta = self._monitor.least_change
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self._begin()

    def _begin(self) -> None:
        self.best: float | None = None
        self.cooldown_counter = 0
        self.wait = 0

    def on_train_begin(self, logs: Logs = None) -> None:
        self._begin()

    def in_cooldown(self) -> bool:
        """Whether a reduction was so recent that nothing is watched."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        now = learning_rate_of(self.model, "ReduceLROnPlateau")
        if logs is not None:
            logs["learning_rate"] = now
        value = self._monitor.value(logs, self.model)
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._monitor.is_better(value, self.best, self.model):
            self.best, self.wait = value, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and now > self.min_lr:
                self._reduce(now, epoch)

    def _reduce(self, now: float, epoch: int) -> None:
        rate = max(now * self.factor, self.min_lr)
        self.model.optimizer.learning_rate = rate
        self.cooldown_counter, self.wait = self.cooldown, 0
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: the learning rate is reduced to {rate:g}.")
