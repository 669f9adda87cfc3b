"""A progress bar for loops written by hand: ``keras.utils.Progbar``."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterable
from typing import Any

from visualnn.training.callbacks.progress import duration, number

_BOLD, _GREEN, _WHITE, _PLAIN = "\x1b[1m", "\x1b[32m", "\x1b[37m", "\x1b[0m"


class Progbar:
    """Writes how far a loop is, how long it will take, and the mean of some numbers.

    Args:
        target: How many steps there are; ``None`` if that is not known.
        width: How many characters the bar has.
        verbose: 0 writes nothing, 1 a bar, 2 a line when all is done.
        interval: How many seconds are between two drawings of the bar, at least.
        stateful_metrics: Names of numbers that are means already; they are written as they come.
        stateless_metrics: Names of the only numbers that are none; give one of the two.
        unit_name: What a step is called.

    Raises:
        ValueError: When both kinds of names are given.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ):
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError("Progbar: give `stateful_metrics` or `stateless_metrics`, not both.")
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._sums: dict[str, tuple[float, int]] = {}  # the sum of each number, of how many steps
        self._seen = 0
        self._started = time.monotonic()
        self._drawn = -math.inf
        self._length = 0

    def update(
        self, current: int, values: Iterable[tuple[str, Any]] | None = None, finalize: Any = None
    ) -> None:
        """The loop is at a step.

        Args:
            current: How many steps are done.
            values: Numbers of the last step, with their names.
            finalize: Whether this is the end; by default, whether all steps are done.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        steps = max(current - self._seen, 1)
        for name, value in values or ():
            value = float(value)
            if finalize or self._is_mean(name):
                self._sums[name] = value, 1
            else:
                total, count = self._sums.get(name, (0.0, 0))
                self._sums[name] = total + value * steps, count + steps
        self._seen = current
        now = time.monotonic()
        if self.verbose == 1 and (finalize or now - self._drawn >= self.interval):
            self._drawn = now
            self._draw(now, finalize)
        elif self.verbose == 2 and finalize:
            steps_done = f"{current}/{self.target}" if self.target else f"{current}/Unknown"
            print(" - ".join([steps_done, *self._said(now)]), flush=True)

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Some more steps are done.

        Args:
            n: How many.
            values: Numbers of the last of them, with their names.
        """
        self.update(self._seen + n, values)

    def _is_mean(self, name: str) -> bool:
        if self.stateless_metrics is not None:
            return name not in self.stateless_metrics
        return name in self.stateful_metrics

    def _said(self, now: float) -> list[str]:
        """The time, the time of a step, and the means."""
        passed = now - self._started
        each = passed / max(self._seen, 1)
        unfinished = self.target is not None and self._seen < self.target
        shown = each * (self.target - self._seen) if self.target and unfinished else passed
        parts = [_clock(shown), f"{duration(each)}/{self.unit_name}"]
        means = ((name, total / max(count, 1)) for name, (total, count) in self._sums.items())
        return parts + [f"{name}: {number(mean)}" for name, mean in means]

    def _draw(self, now: float, finalize: bool) -> None:
        time_left, each, *means = self._said(now)
        if self.target is None:
            steps, bar = f"{self._seen:>7}/Unknown", ""
        else:
            digits = len(str(self.target))
            steps = f"{_BOLD}{self._seen:>{digits}}/{self.target}{_PLAIN}"
            done = int(self.width * min(self._seen / max(self.target, 1), 1))
            bar = f" {_GREEN}{'━' * done}{_PLAIN}{_WHITE}{'━' * (self.width - done)}{_PLAIN}"
        line = f"{steps}{bar} {_BOLD}{time_left}{_PLAIN} {' - '.join([each, *means])}"
        padding = " " * max(0, self._length - len(line))  # over what is left of a longer line
        self._length = len(line)
        sys.stdout.write(f"\r{line}{padding}" + ("\n" if finalize else ""))
        sys.stdout.flush()


def _clock(seconds: float) -> str:
    """A time as ``7s``, ``2:07`` or ``1:02:07``."""
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}" if whole >= 60 else f"{whole}s"
