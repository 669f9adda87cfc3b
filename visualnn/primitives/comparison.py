"""Comparing elements, choosing by truth values, and the bits that these and whole numbers are.

Truth values have no gradient.
"""

import numpy as np

from visualnn.primitives.composition import composition
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import (
    broadcast_sizes,
    same_sizes,
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


def greater(a, b):
    """Where ``a`` is greater than ``b``."""
    return less(b, a)


def greater_equal(a, b):
    """Where ``a`` is at least ``b``."""
    return less_equal(b, a)


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


# --------------------------------------------------------------------------- bits, and truth


@primitive(dtype=equal_dtypes)
def bitwise_and(a, b):
    """The bits that are set in both whole numbers; of truth values, whether both are true."""
    return np.bitwise_and(a, b)


@primitive(dtype=equal_dtypes)
def bitwise_or(a, b):
    """The bits that are set in one of two whole numbers, or in both; so with truth values."""
    return np.bitwise_or(a, b)


for _bitwise in (bitwise_and, bitwise_or):
    _bitwise.shape(broadcast_sizes)

    @_bitwise.examples
    def _(normal):
        yield np.array([[1, 6], [12, 255]], "int32"), np.array([3, 2], "int32")
        yield normal(2, 3) > 0, normal(3) > 0


@primitive
def bitwise_not(x):
    """Every bit turned over; of truth values, whether each is false."""
    return np.bitwise_not(x)


bitwise_not.shape(same_sizes)


@bitwise_not.examples
def _(normal):
    yield np.array([[1, 6], [12, -255]], "int32")
    yield normal(2, 3) > 0


def logical_and(a, b):
    """Where both truth values are true."""
    return bitwise_and(a, b)


def logical_or(a, b):
    """Where one of two truth values is true, or both are."""
    return bitwise_or(a, b)


def logical_not(x):
    """Where a truth value is false."""
    return bitwise_not(x)


@composition
def not_equal(a, b):
    """Where both differ; NaN differs from everything."""
    return bitwise_not(equal(a, b))


not_equal.examples(two_examples)


@composition
def bitwise_xor(a, b):
    """The bits that are set in exactly one of two whole numbers."""
    return bitwise_and(bitwise_or(a, b), bitwise_not(bitwise_and(a, b)))


@bitwise_xor.examples
def _(normal):
    yield np.array([[1, 6], [12, 255]], "int32"), np.array([3, 2], "int32")
