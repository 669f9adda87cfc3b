"""Batch normalization: numbers of about the same size, by the statistics of a batch."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.core import known_features
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.regularizers import Regularizer
from visualnn.serialization import public

FAMILY = "Normalization"


@public("keras.layers")
@declared
class BatchNormalization(Layer):
    """Shifts and scales every feature to mean zero and deviation one over a batch.

    In training the statistics are those of the batch, and moving averages of them are kept;
    otherwise, and when the layer is frozen, the moving averages are used.  Steps that are masked do
    not count.  Ioffe and Szegedy, "Batch normalization", 2015.

    Args:
        axis: The axis of the features.
        momentum: How much of the moving averages stays at every step.
        epsilon: Added to the variance, so that nothing is divided by zero.
        center: Whether to add a learned number to each feature.
        scale: Whether to multiply each feature by a learned number.
        beta_initializer: Makes the first numbers to add.
        gamma_initializer: Makes the first numbers to multiply by.
        moving_mean_initializer: Makes the first moving averages of the means.
        moving_variance_initializer: Makes the first moving averages of the variances.
        beta_regularizer: Penalises the numbers to add.
        gamma_regularizer: Penalises the numbers to multiply by.
        beta_constraint: Applied to the numbers to add after every step.
        gamma_constraint: Applied to the numbers to multiply by after every step.
        renorm: Whether to correct the statistics of the batch towards the moving averages in
            training too (Ioffe, "Batch renormalization", 2017).
        renorm_clipping: Limits of the correction: ``rmin``, ``rmax`` and ``dmax``.
        renorm_momentum: How much of the averages for the correction stays at every step.
        synchronized: Accepted for Keras's sake; there is one process.
    """

    axis: int = -1
    momentum: float = 0.99
    epsilon: float = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: Initializer = setting("zeros")
    gamma_initializer: Initializer = setting("ones")
    moving_mean_initializer: Initializer = setting("zeros")
    moving_variance_initializer: Initializer = setting("ones")
    beta_regularizer: Regularizer | None = None
    gamma_regularizer: Regularizer | None = None
    beta_constraint: Constraint | None = None
    gamma_constraint: Constraint | None = None
    renorm: bool = False
    renorm_clipping: dict[str, float] | None = None
    renorm_momentum: float = 0.99
    synchronized: bool = False

    def __post_init__(self):
        self.supports_masking = True
        if self.renorm:
            self.renorm_clipping = self.renorm_clipping or {}
            unknown = set(self.renorm_clipping) - {"rmin", "rmax", "dmax"}
            if unknown:
                raise ValueError(
                    f"BatchNormalization: `renorm_clipping` has no {sorted(unknown)}: "
                    "it holds rmin, rmax and dmax."
                )

    def build(self, input_shape):
        size = known_features(self, input_shape, self.axis)
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                name="gamma",
                shape=(size,),
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                name="beta",
                shape=(size,),
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        self.moving_mean = self.statistic("moving_mean", size, self.moving_mean_initializer)
        self.moving_variance = self.statistic(
            "moving_variance", size, self.moving_variance_initializer
        )
        if self.renorm:
            self.moving_stddev = self.statistic("moving_stddev", size, self.first_deviation)
            self.renorm_mean = self.statistic("renorm_mean", size, self.moving_mean_initializer)
            self.renorm_stddev = self.statistic("renorm_stddev", size, self.first_deviation)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: size})

    def statistic(self, name: str, size: int, initializer: Any) -> Any:
        """A weight that is not trained but kept up to date."""
        return self.add_weight(
            name=name, shape=(size,), initializer=initializer, trainable=False, autocast=False
        )

    def first_deviation(self, shape, dtype=None):
        """The root of the first variance."""
        return ops.sqrt(self.moving_variance_initializer(shape, dtype=dtype))

    def call(self, inputs, training=None, mask=None):
        if mask is not None and len(mask.shape) != len(inputs.shape) - 1:
            mask = None if self.axis % len(inputs.shape) == 1 else mask
        compute_dtype = "float64" if inputs.dtype == "float64" else "float32"
        x = ops.cast(inputs, compute_dtype)
        rank = len(inputs.shape)
        axis = self.axis % rank
        shape = tuple(-1 if i == axis else 1 for i in range(rank))

        def along_axis(statistic):
            return ops.reshape(ops.cast(statistic, compute_dtype), shape)

        if training and self.trainable:
            mean, variance = self.moments(x, mask)
            correct = self.renorm and self.corrections(mean, variance)
            if not self.renorm:
                self.keep(self.moving_mean, mean, self.momentum)
                self.keep(self.moving_variance, variance, self.momentum)
        else:
            mean, variance, correct = self.moving_mean, self.moving_variance, None
        scale = ops.rsqrt(along_axis(variance) + self.epsilon)
        outputs = (x - along_axis(mean)) * scale
        if correct:
            outputs = outputs * along_axis(correct[0]) + along_axis(correct[1])
        if self.gamma is not None:
            outputs = outputs * along_axis(self.gamma)
        if self.beta is not None:
            outputs = outputs + along_axis(self.beta)
        return ops.cast(outputs, self.compute_dtype)

    def moments(self, x, mask):
        """Mean and variance of each feature, over all that counts."""
        rank = len(x.shape)
        axes = tuple(i for i in range(rank) if i != self.axis % rank)
        if mask is None:
            mean = ops.mean(x, axis=axes, keepdims=True)
            variance = ops.mean(ops.square(x - mean), axis=axes)
            return ops.squeeze(mean, axis=axes), variance
        counts = ops.cast(mask, x.dtype)
        counts = ops.expand_dims(counts, axis=tuple(range(len(mask.shape), rank)))
        counts = ops.broadcast_to(counts, ops.shape(x))
        total = ops.sum(counts, axis=axes, keepdims=True) + 1e-9
        mean = ops.sum(x * counts, axis=axes, keepdims=True) / total
        variance = ops.sum(ops.square(x - mean) * counts, axis=axes, keepdims=True) / total
        return ops.squeeze(mean, axis=axes), ops.squeeze(variance, axis=axes)

    def corrections(self, mean, variance):
        """The factor and the summand that renormalize a batch, after which averages are kept."""
        limits = self.renorm_clipping or {}
        deviation = ops.sqrt(variance + self.epsilon)
        factor = deviation / self.renorm_stddev
        summand = (mean - self.renorm_mean) / self.renorm_stddev
        if "rmax" in limits:
            factor = ops.minimum(factor, limits["rmax"])
        if "rmin" in limits:
            factor = ops.maximum(factor, limits["rmin"])
        if "dmax" in limits:
            summand = ops.clip(summand, -limits["dmax"], limits["dmax"])
        factor, summand = ops.stop_gradient(factor), ops.stop_gradient(summand)
        self.keep(self.renorm_mean, mean, self.renorm_momentum)
        self.keep(self.renorm_stddev, deviation, self.renorm_momentum)
        self.keep(self.moving_mean, mean, self.momentum)
        self.keep(self.moving_stddev, deviation, self.momentum)
        self.moving_variance.assign(ops.square(self.moving_stddev) - self.epsilon)
        return factor, summand

    def keep(self, average, value, momentum: float) -> None:
        """Move an average towards a value."""
        kept = ops.stop_gradient(ops.cast(value, average.dtype))
        average.assign(average * momentum + kept * (1.0 - momentum))
