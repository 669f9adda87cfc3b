"""Losses between numbers."""

from __future__ import annotations

import math

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import epsilon
from visualnn.losses.loss import FunctionLoss, losses, same_rank, unusual


def _pair(y_true, y_pred):
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    return same_rank(y_true, y_pred)


@losses.public("mse", "MSE")
def mean_squared_error(y_true, y_pred):
    """The mean over the last axis of the squared differences."""
    y_true, y_pred = _pair(y_true, y_pred)
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


@losses.public("mae", "MAE")
def mean_absolute_error(y_true, y_pred):
    """The mean over the last axis of the absolute differences."""
    y_true, y_pred = _pair(y_true, y_pred)
    return ops.mean(ops.absolute(y_true - y_pred), axis=-1)


@losses.public("mape", "MAPE")
def mean_absolute_percentage_error(y_true, y_pred):
    """The mean over the last axis of the differences in percent of the target."""
    y_true, y_pred = _pair(y_true, y_pred)
    size = ops.maximum(ops.absolute(y_true), epsilon())
    return 100.0 * ops.mean(ops.absolute((y_true - y_pred) / size), axis=-1)


@losses.public("msle", "MSLE")
def mean_squared_logarithmic_error(y_true, y_pred):
    """The mean over the last axis of the squared differences of ``log(1 + y)``."""
    y_true, y_pred = _pair(y_true, y_pred)
    first, second = (ops.log(ops.maximum(y, epsilon()) + 1.0) for y in (y_pred, y_true))
    return ops.mean(ops.square(first - second), axis=-1)


@losses.public()
def cosine_similarity(y_true, y_pred, axis=-1):
    """Minus the cosine of the angle between target and prediction: -1 where they point alike.

    Args:
        y_true: The targets.
        y_pred: The predictions.
        axis: The axis of the vectors.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    return -ops.sum(ops.normalize(y_true, axis) * ops.normalize(y_pred, axis), axis=axis)


@losses.public()
def huber(y_true, y_pred, delta=1.0):
    """The mean over the last axis of half the squares of small differences; large ones count less.

    Args:
        y_true: The targets.
        y_pred: The predictions.
        delta: From this difference on the loss grows along a straight line.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    distance = ops.absolute(y_pred - y_true)
    squared = 0.5 * ops.square(distance)
    straight = delta * distance - 0.5 * delta * delta
    return ops.mean(ops.where(distance <= delta, squared, straight), axis=-1)


@losses.public("logcosh")
def log_cosh(y_true, y_pred):
    """The mean over the last axis of ``log(cosh(y_pred - y_true))``."""
    y_true, y_pred = _pair(y_true, y_pred)
    error = y_pred - y_true
    return ops.mean(error + ops.softplus(-2.0 * error) - math.log(2.0), axis=-1)


@losses.public("kld", "KLD")
def kl_divergence(y_true, y_pred):
    """How much is lost by taking the predicted distribution for the true one, in nats."""
    y_true, y_pred = _pair(y_true, y_pred)
    y_true, y_pred = (ops.clip(y, epsilon(), 1.0) for y in (y_true, y_pred))
    return ops.sum(y_true * ops.log(y_true / y_pred), axis=-1)


@losses.public()
def poisson(y_true, y_pred):
    """The mean over the last axis of ``y_pred - y_true * log(y_pred)``, for counts."""
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    return ops.mean(y_pred - y_true * ops.log(y_pred + epsilon()), axis=-1)


@losses.public()
@declared
class MeanSquaredError(FunctionLoss):
    """The mean of the squared differences of targets and predictions."""

    function = staticmethod(mean_squared_error)


@losses.public()
@declared
class MeanAbsoluteError(FunctionLoss):
    """The mean of the absolute differences of targets and predictions."""

    function = staticmethod(mean_absolute_error)


@losses.public()
@declared
class MeanAbsolutePercentageError(FunctionLoss):
    """The mean of the differences in percent of the target."""

    function = staticmethod(mean_absolute_percentage_error)


@losses.public()
@declared
class MeanSquaredLogarithmicError(FunctionLoss):
    """The mean of the squared differences of ``log(1 + y)``: for what grows exponentially."""

    function = staticmethod(mean_squared_logarithmic_error)


@losses.public()
@declared
class CosineSimilarity(FunctionLoss):
    """Minus the cosine of the angle between target and prediction: -1 where they point alike.

    Args:
        axis: The axis of the vectors.
    """

    axis: int = -1

    function = staticmethod(cosine_similarity)

    def get_config(self):
        return {**super().get_config(), **unusual(self, "axis", -1)}


@losses.public()
@declared
class Huber(FunctionLoss):
    """Half the square of small differences, a straight line for large ones: outliers count less.

    Args:
        delta: From this difference on the loss grows along a straight line.
    """

    delta: float = setting(1.0, minimum=0)

    default_name = "huber_loss"
    function = staticmethod(huber)

    def get_config(self):
        return {**super().get_config(), **unusual(self, "delta", 1.0)}


@losses.public()
@declared
class LogCosh(FunctionLoss):
    """The mean of ``log(cosh(y_pred - y_true))``: like a square near zero, like a line far away."""

    function = staticmethod(log_cosh)


@losses.public()
@declared
class KLDivergence(FunctionLoss):
    """How much is lost by taking the predicted distribution for the true one, in nats."""

    function = staticmethod(kl_divergence)


@losses.public()
@declared
class Poisson(FunctionLoss):
    """The mean of ``y_pred - y_true * log(y_pred)``, for counts."""

    function = staticmethod(poisson)
