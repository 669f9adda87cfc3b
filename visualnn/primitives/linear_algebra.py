"""Factors, inverses and spectra of the matrices in the last two axes.

Gradients follow Giles, "An extended collection of matrix derivative results" (2008), and Walter
and Lehmann, "Algorithmic differentiation of linear algebra functions" (2012).
"""

import numpy as np

from visualnn.primitives.arithmetic import multiply
from visualnn.primitives.composition import composition
from visualnn.primitives.contraction import swap_last_two
from visualnn.primitives.conversion import in_single
from visualnn.primitives.exponential import exp
from visualnn.primitives.movement import expand_dims, zeros_like
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.spec import ShapeError, Spec, broadcast, known


def _check_square(name, x):
    if x.ndim < 2 or (known(x.sizes[-1]) and known(x.sizes[-2]) and x.sizes[-1] != x.sizes[-2]):
        raise ShapeError(f"{name}: {x} does not hold square matrices.")
    return x.sizes


def _side(x) -> int:
    """The known length of the last axis."""
    length = Spec.of(x).sizes[-1]
    if not isinstance(length, int):
        raise ShapeError(f"Inverses and gradients of factors need matrices of known size, not {x}.")
    return length


def _constant(array, like):
    return np.asarray(array, Spec.of(like).dtype)


def _lower(x, diagonal):
    """The lower triangle, its diagonal multiplied by a number."""
    side = _side(x)
    return x * _constant(np.tril(np.ones((side, side)), -1) + diagonal * np.eye(side), x)


def _filled(g, y):
    """The gradients of several results, with zeros for those that nobody used."""
    return [zeros_like(made) if slope is None else slope for slope, made in zip(g, y, strict=True)]


def _even(x):
    """The mean of matrices and their transposes."""
    return (x + swap_last_two(x)) * 0.5


def _symmetric(x):
    return (x + np.swapaxes(x, -1, -2)) / 2


def _positive(normal):
    x = normal(2, 3, 3)
    return x @ np.swapaxes(x, -1, -2) + np.eye(3)


# --------------------------------------------------------------------------- solving


@primitive
def log_determinant(x):
    """The sign of the determinant, and the logarithm of its size."""
    single = x.astype(np.float32) if x.dtype == np.float16 else x
    sign, logarithm = np.linalg.slogdet(single)
    return sign.astype(x.dtype), logarithm.astype(x.dtype)


@log_determinant.shape
def _(x):
    sizes = _check_square("log_determinant", x)[:-2]
    return Spec(sizes, x.dtype), Spec(sizes, x.dtype)


@log_determinant.gradient
def _(g, y, x):
    if g[1] is None:
        return None
    rank = Spec.of(y[1]).ndim
    return expand_dims(g[1], axes=(rank, rank + 1)) * swap_last_two(inverse(x))


@log_determinant.examples
def _(normal):
    yield _positive(normal)


@primitive(dtype=equal_dtypes)
def solve(a, b):
    """The matrices by which a is to be multiplied to give b: ``inverse(a) @ b``."""
    return in_single(np.linalg.solve, a, b)


@solve.shape
def _(a, b):
    *batch, rows, _ = _check_square("solve", a)
    if b.ndim < 2 or (known(rows) and known(b.sizes[-2]) and rows != b.sizes[-2]):
        raise ShapeError(f"solve: {b} does not have the rows of {a}.")
    return (*broadcast(batch, b.sizes[:-2]), *b.sizes[-2:])


@solve.gradient
def _(g, y, a, b):
    to_b = solve(swap_last_two(a), g)
    return -(to_b @ swap_last_two(y)), to_b


@solve.examples
def _(normal):
    yield _positive(normal), normal(2, 3, 2)


@composition(in_single=True)
def inverse(x):
    """The inverse of square matrices."""
    _check_square("inverse", Spec.of(x))
    return solve(x, _constant(np.eye(_side(x)), x))


inverse.examples(lambda normal: iter([_positive(normal)]))


@composition(in_single=True)
def determinant(x):
    """The determinant of square matrices."""
    _check_square("determinant", Spec.of(x))
    sign, logarithm = log_determinant(x)
    return multiply(sign, exp(logarithm))


determinant.examples(lambda normal: iter([_positive(normal)]))


# --------------------------------------------------------------------------- factors


@primitive
def cholesky(x):
    """The lower triangular matrices that give ``x`` when multiplied by their transposes.

    ``x`` is positive and symmetric; if it is not, the mean with its transpose is taken.
    """
    return in_single(lambda x: np.linalg.cholesky(_symmetric(x)), x)


@cholesky.shape
def _(x):
    return _check_square("cholesky", x)


@cholesky.gradient
def _(g, y, x):
    back = inverse(y)
    inner = _lower(swap_last_two(y) @ g, 0.5)
    return _even(swap_last_two(back) @ inner @ back)


