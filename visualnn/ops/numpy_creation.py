"""Tensors made of nothing but sizes and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.defaults import floatx
from visualnn.ops.numpy_shaping import shape_given
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_number,
    as_tensor,
    axis_of,
    cast_to,
    dtype_name,
    dtype_of,
    known_size,
    promoted_fractions,
    rank_of,
    result_type,
)
from visualnn.spec import Spec


def numbers(value, dtype) -> Any:
    """An array of this dtype, by its name."""
    return np.asarray(value, p.numpy_dtype(dtype))


# --------------------------------------------------------------------------- the same everywhere


@operation("numpy", "Full", "shape", "dtype")
def full(shape, fill_value, dtype=None):
    """A tensor of this shape, with the same value everywhere."""
    name = floatx() if dtype is None else dtype_name(dtype)
    value = cast_to(as_tensor(fill_value), name)
    sizes, unknown = p.as_setting(shape_given(shape, "full"))
    return p.broadcast_to(value, *unknown, shape=sizes)


def zeros(shape, dtype=None):
    """Zeros of this shape."""
    return full(shape, 0, dtype)


def ones(shape, dtype=None):
    """Ones of this shape."""
    return full(shape, 1, dtype)


def empty(shape, dtype=None):
    """A tensor of this shape; what it holds is not promised (here, zeros)."""
    return full(shape, 0, dtype)


@operation("numpy", "ZerosLike", "dtype")
def zeros_like(x, dtype=None):
    """Zeros of the shape of ``x``."""
    x = as_tensor(x)
    return p.zeros_like(x if dtype is None else cast_to(x, dtype_name(dtype)))


@operation("numpy", "OnesLike", "dtype")
def ones_like(x, dtype=None):
    """Ones of the shape of ``x``."""
    x = as_tensor(x)
    return p.ones_like(x if dtype is None else cast_to(x, dtype_name(dtype)))


@operation("numpy", "EmptyLike", "dtype")
def empty_like(x, dtype=None):
    """A tensor of the shape of ``x``; what it holds is not promised (here, zeros)."""
    return zeros_like(x, dtype)


@operation("numpy", "FullLike", "dtype")
def full_like(x, fill_value, dtype=None):
    """A tensor of the shape of ``x``, with the same value everywhere."""
    x = as_tensor(x)
    value = cast_to(as_tensor(fill_value), dtype_of(x) if dtype is None else dtype_name(dtype))
    return p.broadcast_like(value, x)


# --------------------------------------------------------------------------- counting


def arange(start, stop=None, step=None, dtype=None):
    """Numbers from ``start`` to before ``stop``; from zero, if only one number is given."""
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    kinds = [dtype_of(x) for x in (start, stop, step)]
    name = result_type(*kinds) if dtype is None else dtype_name(dtype)
    if all(_is_number(x) for x in (start, stop, step)):
        return _constant(np.arange(start, stop, step).astype(p.numpy_dtype(name)))
    if not all(kind.startswith(("int", "uint")) for kind in kinds):
        raise TypeError("ops.arange: a tensor as start, stop or step must be a whole number.")
    if _is_number(step) and step == 1 and _is_number(start) and start == 0:
        count = stop
    else:  # rounded up
        count = -((start - stop) // step) if _is_number(step) else (stop - start + step - 1) // step
        count = p.maximum(as_tensor(count), 0)
    sizes, unknown = p.as_setting((count,))
    line = p.iota(*unknown, shape=sizes)
    if not (_is_number(step) and step == 1):
        line = line * step
    if not (_is_number(start) and start == 0):
        line = line + start
    return cast_to(line, name)


def _is_number(x):
    return isinstance(x, int | float | np.generic) or (isinstance(x, np.ndarray) and x.ndim == 0)


def _constant(array):
    """A tensor of the caller's own."""
    return array.view(p.Tensor)


@operation("numpy", "Linspace", "num", "endpoint", "retstep", "dtype", "axis")
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """``num`` numbers at equal distances from ``start`` to ``stop``."""
    first, last = promoted_fractions(start, stop)
    kind = dtype_of(first) if hasattr(first, "dtype") else dtype_of(last)
    first, last = cast_to(as_tensor(first), kind), cast_to(as_tensor(last), kind)
    pieces = max(num - 1 if endpoint else num, 1)
    step = p.divide(p.subtract(last, first), pieces)
    rank = max(rank_of(first), rank_of(last))
    axis = axis % (rank + 1)
    way = numbers(np.arange(num) / pieces, kind).reshape(
        [num if i == axis else 1 for i in range(rank + 1)]
    )
    low, high = (p.broadcast_like(x, step) for x in (first, last))
    low, high = p.expand_dims(low, axes=(axis,)), p.expand_dims(high, axes=(axis,))
    line = p.add(p.multiply(low, 1 - way), p.multiply(high, way))
    line = line if dtype is None else cast_to(line, dtype_name(dtype))
    return (line, step) if retstep else line


@operation("numpy", "Logspace", "num", "endpoint", "base", "dtype", "axis")
def logspace(start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0):
    """``num`` numbers at equal ratios from ``base ** start`` to ``base ** stop``."""
    line = p.power(base, linspace(start, stop, num, endpoint, axis=axis))
    return line if dtype is None else cast_to(line, dtype_name(dtype))


@operation("numpy", "Geomspace", "num", "endpoint", "dtype", "axis")
def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """``num`` numbers at equal ratios from ``start`` to ``stop``, both positive."""
    first, last = (cast_to(as_tensor(x), "float32") for x in (start, stop))
    line = p.exp(linspace(p.log(first), p.log(last), num, endpoint, axis=axis))
    return line if dtype is None else cast_to(line, dtype_name(dtype))


