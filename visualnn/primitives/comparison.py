"""Comparing elements, combining truth values, choosing by them, and the bits of whole numbers.

Truth values have no gradient.
"""

import numpy as np

from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import (
    broadcast_sizes,
    one_example,
    same_sizes,
    truth_examples,
    two_examples,
)


def truth(*inputs, **settings):
    """The dtype of a comparison; what is compared has one dtype."""
    equal_dtypes(*inputs)
    return "bool"


# --------------------------------------------------------------------------- comparing


@primitive(dtype=truth)
def equal(a, b):
    """Where both are the same; NaN equals nothing."""
    return np.equal(a, b)


equal.shape(broadcast_sizes)
equal.examples(two_examples)


@primitive(dtype=truth)
def not_equal(a, b):
    """Where both differ; NaN differs from everything."""
    return np.not_equal(a, b)


not_equal.shape(broadcast_sizes)
not_equal.examples(two_examples)


@primitive(dtype=truth)
def less(a, b):
    """Where ``a`` is less than ``b``."""
    return np.less(a, b)


less.shape(broadcast_sizes)
less.examples(two_examples)


@primitive(dtype=truth)
def less_equal(a, b):
    """Where ``a`` is at most ``b``."""
    return np.less_equal(a, b)


less_equal.shape(broadcast_sizes)
less_equal.examples(two_examples)


@primitive(dtype=truth)
def greater(a, b):
    """Where ``a`` is greater than ``b``."""
    return np.greater(a, b)


greater.shape(broadcast_sizes)
greater.examples(two_examples)


@primitive(dtype=truth)
def greater_equal(a, b):
    """Where ``a`` is at least ``b``."""
    return np.greater_equal(a, b)


greater_equal.shape(broadcast_sizes)
greater_equal.examples(two_examples)


@primitive(dtype="bool")
def is_finite(x):
    """Where an element is a number, neither infinite nor NaN."""
    return np.isfinite(x)


is_finite.shape(same_sizes)
is_finite.examples(one_example)


# --------------------------------------------------------------------------- truth values


@primitive(dtype=truth)
def logical_and(a, b):
    """Where both are true."""
    return np.logical_and(a, b)


logical_and.shape(broadcast_sizes)
logical_and.examples(truth_examples)


@primitive(dtype=truth)
def logical_or(a, b):
    """Where one of both is true, or both are."""
    return np.logical_or(a, b)


logical_or.shape(broadcast_sizes)
logical_or.examples(truth_examples)


@primitive(dtype="bool")
def logical_not(x):
    """Where ``x`` is false."""
    return np.logical_not(x)


logical_not.shape(same_sizes)


@logical_not.examples
def _(normal):
    yield normal(2, 3) > 0


# --------------------------------------------------------------------------- choosing


@primitive(dtype=lambda condition, a, b: equal_dtypes(a, b))
def where(condition, a, b):
    """The element of ``a`` where the condition is true, of ``b`` where it is not."""
    return np.where(condition, a, b)


where.shape(broadcast_sizes)


@where.gradient
def _(g, y, condition, a, b):
    zero = g * 0
    return None, where(condition, g, zero), where(condition, zero, g)


@where.examples
def _(normal):
    yield normal(2, 3) > 0, normal(2, 3), normal(2, 3)
    yield normal(2, 1) > 0, normal(3), normal(1, 1)


# --------------------------------------------------------------------------- bits


@primitive(dtype=equal_dtypes)
def bitwise_and(a, b):
    """The bits that are set in both whole numbers."""
    return np.bitwise_and(a, b)


@primitive(dtype=equal_dtypes)
def bitwise_or(a, b):
    """The bits that are set in one of two whole numbers, or in both."""
    return np.bitwise_or(a, b)


@primitive(dtype=equal_dtypes)
def bitwise_xor(a, b):
    """The bits that are set in exactly one of two whole numbers."""
    return np.bitwise_xor(a, b)


@primitive(dtype=equal_dtypes)
def left_shift(a, b):
    """The bits of ``a`` moved ``b`` places up; zeros come in."""
    return np.left_shift(a, b)


@primitive(dtype=equal_dtypes)
def right_shift(a, b):
    """The bits of ``a`` moved ``b`` places down; the sign stays."""
    return np.right_shift(a, b)


@primitive(dtype=equal_dtypes)
def gcd(a, b):
    """The greatest whole number that divides both."""
    return np.gcd(a, b)


for _bitwise in (gcd, bitwise_and, bitwise_or, bitwise_xor, left_shift, right_shift):
    _bitwise.shape(broadcast_sizes)

    @_bitwise.examples
    def _(normal):
        yield np.array([[1, 6], [12, 255]], "int32"), np.array([3, 2], "int32")


@primitive
def bitwise_not(x):
    """Every bit turned over."""
    return np.bitwise_not(x)


bitwise_not.shape(same_sizes)


@bitwise_not.examples
def _(normal):
    yield np.array([[1, 6], [12, -255]], "int32")
