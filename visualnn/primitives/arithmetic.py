"""Arithmetic on each element by itself.

Inputs of different shapes are broadcast.  The gradient rules ignore that: ``gradients`` sums
every gradient back to the shape of its input.
"""

import numpy as np

from visualnn.primitives.comparison import bitwise_not, equal, less, where
from visualnn.primitives.composition import composition
from visualnn.primitives.conversion import cast_like
from visualnn.primitives.exponential import log
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import (
    broadcast_sizes,
    one_example,
    positive_example,
    same_sizes,
    two_examples,
)
from visualnn.spec import Spec

# --------------------------------------------------------------------------- the four


@primitive(dtype=equal_dtypes)
def add(a, b):
    """The sum, element by element."""
    return np.add(a, b)


add.shape(broadcast_sizes)
add.examples(two_examples)


@add.gradient
def _(g, y, a, b):
    return g, g


@primitive(dtype=equal_dtypes)
def subtract(a, b):
    """The difference ``a - b``, element by element."""
    return np.subtract(a, b)


subtract.shape(broadcast_sizes)
subtract.examples(two_examples)


@subtract.gradient
def _(g, y, a, b):
    return g, -g


@primitive(dtype=equal_dtypes)
def multiply(a, b):
    """The product, element by element."""
    return np.multiply(a, b)


multiply.shape(broadcast_sizes)
multiply.examples(two_examples)


@multiply.gradient
def _(g, y, a, b):
    return g * b, g * a


@primitive(dtype=equal_dtypes)
def divide(a, b):
    """The quotient ``a / b``, element by element; dividing by zero gives an infinity or NaN."""
    return np.true_divide(a, b)


divide.shape(broadcast_sizes)


@divide.gradient
def _(g, y, a, b):
    to_a = g / b
    return to_a, -to_a * y


@divide.examples
def _(normal):
    yield normal(2, 3), normal(3) ** 2 + 1


@primitive
def negative(x):
    """The opposite, element by element."""
    return np.negative(x)


negative.shape(same_sizes)
negative.examples(one_example)


@negative.gradient
def _(g, y, x):
    return -g


# --------------------------------------------------------------------------- rounding


@primitive(dtype=equal_dtypes)
def floor_divide(a, b):
    """The quotient rounded down, element by element."""
    return np.floor_divide(a, b)


floor_divide.shape(broadcast_sizes)
floor_divide.examples(two_examples)


@primitive(dtype=equal_dtypes)
def remainder(a, b):
    """What is left of ``a`` after dividing by ``b``, with the sign of ``b``."""
    return np.remainder(a, b)


remainder.shape(broadcast_sizes)


@remainder.gradient
def _(g, y, a, b):
    return g, -g * floor_divide(a, b)


@remainder.examples
def _(normal):
    yield normal(2, 3), np.array([0.7, -0.9, 1.1])


@primitive
def floor(x):
    """Round each element down to a whole number."""
    return np.floor(x)


floor.shape(same_sizes)
floor.examples(one_example)


@composition
def ceil(x):
    """Round each element up to a whole number."""
    return negative(floor(negative(x)))


ceil.examples(one_example)


@primitive
def round(x):
    """Round each element to the nearest whole number, halves to the even one."""
    return np.rint(x)


round.shape(same_sizes)
round.examples(one_example)


@composition
def is_finite(x):
    """Where an element is a number, neither infinite nor NaN."""
    return equal(multiply(x, 0), 0)  # zero times an infinity, or NaN, is NaN


is_finite.examples(one_example)


# --------------------------------------------------------------------------- larger, smaller


@primitive
def absolute(x):
    """The size of each element without its sign."""
    return np.absolute(x)


absolute.shape(same_sizes)
absolute.examples(one_example)


@absolute.gradient
def _(g, y, x):
    return g * sign(x)


@primitive
def sign(x):
    """-1 for negative elements, 1 for positive ones, 0 for zeros."""
    return np.sign(x)


sign.shape(same_sizes)
sign.examples(one_example)


@primitive(dtype=equal_dtypes)
def maximum(a, b):
    """The larger one, element by element; NaN if either is NaN."""
    return np.maximum(a, b)


maximum.shape(broadcast_sizes)
maximum.examples(two_examples)


@maximum.gradient
def _(g, y, a, b):  # where both are equal, the maximum counts as a's
    return g * cast_like(a >= b, g), g * cast_like(a < b, g)


@primitive(dtype=equal_dtypes)
def minimum(a, b):
    """The smaller one, element by element; NaN if either is NaN."""
    return np.minimum(a, b)


minimum.shape(broadcast_sizes)
minimum.examples(two_examples)


@minimum.gradient
def _(g, y, a, b):
    return g * cast_like(a <= b, g), g * cast_like(a > b, g)


# --------------------------------------------------------------------------- powers


@primitive(dtype=equal_dtypes)
def power(base, exponent):
    """The base raised to the exponent, element by element."""
    return np.power(base, exponent)


power.shape(broadcast_sizes)


@power.gradient
def _(g, y, base, exponent):
    # Zero to the power of minus one, and the logarithm of zero, must not turn zeros into NaN.
    lowered = power(base, exponent + cast_like(equal(exponent, 0), g) - 1)
    return (
        g * exponent * lowered,
        g * y * log(base + cast_like(equal(base, 0), g)),
    )


@power.examples
def _(normal):
    yield normal(2, 3) ** 2 + 1, normal(3)


@primitive
def sqrt(x):
    """The square root of each element."""
    return np.sqrt(x)


sqrt.shape(same_sizes)
sqrt.examples(positive_example)


@sqrt.gradient
def _(g, y, x):
    return g * 0.5 / y


# --------------------------------------------------------------------------- in the other order


def turned_over(x):
    """``x`` with the order of all numbers reversed, exactly; doing it twice gives ``x`` back.

    Whole numbers have a negative one more than positive ones, so their bits are turned instead.
    """
    is_whole = Spec.of(x).dtype.startswith(("int", "uint", "bool"))
    return bitwise_not(x) if is_whole else negative(x)


@composition
def left_shift(a, b):
    """The bits of ``a`` moved ``b`` places up; zeros come in."""
    return multiply(a, power(2, _places(a, b)))


@composition
def right_shift(a, b):
    """The bits of ``a`` moved ``b`` places down; the sign stays."""
    places = _places(a, b)
    half = floor_divide(places, 2)  # two to the power of all places may not be a number
    return floor_divide(floor_divide(a, power(2, half)), power(2, subtract(places, half)))


def _places(a, b):
    """By how many places to shift; as in numpy, less than none shifts everything out."""
    dtype = Spec.of(b if hasattr(b, "dtype") else a).dtype
    bits = np.asarray(np.dtype(dtype).itemsize * 8, dtype)
    if not hasattr(b, "dtype"):
        b = np.asarray(b, dtype)
    if not dtype.startswith("uint"):
        b = where(less(b, 0), bits, b)
    return minimum(b, bits)


for _shift in (left_shift, right_shift):

    @_shift.examples
    def _(normal):
        yield np.array([[1, 6], [12, -255]], "int32"), np.array([3, 2], "int32")
