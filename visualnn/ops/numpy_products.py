"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_tensor,
    axis_of,
    cast_to,
    dtype_of,
    known_size,
    promoted,
    rank_of,
)
from visualnn.spec import ShapeError, Spec


def _pair(x1, x2):
    x1, x2 = promoted(as_tensor(x1), as_tensor(x2))
    return x1, x2


def _summable(*xs):
    """Tensors that are all of eight bits with a sign get 32, as Keras sums their products."""
    xs = [as_tensor(x) for x in xs]
    return [cast_to(x, "int32") for x in xs] if all(dtype_of(x) == "int8" for x in xs) else xs


@operation("numpy", "Matmul")
def matmul(x1, x2):
    """The matrix product of the last two axes; a vector counts as a row or a column."""
    x1, x2 = _pair(*_summable(x1, x2))
    if not rank_of(x1) or not rank_of(x2):
        raise ShapeError(
            f"ops.matmul multiplies matrices, but got {Spec.of(x1)} and {Spec.of(x2)}; "
            "use * for single numbers."
        )
    row, column = rank_of(x1) == 1, rank_of(x2) == 1
    x1 = p.expand_dims(x1, axes=(0,)) if row else x1
    x2 = p.expand_dims(x2, axes=(1,)) if column else x2
    product = p.matmul(x1, x2)
    rank = rank_of(product)
    gone = tuple(axis for axis, is_gone in ((rank - 2, row), (rank - 1, column)) if is_gone)
    return p.squeeze(product, axes=gone) if gone else product


@operation("numpy", "Dot")
def dot(x1, x2):
    """The sum over the last axis of ``x1`` and the second last of ``x2``, or its only one."""
    x1, x2 = _pair(x1, x2)
    if rank_of(x1) == 0 or rank_of(x2) == 0:
        return p.multiply(x1, x2)
    if rank_of(x2) <= 2:
        return matmul(x1, x2)
    return tensordot(x1, x2, ([-1], [-2]))


@operation("numpy", "Vdot")
def vdot(x1, x2):
    """The sum of the products of all elements."""
    x1, x2 = (p.reshape(x, shape=(-1,)) for x in _pair(x1, x2))
    return p.sum(p.multiply(x1, x2), axes=(0,))


@operation("numpy", "Inner")
def inner(x1, x2):
    """The sum over the last axes of both."""
    x1, x2 = _pair(x1, x2)
    if rank_of(x1) == 0 or rank_of(x2) == 0:
        return p.multiply(x1, x2)
    return tensordot(x1, x2, ([-1], [-1]))


@operation("numpy", "Outer")
def outer(x1, x2):
    """The products of every element of one with every element of the other."""
    x1, x2 = (p.reshape(x, shape=(-1,)) for x in _pair(x1, x2))
    return p.multiply(p.expand_dims(x1, axes=(1,)), p.expand_dims(x2, axes=(0,)))


@operation("numpy", "Kron")
def kron(x1, x2):
    """Every element of ``x1`` replaced by itself times ``x2``."""
    x1, x2 = _pair(x1, x2)
    rank = max(rank_of(x1), rank_of(x2))
    x1, x2 = (p.expand_dims(x, axes=tuple(range(rank - rank_of(x)))) for x in (x1, x2))
    large, small = p.sizes_of(x1), p.sizes_of(x2)
    x1 = p.expand_dims(x1, axes=tuple(range(1, 2 * rank, 2)))
    x2 = p.expand_dims(x2, axes=tuple(range(0, 2 * rank, 2)))
    shape, unknown = p.as_setting([a * b for a, b in zip(large, small, strict=True)])
    return p.reshape(p.multiply(x1, x2), *unknown, shape=shape)


@operation("numpy", "Tensordot", "axes")
def tensordot(x1, x2, axes: Any = 2):
    """The sum over pairs of axes: some of ``x1`` with some of ``x2``.

    ``axes`` is how many (the last of one with the first of the other), or two lists.
    """
    x1, x2 = _pair(x1, x2)
    if isinstance(axes, int | np.integer):
        first = list(range(rank_of(x1) - axes, rank_of(x1)))
        second = list(range(axes))
    else:
        first, second = (list(side) if np.iterable(side) else [side] for side in axes)
    first = [axis_of(x1, axis, "tensordot") for axis in first]
    second = [axis_of(x2, axis, "tensordot") for axis in second]
    if len(first) != len(second):
        raise ValueError(f"ops.tensordot: axes={axes!r} must name as many axes of both.")
    letters = iter(string.ascii_letters)
    one = [next(letters) for _ in range(rank_of(x1))]
    two = [next(letters) for _ in range(rank_of(x2))]
    for a, b in zip(first, second, strict=True):
        two[b] = one[a]
    out = [x for i, x in enumerate(one) if i not in first]
    out += [x for i, x in enumerate(two) if i not in second]
    return p.einsum(x1, x2, equation=f"{''.join(one)},{''.join(two)}->{''.join(out)}")


