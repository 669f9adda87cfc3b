"""Products of matrices in pieces that are small enough to be multiplied as they lie.

Before BLAS multiplies, it copies both matrices into an order of its own.  Where one side is narrow,
that takes as long as the product.  Products of up to a million multiplications OpenBLAS computes
without it, on processors that have AVX-512, up to twice as fast; on others, pieces cost nothing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from visualnn.engine.passes import uses

MOST = 1_000_000
"""Multiplications in a product that is computed without copying."""

SHORTEST = 16  # rows of a piece
SHALLOWEST = 50  # what is summed over in a piece, so that it is worth to add up the pieces
_WIDE = 256  # columns of a piece
_DEEP = 64  # what is summed over, and columns, in a piece of a product of long rows
_FACE = MOST // _DEEP
_PARTS = (1, 2, 4, 8)  # of the columns
_TURNED = 1024  # rows from which on it is worth to turn the second matrix around


def product(writer: Any, a: Any, b: Any, out: np.ndarray, turned: bool = False) -> None:
    """Write ``out = a @ b``, in pieces where they are faster.

    Args:
        writer: The writer.
        a: The first matrix, or a stack of matrices.
        b: The second, or the name of what comes when the plan runs.
        out: Where the result goes.
        turned: Whether what has that name lies with its columns one after the other.
    """
    if isinstance(b, np.ndarray):
        turned = b.strides[-1] != b.itemsize
    if not _is_large(a, out) or not uses("pieces"):
        writer.call("matmul", a, b, out=out)
    elif a.ndim == 3:
        _stacked(writer, a, b, out)
    elif _lies_turned(a):
        _by_depth_or_places(writer, a, b, out)
    elif isinstance(b, np.ndarray) and len(a) * _WIDE * a.shape[1] <= MOST and not turned:
        _by_columns(writer, a, b, out)
    else:
        _by_rows(writer, a, b, out, turned)


def rows_at_once(rows: int, depth: int, columns: int, least: int = SHORTEST) -> int:
    """How many rows of a product are a piece of it: all, if it is not worth to take fewer."""
    most = MOST // (depth * columns)
    if rows <= most or most < least or not uses("pieces"):
        return rows
    return next((n for n in range(most, least - 1, -1) if rows % n == 0), rows)


def _is_large(a: Any, out: np.ndarray) -> bool:
    if not isinstance(a, np.ndarray) or a.ndim not in (2, 3) or a.dtype != "float32":
        return False
    return a.ndim == out.ndim and a.shape[-1] * math.prod(out.shape[-2:]) > MOST


def _lies_plain(x: np.ndarray) -> bool:
    return x.strides[-1] == x.itemsize


def _lies_turned(x: np.ndarray) -> bool:
    return not _lies_plain(x)


def _by_rows(writer: Any, a: np.ndarray, b: Any, out: np.ndarray, turned: bool) -> None:
    """A few rows of the first matrix after the other."""
    (rows, depth), columns = a.shape, out.shape[1]
    most = MOST // (depth * columns)
    if most < SHORTEST and not turned and out.flags.c_contiguous:
        _by_depth_and_columns(writer, a, b, out)
        return
    if most < SHORTEST or (turned and rows < _TURNED):
        writer.call("matmul", a, b, out=out)
        return
    if turned:
        plain = writer.scratch((depth, columns), out.dtype, "plain")
        text = f"copyto({writer.text(plain)}, {writer.text(b)})"
        (writer.line if isinstance(b, np.ndarray) else writer.once)(text)
        b = plain
    even = rows_at_once(rows, depth, columns)
    length = even if 2 * even >= most and even < rows else most
    count = rows // length
    if count:
        pieces = (x[: count * length].reshape(count, length, -1) for x in (a, out))
        first, made = pieces
        writer.call("matmul", first, b, out=made)
    if count * length < rows:
        writer.call("matmul", a[count * length :], b, out=out[count * length :])


def _by_columns(writer: Any, a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """A few columns of the second matrix after the other."""
    columns = b.shape[1]
    length = next((n for n in range(_WIDE, _WIDE // 4, -1) if columns % n == 0), _WIDE)
    count = columns // length
    if count:
        second, made = (
            x[:, : count * length].reshape(len(x), count, length).swapaxes(0, 1) for x in (b, out)
        )
        writer.call("matmul", a, second, out=made)
    if count * length < columns:
        writer.call("matmul", a, b[:, count * length :], out=out[:, count * length :])


def _by_depth_and_columns(writer: Any, a: np.ndarray, b: Any, out: np.ndarray) -> None:
    """A part of what is summed over and of the columns after the other, and the sum of them."""
    (rows, depth), columns = a.shape, out.shape[1]
    fitting = (n for n in _PARTS if columns % n == 0 and rows * columns // n <= _FACE)
    width = columns // next(fitting, columns)
    most = MOST // (rows * width)
    length = next((n for n in range(most, _DEEP - 1, -1) if depth % n == 0), 0)
    if not length or width < _DEEP:
        writer.call("matmul", a, b, out=out)
        return
    count, parts = depth // length, columns // width
    shares = writer.room((count, rows, columns), out.dtype)
    first = a.reshape(rows, count, 1, length).transpose(1, 2, 0, 3)
    split = (count, length, parts, width)
    split_b = b.reshape(split) if isinstance(b, np.ndarray) else writer.view(b, "reshape", split)
    second = writer.view(split_b, "transpose", (0, 2, 1, 3))
    made = shares.reshape(count, rows, parts, width).swapaxes(1, 2)
    writer.call("matmul", first, second, out=made)
    ones = writer.filled(1, (count,), out.dtype)
    writer.call("matmul", ones, shares.reshape(count, -1), out=out.reshape(-1))


def _by_depth_or_places(writer: Any, a: np.ndarray, b: Any, out: np.ndarray) -> None:
    """For a matrix that lies turned: a part of what is summed over, or of rows and columns."""
    (rows, depth), columns = a.shape, out.shape[1]
    most = MOST // (rows * columns)
    length = next((n for n in range(most, SHALLOWEST - 1, -1) if depth % n == 0), 0)
    whole = isinstance(b, np.ndarray) and b.flags.c_contiguous and out.flags.c_contiguous
    if not whole or _lies_turned(a.T):
        writer.call("matmul", a, b, out=out)
        return
    if not length:
        _by_places(writer, a, b, out)
        return
    count = depth // length
    shares = writer.room((count, rows, columns), out.dtype)
    first = a.T.reshape(count, length, rows).swapaxes(1, 2)
    writer.call("matmul", first, b.reshape(count, length, columns), out=shares)
    ones = writer.filled(1, (count,), out.dtype)
    writer.call("matmul", ones, shares.reshape(count, -1), out=out.reshape(-1))


def _by_places(writer: Any, a: np.ndarray, b: np.ndarray, out: np.ndarray) -> None:
    """Some rows of the first matrix, which lies turned, times some columns of the second."""
    (rows, depth), columns = a.shape, out.shape[1]
    for parts in _PARTS:
        width = columns // parts
        if columns % parts or width < _DEEP:
            break
        most = MOST // (depth * width)
        length = next((n for n in range(most, SHALLOWEST - 1, -1) if rows % n == 0), 0)
        if length:
            first = a.reshape(-1, 1, length, depth)
            second = b.reshape(1, depth, parts, width).swapaxes(1, 2)
            made = out.reshape(-1, length, parts, width).swapaxes(1, 2)
            writer.call("matmul", first, second, out=made)
            return
    writer.call("matmul", a, b, out=out)


def _stacked(writer: Any, a: np.ndarray, b: Any, out: np.ndarray) -> None:
    """Of many products of one size, a few rows of each after the other."""
    many, rows, depth = a.shape
    length = rows_at_once(rows, depth, out.shape[2])
    if length < rows and isinstance(b, np.ndarray) and b.ndim == 3 and _lies_plain(a):
        a, out = (x.reshape(many, rows // length, length, -1) for x in (a, out))
        b = b[:, None]
    writer.call("matmul", a, b, out=out)
