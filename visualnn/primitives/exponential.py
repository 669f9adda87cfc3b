"""Exponentials, logarithms and angles, element by element; trigonometry.py is made of them."""

import numpy as np

from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import (
    broadcast_sizes,
    one_example,
    positive_example,
    same_sizes,
    two_examples,
)

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
