"""Losses between areas, for segmentation: how far two of them do not overlap."""

from __future__ import annotations

from visualnn import ops
from visualnn.declaration import declared
from visualnn.defaults import epsilon
from visualnn.losses.loss import FunctionLoss, Reduction, losses
from visualnn.settings import Axes


@losses.public()
def dice(y_true, y_pred, axis=None):
    """One minus twice the overlap, as a share of both areas.

    Args:
        y_true: Which elements belong to the area.
        y_pred: Which are predicted to.
        axis: The axes of an area; by default all, the batch included.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    overlap = ops.sum(y_true * y_pred, axis=axis)
    areas = ops.sum(y_true, axis=axis) + ops.sum(y_pred, axis=axis)
    return 1.0 - 2.0 * overlap / (areas + epsilon())


@losses.public()
def tversky(y_true, y_pred, alpha=0.5, beta=0.5, axis=None):
    """One minus the overlap, as a share of it and what was predicted wrongly or missed.

    Args:
        y_true: Which elements belong to the area.
        y_pred: Which are predicted to.
        alpha: The weight of what was missed.
        beta: The weight of what was predicted wrongly.
        axis: The axes of an area; by default all, the batch included.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    overlap = ops.sum(y_true * y_pred, axis=axis)
    missed = ops.sum(y_true * (1 - y_pred), axis=axis)
    wrong = ops.sum((1 - y_true) * y_pred, axis=axis)
    return 1.0 - overlap / (overlap + missed * alpha + wrong * beta + epsilon())


@losses.public()
@declared
class Dice(FunctionLoss):
    """One minus twice the overlap, as a share of both areas.

    Args:
        axis: The axes of an area; by default all, the batch included.
    """

    reduction: Reduction | None = "sum_over_batch_size"
    name: str | None = None
    axis: Axes | None = None

    function = staticmethod(dice)


@losses.public()
@declared
class Tversky(FunctionLoss):
    """One minus the overlap, as a share of it and what was predicted wrongly or missed.

    Args:
        alpha: The weight of what was missed.
        beta: The weight of what was predicted wrongly.
        axis: The axes of an area; by default all, the batch included.
    """

    alpha: float = 0.5
    beta: float = 0.5
    reduction: Reduction | None = "sum_over_batch_size"
    name: str | None = None
    axis: Axes | None = None

    function = staticmethod(tversky)
