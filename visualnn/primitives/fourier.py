"""The Fourier transform, with real and imaginary parts as two tensors.

Neither direction is divided by the number of elements, so each is the other's gradient.
"""

import numpy as np

from visualnn.primitives.movement import zeros_like
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import check_axes
from visualnn.spec import ShapeError, Spec, broadcast


@primitive(dtype=equal_dtypes)
def fourier(real, imaginary, *, axes, inverse=False):
    """How much of each frequency a signal along some axes has: (real parts, imaginary parts).

    The inverse puts frequencies together again, into as many times the signal as it has elements.
    """
    wide = real.astype(np.float64) + 1j * imaginary.astype(np.float64)
    made = (
        np.fft.ifftn(wide, axes=axes, norm="forward") if inverse else np.fft.fftn(wide, axes=axes)
    )
    return made.real.astype(real.dtype), made.imag.astype(real.dtype)


@fourier.shape
def _(real, imaginary, *, axes, inverse=False):
    check_axes("fourier", real, axes)
    if real.ndim != imaginary.ndim or real.dtype != imaginary.dtype:
        raise ShapeError(f"fourier: the parts {real} and {imaginary} must be alike.")
    sizes = broadcast(real.sizes, imaginary.sizes)
    return Spec(sizes, real.dtype), Spec(sizes, real.dtype)


@fourier.gradient
def _(g, y, real, imaginary, *, axes, inverse=False):
    parts = [zeros_like(made) if slope is None else slope for slope, made in zip(g, y, strict=True)]
    return fourier(*parts, axes=axes, inverse=not inverse)


@fourier.examples
def _(normal):
    yield normal(2, 5), normal(2, 5), dict(axes=(1,))
    yield normal(3, 4), normal(3, 4), dict(axes=(0, 1), inverse=True)
