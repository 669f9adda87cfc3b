"""Precision and recall as one number."""

from __future__ import annotations

from typing import Any, Literal

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import epsilon
from visualnn.metrics.metric import NamedMetric, metrics

_KEPT = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")


class _FScore(NamedMetric):
    """The harmonic mean of precision and recall, with recall weighted.

    Args:
        average: How the scores of the classes are made one: by counting all together (``micro``),
            by their mean (``macro``), by their mean weighted by frequency, or not.
        beta: How many times recall counts as much as precision.
        threshold: Above it a prediction counts; by default only the greatest of each example.
    """

    _direction = "up"

    average: str | None
    beta: Any = 1.0
    threshold: float | None
    true_positives: Any
    false_positives: Any
    false_negatives: Any
    intermediate_weights: Any

    def __post_init__(self):
        if self.beta <= 0:
            raise ValueError(f"{type(self).__name__}: `beta` must be positive, not {self.beta}.")
        self._built = False

    def _build(self, y_true: Any, y_pred: Any) -> None:
        if len(y_pred.shape) != 2 or len(y_true.shape) != 2 or y_pred.shape[1] is None:
            raise ValueError(
                f"{type(self).__name__} takes targets and predictions of the shape "
                f"(batch, classes), but the shapes are {tuple(y_true.shape)} and "
                f"{tuple(y_pred.shape)}."
            )
        shape = () if self.average == "micro" else (y_pred.shape[1],)
        for name in _KEPT:
            setattr(self, name, self.add_variable(shape, "zeros", self.dtype, name=name))
        self._built = True

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_true = ops.convert_to_tensor(y_true, dtype=self.dtype)
        y_pred = ops.convert_to_tensor(y_pred, dtype=self.dtype)
        if not self._built:
            self._build(y_true, y_pred)
        if self.threshold is None:
            greatest = ops.max(y_pred, axis=-1, keepdims=True)
            held = ops.logical_and(y_pred >= greatest, ops.absolute(y_pred) > 1e-9)
        else:
            held = y_pred > self.threshold
        held = ops.cast(held, self.dtype)
        weight = 1.0
        if sample_weight is not None:
            weight = ops.expand_dims(ops.convert_to_tensor(sample_weight, dtype=self.dtype), 1)
        axis = None if self.average == "micro" else 0
        found = (held * y_true, held * (1.0 - y_true), (1.0 - held) * y_true, y_true)
        for name, values in zip(_KEPT, found, strict=True):
            kept = getattr(self, name)
            kept.assign(kept + ops.sum(values * weight, axis=axis))

    def result(self):
        right = ops.convert_to_tensor(self.true_positives)
        precision = right / (right + self.false_positives + epsilon())
        recall = right / (right + self.false_negatives + epsilon())
        both = self.beta**2 * precision + recall + epsilon()
        score = (1 + self.beta**2) * precision * recall / both
        if self.average == "weighted":
            frequency = ops.convert_to_tensor(self.intermediate_weights)
            return ops.sum(score * frequency / (ops.sum(frequency) + epsilon()))
        return score if self.average is None else ops.mean(score)


Average = Literal["micro", "macro", "weighted"]


@metrics.public()
@declared
class FBetaScore(_FScore):
    """The harmonic mean of precision and recall, with recall weighted."""

    average: Average | None = None
    beta: float = 1.0
    threshold: float | None = setting(None, minimum=0, maximum=1)
    default_name = "fbeta_score"


@metrics.public()
@declared
class F1Score(_FScore):
    """The harmonic mean of precision and recall."""

    average: Average | None = None
    threshold: float | None = setting(None, minimum=0, maximum=1)
    default_name = "f1_score"