@cholesky.examples
def _(normal):
    yield np.eye(3) * 2.0 + np.ones((3, 3)) * normal(1) ** 2


@primitive
def qr(x):
    """Orthogonal columns, and the upper triangle that turns them into ``x``."""
    single = x.astype(np.float32) if x.dtype == np.float16 else x
    q, r = np.linalg.qr(single)
    return q.astype(x.dtype), r.astype(x.dtype)


@qr.shape
def _(x):
    if x.ndim < 2 or not (known(x.sizes[-1]) and known(x.sizes[-2])):
        raise ShapeError(f"qr: {x} does not hold matrices of known size.")
    *batch, rows, columns = x.sizes
    inner = min(rows, columns)
    return Spec((*batch, rows, inner), x.dtype), Spec((*batch, inner, columns), x.dtype)


@qr.gradient
def _(g, y, x):
    q, r = y
    if Spec.of(r).sizes[-1] != Spec.of(r).sizes[-2]:
        raise ShapeError("qr: only matrices with at least as many rows as columns have a gradient.")
    g_q, g_r = _filled(g, y)
    mixed = r @ swap_last_two(g_r) - swap_last_two(g_q) @ q
    both = _lower(mixed, 1.0)
    both = both + swap_last_two(_lower(mixed, 0.0))
    return swap_last_two(solve(r, swap_last_two(g_q + q @ both)))


@qr.examples
def _(normal):
    yield normal(2, 4, 3)
    yield normal(3, 3)


@primitive
def eigh(x):
    """The eigenvalues of symmetric matrices, rising, and their eigenvectors as columns.

    Of matrices that are not symmetric, the mean with the transpose is taken.
    """
    single = x.astype(np.float32) if x.dtype == np.float16 else x
    values, vectors = np.linalg.eigh(_symmetric(single))
    return values.astype(x.dtype), vectors.astype(x.dtype)


@eigh.shape
def _(x):
    sizes = _check_square("eigh", x)
    return Spec(sizes[:-1], x.dtype), Spec(sizes, x.dtype)


@eigh.gradient
def _(g, y, x):
    values, vectors = y
    side, rank = _side(x), Spec.of(x).ndim
    g_values, g_vectors = _filled(g, y)
    eye = _constant(np.eye(side), x)
    gaps = expand_dims(values, axes=(rank - 2,)) - expand_dims(values, axes=(rank - 1,))
    inner = (swap_last_two(vectors) @ g_vectors) * (1 - eye) / (gaps + eye)
    inner = inner + expand_dims(g_values, axes=(rank - 1,)) * eye
    return _even(vectors @ inner @ swap_last_two(vectors))


@eigh.examples
def _(normal):
    yield np.array([[1.0, 0.3, 0.2], [0.3, 3.0, 0.5], [0.2, 0.5, 7.0]])


@primitive
def svd(x):
    """Left vectors as columns, singular values from the largest, right vectors as rows.

    There are as many of each as the matrices have rows or columns, whichever are fewer.
    """
    single = x.astype(np.float32) if x.dtype == np.float16 else x
    u, s, v = np.linalg.svd(single, full_matrices=False)
    return u.astype(x.dtype), s.astype(x.dtype), v.astype(x.dtype)


@svd.shape
def _(x):
    if x.ndim < 2 or not (known(x.sizes[-1]) and known(x.sizes[-2])):
        raise ShapeError(f"svd: {x} does not hold matrices of known size.")
    *batch, rows, columns = x.sizes
    inner = min(rows, columns)
    shapes = ((*batch, rows, inner), (*batch, inner), (*batch, inner, columns))
    return tuple(Spec(shape, x.dtype) for shape in shapes)


@svd.gradient
def _(g, y, x):
    u, s, v = y
    rank = Spec.of(x).ndim
    g_u, g_s, g_v = _filled(g, y)
    side = _side(s)
    eye = _constant(np.eye(side), x)
    across, down = expand_dims(s, axes=(rank - 2,)), expand_dims(s, axes=(rank - 1,))
    gaps = (1 - eye) / (across * across - down * down + eye)
    left = (swap_last_two(u) @ g_u) * gaps
    right = (v @ swap_last_two(g_v)) * gaps
    inner = expand_dims(g_s, axes=(rank - 1,)) * eye
    inner = inner + (left + swap_last_two(left)) * across + down * (right + swap_last_two(right))
    result = u @ inner @ v
    # what lies outside the spaces that the vectors span
    rest_u = (g_u - u @ (swap_last_two(u) @ g_u)) / across
    rest_v = (g_v - (g_v @ swap_last_two(v)) @ v) / down
    return result + rest_u @ v + u @ rest_v


@svd.examples
def _(normal):
    yield normal(4, 3)
    yield normal(2, 3, 4)
