"""Dtypes, shapes, blocks and scattered places: what Keras counts as the core of ``ops``."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.ops.numpy_indexing import together
from visualnn.ops.numpy_shaping import shape_given
from visualnn.ops.numpy_sorting import concrete
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_tensor, cast_to, dtype_name, dtype_of, promoted, rank_of
from visualnn.primitives.operators import Arithmetic, Symbolic
from visualnn.spec import ShapeError, Spec, known

# --------------------------------------------------------------------------- dtypes


@operation("core", "Cast", "dtype")
def cast(x, dtype):
    """The same numbers in another dtype."""
    return cast_to(as_tensor(x), dtype_name(dtype))


@operation("core", "SaturateCast", "dtype")
def saturate_cast(x, dtype):
    """The same numbers in another dtype; those that do not fit become the nearest that do."""
    x, dtype = as_tensor(x), dtype_name(dtype)
    if dtype == "bool" or dtype_of(x) == "bool" or not dtype.startswith(("int", "uint")):
        return cast_to(x, dtype)
    limits = np.iinfo(dtype)
    low, high = float(limits.min), float(limits.max)
    if dtype_of(x).startswith(("int", "uint")):
        own = np.iinfo(dtype_of(x))
        x = p.minimum(p.maximum(x, max(limits.min, own.min)), min(limits.max, own.max))
        return cast_to(x, dtype)
    whole = cast_to(p.minimum(p.maximum(x, low), high), dtype)
    # the highest number may round up to one that does not fit
    top = cast_to(p.zeros_like(x), dtype)
    return p.where(p.greater_equal(x, high), p.add(top, limits.max), whole)


@operation("core", "ConvertToTensor", "dtype", "sparse", "ragged")
def convert_to_tensor(x, dtype=None, sparse=None, ragged=None):
    """A tensor of these numbers.

    Raises:
        ValueError: When a sparse or ragged tensor is wanted.
    """
    if sparse or ragged:
        raise ValueError("There are no sparse and no ragged tensors here; all are dense.")
    if isinstance(x, Arithmetic):
        x = getattr(x, "value", x)  # of a variable
    x = as_tensor(x)
    if dtype is not None:
        x = cast_to(x, dtype_name(dtype))
    if isinstance(x, p.Tensor):  # itself: the tape of gradients knows it by identity
        return x
    return x.view(p.Tensor) if isinstance(x, np.ndarray | np.generic) else x


@operation("numpy", "Array", "dtype")
def array(x, dtype=None):
    """A tensor of these numbers."""
    return convert_to_tensor(x, dtype)


def convert_to_numpy(x) -> np.ndarray:
    """The numbers of a tensor as a plain array that belongs to the caller."""
    return np.array(x if hasattr(x, "dtype") else as_tensor(x))


def is_tensor(x: Any) -> bool:
    """Whether ``x`` is a tensor, computed or traced; arrays of numpy and placeholders are not."""
    return isinstance(x, Arithmetic) and not isinstance(x, Symbolic) and not hasattr(x, "assign")


def dtype(x) -> str:
    """The name of the dtype of a tensor."""
    return dtype_of(as_tensor(x))


@operation("numpy", "View", "dtype")
def view(x, dtype=None):
    """The same bits read as another dtype."""
    x = as_tensor(x)
    if dtype is None or dtype_name(dtype) == dtype_of(x):
        return x
    return np.array(concrete(x, "view")).view(p.numpy_dtype(dtype_name(dtype))).view(p.Tensor)


@operation("core", "StopGradient")
def stop_gradient(variable):
    """The same tensor, through which no gradient flows back."""
    return p.stop_gradient(as_tensor(variable))


@operation("numpy", "Copy")
def copy(x):
    """The same numbers in a tensor of their own."""
    return p.cast(as_tensor(x), dtype=dtype_of(as_tensor(x)))


# --------------------------------------------------------------------------- shapes


def shape(x) -> tuple[Any, ...]:
    """The sizes of a tensor: numbers where they are known, else tensors (``None`` in a model).

    Inside a traced function, ``ops.shape(x)[0]`` of an unknown batch is a tensor that
    ``ops.reshape``, ``ops.zeros`` and ``random.normal`` take as a size.
    """
    x = as_tensor(x)
    if all(map(known, Spec.of(x).sizes)):
        return Spec.of(x).shape
    return p.sizes_of(x) if p.recorder.get() is not None else Spec.of(x).shape


@operation("numpy", "Size")
def size(x):
    """How many elements a tensor has."""
    total = 1
    for one in p.sizes_of(as_tensor(x)):
        total = total * one
    return total


@operation("numpy", "Ndim")
def ndim(x):
    """How many axes a tensor has."""
    return rank_of(as_tensor(x))


# --------------------------------------------------------------------------- blocks


@operation("core", "Slice", "shape")
def slice(inputs, start_indices, shape):
    """A block of a tensor: from ``start_indices``, ``shape`` elements along each axis."""
    inputs = as_tensor(inputs)
    starts = shape_given(start_indices, "slice")
    lengths = shape_given(shape, "slice")
    if not len(starts) == len(lengths) == rank_of(inputs):
        raise ShapeError(
            f"ops.slice: {Spec.of(inputs)} needs {rank_of(inputs)} starts and sizes, "
            f"but got {len(starts)} and {len(lengths)}."
        )
    for axis, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        if isinstance(start, int) and isinstance(length, int):
            stop = None if length == -1 else start + length
            inputs = p.slice(inputs, axes=(axis,), starts=(start,), stops=(stop,), steps=(1,))
        else:
            inputs = p.take(inputs, _run(start, length), axis=axis)
    return inputs


def _run(start, length):
    """The places from ``start`` on."""
    sizes, unknown = p.as_setting((length,))
    count = p.iota(*unknown, shape=sizes)
    return p.add(*promoted(count, start))


@operation("core", "SliceUpdate")
def slice_update(inputs, start_indices, updates):
    """A tensor with a block replaced, from ``start_indices`` on."""
    inputs = as_tensor(inputs)
    updates = cast_to(updates, dtype_of(inputs))
    starts = shape_given(start_indices, "slice_update")
    lengths = p.sizes_of(updates)
    if all(isinstance(start, int) for start in starts) and all(map(known, Spec.of(updates).sizes)):
        where = dict(
            axes=tuple(range(len(starts))),
            starts=starts,
            stops=tuple(s + n for s, n in zip(starts, lengths, strict=True)),
            steps=(1,) * len(starts),
        )
        free = p.put_slice(p.ones_like(updates), inputs, **where)
        return p.where(p.equal(free, 1), p.put_slice(updates, inputs, **where), inputs)
    lines = [_run(start, length) for start, length in zip(starts, lengths, strict=True)]
    rank = len(lines)
    grid = [
        p.expand_dims(line, axes=tuple(i for i in range(rank) if i != axis))
        for axis, line in enumerate(lines)
    ]
    return p.combine_points(inputs, together(*grid), updates, how="replace")


# --------------------------------------------------------------------------- scattered places


@operation("core", "Scatter", "shape")
def scatter(indices, values, shape):
    """Zeros of this shape, with values added at points: the rows of ``indices``."""
    values, indices = as_tensor(values), as_tensor(indices)
    sizes, unknown = p.as_setting(shape_given(shape, "scatter"))
    empty = p.broadcast_to(np.zeros((), p.numpy_dtype(dtype_of(values))), *unknown, shape=sizes)
    return p.combine_points(empty, indices, values, how="add")


@operation("core", "ScatterUpdate", "reduction")
def scatter_update(inputs, indices, updates, reduction=None):
    """A tensor with the slices at points replaced, or combined with updates.

    Raises:
        ValueError: When the reduction is unknown.
    """
    inputs, indices = as_tensor(inputs), as_tensor(indices)
    updates = cast_to(updates, dtype_of(inputs))
    match reduction:
        case None:
            return p.combine_points(inputs, indices, updates, how="replace")
        case "add" | "max" | "min" | "mul":
            return p.combine_points(inputs, indices, updates, how=reduction)
    raise ValueError(
        f"ops.scatter_update: reduction={reduction!r} is unknown; "
        "use None, 'add', 'max', 'min' or 'mul'."
    )
