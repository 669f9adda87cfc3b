"""Corrections of a weight after every training step, such as keeping it positive."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import epsilon
from visualnn.serialization import Namespace
from visualnn.settings import Axes, settings_of

constraints = Namespace("keras.constraints", "constraint")


@constraints.public(listed=False)
class Constraint:
    """The base of all corrections: a function from a weight to the weight that it shall be."""

    def __call__(self, w: Any) -> Any:
        """The corrected weight; by itself, a constraint leaves it as it is."""
        return w

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


def _length(w: Any, axis: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


@constraints.public()
@declared
class MaxNorm(Constraint):
    """Shortens weights that are longer than a limit.

    Args:
        max_value: The greatest length.
        axis: The axes along which the length is measured; 0 for each unit of a Dense layer.
    """

    max_value: float = setting(2, minimum=0)
    axis: Axes = 0

    def __call__(self, w):
        length = _length(w, self.axis)
        return w * (ops.clip(length, 0, self.max_value) / (epsilon() + length))


@constraints.public()
@declared
class NonNeg(Constraint):
    """Sets negative weights to zero."""

    def __call__(self, w):
        w = ops.convert_to_tensor(w)
        return ops.multiply(w, ops.cast(ops.greater_equal(w, 0.0), w.dtype))


@constraints.public()
@declared
class UnitNorm(Constraint):
    """Makes every weight vector one long.

    Args:
        axis: The axes along which the length is measured; 0 for each unit of a Dense layer.
    """

    axis: Axes = 0

    def __call__(self, w):
        return w / (epsilon() + _length(w, self.axis))


@constraints.public()
@declared
class MinMaxNorm(Constraint):
    """Brings the length of weights between two limits.

    Args:
        min_value: The least length.
        max_value: The greatest length.
        rate: How far it is brought there in one step; 1 is all the way.
        axis: The axes along which the length is measured; 0 for each unit of a Dense layer.
    """

    min_value: float = setting(0.0, minimum=0)
    max_value: float = setting(1.0, minimum=0)
    rate: float = setting(1.0, minimum=0, maximum=1)
    axis: Axes = 0

    def __call__(self, w):
        length = _length(w, self.axis)
        wanted = self.rate * ops.clip(length, self.min_value, self.max_value)
        wanted = wanted + (1 - self.rate) * length
        return w * (wanted / (epsilon() + length))


max_norm = MaxNorm
non_neg = NonNeg
unit_norm = UnitNorm
min_max_norm = MinMaxNorm

get = constraints.get
serialize = constraints.serialize
deserialize = constraints.deserialize
settings_of(Constraint, constraints)
