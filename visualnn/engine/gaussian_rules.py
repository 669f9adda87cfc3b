"""The error function of 32-bit numbers as multiplications and additions.

Its primitive computes in 64 bits.  As a ratio of polynomials in 32 bits it is part of the chain of
elementwise operations around it, such as GELU, and goes through the cache with them.
"""

from __future__ import annotations

import numpy as np

from visualnn.engine.identities import identity
from visualnn.engine.passes import uses
from visualnn.graph.graph import Graph, Value
from visualnn.primitives import PRIMITIVES

_FURTHEST = 3.9
"""Beyond, the error function is one to the last digit."""

# erf(x) / x as a ratio of polynomials in x², lowest power first; within 2e-8 of it up to there.
# Found by least squares whose weights are raised where the difference is largest.
_ABOVE = (
    *(1.1283791476241658, 0.18966801770717687, 0.05266824002008222),
    *(0.003738396130249998, 0.0002850631238179652, 2.0664620498640345e-06),
)
_BELOW = (
    *(1.0, 0.5014216857383509, 0.1138194505126879),
    *(0.014914378754667612, 0.0011573878563036382, 3.826995177997138e-05),
)


@identity("erf")
def _(graph: Graph, x: Value) -> Value | None:
    """``x * above(x²) / below(x²)``, and never more than one; within 5e-7 of what is exact."""
    if x.dtype != "float32" or not uses("gaussian"):
        return None

    def number(value: float) -> Value:
        return graph.lift(np.float32(value))

    def made(name: str, *inputs: Value) -> Value:
        return graph.add(PRIMITIVES[name], inputs, {})

    def within(x: Value, limit: float) -> Value:
        return made("maximum", made("minimum", x, number(limit)), number(-limit))

    def polynomial(coefficients: tuple[float, ...], x: Value) -> Value:
        result = number(coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            result = made("add", made("multiply", x, result), number(coefficient))
        return result

    near = within(x, _FURTHEST)
    square = made("multiply", near, near)
    above = made("multiply", near, polynomial(_ABOVE, square))
    return within(made("divide", above, polynomial(_BELOW, square)), 1.0)
