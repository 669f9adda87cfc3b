"""The gamma function and Bessel's, which numpy lacks: computed in 64 bits, rounded once."""

import math

import numpy as np

from visualnn.primitives.error_function import in_double, polynomial
from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import positive_example, same_sizes

# --------------------------------------------------------------------------- gamma function


def _lgamma_of_one(x):
    pole = x == -math.inf or (x <= 0 and x == math.floor(x))
    return math.inf if pole else math.lgamma(x)


_lgamma_of = np.frompyfunc(_lgamma_of_one, 1, 1)


@primitive
def lgamma(x):
    """The logarithm of the size of the gamma function, which continues the factorials."""
    return np.asarray(_lgamma_of(x.astype(np.float64)), np.float64).astype(x.dtype)


lgamma.shape(same_sizes)
lgamma.examples(positive_example)


@lgamma.gradient
def _(g, y, x):
    return g * polygamma(x, order=0)


# The Bernoulli numbers B2, B4, ..., and from where on the series converge to all digits.
_BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510]
_FAR_ENOUGH = 12


def _digamma_of(x):
    """The asymptotic series after the recurrence; the reflection formula for negative numbers."""
    raised = np.where(x < 0.5, 1 - x, x)
    below = np.zeros_like(raised)
    for _ in range(_FAR_ENOUGH):
        small = raised < _FAR_ENOUGH
        below += np.where(small, 1 / raised, 0.0)
        raised = np.where(small, raised + 1, raised)
    squared = 1 / (raised * raised)
    series = polynomial([b / (2 * n) for n, b in enumerate(_BERNOULLI, 1)][::-1], squared)
    result = np.log(raised) - 0.5 / raised - series * squared - below
    pole = (x <= 0) & (x == np.floor(x))
    return np.where(pole, np.nan, np.where(x < 0.5, result - np.pi / np.tan(np.pi * x), result))


def _polygamma_of(x, order):
    """The sum of ``(x + k) ** -power`` over all k, its far part by Euler and Maclaurin."""
    power = order + 1
    x = np.where(x > 0, x, np.nan)
    total = np.zeros_like(x)
    for k in range(_FAR_ENOUGH):
        total += (x + k) ** -power
    far = x + _FAR_ENOUGH
    total += far ** (1 - power) / (power - 1) + 0.5 * far**-power
    factor = power / 2
    for n, b in enumerate(_BERNOULLI, 1):
        total += b * factor * far ** (1 - power - 2 * n)
        factor *= (power + 2 * n - 1) * (power + 2 * n) / ((2 * n + 1) * (2 * n + 2))
    return (-1) ** power * math.factorial(order) * total


@primitive
def polygamma(x, *, order):
    """The slope of ``lgamma`` (order 0), or a further derivative (for positive elements)."""
    return in_double(_digamma_of if order == 0 else lambda x: _polygamma_of(x, order), x)


polygamma.shape(same_sizes)


@polygamma.gradient
def _(g, y, x, *, order):
    return g * polygamma(x, order=order + 1)


@polygamma.examples
def _(normal):
    yield normal(2, 3) ** 2 + 0.1, dict(order=0)
    yield normal(2, 3) ** 2 + 0.1, dict(order=1)
    yield normal(2, 3) ** 2 + 0.1, dict(order=2)


# --------------------------------------------------------------------------- Bessel functions


def _bessel_of(x, order):
    """The average of ``exp(x cos t) cos(order t)`` over a circle, which converges fast."""
    angles = np.pi * (np.arange(200) + 0.5) / 200
    return (np.exp(x[:, None] * np.cos(angles)) * np.cos(order * angles)).mean(1)


@primitive
def bessel_i(x, *, order):
    """The modified Bessel function of the first kind, of a whole order."""
    return in_double(lambda x: _bessel_of(x, order), x)


bessel_i.shape(same_sizes)


@bessel_i.gradient
def _(g, y, x, *, order):
    below = bessel_i(x, order=abs(order - 1))
    return g * (below + bessel_i(x, order=order + 1)) * 0.5


@bessel_i.examples
def _(normal):
    yield normal(2, 3), dict(order=0)
    yield normal(2, 3), dict(order=1)
