"""Angles and hyperbolas, each made of two or three simpler functions so that no digits are lost."""

import numpy as np

from visualnn.primitives.arithmetic import add, divide, maximum, minimum, multiply, sqrt, subtract
from visualnn.primitives.comparison import less
from visualnn.primitives.composition import composition
from visualnn.primitives.conversion import cast_like
from visualnn.primitives.exponential import arctan2, cos, exp, expm1, log, log1p, sin
from visualnn.primitives.rules import one_example


def below_one_example(normal):
    """Only numbers between -1 and 1 have a result."""
    yield np.tanh(normal(2, 3)) * 0.9


# --------------------------------------------------------------------------- angles


@composition(in_single=True)
def tan(x):
    """The tangent of each element, in radians."""
    return divide(sin(x), cos(x))


@composition(in_single=True)
def arcsin(x):
    """The angle whose sine is the element."""
    return arctan2(x, multiply(sqrt(subtract(1, x)), sqrt(add(x, 1))))


@composition(in_single=True)
def arccos(x):
    """The angle whose cosine is the element."""
    return multiply(arctan2(sqrt(subtract(1, x)), sqrt(add(x, 1))), 2)


def arctan(x):
    """The angle whose tangent is the element."""
    return arctan2(x, 1)


# --------------------------------------------------------------------------- hyperbolas


@composition(in_single=True)
def sinh(x):
    """The hyperbolic sine of each element."""
    half = multiply(x, 0.5)  # the exponential of x itself would be too large too early
    back = multiply(half, -1)
    rising = multiply(subtract(expm1(half), expm1(back)), 0.5)
    return multiply(rising, add(exp(half), exp(back)))


@composition(in_single=True)
def cosh(x):
    """The hyperbolic cosine of each element."""
    half = multiply(x, 0.5)
    up, down = exp(half), exp(multiply(half, -1))
    return add(multiply(multiply(up, 0.5), up), multiply(multiply(down, 0.5), down))


_LARGE = 1e9  # from here on, the one under the root of arcsinh is nothing


@composition(in_single=True)
def arcsinh(x):
    """The number whose hyperbolic sine is the element."""
    # log(x + sqrt(x * x + 1)) loses digits for small and for negative numbers, and runs over
    side = subtract(1, multiply(cast_like(less(x, 0), x), 2))
    away = multiply(x, side)
    near, far = minimum(away, _LARGE), maximum(away, _LARGE)
    root = sqrt(add(multiply(near, near), 1))
    rest = log1p(multiply(near, add(divide(near, add(root, 1)), 1)))
    return multiply(side, subtract(rest, log(divide(_LARGE, far))))


@composition(in_single=True)
def arccosh(x):
    """The positive number whose hyperbolic cosine is the element."""
    return multiply(arcsinh(sqrt(multiply(subtract(x, 1), 0.5))), 2)


@composition(in_single=True)
def arctanh(x):
    """The number whose hyperbolic tangent is the element."""
    return multiply(subtract(log1p(x), log1p(multiply(x, -1))), 0.5)


for _odd in (sinh, cosh, arcsinh):
    _odd.examples(one_example)
for _inside in (tan, arcsin, arccos, arctanh):
    _inside.examples(below_one_example)


@arccosh.examples
def _(normal):
    yield normal(2, 3) ** 2 + 1.1
