"""How training goes, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from visualnn.builder.sentences import joined, say

_FLAT = 0.01
"""By how much of itself a loss must fall in an epoch to be called falling."""
_NOISE = 0.05
"""Which part of all its ups and downs a loss must rise by to be called rising."""


def trend(training: Sequence[float], validation: Sequence[float]) -> str:
    """What the losses of the epochs so far say, in words.

    Args:
        training: The training loss of each epoch.
        validation: The validation loss of each epoch; empty if there is none.
    """
    if not training:
        return say("The first epoch is running.")
    last = training[-1]
    if not math.isfinite(last):
        return say(
            "The loss is not a number any more: try a smaller learning rate, or scale the data."
        )
    if len(training) == 1:
        return say("After the first epoch the loss is {loss}.", loss=_rounded(last))
    waited = _epochs_since_best(validation)
    falls = last < training[-2] * (1 - _FLAT)
    if waited >= 2 and training[-1] < training[-1 - waited]:
        return say(
            "Validation loss has not become better for {count} epochs while training loss still "
            "falls. If this goes on, the model is overfitting: try Dropout, or stop early.",
            count=waited,
        )
    least, most = min(training), max(training)
    if last > training[-2] * 1.1 and last > least + _NOISE * (most - least):
        return say("The loss is rising: a smaller learning rate may help.")
    still = _flat_epochs(training)
    if still >= 3:
        return say(
            "The loss has been flat for {count} epochs: the model has learned what it can.",
            count=still,
        )
    direction = say("is falling") if falls else say("hardly changes")
    before, now = _rounded(training[-2]), _rounded(last)
    if validation and math.isfinite(validation[-1]):
        better = say("falls, too") if waited == 0 else say("does not fall with it yet")
        return say(
            "The loss {direction}, {before} to {now}; validation loss {better}.",
            direction=direction,
            before=before,
            now=now,
            better=better,
        )
    return say(
        "The loss {direction}, {before} to {now}.", direction=direction, before=before, now=now
    )


def ending(training: Sequence[float], validation: Sequence[float], stopped_in: int = 0) -> str:
    """What is to be said of a run that is over.

    Args:
        training: The training loss of each complete epoch.
        validation: The validation loss of each complete epoch; empty if there is none.
        stopped_in: The epoch in which somebody stopped it; 0 if nobody did.
    """
    parts: list[str] = []
    if stopped_in:
        parts.append(say("Stopped in epoch {epoch}.", epoch=stopped_in))
    if training:
        parts.append(trend(training, validation))
    if waited := _epochs_since_best(validation):
        best = len(validation) - waited
        least = _rounded(validation[best - 1])
        parts.append(
            say("Validation loss was lowest after epoch {epoch}: {loss}.", epoch=best, loss=least)
        )
    return joined(parts)


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _epochs_since_best(values: Sequence[float]) -> int:
    """How many epochs ago the least value was."""
    if not values:
        return 0
    best = min(range(len(values)), key=lambda i: (values[i], i))
    return len(values) - 1 - best


def _flat_epochs(values: Sequence[float]) -> int:
    """For how many epochs the values have hardly changed."""
    count = 0
    for before, after in zip(reversed(values[:-1]), reversed(values), strict=False):
        if abs(after - before) > _FLAT * abs(before):
            break
        count += 1
    return count