@operation("numpy", "Cross", "axisa", "axisb", "axisc", "axis")
def cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """The vector that stands upright on two vectors of three numbers."""
    x1, x2 = _pair(x1, x2)
    if axis is not None:
        axisa = axisb = axisc = axis
    parts = []
    for x, where in ((x1, axisa), (x2, axisb)):
        where = axis_of(x, where, "cross")
        count = known_size(x, where, "cross")
        if count not in (2, 3):
            raise ShapeError(f"ops.cross takes vectors of 2 or 3 numbers, but got {Spec.of(x)}.")
        parts.append([_at(x, where, i) for i in range(count)])
    (a, b) = parts
    flat = p.subtract(p.multiply(a[0], b[1]), p.multiply(a[1], b[0]))
    if len(a) == len(b) == 2:
        return flat
    a, b = (side if len(side) == 3 else [*side, p.zeros_like(side[0])] for side in (a, b))
    made = [
        p.subtract(p.multiply(a[1], b[2]), p.multiply(a[2], b[1])),
        p.subtract(p.multiply(a[2], b[0]), p.multiply(a[0], b[2])),
        flat,
    ]
    where = axisc % (rank_of(flat) + 1)
    return p.concatenate(*(p.expand_dims(x, axes=(where,)) for x in made), axis=where)


def _at(x, axis, place):
    piece = p.slice(x, axes=(axis,), starts=(place,), stops=(place + 1,), steps=(1,))
    return p.squeeze(piece, axes=(axis,))


# --------------------------------------------------------------------------- einsum


@operation("numpy", "Einsum", "subscripts")
def einsum(subscripts, *operands, **kwargs):
    """Multiply and sum as an equation says, such as ``"bij,bjk->bik"``.

    ``...`` stands for axes without letters; a letter that comes twice in one tensor means its
    diagonal.  More than two tensors are multiplied from left to right.

    Raises:
        ShapeError: When the equation does not fit the tensors.
    """
    operands = promoted(*_summable(*operands))
    inputs, out, dots = _equation(subscripts, operands)
    inputs, operands = _without_ones(inputs, list(operands), dots)
    for i, (letters, x) in enumerate(zip(inputs, operands, strict=True)):
        inputs[i], operands[i] = _diagonals(letters, x)
    if len(operands) == 1:
        return _single(inputs[0], operands[0], out)
    letters, x = inputs[0], operands[0]
    for i in range(1, len(operands)):
        later = "".join(inputs[i + 1 :]) + out
        both = dict.fromkeys(letters + inputs[i])
        made = out if i == len(operands) - 1 else "".join(n for n in both if n in later)
        x = p.einsum(x, operands[i], equation=f"{letters},{inputs[i]}->{made}")
        letters = made
    return x


def _equation(subscripts, operands):
    """The letters of each tensor and of the result, with letters in the place of dots."""
    text = subscripts.replace(" ", "")
    left, arrow, out = text.partition("->")
    inputs = left.split(",")
    if len(inputs) != len(operands):
        raise ShapeError(
            f"ops.einsum: {subscripts!r} has {len(inputs)} inputs, but got {len(operands)} tensors."
        )
    free = [letter for letter in string.ascii_letters if letter not in text]
    widest = 0
    for i, (letters, x) in enumerate(zip(inputs, operands, strict=True)):
        if "..." in letters:
            count = rank_of(x) - len(letters.replace("...", ""))
            widest = max(widest, count)
            inputs[i] = letters.replace("...", "".join(free[:count][::-1]) if count > 0 else "")
        if len(inputs[i]) != rank_of(x):
            raise ShapeError(
                f"ops.einsum: {letters!r} in {subscripts!r} does not have the axes of {Spec.of(x)}."
            )
    dots = "".join(free[:widest][::-1])
    if arrow:
        return inputs, out.replace("...", dots), dots
    all_letters = "".join(inputs)
    single = sorted(x for x in set(all_letters) - set(dots) if all_letters.count(x) == 1)
    return inputs, dots + "".join(single), dots


def _without_ones(inputs, operands, dots):
    """Drop axes of size one among the dots that are longer in another tensor: they broadcast."""
    sizes = [
        dict(zip(letters, Spec.of(x).sizes, strict=True))
        for letters, x in zip(inputs, operands, strict=True)
    ]
    for i, own in enumerate(sizes):
        gone = [
            letter
            for letter in dots
            if own.get(letter) == 1 and any(other.get(letter, 1) != 1 for other in sizes)
        ]
        if gone:
            axes = tuple(inputs[i].index(letter) for letter in gone)
            operands[i] = p.squeeze(operands[i], axes=axes)
            inputs[i] = "".join(letter for letter in inputs[i] if letter not in gone)
    return inputs, operands


def _diagonals(letters, x):
    """Take the diagonal of axes that share a letter."""
    while len(set(letters)) < len(letters):
        second = next(i for i, n in enumerate(letters) if n in letters[:i])
        first = letters.index(letters[second])
        size = known_size(x, first, "einsum")
        places = np.stack([np.arange(size)] * 2, axis=-1).astype("int32")
        rest = [i for i in range(len(letters)) if i not in (first, second)]
        x = p.take_points(p.transpose(x, axes=(first, second, *rest)), places)
        letters = letters[first] + "".join(letters[i] for i in rest)
    return letters, x


def _single(letters, x, out):
    gone = tuple(i for i, n in enumerate(letters) if n not in out)
    x = p.sum(x, axes=gone) if gone else x
    kept = [n for n in letters if n in out]
    return p.transpose(x, axes=tuple(kept.index(n) for n in out))
