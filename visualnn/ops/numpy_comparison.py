"""Comparing elements, combining truth values, choosing, and bits."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.numpy_arithmetic import both_tensors
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_tensor,
    can_be_fractional,
    cast_to,
    dtype_of,
    in_dtype,
    promoted,
    result_type,
)
from visualnn.primitives.operators import operate

# --------------------------------------------------------------------------- comparing


@operation("numpy", "Equal")
def equal(x1, x2):
    """Where both are the same; NaN equals nothing."""
    return p.equal(*promoted(x1, x2))


@operation("numpy", "NotEqual")
def not_equal(x1, x2):
    """Where both differ; NaN differs from everything."""
    return p.not_equal(*promoted(x1, x2))


@operation("numpy", "Less")
def less(x1, x2):
    """Where ``x1`` is less than ``x2``."""
    return p.less(*promoted(x1, x2))


@operation("numpy", "LessEqual")
def less_equal(x1, x2):
    """Where ``x1`` is at most ``x2``."""
    return p.less_equal(*promoted(x1, x2))


@operation("numpy", "Greater")
def greater(x1, x2):
    """Where ``x1`` is greater than ``x2``."""
    return p.greater(*promoted(x1, x2))


@operation("numpy", "GreaterEqual")
def greater_equal(x1, x2):
    """Where ``x1`` is at least ``x2``."""
    return p.greater_equal(*promoted(x1, x2))


@operation("numpy", "Isclose", "equal_nan")
def isclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Where both differ by at most ``atol + rtol * |x2|``."""
    x1, x2 = both_tensors(*promoted(x1, x2))
    if not can_be_fractional(dtype_of(x1)):
        x1, x2 = cast_to(x1, "float32"), cast_to(x2, "float32")
    allowed = p.add(p.multiply(p.absolute(x2), rtol), atol)
    close = p.less_equal(p.absolute(p.subtract(x1, x2)), allowed)
    close = p.where(p.is_finite(x2), close, p.equal(x1, x2))
    if equal_nan:
        close = p.logical_or(close, p.logical_and(p.not_equal(x1, x1), p.not_equal(x2, x2)))
    return close


@operation("numpy", "AllClose", "rtol", "atol", "equal_nan")
def allclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether all elements differ by at most ``atol + rtol * |x2|``."""
    close = isclose(x1, x2, rtol, atol, equal_nan)
    return p.all(close, axes=tuple(range(len(close.shape))))


@operation("numpy", "IsIn", "assume_unique", "invert")
def isin(x1, x2, assume_unique=False, invert=False):
    """Where the element of ``x1`` is one of the elements of ``x2``."""
    x1, x2 = both_tensors(*promoted(x1, x2))
    rank = len(x1.shape)
    found = p.equal(p.expand_dims(x1, axes=(rank,)), p.reshape(x2, shape=(-1,)))
    found = p.any(found, axes=(rank,))
    return p.logical_not(found) if invert else found


# --------------------------------------------------------------------------- kinds of numbers


@operation("numpy", "Isfinite")
def isfinite(x):
    """Where an element is neither infinite nor NaN."""
    return p.is_finite(as_tensor(x))


@operation("numpy", "Isnan")
def isnan(x):
    """Where an element is NaN."""
    x = as_tensor(x)
    return p.not_equal(x, x)


@operation("numpy", "Isinf")
def isinf(x):
    """Where an element is infinite."""
    x = as_tensor(x)
    return p.logical_not(p.logical_or(p.is_finite(x), p.not_equal(x, x)))


@operation("numpy", "Isposinf")
def isposinf(x):
    """Where an element is plus infinity."""
    return _is_infinity(x, np.inf)


@operation("numpy", "Isneginf")
def isneginf(x):
    """Where an element is minus infinity."""
    return _is_infinity(x, -np.inf)


def _is_infinity(x, infinity):
    x = as_tensor(x)
    if not can_be_fractional(dtype_of(x)):
        return p.cast(p.zeros_like(x), dtype="bool")
    return p.equal(x, infinity)


# --------------------------------------------------------------------------- truth values


@operation("numpy", "LogicalAnd")
def logical_and(x1, x2):
    """Where both are true, or not zero."""
    return p.logical_and(*in_dtype("bool", x1, x2))


@operation("numpy", "LogicalOr")
def logical_or(x1, x2):
    """Where one of both is true, or both are."""
    return p.logical_or(*in_dtype("bool", x1, x2))


@operation("numpy", "LogicalXor")
def logical_xor(x1, x2):
    """Where exactly one of both is true."""
    return p.not_equal(*in_dtype("bool", x1, x2))


@operation("numpy", "LogicalNot")
def logical_not(x):
    """Where an element is false, or zero."""
    return p.logical_not(cast_to(x, "bool"))


# --------------------------------------------------------------------------- choosing


@operation("numpy", "Where")
def where(condition, x1=None, x2=None):
    """The element of ``x1`` where the condition is true, of ``x2`` where it is not.

    With the condition alone: the places where it is true, one tensor for each axis.

    Raises:
        ValueError: When only one of ``x1`` and ``x2`` is given.
    """
    if (x1 is None) != (x2 is None):
        raise ValueError("ops.where needs both x1 and x2, or none of them.")
    if x1 is None:
        return operate("nonzero", condition)
    x1, x2 = tensors_in(result_type(dtype_of(x1), dtype_of(x2)), x1, x2)
    return p.where(cast_to(condition, "bool"), x1, x2)


def tensors_in(dtype, *xs):
    """Tensors of this dtype, also of Python numbers."""
    return [
        cast_to(x, dtype) if hasattr(x, "dtype") else np.asarray(as_tensor(x), p.numpy_dtype(dtype))
        for x in xs
    ]


@operation("numpy", "Select")
def select(condlist, choicelist, default=0):
    """The element of the first choice whose condition is true, else the default.

    Raises:
        ValueError: When there are not as many choices as conditions.
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"ops.select got {len(condlist)} conditions and {len(choicelist)} choices; "
            "each condition needs its choice."
        )
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result


