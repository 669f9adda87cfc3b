"""Exponentials, logarithms, angles and hyperbolas, element by element."""

import numpy as np

from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import (
    broadcast_sizes,
    one_example,
    positive_example,
    same_sizes,
    two_examples,
)


def below_one_example(normal):
    """Only numbers between -1 and 1 have a result."""
    yield np.tanh(normal(2, 3)) * 0.9


# --------------------------------------------------------------------------- exponentials


@primitive
def exp(x):
    """The exponential of each element."""
    return np.exp(x)


exp.shape(same_sizes)
exp.examples(one_example)


@exp.gradient
def _(g, y, x):
    return g * y


@primitive
def expm1(x):
    """``exp(x) - 1``, exact also for small ``x``."""
    return np.expm1(x)


expm1.shape(same_sizes)
expm1.examples(one_example)


@expm1.gradient
def _(g, y, x):
    return g * (y + 1)


@primitive
def log(x):
    """The natural logarithm of each element."""
    return np.log(x)


log.shape(same_sizes)
log.examples(positive_example)


@log.gradient
def _(g, y, x):
    return g / x


@primitive
def log1p(x):
    """``log(1 + x)``, exact also for small ``x``."""
    return np.log1p(x)


log1p.shape(same_sizes)
log1p.examples(positive_example)


@log1p.gradient
def _(g, y, x):
    return g / (x + 1)


# --------------------------------------------------------------------------- angles


@primitive
def sin(x):
    """The sine of each element, in radians."""
    return np.sin(x)


sin.shape(same_sizes)
sin.examples(one_example)


@sin.gradient
def _(g, y, x):
    return g * cos(x)


@primitive
def cos(x):
    """The cosine of each element, in radians."""
    return np.cos(x)


cos.shape(same_sizes)
cos.examples(one_example)


@cos.gradient
def _(g, y, x):
    return -g * sin(x)


@primitive
def tan(x):
    """The tangent of each element, in radians."""
    return np.tan(x)


tan.shape(same_sizes)
tan.examples(below_one_example)


@tan.gradient
def _(g, y, x):
    return g * (y * y + 1)


@primitive
def arcsin(x):
    """The angle whose sine is the element."""
    return np.arcsin(x)


arcsin.shape(same_sizes)
arcsin.examples(below_one_example)


@arcsin.gradient
def _(g, y, x):
    return g / ((1 - x) * (1 + x)) ** 0.5


@primitive
def arccos(x):
    """The angle whose cosine is the element."""
    return np.arccos(x)


arccos.shape(same_sizes)
arccos.examples(below_one_example)


@arccos.gradient
def _(g, y, x):
    return -g / ((1 - x) * (1 + x)) ** 0.5


@primitive
def arctan(x):
    """The angle whose tangent is the element."""
    return np.arctan(x)


arctan.shape(same_sizes)
arctan.examples(one_example)


@arctan.gradient
def _(g, y, x):
    return g / (x * x + 1)


@primitive(dtype=equal_dtypes)
def arctan2(y, x):
    """The angle of the point ``(x, y)``, between -pi and pi."""
    return np.arctan2(y, x)


arctan2.shape(broadcast_sizes)
arctan2.examples(two_examples)


@arctan2.gradient
def _(g, angle, y, x):
    squared = x * x + y * y
    return g * x / squared, -g * y / squared


# --------------------------------------------------------------------------- hyperbolas


@primitive
def sinh(x):
    """The hyperbolic sine of each element."""
    return np.sinh(x)


sinh.shape(same_sizes)
sinh.examples(one_example)


@sinh.gradient
def _(g, y, x):
    return g * cosh(x)


@primitive
def cosh(x):
    """The hyperbolic cosine of each element."""
    return np.cosh(x)


cosh.shape(same_sizes)
cosh.examples(one_example)


@cosh.gradient
def _(g, y, x):
    return g * sinh(x)


@primitive
def arcsinh(x):
    """The number whose hyperbolic sine is the element."""
    return np.arcsinh(x)


arcsinh.shape(same_sizes)
arcsinh.examples(one_example)


@arcsinh.gradient
def _(g, y, x):
    return g / (x * x + 1) ** 0.5


@primitive
def arccosh(x):
    """The positive number whose hyperbolic cosine is the element."""
    return np.arccosh(x)


arccosh.shape(same_sizes)


@arccosh.gradient
def _(g, y, x):
    return g / ((x - 1) * (x + 1)) ** 0.5


@arccosh.examples
def _(normal):
    yield normal(2, 3) ** 2 + 1.1


@primitive
def arctanh(x):
    """The number whose hyperbolic tangent is the element."""
    return np.arctanh(x)


arctanh.shape(same_sizes)
arctanh.examples(below_one_example)


@arctanh.gradient
def _(g, y, x):
    return g / ((1 - x) * (1 + x))
