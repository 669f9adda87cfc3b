"""Functions applied to every number that a layer computes, so that layers are more than linear."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

from visualnn import ops
from visualnn.serialization import NAMES, Namespace, serialize_keras_object
from visualnn.settings import Kind

activations = Namespace("keras.activations", "activation", functions=True)


@activations.public()
def linear(x):
    """The input as it is."""
    return x


@activations.public()
def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """The input where it is positive, zero elsewhere: "rectified linear unit".

    Args:
        x: The input.
        negative_slope: What inputs below the threshold are multiplied by.
        max_value: The greatest value given, if any.
        threshold: Below it, inputs give zero, or the slope times their distance from it.
    """
    if max_value is None and not threshold:
        return ops.leaky_relu(x, negative_slope) if negative_slope else ops.relu(x)
    x = ops.convert_to_tensor(x)
    below = ops.relu(threshold - x) if negative_slope else None
    y = x * ops.cast(ops.greater(x, threshold), x.dtype) if threshold else ops.relu(x)
    if max_value is not None:
        y = ops.clip(y, 0.0, max_value)
    return y if below is None else y - negative_slope * below


@activations.public()
def relu6(x):
    """The input between zero and six."""
    return ops.relu6(x)


@activations.public()
def leaky_relu(x, negative_slope=0.2):
    """The input where it is positive, a small multiple of it elsewhere."""
    return ops.leaky_relu(x, negative_slope)


@activations.public()
def elu(x, alpha=1.0):
    """The input where it is positive, ``alpha * (exp(x) - 1)`` elsewhere (Clevert et al., 2016)."""
    return ops.elu(x, alpha)


@activations.public()
def selu(x):
    """A scaled :func:`elu` that keeps mean and variance over many layers (Klambauer et al., 2017).

    Goes with the initializer ``lecun_normal`` and with ``AlphaDropout``.
    """
    return ops.selu(x)


@activations.public()
def celu(x, alpha=1.0):
    """A smooth :func:`elu`: ``alpha * (exp(x / alpha) - 1)`` below zero (Barron, 2017)."""
    return ops.celu(x, alpha)


@activations.public()
def gelu(x, approximate=False):
    """The input times the share of normal numbers that are below it (Hendrycks, Gimpel, 2016)."""
    return ops.gelu(x, approximate)


@activations.public()
def glu(x, axis=-1):
    """One half of the input times the sigmoid of the other half (Dauphin et al., 2017)."""
    return ops.glu(x, axis)


@activations.public("swish")
def silu(x):
    """``x * sigmoid(x)``, also known as swish (Ramachandran et al., 2017)."""
    return ops.silu(x)


@activations.public()
def mish(x):
    """``x * tanh(softplus(x))`` (Misra, 2019)."""
    return x * ops.tanh(ops.softplus(x))


@activations.public()
def sigmoid(x):
    """``1 / (1 + exp(-x))``, between zero and one."""
    return ops.sigmoid(x)


@activations.public()
def hard_sigmoid(x):
    """``x / 6 + 0.5``, kept between zero and one: a sigmoid of straight lines."""
    return ops.hard_sigmoid(x)


@activations.public("hard_swish")
def hard_silu(x):
    """``x * hard_sigmoid(x)`` (Howard et al., 2019)."""
    return ops.hard_silu(x)


@activations.public()
def log_sigmoid(x):
    """The logarithm of the sigmoid."""
    return ops.log_sigmoid(x)


@activations.public()
def tanh(x):
    """The hyperbolic tangent, between minus one and one."""
    return ops.tanh(x)


@activations.public()
def hard_tanh(x):
    """The input, kept between minus one and one."""
    return ops.hard_tanh(x)


@activations.public()
def tanh_shrink(x):
    """``x - tanh(x)``."""
    return ops.tanh_shrink(x)


@activations.public()
def exponential(x):
    """The exponential function."""
    return ops.exp(x)


@activations.public()
def softmax(x, axis=-1):
    """Positive numbers that add up to one along the axis, the greatest where ``x`` is greatest."""
    return ops.softmax(x, axis)


@activations.public()
def log_softmax(x, axis=-1):
    """The logarithm of the softmax."""
    return ops.log_softmax(x, axis)


@activations.public()
def sparsemax(x, axis=-1):
    """Numbers that add up to one along the axis, many of them zero (Martins, Astudillo, 2016)."""
    return ops.sparsemax(x, axis)


@activations.public()
def softplus(x):
    """``log(1 + exp(x))``: a smooth :func:`relu`."""
    return ops.softplus(x)


@activations.public()
def softsign(x):
    """``x / (1 + abs(x))``."""
    return ops.softsign(x)


@activations.public()
def squareplus(x, b=4):
    """``(x + sqrt(x**2 + b)) / 2``: a smooth :func:`relu` without exponentials (Barron, 2021)."""
    return ops.squareplus(x, b)


@activations.public()
def sparse_plus(x):
    """Zero below -1, the input above 1, a parabola between."""
    return ops.sparse_plus(x)


@activations.public()
def sparse_sigmoid(x):
    """Zero below -1, one above 1, a straight line between."""
    return ops.sparse_sigmoid(x)


@activations.public()
def soft_shrink(x, threshold=0.5):
    """The input moved towards zero by the threshold; zero where it is smaller."""
    return ops.soft_shrink(x, threshold)


@activations.public()
def hard_shrink(x, threshold=0.5):
    """The input where it is farther from zero than the threshold, zero elsewhere."""
    return ops.hard_shrink(x, threshold)


@activations.public()
def threshold(x, threshold, default_value):
    """The input where it is above the threshold, another value elsewhere."""
    return ops.threshold(x, threshold, default_value)


swish = silu
hard_swish = hard_silu


def get(identifier: Any) -> Callable:
    """The function that a string, a record or ``None`` (which is ``linear``) stands for.

    Raises:
        ValueError: When there is none.
    """
    return linear if identifier is None else activations.get(identifier)


def serialize(activation: Callable) -> Any:
    """The name of a built-in activation, the record of another one."""
    if hasattr(activation, "operation"):  # a function of `ops` counts as the activation it is
        activation = activations.table.get(activation.__name__, activation)
    if activation in NAMES and inspect.isfunction(activation):
        return NAMES[activation].class_name
    return serialize_keras_object(activation)


def deserialize(config: Any, custom_objects: dict | None = None) -> Callable:
    """The activation that a name or a record describes."""
    return activations.deserialize(config, custom_objects)


Activation = Annotated[Callable, Kind("activation", get, serialize, activations.choices)]
"""The type of a setting that is an activation."""
