"""Operations that move elements without changing them."""

import math

import numpy as np

from visualnn.primitives.conversion import is_half, numpy_dtype
from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import (
    check_axes,
    check_unknown,
    filled,
    sizes_of_like,
)
from visualnn.primitives.sizes import size
from visualnn.spec import ShapeError, Spec, Unknown, broadcast, known

# --------------------------------------------------------------------------- shape


@primitive
def reshape(x, *unknown, shape):
    """The same elements in another shape, in the order of the last axis first.

    One size may be -1, and is then worked out.  Sizes that are not numbers come as tensors.
    """
    return np.reshape(x, filled(shape, unknown))


@reshape.shape
def _(x, *unknown, shape):
    check_unknown("reshape", shape, unknown)
    sizes = Spec(shape).sizes
    if sizes.count(-1) > 1:
        raise ShapeError(f"reshape: only one size of {shape} may be -1.")
    before, after = list(x.sizes), [one for one in sizes if not (known(one) and one == -1)]
    for one in sizes:  # a size that is on both sides can be cancelled
        if not known(one) and one in before:
            before.remove(one)
            after.remove(one)
    numbers = [math.prod(one for one in side if known(one)) for side in (before, after)]
    rest = [[one for one in side if not known(one)] for side in (before, after)]
    if -1 in sizes:
        return tuple(
            _left_over(x, shape, numbers, rest) if known(one) and one == -1 else one
            for one in sizes
        )
    if not any(rest) and numbers[0] != numbers[1]:
        raise ShapeError(
            f"reshape: {x} has {numbers[0]} elements, which do not fit into the shape {shape}."
        )
    if [len(side) for side in rest] == [1, 1] and numbers[0] == numbers[1]:
        return tuple(rest[0][0] if one is rest[1][0] else one for one in sizes)
    return sizes


def _left_over(x, shape, numbers, rest):
    """The size that -1 stands for: itself an unknown one, if only that is left."""
    before, after = numbers
    if rest == [[], []]:
        if after == 0 or before % after:
            raise ShapeError(
                f"reshape: the {before} elements of {x} cannot be divided into the shape {shape}."
            )
        return before // after
    if rest[1] == [] and len(rest[0]) == 1 and before == after:
        return rest[0][0]
    return Unknown()


@reshape.gradient
def _(g, y, x, *unknown, shape):
    return reshape_like(g, x), *(None for _ in unknown)


@reshape.examples
def _(normal):
    yield normal(2, 6), dict(shape=(-1, 3))
    yield normal(2, 6), dict(shape=(3, 2, 2))
    yield normal(2, 6), np.int32(2), dict(shape=(None, 3, 2))


def reshape_like(x, like):
    """``x`` in the shape of ``like``."""
    return _reshaped(x, Spec.of(like).sizes, like)


def _reshaped(x, sizes, like):
    """``x`` with other sizes, of which the unknown ones are sizes of ``like``."""
    unknown = [one for one in sizes if not known(one)]
    if len(unknown) == 1 and 0 not in sizes:  # where nothing is left, -1 could be any number
        return reshape(x, shape=tuple(one if known(one) else -1 for one in sizes))
    own = Spec.of(like).sizes
    return reshape(x, *(size(like, axis=own.index(one)) for one in unknown), shape=tuple(sizes))


def expand_dims(x, *, axes):
    """New axes of size one, at these places of the result."""
    sizes = list(Spec.of(x).sizes)
    for axis in sorted(axes):
        if not 0 <= axis <= len(sizes):
            raise ShapeError(f"expand_dims: {Spec.of(x)} cannot get the new axes {axes}.")
        sizes.insert(axis, 1)
    return _reshaped(x, sizes, x)


def squeeze(x, *, axes):
    """Drop axes of size one."""
    spec = Spec.of(x)
    check_axes("squeeze", spec, axes)
    for axis in axes:
        if known(spec.sizes[axis]) and spec.sizes[axis] != 1:
            raise ShapeError(f"squeeze: axis {axis} of {spec} has not size one.")
    return _reshaped(x, [one for axis, one in enumerate(spec.sizes) if axis not in axes], x)


@primitive
def transpose(x, *, axes):
    """Reorder the axes: axis ``i`` of the result is axis ``axes[i]`` of ``x``."""
    return np.transpose(x, axes)


@transpose.shape
def _(x, *, axes):
    if sorted(axes) != list(range(x.ndim)):
        raise ShapeError(f"transpose: {tuple(axes)} does not order the {x.ndim} axes of {x}.")
    return tuple(x.sizes[axis] for axis in axes)


@transpose.gradient
def _(g, y, x, *, axes):
    return transpose(g, axes=tuple(int(i) for i in np.argsort(axes)))


@transpose.examples
def _(normal):
    yield normal(2, 3, 4), dict(axes=(2, 0, 1))


# --------------------------------------------------------------------------- repeating


@primitive
def broadcast_to(x, *unknown, shape):
    """Repeat ``x`` until it has this shape.  Sizes that are not numbers come as tensors."""
    return np.array(np.broadcast_to(x, filled(shape, unknown)))


@broadcast_to.shape
def _(x, *unknown, shape):
    check_unknown("broadcast_to", shape, unknown)
    sizes = Spec(shape).sizes
    for one, wanted in zip(reversed(x.sizes), reversed(sizes), strict=False):
        if known(one) and known(wanted) and one not in (1, wanted):
            raise ShapeError(f"broadcast_to: {x} cannot be repeated to the shape {shape}.")
    if x.ndim > len(sizes):
        raise ShapeError(f"broadcast_to: {x} has more axes than the shape {shape}.")
    return sizes


@broadcast_to.gradient
def _(g, y, x, *unknown, shape):
    return sum_like(g, x), *(None for _ in unknown)


@broadcast_to.examples
def _(normal):
    yield normal(1, 3), dict(shape=(2, 3))
    yield normal(3), np.int32(2), dict(shape=(None, 3))


@primitive
def broadcast_like(x, like):
    """Repeat ``x`` until it has the shape of ``like``."""
    return np.array(np.broadcast_to(x, like.shape))


@broadcast_like.shape
def _(x, like):
    broadcast(x.sizes, like.sizes)
    return like.sizes


@broadcast_like.gradient
def _(g, y, x, like):
    return sum_like(g, x), None


@broadcast_like.examples
def _(normal):
    yield normal(1, 3), normal(2, 3)


def zeros_like(x):
    """Zeros of the same shape and dtype."""
    return broadcast_like(np.zeros((), numpy_dtype(Spec.of(x).dtype)), x)


def ones_like(x):
    """Ones of the same shape and dtype."""
    return broadcast_like(np.ones((), numpy_dtype(Spec.of(x).dtype)), x)


@primitive
def sum_like(x, like):
    """Sum ``x`` over the axes along which ``like`` was broadcast: the reverse of broadcasting."""
    extra = tuple(range(x.ndim - like.ndim))
    ones = tuple(
        axis + len(extra)
        for axis, one in enumerate(like.shape)
        if one == 1 and x.shape[axis + len(extra)] != 1
    )
    inner = np.float32 if is_half(x) else x.dtype
    total = np.sum(x, axis=extra + ones, keepdims=True, dtype=inner)
    return total.reshape(like.shape).astype(x.dtype, copy=False)


sum_like.shape(sizes_of_like)


@sum_like.gradient
def _(g, y, x, like):
    return broadcast_like(g, x), None


@sum_like.examples
def _(normal):
    yield normal(4, 2, 3), normal(2, 1)
    yield normal(4, 3), normal(3)
