"""Special functions that numpy lacks, computed in 64 bits and rounded once."""

import math

import numpy as np

from visualnn.primitives.exponential import exp
from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import one_example, positive_example, same_sizes


def in_double(compute, x):
    """Compute in 64 bits and round to the dtype of ``x``."""
    return compute(x.astype(np.float64)).astype(x.dtype)


def polynomial(coefficients, x):
    """A polynomial, its highest power first."""
    result = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        result *= x
        result += coefficient
    return result


# --------------------------------------------------------------------------- error function

# Rational approximations of W. J. Cody, "Rational Chebyshev approximation for the error
# function", Mathematics of Computation 23 (1969): the highest power first.
_NEAR = (
    [
        1.85777706184603153e-1,
        3.16112374387056560,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ],
    [
        1.0,
        2.36012909523441209e1,
        2.44024637934444173e2,
        1.28261652607737228e3,
        2.84423683343917062e3,
    ],
)
_MIDDLE = (
    [
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3,
    ],
    [
        1.0,
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3,
    ],
)
_FAR = (
    [
        1.63153871373020978e-2,
        3.05326634961232344e-1,
        3.60344899949804439e-1,
        1.25781726111229246e-1,
        1.60837851487422766e-2,
        6.58749161529837803e-4,
    ],
    [
        1.0,
        2.56852019228982242,
        1.87295284992346725,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3,
    ],
)


def _ratio(parts, x):
    return polynomial(parts[0], x) / polynomial(parts[1], x)


def _complement(size):
    """``erfc`` of numbers that are at least 0.46875."""
    middle = np.minimum(size, 4.0)
    far = np.maximum(size, 4.0)
    inverse = 1 / (far * far)
    tail = (1 / math.sqrt(math.pi) - inverse * _ratio(_FAR, inverse)) / far
    return np.exp(-size * size) * np.where(size <= 4.0, _ratio(_MIDDLE, middle), tail)


def erf_of(x):
    """The error function of 64-bit numbers."""
    size = np.abs(x)
    near = np.minimum(size, 0.46875)
    inside = near * _ratio(_NEAR, near * near)
    outside = 1 - _complement(np.clip(size, 0.46875, 6.0))
    return np.copysign(np.where(size <= 0.46875, inside, outside), x) + 0 * x


def erfc_of(x):
    """One minus the error function of 64-bit numbers, exact also where it is tiny."""
    tail = _complement(np.clip(np.abs(x), 0.46875, 30.0))
    return np.where(np.abs(x) <= 0.46875, 1 - erf_of(x), np.where(x > 0, tail, 2 - tail)) + 0 * x


@primitive
def erf(x):
    """The error function: how much of the bell curve lies within ``x``, in (-1, 1)."""
    return in_double(erf_of, x)


erf.shape(same_sizes)
erf.examples(one_example)


@erf.gradient
def _(g, y, x):
    return g * bell(x)


def bell(x):
    """The slope of the error function."""
    return exp(-x * x) * (2 / math.sqrt(math.pi))


@primitive
def erfc(x):
    """One minus the error function, exact also where it is tiny."""
    return in_double(erfc_of, x)


erfc.shape(same_sizes)
erfc.examples(one_example)


@erfc.gradient
def _(g, y, x):
    return -g * bell(x)


# Starting point: M. Giles, "Approximating the erfinv function", GPU Computing Gems (2011).
_CENTRE = [
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941,
]
_TAIL = [
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682,
]


def _erfinv_of(x):
    """Giles's approximation, made exact by two steps of Halley's method."""
    inside = np.where(np.abs(x) < 1, x, 0.0)
    w = -np.log1p(-inside * inside)
    centre = polynomial(_CENTRE, np.minimum(w, 5.0) - 2.5)
    tail = polynomial(_TAIL, np.sqrt(np.maximum(w, 5.0)) - 3.0)
    y = np.where(w < 5.0, centre, tail) * inside
    for _ in range(2):
        # near one, the distance to one is compared, where no digits are lost
        error = np.where(
            np.abs(inside) < 0.5,
            erf_of(y) - inside,
            np.sign(inside) * ((1 - np.abs(inside)) - erfc_of(np.abs(y))),
        )
        step = error / (2 / math.sqrt(math.pi) * np.exp(-y * y))
        y = y - step / (1 + y * step)
    return np.where(np.abs(x) < 1, y, np.where(np.abs(x) == 1, x * np.inf, np.nan))


@primitive
def erfinv(x):
    """The number whose error function is the element, which lies in (-1, 1)."""
    return in_double(_erfinv_of, x)


erfinv.shape(same_sizes)


@erfinv.gradient
def _(g, y, x):
    return g * exp(y * y) * (math.sqrt(math.pi) / 2)


@erfinv.examples
def _(normal):
    yield np.tanh(normal(2, 3)) * 0.9


# --------------------------------------------------------------------------- gamma function


def _lgamma_of_one(x):
    return math.inf if x <= 0 and x == math.floor(x) else math.lgamma(x)


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
