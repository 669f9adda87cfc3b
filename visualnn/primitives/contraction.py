"""Operations that multiply and sum: the heart of dense and attention layers."""

import math

import numpy as np

from visualnn.primitives.conversion import in_single
from visualnn.primitives.movement import broadcast_like, expand_dims, transpose
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.spec import ShapeError, Spec, broadcast, known


@primitive(dtype=equal_dtypes)
def matmul(a, b):
    """The matrix product of the last two axes: ``a @ b``.

    ``a`` is (..., n, k) and ``b`` is (..., k, m); the result is (..., n, m).  Both have at least
    two axes, and the leading ones are broadcast.
    """
    return in_single(_matmul, a, b)


def _matmul(a, b):
    if b.ndim == 2 and a.ndim > 2:  # one large product instead of many small ones
        rows = np.matmul(a.reshape(math.prod(a.shape[:-1]), a.shape[-1]), b)
        return rows.reshape(*a.shape[:-1], b.shape[1])
    return np.matmul(a, b)


@matmul.shape
def _(a, b):
    if a.ndim < 2 or b.ndim < 2:
        raise ShapeError(f"matmul: {a} and {b} must both have at least two axes.")
    *batch_a, n, k = a.sizes
    *batch_b, k_b, m = b.sizes
    if known(k) and known(k_b) and k != k_b:
        raise ShapeError(f"matmul: the last axis of {a} must match the second last of {b}.")
    return (*broadcast(batch_a, batch_b), n, m)


@matmul.gradient
def _(g, y, a, b):
    rank = Spec.of(a).ndim
    if Spec.of(b).ndim == 2 and rank > 2:  # sum over the leading axes within the product
        rows = _letters(rank - 1)
        return g @ swap_last_two(b), einsum(a, g, equation=f"{rows}y,{rows}z->yz")
    return g @ swap_last_two(b), swap_last_two(a) @ g


@matmul.examples
def _(normal):
    yield normal(2, 3), normal(3, 4)
    yield normal(5, 2, 3), normal(3, 4)
    yield normal(5, 2, 3), normal(5, 3, 4)
    yield normal(2, 3), normal(5, 3, 4)
    yield normal(5, 1, 2, 3), normal(6, 3, 4)


def swap_last_two(x):
    """Transpose the matrices in the last two axes."""
    axes = tuple(range(Spec.of(x).ndim))
    return transpose(x, axes=(*axes[:-2], axes[-1], axes[-2]))


def _letters(count):
    return "abcdefghijklmnopqrstuvw"[:count]


# --------------------------------------------------------------------------- einsum


@primitive(dtype=equal_dtypes)
def einsum(a, b, *, equation):
    """Multiply two tensors, and sum over the axes that they share, as an equation says.

    In ``abc,cd->abd`` each letter names an axis.  Axes with one letter are matched, and summed
    over if the letter is not in the result.  No letter comes twice in one tensor.
    """
    return in_single(lambda a, b: _einsum(a, b, equation), a, b)


def _einsum(a, b, equation):
    """As one batch of matrix products, which BLAS computes."""
    in_a, in_b, out = letters_of(equation)
    alone_a = tuple(in_a.index(x) for x in in_a if x not in in_b + out)
    alone_b = tuple(in_b.index(x) for x in in_b if x not in in_a + out)
    a, b = a.sum(axis=alone_a, dtype=a.dtype), b.sum(axis=alone_b, dtype=b.dtype)
    in_a, in_b = (
        "".join(x for x in in_a if x in in_b + out),
        "".join(x for x in in_b if x in in_a + out),
    )
    batch = [x for x in out if x in in_a and x in in_b]
    inner = [x for x in in_a if x in in_b and x not in out]
    rows = [x for x in in_a if x not in in_b]
    columns = [x for x in in_b if x not in in_a]
    length = {**dict(zip(in_a, a.shape, strict=True)), **dict(zip(in_b, b.shape, strict=True))}
    groups = (batch, rows, inner, columns)
    n_batch, n_rows, n_inner, n_columns = (math.prod(length[x] for x in g) for g in groups)
    a = a.transpose([in_a.index(x) for x in (*batch, *rows, *inner)])
    b = b.transpose([in_b.index(x) for x in (*batch, *inner, *columns)])
    product = np.matmul(a.reshape(n_batch, n_rows, n_inner), b.reshape(n_batch, n_inner, n_columns))
    made = [*batch, *rows, *columns]
    return product.reshape([length[x] for x in made]).transpose([made.index(x) for x in out])


def letters_of(equation):
    """The axes of the two inputs and of the result.

    Raises:
        ShapeError: When the equation is not of the strict form.
    """
    inputs, arrow, out = equation.partition("->")
    in_a, comma, in_b = inputs.partition(",")
    if not (arrow and comma) or any(len(set(x)) != len(x) for x in (in_a, in_b, out)):
        raise ShapeError(f"einsum: {equation!r} is not of the form 'abc,cd->abd'.")
    if not set(out) <= set(in_a + in_b):
        raise ShapeError(f"einsum: {equation!r} makes an axis that no input has.")
    return in_a, in_b, out


@einsum.shape
def _(a, b, *, equation):
    in_a, in_b, out = letters_of(equation)
    if len(in_a) != a.ndim or len(in_b) != b.ndim:
        raise ShapeError(f"einsum: {equation!r} does not have the axes of {a} and {b}.")
    sizes = dict(zip(in_a, a.sizes, strict=True))
    for letter, size in zip(in_b, b.sizes, strict=True):
        other = sizes.setdefault(letter, size)
        if known(size) and known(other) and size != other:
            raise ShapeError(
                f"einsum: in {equation!r}, {letter!r} is {other} in {a} and {size} in {b}."
            )
        sizes[letter] = other if known(other) else size
    return tuple(sizes[letter] for letter in out)


@einsum.gradient
def _(g, y, a, b, *, equation):
    in_a, in_b, out = letters_of(equation)
    return _one_sided(g, b, a, out, in_b, in_a), _one_sided(g, a, b, out, in_a, in_b)


def _one_sided(g, other, like, out, in_other, wanted):
    """The gradient of one input; axes that it alone summed over are repeated."""
    made = "".join(x for x in wanted if x in out + in_other)
    result = einsum(g, other, equation=f"{out},{in_other}->{made}")
    if made == wanted:
        return result
    missing = tuple(i for i, x in enumerate(wanted) if x not in made)
    return broadcast_like(expand_dims(result, axes=missing), like)


@einsum.examples
def _(normal):
    yield normal(2, 3, 4), normal(4, 5), dict(equation="abc,cd->abd")
    yield normal(2, 3, 4, 5), normal(2, 6, 4, 5), dict(equation="btnh,bsnh->bnts")
    yield normal(2, 3), normal(3, 2), dict(equation="ab,ba->")
    yield normal(2, 3), normal(4, 5), dict(equation="ab,cd->db")
    yield normal(2, 3), normal(2, 4), dict(equation="ab,ac->cab")
