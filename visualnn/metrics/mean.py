"""Metrics that are means, or sums, of a number for each example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn import ops
from visualnn.declaration import declared, fields_of
from visualnn.losses import losses, same_rank
from visualnn.metrics.metric import NamedMetric, metrics


def by_example(values: Any, weight: Any, reduce: Callable, dtype: str) -> tuple[Any, Any]:
    """One weighted value for each example, and one weight, or ``None``.

    Args:
        values: The values; axes after the first are reduced.
        weight: The weights; they may have fewer axes than the values.
        reduce: How axes are reduced: the function for means, or the one for sums.
        dtype: The dtype of the results.
    """
    mask = getattr(values, "_keras_mask", None)
    values = ops.convert_to_tensor(values, dtype=dtype)
    if weight is not None:  # as in Keras, a mask counts only where there are weights
        weight = weighted_mask(weight, mask, dtype)
        values, weight = same_rank(values, weight)
        rank = len(weight.shape)
        if len(values.shape) > rank:
            values = reduce(values, axis=tuple(range(rank, len(values.shape))))
        values = values * weight
        if rank > 1:
            weight = reduce(weight, axis=tuple(range(1, rank)))
    if len(values.shape) > 1:
        values = reduce(values, axis=tuple(range(1, len(values.shape))))
    return values, weight


def weighted_mask(weight: Any, mask: Any, dtype: str) -> Any:
    """The weights, zero where the mask is false; either may be missing."""
    weight = None if weight is None else ops.convert_to_tensor(weight, dtype=dtype)
    if mask is None:
        return weight
    mask = ops.cast(mask, dtype)
    if weight is None:
        return mask
    mask, weight = same_rank(mask, weight)
    return mask * weight


@metrics.public()
@declared
class Sum(NamedMetric):
    """The sum of all values, each times its weight."""

    def __post_init__(self):
        self.total = self.add_variable((), "zeros", self.dtype, name="total")

    def update_state(self, values, sample_weight=None):
        values, _ = by_example(values, sample_weight, ops.sum, self.dtype)
        self.total.assign(self.total + ops.sum(values))

    def result(self):
        return ops.convert_to_tensor(self.total)


@metrics.public()
@declared
class Mean(NamedMetric):
    """The mean of all values, weighted if weights are given."""

    def __post_init__(self):
        self.total = self.add_variable((), "zeros", self.dtype, name="total")
        self.count = self.add_variable((), "zeros", self.dtype, name="count")

    def update_state(self, values, sample_weight=None):
        values, weight = by_example(values, sample_weight, ops.mean, self.dtype)
        self.total.assign(self.total + ops.sum(values))
        if weight is not None:
            count = ops.sum(weight)
        else:
            count = ops.cast(ops.shape(values)[0] if values.shape else 1, self.dtype)
        self.count.assign(self.count + count)

    def result(self):
        return ops.divide_no_nan(self.total, self.count)


@metrics.public(listed=False)
class MeanMetricWrapper(Mean):
    """The mean of a function of targets and predictions.

    Args:
        fn: The function; it gives a number for each example.
        name: The name in logs.
        dtype: The dtype of the computation.
        **kwargs: More arguments of the function.
    """

    def __init__(self, fn: Callable, name: str | None = None, dtype: Any = None, **kwargs: Any):
        super().__init__(name=name, dtype=dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(self, y_true, y_pred, sample_weight=None):
        update_mean(self, self._fn, self._fn_kwargs, y_true, y_pred, sample_weight)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "fn": losses.serialize(self._fn), **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        config = dict(config)
        if "fn" in config:
            config["fn"] = metrics.deserialize(config["fn"])
        return cls(**config)


class FunctionMetric(Mean):
    """The mean of a function of targets, predictions and the settings declared here."""

    function: Callable

    def update_state(self, y_true, y_pred, sample_weight=None):
        settings = {
            field.name: getattr(self, field.name)
            for field in fields_of(type(self))
            if not field.base and field.name not in ("name", "dtype")
        }
        function = type(self).function
        update_mean(self, function, settings, y_true, y_pred, sample_weight)


def update_mean(metric, function, settings, y_true, y_pred, sample_weight):
    """Take the values of a function into a mean, without what the predictions' mask hides."""
    mask = getattr(y_pred, "_keras_mask", None)
    y_true, y_pred = (ops.convert_to_tensor(y, dtype=metric.dtype) for y in (y_true, y_pred))
    values = function(y_true, y_pred, **settings)
    weight = weighted_mask(sample_weight, mask, metric.dtype)
    Mean.update_state(metric, values, weight)
