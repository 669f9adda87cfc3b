"""How well classes are predicted, by the numbers that losses use too."""

from __future__ import annotations

from typing import Any

from visualnn import losses
from visualnn.declaration import declared, setting
from visualnn.metrics.mean import FunctionMetric
from visualnn.metrics.metric import metrics


class _Loss(FunctionMetric):
    _direction = "down"


@metrics.public("bce", "BCE")
@declared
class BinaryCrossentropy(_Loss):
    """How improbable the true one of two classes was held.

    Args:
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
        label_smoothing: Targets are moved this far towards one half.
    """

    name: str | None = None
    dtype: Any = None
    from_logits: bool = False
    label_smoothing: float = setting(0, minimum=0, maximum=1)

    function = staticmethod(losses.binary_crossentropy)


@metrics.public()
@declared
class CategoricalCrossentropy(_Loss):
    """How improbable the true class was held; targets are one-hot or probabilities.

    Args:
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
        label_smoothing: Targets are moved this far towards equal probabilities.
        axis: The axis of the classes.
    """

    name: str | None = None
    dtype: Any = None
    from_logits: bool = False
    label_smoothing: float = setting(0, minimum=0, maximum=1)
    axis: int = -1

    function = staticmethod(losses.categorical_crossentropy)


@metrics.public()
@declared
class SparseCategoricalCrossentropy(_Loss):
    """How improbable the true class was held; targets are the numbers of the classes.

    Args:
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
        ignore_class: Examples of this class do not count.
        axis: The axis of the classes.
    """

    name: str | None = None
    dtype: Any = None
    from_logits: bool = False
    ignore_class: int | None = None
    axis: int = -1

    function = staticmethod(losses.sparse_categorical_crossentropy)


@metrics.public()
@declared
class KLDivergence(_Loss):
    """How much is lost by taking the predicted distribution for the true one, in nats."""

    function = staticmethod(losses.kl_divergence)


@metrics.public()
@declared
class Poisson(_Loss):
    """The mean of ``y_pred - y_true * log(y_pred)``, for counts."""

    function = staticmethod(losses.poisson)


@metrics.public()
@declared
class Hinge(_Loss):
    """What is missing to a margin of one; targets are -1 or 1, or zeros and ones."""

    function = staticmethod(losses.hinge)


@metrics.public()
@declared
class SquaredHinge(_Loss):
    """The square of what is missing to a margin of one; targets are -1 or 1, or zeros and ones."""

    function = staticmethod(losses.squared_hinge)


@metrics.public()
@declared
class CategoricalHinge(_Loss):
    """What the score of the right class lacks to be one above the best wrong one."""

    function = staticmethod(losses.categorical_hinge)
