"""Complex numbers: their parts, their angles, and pairs of numbers as them.

They are computed by numpy and have no gradients; the Fourier transforms take the real and the
imaginary parts as two tensors, and have.
"""

from __future__ import annotations

import math

import numpy as np

from visualnn import primitives as p
from visualnn.ops.numpy_arithmetic import both_tensors
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_tensor,
    cast_to,
    dtype_of,
    promoted_fractions,
    rank_of,
)
from visualnn.spec import Spec, known

_PARTS = {"complex64": "float32", "complex128": "float64"}


def _is_complex(x):
    return dtype_of(x) in _PARTS


def _elements(function, x, dtype):
    """What a function of numpy makes of each element."""
    return p.by_function(x, function=function, dtype=dtype, kept=rank_of(x), tail=())


@operation("numpy", "Real")
def real(x):
    """The real part of each element; of a real number, itself."""
    x = as_tensor(x)
    return _elements(np.real, x, _PARTS[dtype_of(x)]) if _is_complex(x) else x


@operation("numpy", "Imag")
def imag(x):
    """The imaginary part of each element; of a real number, zero."""
    x = as_tensor(x)
    return _elements(np.imag, x, _PARTS[dtype_of(x)]) if _is_complex(x) else p.zeros_like(x)


@operation("numpy", "Conj")
def conj(x):
    """The complex conjugate of each element; of a real number, itself."""
    x = as_tensor(x)
    return _elements(np.conj, x, dtype_of(x)) if _is_complex(x) else x


@operation("numpy", "Conjugate")
def conjugate(x):
    """The complex conjugate of each element; of a real number, itself."""
    return conj(x)


@operation("numpy", "Isreal")
def isreal(x):
    """Where an element has no imaginary part."""
    x = as_tensor(x)
    if _is_complex(x):
        return _elements(np.isreal, x, "bool")
    return p.equal(p.zeros_like(x), p.zeros_like(x))


@operation("numpy", "Angle")
def angle(x):
    """The angle of each element in the complex plane: pi for negative ones, else zero."""
    x = as_fraction(x)
    if _is_complex(x):
        return _elements(np.angle, x, _PARTS[dtype_of(x)])
    return p.multiply(cast_to(p.less(x, 0), dtype_of(x)), np.asarray(math.pi, dtype_of(x)))


@operation("math", "ViewAsComplex")
def view_as_complex(x):
    """Complex numbers of pairs along the last axis: (real part, imaginary part).

    Raises:
        ValueError: When the last axis does not have two elements.
    """
    x = as_tensor(x)
    sizes = Spec.of(x).sizes
    if not sizes or (known(sizes[-1]) and sizes[-1] != 2):
        raise ValueError(
            "ops.view_as_complex takes pairs (real part, imaginary part) along the last axis, "
            f"but got {Spec.of(x)}."
        )
    made = "complex128" if dtype_of(x) == "float64" else "complex64"

    def join(pairs):
        return (pairs[..., 0] + 1j * pairs[..., 1].astype(made)).astype(made)

    return p.by_function(x, function=join, dtype=made, kept=rank_of(x) - 1, tail=())


@operation("math", "ViewAsReal")
def view_as_real(x):
    """Complex numbers as pairs along a new last axis: (real part, imaginary part)."""
    x = as_tensor(x)
    axes = (rank_of(x),)
    return p.concatenate(
        p.expand_dims(real(x), axes=axes), p.expand_dims(imag(x), axes=axes), axis=axes[0]
    )


@operation("nn", "Polar")
def polar(abs_, angle):
    """The complex numbers of these sizes ``abs_`` and angles, in radians."""
    size, turn = both_tensors(*promoted_fractions(abs_, angle))
    both = p.add(size, turn)  # has the shape of the result
    size, turn = p.broadcast_like(size, both), p.broadcast_like(turn, both)
    made = "complex128" if dtype_of(both) == "float64" else "complex64"

    def turned(sizes, angles):
        wide = np.float64 if made == "complex128" else np.float32
        sizes, angles = sizes.astype(wide), angles.astype(wide)
        return (sizes * np.exp(1j * angles)).astype(made)

    return p.by_function(size, turn, function=turned, dtype=made, kept=rank_of(both), tail=())
