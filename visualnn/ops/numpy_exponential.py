"""Exponentials, logarithms, angles and hyperbolas of each element; whole numbers give fractions."""

from __future__ import annotations

import math

from visualnn import primitives as p
from visualnn.ops.numpy_arithmetic import both_tensors
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_fraction, promoted_fractions

# --------------------------------------------------------------------------- exponentials


@operation("numpy", "Exp")
def exp(x):
    """The exponential of each element."""
    return p.exp(as_fraction(x))


@operation("numpy", "Exp2")
def exp2(x):
    """Two to the power of each element."""
    return p.power(2, as_fraction(x))


@operation("numpy", "Expm1")
def expm1(x):
    """``exp(x) - 1``, exact also for small elements."""
    return p.expm1(as_fraction(x))


@operation("numpy", "Log")
def log(x):
    """The natural logarithm of each element."""
    return p.log(as_fraction(x))


@operation("numpy", "Log10")
def log10(x):
    """The logarithm of each element to the base ten."""
    return p.multiply(p.log(as_fraction(x)), 1 / math.log(10))


@operation("numpy", "Log2")
def log2(x):
    """The logarithm of each element to the base two."""
    return p.multiply(p.log(as_fraction(x)), 1 / math.log(2))


@operation("numpy", "Log1p")
def log1p(x):
    """``log(1 + x)``, exact also for small elements."""
    return p.log1p(as_fraction(x))


@operation("numpy", "Logaddexp")
def logaddexp(x1, x2):
    """``log(exp(x1) + exp(x2))``, written not to overflow."""
    x1, x2 = both_tensors(*promoted_fractions(x1, x2))
    gap = p.negative(p.absolute(p.subtract(x1, x2)))
    gap = p.where(p.not_equal(gap, gap), p.zeros_like(gap), gap)  # of two equal infinities
    return p.add(p.maximum(x1, x2), p.log1p(p.exp(gap)))


@operation("numpy", "Logaddexp2")
def logaddexp2(x1, x2):
    """``log2(2**x1 + 2**x2)``, written not to overflow."""
    x1, x2 = both_tensors(*promoted_fractions(x1, x2))
    natural = logaddexp(p.multiply(x1, math.log(2)), p.multiply(x2, math.log(2)))
    return p.multiply(natural, 1 / math.log(2))


# --------------------------------------------------------------------------- angles


@operation("numpy", "Sin")
def sin(x):
    """The sine of each element, in radians."""
    return p.sin(as_fraction(x))


@operation("numpy", "Cos")
def cos(x):
    """The cosine of each element, in radians."""
    return p.cos(as_fraction(x))


@operation("numpy", "Tan")
def tan(x):
    """The tangent of each element, in radians."""
    return p.tan(as_fraction(x))


@operation("numpy", "Arcsin")
def arcsin(x):
    """The angle whose sine is the element."""
    return p.arcsin(as_fraction(x))


@operation("numpy", "Arccos")
def arccos(x):
    """The angle whose cosine is the element."""
    return p.arccos(as_fraction(x))


@operation("numpy", "Arctan")
def arctan(x):
    """The angle whose tangent is the element."""
    return p.arctan(as_fraction(x))


@operation("numpy", "Arctan2")
def arctan2(x1, x2):
    """The angle of the point ``(x2, x1)``, between -pi and pi."""
    return p.arctan2(*promoted_fractions(x1, x2))


@operation("numpy", "Deg2rad")
def deg2rad(x):
    """Degrees as radians."""
    return p.multiply(as_fraction(x), math.pi / 180)


@operation("numpy", "Rad2deg")
def rad2deg(x):
    """Radians as degrees."""
    return p.multiply(as_fraction(x), 180 / math.pi)


@operation("numpy", "Sinc")
def sinc(x):
    """``sin(pi x) / (pi x)``, and one at zero."""
    x = p.multiply(as_fraction(x), math.pi)
    zero = p.equal(x, 0)
    safe = p.where(zero, p.ones_like(x), x)
    return p.where(zero, p.ones_like(x), p.divide(p.sin(safe), safe))


# --------------------------------------------------------------------------- hyperbolas


@operation("numpy", "Sinh")
def sinh(x):
    """The hyperbolic sine of each element."""
    return p.sinh(as_fraction(x))


@operation("numpy", "Cosh")
def cosh(x):
    """The hyperbolic cosine of each element."""
    return p.cosh(as_fraction(x))


@operation("numpy", "Tanh")
def tanh(x):
    """The hyperbolic tangent of each element: squashed into (-1, 1)."""
    return p.tanh(as_fraction(x))


@operation("numpy", "Arcsinh")
def arcsinh(x):
    """The number whose hyperbolic sine is the element."""
    return p.arcsinh(as_fraction(x))


@operation("numpy", "Arccosh")
def arccosh(x):
    """The positive number whose hyperbolic cosine is the element."""
    return p.arccosh(as_fraction(x))


@operation("numpy", "Arctanh")
def arctanh(x):
    """The number whose hyperbolic tangent is the element."""
    return p.arctanh(as_fraction(x))


@operation("numpy", "I0")
def i0(x):
    """The modified Bessel function of the first kind, of order zero."""
    return p.bessel_i(as_fraction(x), order=0)
