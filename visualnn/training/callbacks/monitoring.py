"""Watching one number of the logs: which way it should go, and whether it got better."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable
from typing import Any

from visualnn.training.callbacks.callback import Logs


class Monitor:
    """Tells whether a number of the logs has become better.

    Args:
        owner: The name of the callback, for messages.
        name: The name of the number, such as ``val_loss``.
        mode: ``min``, ``max``, or ``auto``, which decides by the metric or by its name.
        least_change: What is not an improvement yet.
    """

    def __init__(self, owner: str, name: str, mode: str = "auto", least_change: float = 0):
        if mode not in ("auto", "min", "max"):
            warnings.warn(
                f"{owner}: the mode {mode!r} is not known, so 'auto' is used. "
                "There are 'auto', 'min' and 'max'.",
                stacklevel=3,
            )
            mode = "auto"
        self.owner = owner
        self.name = name
        self.mode = mode
        self.least_change = abs(least_change)
        self._warned = False

    def value(self, logs: Logs, model: Any = None) -> float | None:
        """The number in the logs; where it is missing, say once what there is.

        Raises:
            ValueError: When nobody says which way it should go.
        """
        self.grows(model)
        logs = logs or {}
        if self.name in logs:
            return float(logs[self.name])
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"{self.owner} watches {self.name!r}, which is not in the logs. "
                f"There are: {', '.join(logs) or 'none'}.",
                stacklevel=4,
            )
        return None

    def grows(self, model: Any = None) -> bool:
        """Whether larger is better."""
        if self.mode != "auto":
            return self.mode == "max"
        plain = self.name.removeprefix("val_")
        direction = _direction_of_metric(model, plain)
        if direction is not None:
            return direction == "up"
        if "loss" in plain:
            return False
        raise ValueError(
            f"{self.owner} watches {self.name!r}, of which nobody says whether more is better or "
            "less: give it `mode='max'` or `mode='min'`."
        )

    def is_better(self, value: float, best: float | None, model: Any = None) -> bool:
        """Whether the number has improved."""
        if best is None:
            return True
        better: Callable = operator.gt if self.grows(model) else operator.lt
        change = self.least_change if self.grows(model) else -self.least_change
        return bool(better(value - change, best))


def _direction_of_metric(model: Any, name: str) -> str | None:
    """``up`` or ``down``, if the model has a metric of this name that says so."""
    for metric in flat_metrics(model):
        if metric.name == name:
            return getattr(metric, "_direction", None)
    return None


def flat_metrics(model: Any) -> list[Any]:
    """The metrics of a model, one by one."""
    found: list[Any] = []
    for metric in getattr(model, "metrics", None) or []:
        found.extend(getattr(metric, "metrics", None) or [metric])
    return found
