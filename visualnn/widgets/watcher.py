"""What training panel and dashboard have in common: how a run goes, as the browser shows it."""

# pyright: strict

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from visualnn.builder.trends import ending, trend
from visualnn.training.callbacks import Callback
from visualnn.widgets.messages import Curve, TrainingView

EVERY = 0.1
"""Seconds between two views while batches go by."""

Clock = Callable[[], float]


class Board:
    """The newest view of a run; it is shown at most every tenth of a second.

    Args:
        show: Called with the views that are shown, from the thread that trains.
        clock: Tells the time in seconds.
    """

    def __init__(self, show: Callable[[TrainingView], None], clock: Clock = time.monotonic):
        self.view = TrainingView()
        self.lock = threading.RLock()
        self._show = show
        self._clock = clock
        self._shown: dict[str, float] = {}

    def tell(self, **changes: Any) -> None:
        """Change the view, and show it."""
        with self.lock:
            self.view = replace(self.view, **changes)
            self._shown["batch"] = self._clock()
            self._show(self.view)

    def note(self, occasion: str, **changes: Any) -> None:
        """Change the view, and show it if the last one is old enough.

        Args:
            occasion: What the view waits for: an ``"epoch"`` is shown soon after a batch, but
                no two of them within a tenth of a second.
            **changes: The fields that are others now.
        """
        with self.lock:
            self.view = replace(self.view, **changes)
            now = self._clock()
            if now - self._shown.get(occasion, -math.inf) >= EVERY:
                self.tell()
                self._shown[occasion] = now


class Watcher(Callback):
    """Writes on a board what a model tells while it is trained.

    Args:
        board: Where to.
        clock: Tells the time in seconds.
    """

    every_batch = False

    def __init__(self, board: Board, clock: Clock = time.monotonic):
        super().__init__()
        self.board = board
        self.rows: list[dict[str, float]] = []
        self._clock = clock
        self._since: float | None = None
        self._first = (0, 0)  # the epoch and the batch
        self._in_epoch = False

    def on_train_begin(self, logs: Any = None) -> None:
        params = self.params or {}
        self.rows, self._since, self._first, self._in_epoch = [], None, (0, 0), False
        sentence = trend((), ())
        epochs, batches = params.get("epochs") or 0, params.get("steps") or 0
        news: dict[str, Any] = dict(epochs=epochs, batches=batches, sentence=sentence)
        if self.board.view.status == "starting":  # and not to be stopped already
            news["status"] = "running"
        self.board.tell(**news)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._in_epoch = True
        self.board.note("batch", epoch=epoch + 1, batch=0, now={})

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        batches = max(self.board.view.batches, batch + 1)
        left = self._seconds_left(batch + 1, batches)
        now = finite(logs or {})
        self.board.note("batch", batch=batch + 1, batches=batches, now=now, seconds_left=left)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        measures: Mapping[str, Any] = logs or {}
        self._in_epoch = False
        self.rows.append({name: float(value) for name, value in measures.items()})
        self.board.note(
            "epoch",
            curves=curves_of(self.rows),
            sentence=trend(*self._losses()),
            batches=max(self.board.view.batch, 1),
            now={},
        )

    def on_train_end(self, logs: Any = None) -> None:
        epoch = self.board.view.epoch
        stopped_in = epoch if self._in_epoch else 0
        said = ending(*self._losses(), stopped_in)
        epoch -= self._in_epoch  # those that are complete
        self.board.note("epoch", epoch=epoch, seconds_left=None, sentence=said)

    def _losses(self) -> tuple[list[float], list[float]]:
        """The training and the validation loss of every epoch so far."""
        first, second = ([r[name] for r in self.rows if name in r] for name in ("loss", "val_loss"))
        return first, second

    def _seconds_left(self, batch: int, batches: int) -> float | None:
        """The time for the batches to come, each as long as those so far took.

        Those that were told of first do not count: with them, the training step is traced.
        """
        now, epoch = self._clock(), self.board.view.epoch
        if self._since is None:
            self._since, self._first = now, (epoch, batch)
            return None
        done = (epoch - self._first[0]) * batches + batch - self._first[1]
        left = (self.board.view.epochs - epoch) * batches + batches - batch
        return max(0.0, left * (now - self._since) / max(1, done))


def curves_of(rows: list[dict[str, float]]) -> tuple[Curve, ...]:
    """The measures of all epochs as curves, the loss first; what is no number is left out."""
    rows = [finite(row) for row in rows]
    names = dict.fromkeys(name.removeprefix("val_") for row in rows for name in row)
    ordered = sorted(names, key=lambda name: name != "loss")
    return tuple(
        Curve(
            name,
            tuple(row[name] for row in rows if name in row),
            tuple(row[f"val_{name}"] for row in rows if f"val_{name}" in row),
        )
        for name in ordered
    )


def finite(logs: Mapping[str, Any]) -> dict[str, float]:
    """The measures that are numbers, as JSON can say them."""
    numbers = {name: float(value) for name, value in logs.items()}
    return {name: x for name, x in numbers.items() if math.isfinite(x)}
