"""Putting tensors together, cutting them apart, and padding them."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.numpy_shaping import ravel
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_tensor, axis_of, cast_to, dtype_of, promoted, rank_of
from visualnn.spec import Spec, known

# --------------------------------------------------------------------------- joining


def _tensors(xs, name):
    xs = [as_tensor(x) for x in xs]
    if not xs:
        raise ValueError(f"ops.{name} needs at least one tensor.")
    return promoted(*xs)


@operation("numpy", "Concatenate", "axis")
def concatenate(xs, axis=0):
    """Put tensors one after the other along an axis that they have."""
    xs = _tensors(xs, "concatenate")
    if axis is None:
        xs, axis = [ravel(x) for x in xs], 0
    return p.concatenate(*xs, axis=axis_of(xs[0], axis, "concatenate"))


@operation("numpy", "Stack", "axis")
def stack(x, axis=0):
    """Put tensors of one shape beside each other along a new axis."""
    xs = _tensors(x, "stack")
    rank = rank_of(xs[0]) + 1
    if not -rank <= axis < rank:
        raise ValueError(f"ops.stack: axis={axis} is no place in a result of {rank} axes.")
    axis %= rank
    return p.concatenate(*(p.expand_dims(x, axes=(axis,)) for x in xs), axis=axis)


@operation("numpy", "Append", "axis")
def append(x1, x2, axis=None):
    """Put ``x2`` after ``x1`` along an axis, by default flat."""
    return concatenate([x1, x2], axis)


@operation("numpy", "Hstack")
def hstack(xs):
    """Put tensors beside each other: along the second axis, or the only one."""
    xs = [_at_least(x, 1) for x in xs]
    return concatenate(xs, 0 if rank_of(xs[0]) == 1 else 1)


@operation("numpy", "Vstack")
def vstack(xs):
    """Put tensors, of which flat ones count as rows, below each other."""
    return concatenate([_at_least(x, 2) for x in xs], 0)


@operation("numpy", "Dstack")
def dstack(xs):
    """Put tensors behind each other, along the third axis."""
    return concatenate([_at_least(_at_least(x, 2), 3, -1) for x in xs], 2)


def _at_least(x, rank, side=0):
    x = as_tensor(x)
    missing = max(0, rank - rank_of(x))
    first = 0 if side == 0 else rank_of(x)
    return p.expand_dims(x, axes=tuple(range(first, first + missing))) if missing else x


# --------------------------------------------------------------------------- cutting


@operation("numpy", "Split", "indices_or_sections", "axis")
def split(x, indices_or_sections, axis=0):
    """Cut a tensor along an axis, into equal pieces or at places.

    Raises:
        ValueError: When the axis cannot be divided equally.
    """
    return _cut(x, indices_or_sections, axis, "split", equal=True)


@operation("numpy", "ArraySplit", "indices_or_sections", "axis")
def array_split(x, indices_or_sections, axis=0):
    """Cut a tensor along an axis, into pieces that differ by at most one element."""
    return _cut(x, indices_or_sections, axis, "array_split", equal=False)


@operation("numpy", "Hsplit", "indices_or_sections")
def hsplit(x, indices_or_sections):
    """Cut a tensor along its second axis, or its only one."""
    x = as_tensor(x)
    return _cut(x, indices_or_sections, 0 if rank_of(x) == 1 else 1, "hsplit", equal=True)


@operation("numpy", "Vsplit", "indices_or_sections")
def vsplit(x, indices_or_sections):
    """Cut a tensor along its first axis."""
    return _cut(x, indices_or_sections, 0, "vsplit", equal=True)


@operation("numpy", "Dsplit", "indices_or_sections")
def dsplit(x, indices_or_sections):
    """Cut a tensor along its third axis."""
    return _cut(x, indices_or_sections, 2, "dsplit", equal=True)


def _cut(x, sections, axis, name, equal):
    x = as_tensor(x)
    axis = axis_of(x, axis, name)
    if isinstance(sections, int | np.integer):
        sections = int(sections)
        length = Spec.of(x).sizes[axis]
        if not isinstance(length, int):
            raise ValueError(
                f"ops.{name}: axis {axis} of {Spec.of(x)} is not known yet, "
                f"so it cannot be cut into {sections} equal pieces; give the places instead."
            )
        if equal and length % sections:
            raise ValueError(
                f"ops.{name}: axis {axis} of {Spec.of(x)} cannot be cut into {sections} "
                "equal pieces."
            )
        short, longer = divmod(length, sections)
        ends = np.cumsum([short + 1] * longer + [short] * (sections - longer))
        places = [int(end) for end in ends[:-1]]
    else:
        places = [int(place) for place in sections]
    starts, stops = [0, *places], [*places, None]
    return [
        p.slice(x, axes=(axis,), starts=(start,), stops=(stop,), steps=(1,))
        for start, stop in zip(starts, stops, strict=True)
    ]


@operation("core", "Unstack", "num", "axis")
def unstack(x, num=None, axis=0):
    """The slices along one axis, which disappears.

    Raises:
        ValueError: When their number is not known.
    """
    x = as_tensor(x)
    axis = axis_of(x, axis, "unstack")
    if num is None:
        num = Spec.of(x).shape[axis]
    if num is None:
        raise ValueError(f"ops.unstack: axis {axis} of {Spec.of(x)} is not known yet; say `num=`.")
    pieces = (p.slice(x, axes=(axis,), starts=(i,), stops=(i + 1,), steps=(1,)) for i in range(num))
    return [p.squeeze(piece, axes=(axis,)) for piece in pieces]


# --------------------------------------------------------------------------- padding


@operation("numpy", "Pad", "pad_width", "mode")
def pad(x, pad_width, mode="constant", constant_values=None):
    """Surround a tensor: by a value, or by its own elements.

    ``pad_width`` is one number, a pair (before, after), or a pair for each axis.

    Raises:
        ValueError: When the mode or the widths cannot be.
    """
    x = as_tensor(x)
    if rank_of(x) == 0 and np.ndim(pad_width) == 0:
        return x
    padding = _pairs(pad_width, rank_of(x))
    if constant_values is not None and mode != "constant":
        raise ValueError(f"ops.pad: constant_values belongs to mode='constant', not {mode!r}.")
    if mode == "constant":
        if hasattr(constant_values, "dtype"):
            return _padded_by_tensor(x, padding, constant_values)
        return p.pad(x, padding=padding, value=constant_values or 0)
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise ValueError(
            f"ops.pad: mode={mode!r} is unknown; "
            "use 'constant', 'edge', 'reflect', 'symmetric' or 'wrap'."
        )
    for axis, (before, after) in enumerate(padding):
        if before or after:
            x = _padded_by_itself(x, axis, before, after, mode)
    return x


def _pairs(width, rank):
    pairs = np.asarray(width)
    if pairs.dtype.kind not in "iu" or pairs.shape not in ((), (1,), (2,), (1, 2), (rank, 2)):
        raise ValueError(
            f"ops.pad: pad_width={width!r} must be a whole number, a pair (before, after), "
            f"or {rank} pairs."
        )
    return tuple((int(a), int(b)) for a, b in np.broadcast_to(pairs, (rank, 2)))


def _padded_by_tensor(x, padding, value):
    """The frame is where padded ones are zero."""
    inside = p.pad(p.ones_like(x), padding=padding)
    return p.where(p.equal(inside, 1), p.pad(x, padding=padding), cast_to(value, dtype_of(x)))


def _padded_by_itself(x, axis, before, after, mode):
    length = Spec.of(x).sizes[axis]
    if not known(length):
        raise ValueError(
            f"ops.pad: axis {axis} of {Spec.of(x)} is not known yet; mode={mode!r} needs it."
        )
    places = np.pad(np.arange(length, dtype="int32"), (before, after), mode=mode)
    return p.take(x, places, axis=axis)
