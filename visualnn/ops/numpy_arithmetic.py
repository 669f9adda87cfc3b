"""Arithmetic, element by element, with Keras's dtypes."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_number,
    as_tensor,
    can_be_fractional,
    cast_to,
    dtype_of,
    promoted,
    promoted_fractions,
)

# --------------------------------------------------------------------------- the four


@operation("numpy", "Add")
def add(x1, x2):
    """The sum, element by element; of truth values, whether one of both is true."""
    return p.add(*promoted(x1, x2))


@operation("numpy", "Subtract")
def subtract(x1, x2):
    """The difference, element by element."""
    x1, x2 = promoted(x1, x2)
    if dtype_of(x1) == dtype_of(x2) == "bool":
        x1, x2 = as_number(x1), as_number(x2)
    return p.subtract(x1, x2)


@operation("numpy", "Multiply")
def multiply(x1, x2):
    """The product, element by element."""
    return p.multiply(*promoted(x1, x2))


@operation("numpy", "TrueDivide")
def true_divide(x1, x2):
    """The quotient, element by element; whole numbers give fractions."""
    return p.divide(*promoted_fractions(x1, x2))


@operation("numpy", "Divide")
def divide(x1, x2):
    """The quotient, element by element; whole numbers give fractions."""
    return p.divide(*promoted_fractions(x1, x2))


@operation("numpy", "DivideNoNan")
def divide_no_nan(x1, x2):
    """The quotient, element by element; zero where the divisor is zero."""
    x1, x2 = promoted_fractions(x1, x2)
    x2 = cast_to(x2, dtype_of(x1)) if hasattr(x1, "dtype") else x2
    zero = p.equal(x2, 0)
    return p.where(zero, p.zeros_like(x2), p.divide(x1, p.where(zero, p.ones_like(x2), x2)))


@operation("numpy", "FloorDivide")
def floor_divide(x1, x2):
    """The quotient rounded down, element by element."""
    return p.floor_divide(*promoted(x1, x2))


@operation("numpy", "Mod")
def mod(x1, x2):
    """What is left after dividing, with the sign of the divisor."""
    x1, x2 = promoted(x1, x2)
    if dtype_of(x1) == dtype_of(x2) == "bool":
        x1, x2 = as_number(x1), as_number(x2)
    return p.remainder(x1, x2)


@operation("numpy", "Fmod")
def fmod(x1, x2):
    """What is left after dividing, with the sign of the number that is divided."""
    x1, x2 = (as_number(x) for x in promoted(x1, x2))
    left = p.remainder(p.absolute(as_tensor(x1)), p.absolute(cast_to(x2, dtype_of(x1))))
    return p.multiply(p.sign(as_tensor(x1)), left)


@operation("numpy", "Negative")
def negative(x):
    """The opposite of each element."""
    return p.negative(as_number(x))


@operation("numpy", "Reciprocal")
def reciprocal(x):
    """One divided by each element."""
    return p.divide(1, as_fraction(x))


# --------------------------------------------------------------------------- powers


@operation("numpy", "Power")
def power(x1, x2):
    """``x1`` raised to ``x2``, element by element."""
    if type(x2) is int and x2 == 2:
        return square(x1)
    return p.power(*promoted(x1, x2))


@operation("numpy", "Square")
def square(x):
    """Each element times itself."""
    x = as_number(x)
    return p.multiply(x, x)


@operation("numpy", "Sqrt")
def sqrt(x):
    """The square root of each element."""
    return p.sqrt(as_fraction(x))


@operation("math", "Rsqrt")
def rsqrt(x):
    """One divided by the square root of each element."""
    return p.divide(1, p.sqrt(as_fraction(x)))


@operation("numpy", "Cbrt")
def cbrt(x):
    """The cube root of each element, also of negative ones."""
    x = as_fraction(x)
    return p.multiply(p.sign(x), p.power(p.absolute(x), 1 / 3))


@operation("numpy", "Hypot")
def hypot(x1, x2):
    """The long side of right triangles: ``sqrt(x1² + x2²)``, written not to overflow."""
    x1, x2 = (p.absolute(x) for x in both_tensors(*promoted_fractions(x1, x2)))
    larger, smaller = p.maximum(x1, x2), p.minimum(x1, x2)
    ratio = divide_no_nan(smaller, larger)
    return p.multiply(larger, p.sqrt(p.add(p.multiply(ratio, ratio), 1)))


def both_tensors(x1, x2):
    """Two operands of one dtype, with a Python number turned into a tensor of it."""
    dtype = dtype_of(x1 if hasattr(x1, "dtype") else x2)
    return cast_to(as_tensor(x1), dtype), cast_to(as_tensor(x2), dtype)


# --------------------------------------------------------------------------- sign and limits


@operation("numpy", "Absolute")
def absolute(x):
    """The size of each element without its sign."""
    x = as_tensor(x)
    return x if dtype_of(x) == "bool" else p.absolute(x)


@operation("numpy", "Abs")
def abs(x):
    """The size of each element without its sign."""
    return absolute(x)


@operation("numpy", "Fabs")
def fabs(x):
    """The size of each element without its sign, as a fraction."""
    return p.absolute(as_fraction(x))


@operation("numpy", "Sign")
def sign(x):
    """-1 for negative elements, 1 for positive ones, 0 for zeros."""
    return p.sign(as_number(x))


@operation("numpy", "Signbit")
def signbit(x):
    """Where the sign is minus, also that of a negative zero."""
    x = as_tensor(x)
    if not can_be_fractional(dtype_of(x)):
        return p.less(as_number(x), 0)
    return p.less(p.add(x, p.divide(1, x)), 0)  # one by minus zero is minus infinity


@operation("numpy", "Maximum")
def maximum(x1, x2):
    """The larger one, element by element; NaN if either is NaN."""
    return p.maximum(*promoted(x1, x2))


@operation("numpy", "Minimum")
def minimum(x1, x2):
    """The smaller one, element by element; NaN if either is NaN."""
    return p.minimum(*promoted(x1, x2))


@operation("numpy", "Fmax")
def fmax(x1, x2):
    """The larger one, element by element; the other one if either is NaN."""
    x1, x2 = both_tensors(*promoted(x1, x2))
    larger = p.where(p.not_equal(x2, x2), x1, p.maximum(x1, x2))
    return p.where(p.not_equal(x1, x1), x2, larger)


@operation("numpy", "Fmin")
def fmin(x1, x2):
    """The smaller one, element by element; the other one if either is NaN."""
    x1, x2 = both_tensors(*promoted(x1, x2))
    smaller = p.where(p.not_equal(x2, x2), x1, p.minimum(x1, x2))
    return p.where(p.not_equal(x1, x1), x2, smaller)


@operation("numpy", "Clip", "x_min", "x_max")
def clip(x, x_min, x_max):
    """The elements, with those below ``x_min`` raised to it and those above ``x_max`` lowered."""
    if x_min is not None:
        x = as_number(x)
        x = p.maximum(*promoted(x, _within(x, x_min)))
    if x_max is not None:
        x = as_number(x)
        x = p.minimum(*promoted(x, _within(x, x_max)))
    return x


def _within(x, limit):
    """A limit that the dtype of whole numbers can hold."""
    if isinstance(limit, int) and dtype_of(x).startswith(("int", "uint")):
        range_ = np.iinfo(dtype_of(x))
        return min(max(limit, range_.min), range_.max)
    return limit


# --------------------------------------------------------------------------- rounding


@operation("numpy", "Floor")
def floor(x):
    """Round each element down."""
    return p.floor(as_fraction(x))


@operation("numpy", "Ceil")
def ceil(x):
    """Round each element up."""
    return p.ceil(as_fraction(x))


@operation("numpy", "Trunc")
def trunc(x):
    """Cut the fraction of each element."""
    x = as_tensor(x)
    if not can_be_fractional(dtype_of(x)):
        return x
    return p.multiply(p.sign(x), p.floor(p.absolute(x)))


@operation("numpy", "Round", "decimals")
def round(x, decimals=0):
    """Round each element to some decimals, halves to the even neighbour."""
    x = as_tensor(x)
    if not can_be_fractional(dtype_of(x)):
        return x if decimals >= 0 else _round_whole(x, 10**-decimals)
    if decimals == 0:
        return p.round(x)
    return p.divide(p.round(p.multiply(x, 10.0**decimals)), 10.0**decimals)


def _round_whole(x, unit):
    exact = p.divide(p.cast(x, dtype="float64"), unit)
    return p.cast(p.multiply(p.round(exact), unit), dtype=dtype_of(x))


@operation("numpy", "NanToNum", "nan", "posinf", "neginf")
def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """The elements with NaN replaced, and infinities, by default by the largest number."""
    x = as_tensor(x)
    if not can_be_fractional(dtype_of(x)):
        return x
    limits = np.finfo(p.numpy_dtype(dtype_of(x))) if dtype_of(x) != "bfloat16" else None
    largest = float(limits.max) if limits else 3.3895313892515355e38
    for found, instead in (
        (p.not_equal(x, x), nan),
        (p.equal(x, np.inf), largest if posinf is None else posinf),
        (p.equal(x, -np.inf), -largest if neginf is None else neginf),
    ):
        x = p.where(found, p.multiply(p.ones_like(x), instead), x)
    return x
