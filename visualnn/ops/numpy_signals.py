"""Lines of numbers as signals, and whole numbers as factors."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.numpy_arithmetic import both_tensors
from visualnn.ops.numpy_reductions import mean
from visualnn.ops.numpy_shaping import flip, shape_given
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_tensor,
    axis_of,
    can_be_fractional,
    cast_to,
    dtype_of,
    known_size,
    promoted,
    promoted_fractions,
    rank_of,
)
from visualnn.spec import ShapeError, Spec

# --------------------------------------------------------------------------- signals


@operation("numpy", "Correlate", "mode")
def correlate(x1, x2, mode="valid"):
    """Slide one line of numbers along another, and sum the products at each place.

    Raises:
        ValueError: When the mode is unknown.
    """
    x1, x2 = (
        cast_to(x, "float32") if not can_be_fractional(dtype_of(x)) else x
        for x in promoted(as_tensor(x1), as_tensor(x2))
    )
    if rank_of(x1) != 1 or rank_of(x2) != 1:
        raise ShapeError(f"ops.correlate takes two lines, but got {Spec.of(x1)}, {Spec.of(x2)}.")
    long, short = known_size(x1, 0, "correlate"), known_size(x2, 0, "correlate")
    if long < short:
        return flip(correlate(x2, x1, mode))
    frames = {"valid": (0, 0), "full": (short - 1, short - 1)}
    frames["same"] = (short // 2, (short - 1) // 2)
    if mode not in frames:
        raise ValueError(f"ops.correlate: mode={mode!r} must be 'valid', 'same' or 'full'.")
    made = p.conv(
        p.expand_dims(x1, axes=(0, 2)),
        p.expand_dims(x2, axes=(1, 2)),
        strides=(1,),
        padding=(frames[mode],),
        dilation=(1,),
        groups=1,
    )
    return p.squeeze(made, axes=(0, 2))


@operation("numpy", "Corrcoef")
def corrcoef(x):
    """How much each pair of rows varies together, from -1 to 1."""
    x = as_fraction(x)
    x = p.expand_dims(x, axes=(0,)) if rank_of(x) == 1 else x
    away = p.subtract(x, mean(x, 1, keepdims=True))
    power = p.sqrt(p.sum(p.multiply(away, away), axes=(1,), keepdims=True))
    unit = p.divide(away, power)
    result = p.minimum(p.maximum(p.matmul(unit, p.swap_last_two(unit)), -1), 1)
    return p.squeeze(result, axes=(0, 1)) if Spec.of(x).shape[0] == 1 else result


@operation("numpy", "Trapezoid", "x", "dx", "axis")
def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The area under a line of numbers, in pieces of straight lines."""
    y = as_fraction(y)
    axis = axis_of(y, axis, "trapezoid")
    heights = p.multiply(p.add(_later(y, axis), _earlier(y, axis)), 0.5)
    if x is None:
        return p.multiply(p.sum(heights, axes=(axis,)), dx)
    x = cast_to(x, dtype_of(y))
    along = axis if rank_of(x) > 1 else 0
    widths = p.subtract(_later(x, along), _earlier(x, along))
    if rank_of(x) == 1 and rank_of(y) > 1:
        widths = p.expand_dims(widths, axes=tuple(i for i in range(rank_of(y)) if i != axis))
    return p.sum(p.multiply(heights, widths), axes=(axis,))


def _later(x, axis):
    return p.slice(x, axes=(axis,), starts=(1,), stops=(None,), steps=(1,))


def _earlier(x, axis):
    return p.slice(x, axes=(axis,), starts=(None,), stops=(-1,), steps=(1,))


# --------------------------------------------------------------------------- whole numbers


@operation("numpy", "Gcd")
def gcd(x1, x2):
    """The greatest whole number that divides both."""
    return _by_numpy(np.gcd, *_whole("gcd", x1, x2))


@operation("numpy", "Lcm")
def lcm(x1, x2):
    """The smallest whole number that both divide."""
    x1, x2 = _whole("lcm", x1, x2)
    factor = _by_numpy(np.gcd, x1, x2)
    safe = p.maximum(factor, 1)
    return p.absolute(p.multiply(p.floor_divide(x1, safe), x2))


def _by_numpy(function, x1, x2):
    """What numpy computes of two tensors, element by element, and no gradient needs."""
    both = p.less(x1, x2)  # has the shape of the result
    x1, x2 = p.broadcast_like(x1, both), p.broadcast_like(x2, both)
    return p.by_function(x1, x2, function=function, dtype=dtype_of(x1), kept=rank_of(both), tail=())


def _whole(name, x1, x2):
    x1, x2 = both_tensors(*promoted(x1, x2))
    if can_be_fractional(dtype_of(x1)):
        raise TypeError(f"ops.{name} takes whole numbers, but got {dtype_of(x1)}.")
    return x1, x2


@operation("numpy", "Ldexp")
def ldexp(x1, x2):
    """``x1`` times two to the power of ``x2``."""
    x1, x2 = both_tensors(*promoted_fractions(as_fraction(x1), x2))
    return p.multiply(x1, p.power(2, x2))


@operation("numpy", "Nextafter")
def nextafter(x1, x2):
    """The number next to ``x1`` that the dtype has, on the side of ``x2``."""
    return _by_numpy(np.nextafter, *both_tensors(*promoted_fractions(x1, x2)))


@operation("numpy", "UnravelIndex", "shape")
def unravel_index(indices, shape):
    """Places in a flat tensor as places along each axis of this shape."""
    rest = as_tensor(indices)
    places = []
    for size in reversed(shape_given(shape, "unravel_index")):
        places.append(p.remainder(*promoted(rest, size)))
        rest = p.floor_divide(*promoted(rest, size))
    return tuple(cast_to(place, "int32") for place in reversed(places))
