"""How far predicted numbers are from the true ones."""

from __future__ import annotations

from typing import Any, Literal

from visualnn import losses, ops
from visualnn.declaration import declared, setting
from visualnn.defaults import epsilon, floatx
from visualnn.losses import same_rank
from visualnn.losses.loss import unusual
from visualnn.metrics.mean import FunctionMetric, Mean
from visualnn.metrics.metric import NamedMetric, metrics


class _Error(FunctionMetric):
    _direction = "down"


@metrics.public("mse", "MSE")
@declared
class MeanSquaredError(_Error):
    """The mean of the squared differences of targets and predictions."""

    function = staticmethod(losses.mean_squared_error)


@metrics.public("mae", "MAE")
@declared
class MeanAbsoluteError(_Error):
    """The mean of the absolute differences of targets and predictions."""

    function = staticmethod(losses.mean_absolute_error)


@metrics.public("mape", "MAPE")
@declared
class MeanAbsolutePercentageError(_Error):
    """The mean of the differences in percent of the target."""

    function = staticmethod(losses.mean_absolute_percentage_error)


@metrics.public("msle", "MSLE")
@declared
class MeanSquaredLogarithmicError(_Error):
    """The mean of the squared differences of ``log(1 + y)``."""

    function = staticmethod(losses.mean_squared_logarithmic_error)


@metrics.public()
@declared
class LogCoshError(_Error):
    """The mean of ``log(cosh(y_pred - y_true))``."""

    default_name = "logcosh"
    function = staticmethod(losses.log_cosh)


@metrics.public()
@declared
class RootMeanSquaredError(Mean):
    """The root of the mean of the squared differences."""

    _direction = "down"

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_true, y_pred = (ops.convert_to_tensor(y, dtype=self.dtype) for y in (y_true, y_pred))
        y_true, y_pred = same_rank(y_true, y_pred)
        super().update_state(ops.square(y_pred - y_true), sample_weight)

    def result(self):
        return ops.sqrt(super().result())


def cosine_similarity(y_true, y_pred, axis=-1):
    """The cosine of the angle between target and prediction: 1 where they point alike."""
    return -losses.cosine_similarity(y_true, y_pred, axis)


@metrics.public()
@declared
class CosineSimilarity(FunctionMetric):
    """The cosine of the angle between target and prediction: 1 where they point alike.

    Args:
        axis: The axis of the vectors.
    """

    _direction = "up"

    name: str | None = None
    dtype: Any = None
    axis: int = -1

    function = staticmethod(cosine_similarity)

    def get_config(self):
        return {**super().get_config(), **unusual(self, "axis", -1)}


@metrics.public()
def pearson_correlation(y_true, y_pred, axis=-1):
    """The correlation of targets and predictions along an axis, from -1 to 1."""
    y_true, y_pred = (_without_mean(y, axis) for y in _pair(y_true, y_pred))
    together = ops.mean(y_true * y_pred, axis=axis)
    spread = _spread(y_true, axis) * _spread(y_pred, axis)
    return together / spread


@metrics.public()
def concordance_correlation(y_true, y_pred, axis=-1):
    """The correlation along an axis, less where the means or spreads differ (Lin, 1989)."""
    y_true, y_pred = _pair(y_true, y_pred)
    apart = ops.mean(y_true, axis=axis) - ops.mean(y_pred, axis=axis)
    true, predicted = _without_mean(y_true, axis), _without_mean(y_pred, axis)
    together = ops.mean(true * predicted, axis=axis)
    spreads = ops.mean(ops.square(true), axis=axis) + ops.mean(ops.square(predicted), axis=axis)
    return 2.0 * together / (spreads + ops.square(apart) + epsilon())


def _pair(y_true, y_pred):
    y_pred = ops.convert_to_tensor(y_pred)
    return same_rank(ops.convert_to_tensor(y_true, dtype=y_pred.dtype), y_pred)


def _without_mean(y, axis):
    return y - ops.mean(y, axis=axis, keepdims=True)


def _spread(y, axis):
    return ops.sqrt(ops.mean(ops.square(y), axis=axis))


@metrics.public()
@declared
class PearsonCorrelation(FunctionMetric):
    """The mean correlation of targets and predictions, from -1 to 1.

    Args:
        axis: The axis along which they are correlated.
    """

    _direction = "up"

    name: str | None = None
    dtype: Any = None
    axis: int = -1

    function = staticmethod(pearson_correlation)


@metrics.public()
@declared
class ConcordanceCorrelation(FunctionMetric):
    """The mean correlation, less where the means or spreads differ (Lin, 1989).

    Args:
        axis: The axis along which they are correlated.
    """

    _direction = "up"

    name: str | None = None
    dtype: Any = None
    axis: int = -1

    function = staticmethod(concordance_correlation)


@metrics.public()
@declared
class R2Score(NamedMetric):
    """Which share of the variance of the targets the predictions explain: at best 1.

    Args:
        class_aggregation: How the scores of several outputs are made one: their mean, their mean
            weighted by variance, or not.
        num_regressors: The number of inputs, for the adjusted score; 0 for the plain one.
    """

    _direction = "up"

    class_aggregation: Literal["uniform_average", "variance_weighted_average"] | None = (
        "uniform_average"
    )
    num_regressors: int = setting(0, minimum=0)

    def __post_init__(self):
        self.num_samples = self.add_variable((), "zeros", name="num_samples")
        self._built = False

    def _build(self, y_true: Any, y_pred: Any) -> None:
        if len(y_pred.shape) != 2 or len(y_true.shape) != 2 or y_pred.shape[-1] is None:
            raise ValueError(
                "R2Score takes targets and predictions of the shape (batch, outputs), but the "
                f"shapes are {tuple(y_true.shape)} and {tuple(y_pred.shape)}."
            )
        size = (y_pred.shape[-1],)
        self.squared_sum = self.add_variable(size, "zeros", name="squared_sum")
        self.sum = self.add_variable(size, "zeros", name="sum")
        self.total_mse = self.add_variable(size, "zeros", name="residual")
        self.count = self.add_variable(size, "zeros", name="count")
        self._built = True

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_true, y_pred = (ops.convert_to_tensor(y, dtype=floatx()) for y in (y_true, y_pred))
        if not self._built:
            self._build(y_true, y_pred)
        weight = ops.ones_like(y_true[:, :1])
        if sample_weight is not None:
            given = ops.convert_to_tensor(sample_weight, dtype=floatx())
            weight = ops.expand_dims(given, -1) if len(given.shape) == 1 else given
        weighted = y_true * weight
        self.sum.assign(self.sum + ops.sum(weighted, axis=0))
        self.squared_sum.assign(self.squared_sum + ops.sum(y_true * weighted, axis=0))
        missed = ops.square(y_true - y_pred) * weight
        self.total_mse.assign(self.total_mse + ops.sum(missed, axis=0))
        self.count.assign(self.count + ops.sum(weight))
        self.num_samples.assign(self.num_samples + ops.cast(ops.size(y_true), floatx()))

    def result(self):
        mean = self.sum / self.count
        total = self.squared_sum - self.sum * mean
        score = 1.0 - self.total_mse / total
        score = ops.where(ops.isinf(score), 0.0, score)
        if self.class_aggregation == "uniform_average":
            score = ops.mean(score)
        elif self.class_aggregation == "variance_weighted_average":
            score = ops.sum(score * total) / ops.sum(total)
        if self.num_regressors:
            left = self.num_samples - self.num_regressors - 1.0
            adjusted = 1.0 - (1.0 - score) * (self.num_samples - 1.0) / left
            score = ops.where(left <= 0.0, score, adjusted)
        return score
