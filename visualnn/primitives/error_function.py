"""The error function and its relatives, which numpy lacks: computed in 64 bits, rounded once."""

import math

import numpy as np

from visualnn.primitives.exponential import exp
from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import one_example, same_sizes

_BLOCK = 1 << 13  # numbers whose intermediate results stay in the cache


def in_double(compute, x):
    """Compute in 64 bits, block by block, and round to the dtype of ``x``."""
    flat = np.ascontiguousarray(x).reshape(-1)
    result = np.empty_like(flat)
    for start in range(0, flat.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        result[block] = compute(flat[block].astype(np.float64))
    return result.reshape(x.shape)


def polynomial(coefficients, x):
    """A polynomial, its highest power first."""
    result = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        result *= x
        result += coefficient
    return result


# --------------------------------------------------------------------------- error function

# fmt: off
# Rational approximations of W. J. Cody, "Rational Chebyshev approximation for the error
# function", Mathematics of Computation 23 (1969): the highest power first.
_NEAR = (
    [
        1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2,
        3.77485237685302021e2, 3.20937758913846947e3,
    ],
    [
        1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3,
        2.84423683343917062e3,
    ],
)
_MIDDLE = (
    [
        2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594,
        6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2,
        1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
    ],
    [
        1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2,
        1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
        3.43936767414372164e3, 1.23033935480374942e3,
    ],
)
_FAR = (
    [
        1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
        1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4,
    ],
    [
        1.0, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1,
        6.05183413124413191e-2, 2.33520497626869185e-3,
    ],
)
# fmt: on


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
    return np.copysign(np.where(size <= 0.46875, inside, outside), x)


def erfc_of(x):
    """One minus the error function of 64-bit numbers, exact also where it is tiny."""
    tail = _complement(np.clip(np.abs(x), 0.46875, 30.0))
    return np.where(np.abs(x) <= 0.46875, 1 - erf_of(x), np.where(x > 0, tail, 2 - tail))


# fmt: off
# A rational approximation of erf(x) / x in x², within 3e-9 of it on [0, 16]: enough for float32.
_SHORT = (
    [
        6.790944802382339e-06, 0.00041127002555670387, 0.004226613397694584,
        0.055749812274209665, 0.19288253022777171, 1.128379169155989,
    ],
    [
        2.6046524390701903e-07, 7.256078928646867e-05, 0.0014212221425851156,
        0.01629536272179119, 0.117496712983029, 0.504271125216434, 1.0,
    ],
)
# fmt: on


def _short_erf_of(x):
    near = np.clip(x, -4.0, 4.0)
    return near * _ratio(_SHORT, near * near)


@primitive
def erf(x):
    """How much of the bell curve lies within x: ``2 / sqrt(pi) * integral(exp(-t**2), 0, x)``."""
    return in_double(erf_of if x.dtype == np.float64 else _short_erf_of, x)


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
    """One minus the error function, exact also where it is tiny: ``1 - erf(x)``."""
    return in_double(erfc_of, x)


erfc.shape(same_sizes)
erfc.examples(one_example)


@erfc.gradient
def _(g, y, x):
    return -g * bell(x)


# fmt: off
# M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
# Statistics 37 (1988): the highest power first.
_CENTRE = (
    [
        2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
        4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
        1.3314166789178437745e2, 3.3871328727963666080,
    ],
    [
        5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
        2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2,
        4.2313330701600911252e1, 1.0,
    ],
)
_TAIL = (
    [
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
        1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550,
        4.63033784615654529590, 1.42343711074968357734,
    ],
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
        1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940,
        2.05319162663775882187, 1.0,
    ],
)
_LONG_TAIL = (
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
        2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580,
        5.46378491116411436990, 6.65790464350110377720,
    ],
    [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
        7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
        5.99832206555887937690e-1, 1.0,
    ],
)
# fmt: on


def _erfinv_of(x):
    """The points of the normal distribution, measured in its deviations."""
    centre = np.clip(x, -0.85, 0.85) / 2
    result = centre * _ratio(_CENTRE, 0.180625 - centre * centre)
    outside = ~(np.abs(x) <= 0.85)
    far = x[outside]
    depth = np.sqrt(-np.log((1 - np.abs(far)) / 2))
    tail = np.where(
        depth <= 5,
        _ratio(_TAIL, np.minimum(depth, 5) - 1.6),
        _ratio(_LONG_TAIL, np.clip(depth, 5, 10) - 5),
    )
    tail = np.where(np.abs(far) == 1, np.inf, np.where(np.abs(far) < 1, tail, np.nan))
    result[outside] = np.copysign(tail, far)
    return result / math.sqrt(2)


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
