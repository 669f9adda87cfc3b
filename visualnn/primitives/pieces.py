"""Cutting tensors into pieces, and putting pieces together."""

import numpy as np

from visualnn.primitives.arithmetic import add
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import check_axes, sizes_of_like
from visualnn.primitives.sizes import as_setting, iota, size, sizes_of
from visualnn.spec import ShapeError, Spec, Unknown, known

_slice = slice


def slices(rank, axes, starts, stops, steps):
    """The index of numpy that takes these elements along these axes, and all along others."""
    index = [_slice(None)] * rank
    for axis, start, stop, step in zip(axes, starts, stops, steps, strict=True):
        index[axis] = _slice(start, stop, step)
    return tuple(index)


@primitive
def slice(x, *, axes, starts, stops, steps):
    """The elements from ``starts`` to before ``stops``, every ``steps``, along these axes.

    As in Python, negative places count from the end, and ``None`` means as far as possible.
    """
    return x[slices(x.ndim, axes, starts, stops, steps)]


@slice.shape
def _(x, *, axes, starts, stops, steps):
    check_axes("slice", x, axes)
    sizes = list(x.sizes)
    for axis, start, stop, step in zip(axes, starts, stops, steps, strict=True):
        if known(sizes[axis]):
            sizes[axis] = len(range(*_slice(start, stop, step).indices(sizes[axis])))
        elif not (start in (None, 0) and stop is None and step == 1) and not (
            start is None and stop is None and step == -1
        ):
            sizes[axis] = Unknown()
    return tuple(sizes)


@slice.gradient
def _(g, y, x, **where):
    return put_slice(g, x, **where)


@slice.examples
def _(normal):
    yield normal(2, 5), dict(axes=(1,), starts=(1,), stops=(4,), steps=(1,))
    yield normal(4, 5), dict(axes=(1, 0), starts=(-1, None), stops=(None, 3), steps=(-2, 2))
    yield normal(4, 5), dict(axes=(0,), starts=(None,), stops=(None,), steps=(-1,))


@primitive
def put_slice(piece, like, *, axes, starts, stops, steps):
    """Zeros of the shape of ``like``, with ``piece`` written where ``slice`` would take it."""
    whole = np.zeros(like.shape, piece.dtype)
    whole[slices(like.ndim, axes, starts, stops, steps)] = piece
    return whole


put_slice.shape(sizes_of_like)


@put_slice.gradient
def _(g, y, piece, like, **where):
    return slice(g, **where), None


@put_slice.examples
def _(normal):
    yield normal(2, 3), normal(2, 5), dict(axes=(1,), starts=(1,), stops=(4,), steps=(1,))


@primitive
def pad(x, *, padding, value=0.0):
    """Surround ``x`` by a value: ``padding`` is (before, after) for every axis."""
    return np.pad(x, padding, constant_values=value)


@pad.shape
def _(x, *, padding, value=0.0):
    if len(padding) != x.ndim or any(n < 0 for pair in padding for n in pair):
        raise ShapeError(
            f"pad: {x} has {x.ndim} axes; the padding {padding} must have a pair of numbers, "
            "zero or more, for each."
        )
    return tuple(
        size + before + after for size, (before, after) in zip(x.sizes, padding, strict=True)
    )


@pad.gradient
def _(g, y, x, *, padding, value=0.0):
    axes = tuple(axis for axis, pair in enumerate(padding) if pair != (0, 0))
    return slice(
        g,
        axes=axes,
        starts=tuple(padding[axis][0] for axis in axes),
        stops=tuple(-padding[axis][1] or None for axis in axes),
        steps=(1,) * len(axes),
    )


@pad.examples
def _(normal):
    yield normal(2, 3), dict(padding=((1, 0), (0, 2)))
    yield normal(2, 3), dict(padding=((0, 0), (2, 1)), value=7.0)


# --------------------------------------------------------------------------- joining


@primitive(dtype=equal_dtypes)
def concatenate(*xs, axis):
    """Put tensors one after the other along one axis."""
    return np.concatenate(xs, axis)


@concatenate.shape
def _(*xs, axis):
    first = xs[0]
    check_axes("concatenate", first, (axis,))
    sizes = list(first.sizes)
    for x in xs[1:]:
        if x.ndim != first.ndim:
            raise ShapeError(f"concatenate: {first} and {x} have different numbers of axes.")
        for i, (one, other) in enumerate(zip(sizes, x.sizes, strict=True)):
            if i == axis:
                sizes[i] = one + other
            elif known(one) and known(other) and one != other:
                raise ShapeError(
                    f"concatenate: {first} and {x} differ along axis {i}; "
                    f"only axis {axis} may be different."
                )
            elif known(other):
                sizes[i] = other
    return tuple(sizes)


@concatenate.gradient
def _(g, y, *xs, axis):
    lengths = [Spec.of(x).sizes[axis] for x in xs]
    if not np.all([known(length) for length in lengths]):
        return tuple(_pieces(g, xs, axis))
    ends = [int(end) for end in np.cumsum(lengths)]
    return tuple(
        slice(g, axes=(axis,), starts=(end - length,), stops=(end,), steps=(1,))
        for length, end in zip(lengths, ends, strict=True)
    )


def _pieces(g, xs, axis):
    """Cut ``g`` along one axis into pieces as long as the tensors, whatever their lengths are."""
    from visualnn.primitives.indexing import take  # which is made of concatenate

    start = 0
    for x in xs:
        shape, unknown = as_setting(sizes_of(x)[axis : axis + 1])
        yield take(g, add(iota(*unknown, shape=shape), start), axis=axis)
        start = add(size(x, axis=axis), start)


@concatenate.examples
def _(normal):
    yield normal(2, 3), normal(2, 1), normal(2, 4), dict(axis=1)
