"""Layers that apply a function to every number."""

from __future__ import annotations

from typing import Any

from visualnn import activations, ops
from visualnn.activations import Activation as ActivationFunction
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.regularizers import Regularizer
from visualnn.serialization import public

FAMILY = "Activation"


class Elementwise(Layer):
    """The base of layers that compute each number of the output from one of the input."""

    _needs_no_build = True

    def __post_init__(self):
        self.supports_masking = True


@public("keras.layers")
@declared
class Activation(Elementwise):
    """Applies an activation function.

    Args:
        activation: The function, such as ``"relu"``.
    """

    activation: ActivationFunction

    def call(self, inputs):
        return self.activation(inputs)


@public("keras.layers")
@declared
class ReLU(Elementwise):
    """Keeps positive numbers and makes negative ones zero: "rectified linear unit".

    Args:
        max_value: The greatest number given, if any.
        negative_slope: What numbers below the threshold are multiplied by.
        threshold: Below it, numbers give zero, or the slope times their distance from it.
    """

    max_value: float | None = setting(None, minimum=0)
    negative_slope: float = setting(0.0, minimum=0)
    threshold: float = setting(0.0, minimum=0)

    def call(self, inputs):
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


@public("keras.layers")
@declared
class LeakyReLU(Elementwise):
    """Keeps positive numbers and makes negative ones small.

    Args:
        negative_slope: What negative numbers are multiplied by.
    """

    negative_slope: float = setting(0.3, minimum=0)

    _outdated_arguments = {"alpha": "negative_slope"}

    def call(self, inputs):
        return activations.leaky_relu(inputs, self.negative_slope)


@public("keras.layers")
@declared
class ELU(Elementwise):
    """Keeps positive numbers and bends negative ones towards ``-alpha``.

    Clevert et al., "Fast and accurate deep network learning by exponential linear units", 2016.

    Args:
        alpha: The limit for very negative numbers, with its sign turned.
    """

    alpha: float = 1.0

    def call(self, inputs):
        return activations.elu(inputs, self.alpha)


@public("keras.layers")
@declared
class PReLU(Layer):
    """Keeps positive numbers and multiplies negative ones by a slope that is learned.

    He et al., "Delving deep into rectifiers", 2015.

    Args:
        alpha_initializer: Makes the first slopes, of the shape of one example.
        alpha_regularizer: Penalises the slopes.
        alpha_constraint: Applied to the slopes after every step.
        shared_axes: The axes along which the slope is the same, such as (1, 2) for images.
    """

    alpha_initializer: Initializer = setting("Zeros")
    alpha_regularizer: Regularizer | None = None
    alpha_constraint: Constraint | None = None
    shared_axes: Any = None

    def __post_init__(self):
        self.supports_masking = True
        if self.shared_axes is not None and not isinstance(self.shared_axes, list | tuple):
            self.shared_axes = [self.shared_axes]

    def build(self, input_shape):
        shape = list(input_shape[1:])
        for axis in self.shared_axes or ():
            shape[axis - 1] = 1
        if None in shape:
            raise ValueError(
                f"PReLU {self.name!r}: the input {tuple(input_shape)} has an unknown size along "
                f"axis {shape.index(None) + 1}, so the slopes there cannot be counted. Add this "
                "axis to `shared_axes`."
            )
        self.alpha = self.add_weight(
            name="alpha",
            shape=tuple(shape),
            initializer=self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
        )
        own = [axis for axis in range(1, len(input_shape)) if shape[axis - 1] != 1]
        self.input_spec = InputSpec(
            ndim=len(input_shape), axes={axis: input_shape[axis] for axis in own}
        )

    def call(self, inputs):
        return ops.relu(inputs) - self.alpha * ops.relu(-inputs)


@public("keras.layers")
@declared
class Softmax(Elementwise):
    """Turns numbers into probabilities: positive, with the sum one.

    Args:
        axis: The axis, or axes, along which they add up to one.
    """

    axis: int | tuple[int, ...] = -1

    def call(self, inputs, mask=None):
        if mask is None:
            return self.probabilities(inputs)
        low = -3e4 if self.compute_dtype == "float16" else -1e9
        counts = ops.cast(mask, inputs.dtype)
        return self.probabilities(inputs + (1.0 - counts) * low) * counts

    def probabilities(self, inputs):
        """The exponentials of the inputs, divided by their sum."""
        if not isinstance(self.axis, tuple):
            return activations.softmax(inputs, axis=self.axis)
        if len(self.axis) == 1:
            return activations.softmax(inputs, axis=self.axis[0])
        return ops.exp(inputs - ops.logsumexp(inputs, axis=self.axis, keepdims=True))
