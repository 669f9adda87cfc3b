"""Statistics, and scaling by them."""

from __future__ import annotations

import math

from visualnn import primitives as p
from visualnn.defaults import epsilon as default_epsilon
from visualnn.ops.numpy_reductions import mean, var
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    axes_of,
    axis_of,
    cast_to,
    dtype_of,
    promoted,
    rank_of,
)
from visualnn.spec import ShapeError, Spec


@operation("nn", "Moments", "axes", "keepdims", "synchronized")
def moments(x, axes, keepdims=False, synchronized=False):
    """The average and the variance over axes."""
    x = as_fraction(x)
    return mean(x, axes, keepdims), var(x, axes, keepdims)


@operation("nn", "BatchNorm", "axis", "epsilon")
def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    """Subtract a mean from every channel, divide by a deviation, then scale and shift.

    ``mean``, ``variance``, ``offset`` and ``scale`` have one number for each element of ``axis``.
    """
    x = as_fraction(x)
    axis = axis_of(x, axis, "batch_normalization")

    def placed(vector):
        vector = cast_to(vector, dtype_of(x))
        if rank_of(vector) != 1:
            raise ShapeError(
                f"ops.batch_normalization: one number for each channel is needed, "
                f"but got {Spec.of(vector)} for {Spec.of(x)}."
            )
        after = rank_of(x) - axis - 1
        return p.expand_dims(vector, axes=tuple(range(1, after + 1))) if after else vector

    inverse = p.divide(1, p.sqrt(p.add(cast_to(variance, dtype_of(x)), epsilon)))
    if scale is not None:
        inverse = p.multiply(inverse, cast_to(scale, dtype_of(x)))
    y = p.multiply(p.subtract(x, placed(mean)), placed(inverse))
    return y if offset is None else p.add(y, placed(offset))


@operation("nn", "LayerNorm", "axis", "epsilon", "rms_scaling")
def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None, **kwargs):
    """Give every sample mean zero and deviation one along axes, then scale and shift.

    ``gamma`` and ``beta`` have the sizes of those axes.
    """
    x = as_fraction(x)
    if kwargs.pop("rms_scaling", False):
        y = rms_normalization(x, gamma, axis, epsilon)
        return y if beta is None else p.add(*promoted(y, _along(beta, x, axis)))
    axes = axes_of(x, axis, "layer_normalization")
    inner = _single(x)
    centre = mean(inner, axes, keepdims=True)
    away = p.subtract(inner, centre)
    spread = mean(p.multiply(away, away), axes, keepdims=True)
    small = default_epsilon() if epsilon is None else epsilon
    y = p.multiply(away, p.divide(1, p.sqrt(p.add(spread, small))))
    if gamma is not None:
        y = p.multiply(*promoted(y, _along(gamma, x, axis)))
    if beta is not None:
        y = p.add(*promoted(y, _along(beta, x, axis)))
    return cast_to(y, dtype_of(x))


def _single(x):
    """16-bit fractions in 32 bits."""
    return cast_to(x, "float32") if dtype_of(x) in ("float16", "bfloat16") else x


def _along(weights, x, axis):
    """Weights for some axes, ready to be broadcast."""
    axes = axes_of(x, axis, "layer_normalization")
    weights = as_fraction(weights)
    if rank_of(weights) != len(axes):
        return weights
    new = tuple(i for i in range(axes[0], rank_of(x)) if i not in axes)
    return p.expand_dims(weights, axes=tuple(i - axes[0] for i in new)) if new else weights


@operation("nn", "RMSNorm", "axis", "epsilon")
def rms_normalization(x, scale=None, axis=-1, epsilon=None):
    """Divide by the root of the average square along axes, then scale."""
    x = as_fraction(x)
    axes = axes_of(x, axis, "rms_normalization")
    inner = _single(x)
    small = default_epsilon() if epsilon is None else epsilon
    power = mean(p.multiply(inner, inner), axes, keepdims=True)
    y = p.multiply(inner, p.divide(1, p.sqrt(p.add(power, small))))
    if scale is not None:
        y = p.multiply(*promoted(y, _along(scale, x, axis)))
    return cast_to(y, dtype_of(x))


@operation("nn", "Normalize", "axis", "order", "epsilon")
def normalize(x, axis=-1, order=2, epsilon=None):
    """Divide by the length along an axis, so that it becomes one; zeros stay zeros.

    Raises:
        ValueError: When the order is no positive whole number.
    """
    if not isinstance(order, int) or order < 1:
        raise ValueError(f"ops.normalize: order={order!r} must be a whole number, one or more.")
    x = as_fraction(x)
    axes = axes_of(x, axis, "normalize")
    small = default_epsilon() if epsilon is None else epsilon
    if order == 2:
        squared = p.sum(p.multiply(x, x), axes=axes, keepdims=True)
        return p.multiply(x, p.divide(1, p.sqrt(p.maximum(squared, small**2))))
    sizes = p.absolute(x)
    raised = sizes if order == 1 else p.power(sizes, float(order))
    total = p.sum(raised, axes=axes, keepdims=True)
    length = total if order == 1 else p.power(total, 1 / order)
    return p.divide(x, p.maximum(length, small))


@operation("nn", "PSNR", "max_val")
def psnr(x1, x2, max_val):
    """How far a signal is above the noise between two tensors, in decibels."""
    x1, x2 = promoted(as_fraction(x1), as_fraction(x2))
    if rank_of(x1) != rank_of(x2):
        raise ShapeError(f"ops.psnr: {Spec.of(x1)} and {Spec.of(x2)} must have equally many axes.")
    away = p.subtract(x1, x2)
    noise = p.log(mean(p.multiply(away, away)))
    return p.multiply(p.subtract(2 * math.log(max_val), noise), 10 / math.log(10))
