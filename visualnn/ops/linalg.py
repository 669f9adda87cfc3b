"""Factors, inverses, spectra and sizes of matrices: what Keras counts as ``linalg``."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.derivatives import jvp as jvp  # of this namespace in Keras
from visualnn.ops.numpy_sorting import concrete
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    axes_of,
    cast_to,
    dtype_of,
    known_size,
    promoted,
    rank_of,
)
from visualnn.spec import ShapeError, Spec


def _matrices(x, name):
    x = as_fraction(x)
    if rank_of(x) < 2:
        raise ShapeError(f"ops.{name} takes matrices in the last two axes, but got {Spec.of(x)}.")
    return x


def _triangle(x, lower):
    """Matrices with zeros above the diagonal, or below it."""
    rows, columns = p.sizes_of(x)[-2:]
    above = p.subtract(_count(columns, 1), _count(rows, 0))
    kept = p.less_equal(above, 0) if lower else p.greater_equal(above, 0)
    return p.where(kept, x, np.zeros((), p.numpy_dtype(dtype_of(x))))


def _count(size, axis):
    shape, unknown = p.as_setting((size,))
    return p.expand_dims(p.iota(*unknown, shape=shape), axes=(1 - axis,))


def _widest(x, name):
    """The longer side of the matrices."""
    rank = rank_of(x)
    return max(known_size(x, rank - 2, name), known_size(x, rank - 1, name))


# --------------------------------------------------------------------------- solving


@operation("linalg", "Inv")
def inv(x):
    """The inverse of square matrices."""
    return p.inverse(_matrices(x, "inv"))


@operation("linalg", "Det")
def det(x):
    """The determinant of square matrices."""
    return p.determinant(_matrices(x, "det"))


@operation("numpy", "Slogdet")
def slogdet(x):
    """The sign of the determinant, and the logarithm of its size."""
    return p.log_determinant(_matrices(x, "slogdet"))


@operation("math", "Logdet")
def logdet(x):
    """The logarithm of the determinant of symmetric positive matrices."""
    factors = p.cholesky(_matrices(x, "logdet"))
    rank = rank_of(factors)
    side = known_size(factors, rank - 1, "logdet")
    on_diagonal = p.multiply(factors, np.eye(side, dtype=dtype_of(factors)))
    logarithms = p.log(p.sum(on_diagonal, axes=(rank - 1,)))
    return p.multiply(p.sum(logarithms, axes=(rank - 2,)), 2)


@operation("linalg", "Solve")
def solve(a, b):
    """The matrices, or vectors, by which ``a`` is to be multiplied to give ``b``."""
    a, b = promoted(_matrices(a, "solve"), as_fraction(b))
    if rank_of(b) == rank_of(a) - 1:
        column = p.solve(a, p.expand_dims(b, axes=(rank_of(b),)))
        return p.squeeze(column, axes=(rank_of(column) - 1,))
    return p.solve(a, b)


@operation("linalg", "SolveTriangular", "lower")
def solve_triangular(a, b, lower=False):
    """Like ``solve``, reading only one triangle of ``a``."""
    return solve(_triangle(_matrices(a, "solve_triangular"), lower), b)


@operation("linalg", "CholeskyInverse", "upper")
def cholesky_inverse(x, upper=False):
    """The inverse of the matrices whose Cholesky factors these are."""
    x = _triangle(_matrices(x, "cholesky_inverse"), not upper)
    back = p.inverse(x)
    turned = p.swap_last_two(back)
    return p.matmul(back, turned) if upper else p.matmul(turned, back)


@operation("linalg", "Pinv", "rcond")
def pinv(x, rcond=None):
    """The pseudo-inverse: the inverse on the space that the matrices reach."""
    u, s, v = p.svd(_matrices(x, "pinv"))
    rank = rank_of(s)
    if rcond is None:
        rcond = 10.0 * _widest(x, "pinv") * np.finfo(dtype_of(s)).eps
    least = p.multiply(p.max(s, axes=(rank - 1,), keepdims=True), rcond)
    counts = p.greater(s, least)
    safe = p.where(counts, s, p.ones_like(s))
    shares = p.where(counts, p.divide(1, safe), p.zeros_like(s))
    scaled = p.multiply(p.swap_last_two(v), p.expand_dims(shares, axes=(rank - 1,)))
    return p.matmul(scaled, p.swap_last_two(u))


@operation("linalg", "Lstsq", "rcond")
def lstsq(a, b, rcond=None):
    """The vectors that bring ``a @ x`` as near to ``b`` as can be."""
    a, b = promoted(_matrices(a, "lstsq"), as_fraction(b))
    if rank_of(b) == 1:
        return p.squeeze(p.matmul(pinv(a, rcond), p.expand_dims(b, axes=(1,))), axes=(1,))
    return p.matmul(pinv(a, rcond), b)


# --------------------------------------------------------------------------- factors


@operation("linalg", "Cholesky", "upper")
def cholesky(x, upper=False):
    """The triangular matrices that give ``x`` when multiplied by their transposes."""
    factors = p.cholesky(_matrices(x, "cholesky"))
    return p.swap_last_two(factors) if upper else factors


@operation("linalg", "Qr", "mode")
def qr(x, mode="reduced"):
    """Orthogonal columns, and the upper triangle that turns them into ``x``.

    Raises:
        ValueError: When the mode is neither ``"reduced"`` nor ``"complete"``.
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f"ops.qr: mode={mode!r} must be 'reduced' or 'complete'.")
    x = _matrices(x, "qr")
    if mode == "complete":
        q, r = np.linalg.qr(concrete(x, "qr"), mode="complete")
        return q.view(p.Tensor), r.view(p.Tensor)
    return p.qr(x)


