"""Layers that bring raw numbers into a form that models learn from easily."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import epsilon
from visualnn.layers.core import check_axis
from visualnn.layers.layer import Layer
from visualnn.layers.layer_normalization import axes_of
from visualnn.serialization import public
from visualnn.settings import Kind
from visualnn.spec import ShapeError

FAMILY = "Preprocessing"


@public("keras.layers")
@declared
class Rescaling(Layer):
    """Multiplies by a number and adds one: ``inputs * scale + offset``.

    Args:
        scale: The factor, such as ``1 / 255`` for images; or one for each channel.
        offset: What is added; or one number for each channel.
    """

    scale: float | list
    offset: float | list = 0.0

    def __post_init__(self):
        self.supports_masking = True

    def call(self, inputs):
        dtype = self.compute_dtype
        scale, offset = (np.asarray(x, dtype="float32") for x in (self.scale, self.offset))
        return ops.cast(inputs, dtype) * ops.cast(scale, dtype) + ops.cast(offset, dtype)


def _feature_axes(x: Any) -> list[int]:
    return [] if x is None or x in ([], ()) else axes_of(x)


FeatureAxes = Annotated[list[int], Kind("axes", _feature_axes)]
Statistic = Annotated[Any, Kind("numbers", lambda x: x, lambda x: np.asarray(x).tolist())]


class Standardized(Layer):
    """The base of what shifts and scales by statistics."""

    @property
    def mean(self) -> Any:
        """The means, given or found, of a shape that fits the input."""
        return self.statistics()[0]

    @property
    def variance(self) -> Any:
        """The variances, given or found, of a shape that fits the input."""
        return self.statistics()[1]


@public("keras.layers")
@declared
class Normalization(Standardized):
    """Shifts and scales features to mean zero and deviation one, by statistics of a data set.

    Either ``mean`` and ``variance`` are given, or ``adapt(data)`` finds them.

    Args:
        axis: The axis, or axes, of the features; ``None`` treats all numbers as one feature.
        mean: The means.
        variance: The variances.
        invert: Whether to do the opposite: from mean zero and deviation one to these.
    """

    axis: FeatureAxes = setting(-1)
    mean: Statistic | None = setting(None, attribute="input_mean")
    variance: Statistic | None = setting(None, attribute="input_variance")
    invert: bool = False

    def __post_init__(self):
        self.supports_masking = True
        if (self.input_mean is None) != (self.input_variance is None):
            raise ValueError("Normalization: give both `mean` and `variance`, or none of them.")
        if np.shape(self.input_mean) != np.shape(self.input_variance):
            raise ValueError(
                "Normalization: `mean` and `variance` must have the same shape, but have "
                f"{np.shape(self.input_mean)} and {np.shape(self.input_variance)}."
            )
        self.adapt_mean: Any = None
        self.adapt_variance: Any = None
        self._shape_of_statistics: tuple[int, ...] = ()

    def build(self, input_shape):
        rank = len(input_shape)
        for axis in self.axis:
            check_axis(self, input_shape, axis)
        axes = sorted(axis % rank for axis in self.axis)
        if any(input_shape[axis] is None for axis in axes):
            raise ShapeError(
                f"The axes {self.axis} of its input {tuple(input_shape)} must have known sizes."
            )
        if 0 in axes:
            raise ShapeError("Its `axis` cannot be that of the batch.")
        self._axes = axes
        self._broadcast_shape = tuple(
            input_shape[axis] if axis in axes else 1 for axis in range(rank)
        )
        self._shape_of_statistics = tuple(input_shape[axis] for axis in axes)
        if self.input_mean is None:
            shape = self._shape_of_statistics
            self.adapt_mean = self.add_weight(
                name="mean", shape=shape, initializer="zeros", trainable=False
            )
            self.adapt_variance = self.add_weight(
                name="variance", shape=shape, initializer="ones", trainable=False
            )
            self.count = self.add_weight(
                name="count", shape=(), dtype="int64", initializer="zeros", trainable=False
            )

    def statistics(self) -> tuple[Any, Any]:
        """The means and variances, of a shape that fits the input."""
        if self.input_mean is None:
            mean, variance = self.adapt_mean, self.adapt_variance
        else:
            given = (np.asarray(x, "float32") for x in (self.input_mean, self.input_variance))
            shape = self._shape_of_statistics
            mean, variance = (np.ascontiguousarray(np.broadcast_to(x, shape)) for x in given)
        return tuple(ops.reshape(x, self._broadcast_shape) for x in (mean, variance))

    def call(self, inputs):
        mean, variance = (ops.cast(x, self.compute_dtype) for x in self.statistics())
        inputs = ops.cast(inputs, self.compute_dtype)
        deviation = ops.maximum(ops.sqrt(variance), epsilon())
        return inputs * deviation + mean if self.invert else (inputs - mean) / deviation

    def adapt(self, data: Any) -> None:
        """Find the means and variances of a data set.

        Args:
            data: An array, or an iterable of batches.

        Raises:
            ValueError: When the statistics were given to the constructor.
        """
        if self.input_mean is not None:
            raise ValueError(
                f"Normalization {self.name!r} was given its `mean` and `variance`, "
                "so it cannot be adapted."
            )
        batches = [data] if hasattr(data, "shape") or isinstance(data, list | tuple) else data
        total: Any = 0.0
        squares: Any = 0.0
        count = 0
        for batch in batches:
            batch = np.asarray(batch[0] if isinstance(batch, tuple) else batch)
            if not self.built:
                self.build((None, *batch.shape[1:]))
            others = tuple(i for i in range(batch.ndim) if i not in self._axes)
            numbers = batch.astype("float64")
            count += int(np.prod([batch.shape[i] for i in others]))
            total = total + numbers.sum(axis=others)
            squares = squares + np.square(numbers).sum(axis=others)
        if not count:
            raise ValueError(f"Normalization {self.name!r}: `adapt` was given no data.")
        mean = total / count
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(np.maximum(squares / count - np.square(mean), 0.0))
