"""What is known of the data that a model is trained with: enough to judge the drawing by."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (data may be of any library)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

_MOST_EXAMPLES = 1000
_MOST_FEATURES = 64


@dataclass(frozen=True)
class Numbers:
    """What the numbers of one array are like, by some of its examples.

    Attributes:
        name: What the array is called.
        shape: The shape of one example.
        whole: Whether all are whole numbers.
        means: The mean of each feature, along the last axis; empty if there are many features.
        variances: The variance of each.
    """

    name: str
    shape: tuple[int, ...]
    lowest: float
    highest: float
    whole: bool
    means: tuple[float, ...] = ()
    variances: tuple[float, ...] = ()

    @property
    def reach(self) -> float:
        """How far from zero the numbers go."""
        return max(abs(self.lowest), abs(self.highest))


@dataclass(frozen=True)
class TrainingData:
    """What goes into a model in training, and what should come out.

    Attributes:
        inputs: By the name of the input, or by its place where arrays have no names.
        target: What should come out, if that is one array.
    """

    inputs: Mapping[str | int, Numbers]
    target: Numbers | None = None


def data_of(x: Any, y: Any, x_name: str, y_name: str) -> TrainingData:
    """What the data of a training run are like; what is no array of numbers is left out."""
    items: dict[str | int, Any] = {0: x}
    if isinstance(x, dict):
        items = dict(x)
    elif isinstance(x, list | tuple):
        items = dict(enumerate(x))
    inputs = {
        key: found
        for key, value in items.items()
        if (found := numbers_of(value, x_name if len(items) == 1 else f"{x_name}[{key!r}]"))
    }
    return TrainingData(inputs, numbers_of(y, y_name))


def numbers_of(array: Any, name: str) -> Numbers | None:
    """What the numbers of an array are like; nothing if it holds none."""
    if not hasattr(array, "__array__") or not getattr(array, "shape", ()):
        return None
    step = max(1, array.shape[0] // _MOST_EXAMPLES)
    try:
        some = np.asarray(array)[::step][:_MOST_EXAMPLES].astype("float64")
    except (TypeError, ValueError):  # texts, or things
        return None
    finite = some[np.isfinite(some)]
    if not finite.size:
        return None
    means = variances = ()
    if some.ndim > 1 and some.shape[-1] <= _MOST_FEATURES and np.isfinite(some).all():
        rows = some.reshape(-1, some.shape[-1])
        means = tuple(float(f"{x:.6g}") for x in rows.mean(axis=0))
        variances = tuple(float(f"{x:.6g}") for x in rows.var(axis=0))
    return Numbers(
        name,
        tuple(some.shape[1:]),
        float(finite.min()),
        float(finite.max()),
        bool((finite == np.round(finite)).all()),
        means,
        variances,
    )