@operation("linalg", "SVD", "full_matrices", "compute_uv")
def svd(x, full_matrices=True, compute_uv=True):
    """Left vectors, singular values from the largest, and right vectors as rows."""
    x = _matrices(x, "svd")
    if not compute_uv:
        return p.svd(x)[1]
    rows, columns = Spec.of(x).shape[-2:]
    if full_matrices and rows != columns:
        found = np.linalg.svd(concrete(x, "svd"), full_matrices=True)
        return tuple(part.view(p.Tensor) for part in found)
    return p.svd(x)


@operation("linalg", "Eigh")
def eigh(x):
    """The eigenvalues of symmetric matrices, rising, and their eigenvectors as columns."""
    return p.eigh(_matrices(x, "eigh"))


@operation("linalg", "Eig")
def eig(x):
    """The eigenvalues of square matrices, and their eigenvectors as columns: complex numbers.

    They are computed by numpy, in no order, and have no gradient.
    """
    x = _square(_matrices(x, "eig"), "eig")
    made = "complex128" if dtype_of(x) == "float64" else "complex64"

    def solved(matrices):
        wide = matrices if matrices.dtype == np.float64 else matrices.astype(np.float32)
        values, vectors = np.linalg.eig(wide)
        return np.concatenate([vectors, values[..., None, :]], axis=-2).astype(made)

    side = Spec.of(x).shape[-1]
    longer = None if side is None else side + 1
    both = p.by_function(x, function=solved, dtype=made, kept=rank_of(x) - 2, tail=(longer, side))
    axis = rank_of(x) - 2
    last = p.slice(both, axes=(axis,), starts=(-1,), stops=(None,), steps=(1,))
    vectors = p.slice(both, axes=(axis,), starts=(None,), stops=(-1,), steps=(1,))
    return p.squeeze(last, axes=(axis,)), vectors


def _square(x, name):
    """The matrices, if they have as many rows as columns.

    Raises:
        ShapeError: When they have not.
    """
    rows, columns = Spec.of(x).shape[-2:]
    if None not in (rows, columns) and rows != columns:
        raise ShapeError(f"ops.{name} takes square matrices, but got {Spec.of(x)}.")
    return x


@operation("linalg", "LuFactor")
def lu_factor(x):
    """A lower and an upper triangle in one matrix, and which rows were exchanged for it."""
    numbers = np.array(concrete(_matrices(x, "lu_factor"), "lu_factor"))
    flat = numbers.reshape(-1, *numbers.shape[-2:])
    exchanged = np.stack([_eliminate(matrix) for matrix in flat])
    places = exchanged.reshape(*numbers.shape[:-2], -1).astype("int32")
    return numbers.view(p.Tensor), places.view(p.Tensor)


