"""The course of training, noted down."""

from __future__ import annotations

from typing import Any

from visualnn.training.callbacks.callback import Callback, Logs


class History(Callback):
    """Notes the loss and the metrics of each epoch.  ``fit`` returns it.

    Attributes:
        history: For each name, such as ``loss`` or ``val_accuracy``, its value after each epoch.
        epoch: The numbers of the epochs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Logs = None) -> None:
        self.epoch = []
        self.history = {}

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)

    def __repr__(self) -> str:
        last = ", ".join(f"{name}: {values[-1]:.4g}" for name, values in self.history.items())
        return f"<History of {len(self.epoch)} epochs{': ' if last else ''}{last}>"