@operation("numpy", "Heaviside")
def heaviside(x1, x2):
    """A step: 0 for negative elements, 1 for positive ones, ``x2`` for zeros."""
    x1, x2 = both_tensors(*promoted(x1, x2))
    if not can_be_fractional(dtype_of(x1)):
        x1, x2 = cast_to(x1, "float32"), cast_to(x2, "float32")
    step = p.cast(p.greater(x1, 0), dtype=dtype_of(x1))
    step = p.where(p.equal(x1, 0), x2, step)
    return p.where(p.not_equal(x1, x1), x1, step)


# --------------------------------------------------------------------------- bits


@operation("numpy", "BitwiseAnd")
def bitwise_and(x, y):
    """The bits that are set in both whole numbers."""
    return p.bitwise_and(*_whole("bitwise_and", x, y))


@operation("numpy", "BitwiseOr")
def bitwise_or(x, y):
    """The bits that are set in one of two whole numbers, or in both."""
    return p.bitwise_or(*_whole("bitwise_or", x, y))


@operation("numpy", "BitwiseXor")
def bitwise_xor(x, y):
    """The bits that are set in exactly one of two whole numbers."""
    return p.bitwise_xor(*_whole("bitwise_xor", x, y))


@operation("numpy", "BitwiseInvert")
def bitwise_invert(x):
    """Every bit turned over."""
    return p.bitwise_not(*_whole("bitwise_invert", x))


@operation("numpy", "BitwiseNot")
def bitwise_not(x):
    """Every bit turned over."""
    return p.bitwise_not(*_whole("bitwise_not", x))


@operation("numpy", "BitwiseLeftShift")
def bitwise_left_shift(x, y):
    """The bits of ``x`` moved ``y`` places up."""
    return p.left_shift(*_whole("bitwise_left_shift", x, y))


@operation("numpy", "LeftShift")
def left_shift(x, y):
    """The bits of ``x`` moved ``y`` places up."""
    return p.left_shift(*_whole("left_shift", x, y))


@operation("numpy", "BitwiseRightShift")
def bitwise_right_shift(x, y):
    """The bits of ``x`` moved ``y`` places down."""
    return p.right_shift(*_whole("bitwise_right_shift", x, y))


@operation("numpy", "RightShift")
def right_shift(x, y):
    """The bits of ``x`` moved ``y`` places down."""
    return p.right_shift(*_whole("right_shift", x, y))


def _whole(name, *xs):
    dtype = result_type(*map(dtype_of, xs))
    if can_be_fractional(dtype):
        raise TypeError(f"ops.{name} works on the bits of whole numbers, but got {dtype}.")
    return in_dtype(dtype, *xs)