# --------------------------------------------------------------------------- matrices


def eye(N, M=None, k=0, dtype=None):  # noqa: N803 - Keras's names
    """Ones on a diagonal, zeros elsewhere."""
    name = floatx() if dtype is None else dtype_name(dtype)
    rows, columns = _line(N, 0), _line(N if M is None else M, 1)
    return cast_to(p.equal(p.subtract(columns, rows), k), name)


def _line(count, axis):
    sizes, unknown = p.as_setting((count,))
    return p.expand_dims(p.iota(*unknown, shape=sizes), axes=(1 - axis,))


def identity(n, dtype=None):
    """A square matrix with ones on its diagonal, zeros elsewhere."""
    return eye(n, dtype=dtype)


def tri(N, M=None, k=0, dtype=None):  # noqa: N803 - Keras's names
    """Ones on and below a diagonal, zeros above."""
    name = floatx() if dtype is None else dtype_name(dtype)
    rows, columns = _line(N, 0), _line(N if M is None else M, 1)
    return cast_to(p.less_equal(p.subtract(columns, rows), k), name)


def _triangle(x, keep):
    """The matrices in the last two axes, with zeros where ``keep(column - row)`` is false."""
    x = as_tensor(x)
    if rank_of(x) < 2:
        raise ValueError(f"A triangle is cut out of matrices, but got {Spec.of(x)}.")
    rows, columns = (_line(n, axis) for axis, n in enumerate(p.sizes_of(x)[-2:]))
    return p.where(keep(p.subtract(columns, rows)), x, numbers(0, dtype_of(x)))


@operation("numpy", "Tril", "k")
def tril(x, k=0):
    """The matrices with zeros above their ``k``-th diagonal."""
    return _triangle(x, lambda above: p.less_equal(above, k))


@operation("numpy", "Triu", "k")
def triu(x, k=0):
    """The matrices with zeros below their ``k``-th diagonal."""
    return _triangle(x, lambda above: p.greater_equal(above, k))


@operation("numpy", "Diagonal", "offset", "axis1", "axis2")
def diagonal(x, offset=0, axis1=0, axis2=1):
    """The elements on a diagonal of two axes, as a new last axis."""
    x = as_tensor(x)
    first, second = axis_of(x, axis1, "diagonal"), axis_of(x, axis2, "diagonal")
    if first == second:
        raise ValueError(f"ops.diagonal: axis1={axis1} and axis2={axis2} are the same axis.")
    rest = [axis for axis in range(rank_of(x)) if axis not in (first, second)]
    x = p.transpose(x, axes=(first, second, *rest))
    rows, columns = known_size(x, 0, "diagonal"), known_size(x, 1, "diagonal")
    count = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    places = np.arange(count)[:, None] + [max(-offset, 0), max(offset, 0)]
    found = p.take_points(x, places.astype("int32"))
    return p.transpose(found, axes=(*range(1, rank_of(found)), 0))


@operation("numpy", "Trace", "offset", "axis1", "axis2")
def trace(x, offset=0, axis1=0, axis2=1):
    """The sum of the elements on a diagonal of two axes."""
    found = diagonal(x, offset, axis1, axis2)
    small = {
        "bool": "int32",
        "int8": "int32",
        "int16": "int32",
        "uint8": "uint32",
        "uint16": "uint32",
    }
    found = cast_to(found, small.get(dtype_of(found), dtype_of(found)))
    return p.sum(found, axes=(rank_of(found) - 1,))


@operation("numpy", "Diag", "k")
def diag(x, k=0):
    """A matrix with these elements on a diagonal; of a matrix, the elements of its diagonal."""
    x = as_tensor(x)
    if rank_of(x) == 2:
        return diagonal(x, k)
    if rank_of(x) != 1:
        raise ValueError(f"ops.diag takes a line of numbers or a matrix, but got {Spec.of(x)}.")
    side = p.sizes_of(x)[0]
    square = p.multiply(p.expand_dims(x, axes=(1,)), eye(side, dtype=dtype_of(x)))
    return p.pad(square, padding=((max(-k, 0), max(k, 0)), (max(k, 0), max(-k, 0))))


@operation("numpy", "Diagflat", "k")
def diagflat(x, k=0):
    """A matrix with all elements of a tensor on a diagonal."""
    return diag(p.reshape(as_tensor(x), shape=(-1,)), k)


@operation("numpy", "Vander", "N", "increasing")
def vander(x, N=None, increasing=False):  # noqa: N803 - Keras's names
    """The powers of each element, one column for each; the highest first unless increasing."""
    x = as_tensor(x)
    if rank_of(x) != 1:
        raise ValueError(f"ops.vander takes a line of numbers, but got {Spec.of(x)}.")
    count = known_size(x, 0, "vander") if N is None else N
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    x = as_number(x)
    exponents = cast_to(powers.astype("int32"), dtype_of(x))
    return p.power(p.expand_dims(x, axes=(1,)), exponents)


# --------------------------------------------------------------------------- windows of signals


def bartlett(x):
    """``x`` weights that rise and fall in straight lines."""
    return _constant(np.bartlett(int(x)).astype(floatx()))


def blackman(x):
    """``x`` weights of Blackman's window."""
    return _constant(np.blackman(int(x)).astype(floatx()))


def hamming(x):
    """``x`` weights of Hamming's window."""
    return _constant(np.hamming(int(x)).astype(floatx()))


def hanning(x):
    """``x`` weights of Hann's window."""
    return _constant(np.hanning(int(x)).astype(floatx()))


def kaiser(x, beta):
    """``x`` weights of Kaiser's window."""
    return _constant(np.kaiser(int(x), float(beta)).astype(floatx()))
