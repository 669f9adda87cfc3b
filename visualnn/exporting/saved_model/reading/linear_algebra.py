"""Factors, inverses and spectra of matrices, and the Fourier transform."""

from __future__ import annotations

from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.arithmetic import Complex
from visualnn.exporting.saved_model.reading.rows import rank_of, reads


@reads("Cholesky")
def _(node, x):
    return p.cholesky(x)


@reads("MatrixInverse")
def _(node, x):
    return p.inverse(p.swap_last_two(x) if node.get("adjoint", False) else x)


@reads("MatrixSolve")
def _(node, a, b):
    return p.solve(p.swap_last_two(a) if node.get("adjoint", False) else a, b)


@reads("LogMatrixDeterminant")
def _(node, x):
    return p.log_determinant(x)


@reads("Qr")
def _(node, x):
    if node.get("full_matrices", False):
        raise node.refuse("wants more columns than there are")
    return p.qr(x)


@reads("SelfAdjointEigV2")
def _(node, x):
    return p.eigh(x)


@reads("Svd")
def _(node, x):
    if node.get("full_matrices", False):
        raise node.refuse("wants more vectors than there are")
    u, s, v = p.svd(x)
    return s, u, p.swap_last_two(v)


@reads("FFT")
def _(node, x):
    return Complex(*p.fourier(x.real, x.imaginary, axes=(rank_of(x) - 1,)))