def _eliminate(matrix):
    """Gauss's elimination in place, with the largest element of each column as the pivot."""
    places = []
    for i in range(min(matrix.shape)):
        pivot = i + int(np.argmax(np.abs(matrix[i:, i])))
        matrix[[i, pivot]] = matrix[[pivot, i]]
        places.append(pivot)
        if matrix[i, i] != 0:
            matrix[i + 1 :, i] /= matrix[i, i]
            matrix[i + 1 :, i + 1 :] -= np.outer(matrix[i + 1 :, i], matrix[i, i + 1 :])
    return places


@operation("linalg", "MatrixRank", "tol")
def matrix_rank(x, tol=None):
    """How many singular values are above a tolerance."""
    x = _matrices(x, "matrix_rank")
    s = p.svd(x)[1]
    axis = rank_of(s) - 1
    if tol is None:
        largest = p.max(s, axes=(axis,), keepdims=True)
        share = _widest(x, "matrix_rank") * float(np.finfo(dtype_of(s)).eps)
        tol = p.multiply(largest, share)
    return p.sum(p.cast(p.greater(s, tol), dtype="int32"), axes=(axis,))


# --------------------------------------------------------------------------- sizes


@operation("linalg", "Norm", "ord", "axis", "keepdims")
def norm(x, ord=None, axis=None, keepdims=False):
    """The length of vectors, or the size of matrices, along one or two axes.

    Raises:
        ValueError: When the order is unknown, or there are more than two axes.
    """
    x = as_fraction(x)
    axes = axes_of(x, axis, "norm")
    if ord is None or (ord == "fro" and len(axes) == 2) or (ord == 2 and len(axes) == 1):
        return _root(p.sum(p.multiply(x, x), axes=axes, keepdims=keepdims))
    if len(axes) == 1:
        return _vector_norm(x, ord, axes, keepdims)
    if len(axes) == 2:
        given = axes if axis is None else tuple(one % rank_of(x) for one in axis)
        return _matrix_norm(x, ord, given, axes, keepdims)
    raise ValueError(f"ops.norm: ord={ord!r} needs one axis or two, but axis={axis!r}.")


def _root(squared):
    """The square root, whose slope at zero is taken as zero."""
    zero = p.equal(squared, 0)
    safe = p.where(zero, p.ones_like(squared), squared)
    return p.where(zero, p.zeros_like(squared), p.sqrt(safe))


def _vector_norm(x, ord, axes, keepdims):
    sizes = p.absolute(x)
    if isinstance(ord, str):
        raise ValueError(f"ops.norm: ord={ord!r} is not for vectors.")
    if 0 in [Spec.of(x).shape[axis] for axis in axes] and ord in (np.inf, -np.inf):
        return p.sum(sizes, axes=axes, keepdims=keepdims)
    if ord == np.inf:
        return p.max(sizes, axes=axes, keepdims=keepdims)
    if ord == -np.inf:
        return p.min(sizes, axes=axes, keepdims=keepdims)
    if ord == 0:
        there = cast_to(p.not_equal(x, 0), dtype_of(x))
        return p.sum(there, axes=axes, keepdims=keepdims)
    if ord == 1:
        return p.sum(sizes, axes=axes, keepdims=keepdims)
    total = p.sum(p.power(sizes, float(ord)), axes=axes, keepdims=keepdims)
    return p.power(total, 1 / ord)


def _matrix_norm(x, ord, given, axes, keepdims):
    if ord in (1, -1, np.inf, -np.inf):
        inside, outside = given if abs(ord) == 1 else given[::-1]
        lines = p.sum(p.absolute(x), axes=(inside,), keepdims=True)
        result = (p.max if ord > 0 else p.min)(lines, axes=(outside,), keepdims=True)
    elif ord in ("nuc", 2, -2):
        rest = [i for i in range(rank_of(x)) if i not in axes]
        s = p.svd(p.transpose(x, axes=(*rest, *given)))[1]
        summarise = {"nuc": p.sum, 2: p.max, -2: p.min}[ord]
        result = p.expand_dims(summarise(s, axes=(rank_of(s) - 1,)), axes=axes)
    else:
        raise ValueError(f"ops.norm: ord={ord!r} is not for matrices.")
    return result if keepdims else p.squeeze(result, axes=axes)
