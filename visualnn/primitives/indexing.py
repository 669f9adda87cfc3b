"""Taking elements at places that are themselves numbers in a tensor, and putting them there.

Places are whole numbers; negative ones count from the end.
"""

import numpy as np

from visualnn.primitives.comparison import equal
from visualnn.primitives.conversion import cast_like, numpy_dtype
from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import check_axes
from visualnn.spec import ShapeError, broadcast, known


def _check_places(name, places, length):
    """Refuse places outside an axis, in words."""
    if places.size and not (-length <= places.min() and places.max() < length):
        worst = places.max() if places.max() >= length else places.min()
        raise IndexError(
            f"{name}: the index {worst} is outside the axis, which has {length} elements."
        )


# --------------------------------------------------------------------------- along one axis


@primitive
def take(x, indices, *, axis):
    """The slices of ``x`` at these places of one axis, which the axes of ``indices`` replace."""
    _check_places("take", indices, x.shape[axis])
    return np.take(x, indices, axis)


@take.shape
def _(x, indices, *, axis):
    check_axes("take", x, (axis,))
    return (*x.sizes[:axis], *indices.sizes, *x.sizes[axis + 1 :])


@take.gradient
def _(g, y, x, indices, *, axis):
    return put_sum(g, indices, x, axis=axis), None


@take.examples
def _(normal):
    yield normal(5, 3), np.array([[0, 4], [4, -4]]), dict(axis=0)
    yield normal(2, 5, 3), np.array([1, 1, 3]), dict(axis=1)
    yield normal(2, 5, 3), np.array(1), dict(axis=1)


@primitive
def put_sum(updates, indices, like, *, axis):
    """Zeros of the shape of ``like``, with updates added at these places of one axis."""
    _check_places("put_sum", indices, like.shape[axis])
    whole = np.zeros(like.shape, updates.dtype)
    front = np.moveaxis(whole, axis, 0)
    moved = np.moveaxis(updates, range(axis, axis + indices.ndim), range(indices.ndim))
    places = np.where(indices < 0, indices + like.shape[axis], indices).ravel()
    _add_rows(front, places, moved.reshape(places.size, *front.shape[1:]))
    return whole


def _add_rows(whole, places, rows):
    """Add each row at its place; rows for one place are summed first, which is much faster."""
    if places.size == 0:
        return
    order = np.argsort(places, kind="stable")
    sorted_places = places[order]
    starts = np.flatnonzero(np.concatenate(([True], sorted_places[1:] != sorted_places[:-1])))
    whole[sorted_places[starts]] += np.add.reduceat(rows[order], starts, axis=0)


@put_sum.shape
def _(updates, indices, like, *, axis):
    check_axes("put_sum", like, (axis,))
    return like.sizes


@put_sum.gradient
def _(g, y, updates, indices, like, *, axis):
    return take(g, indices, axis=axis), None, None


@put_sum.examples
def _(normal):
    yield normal(2, 2, 3), np.array([[0, 4], [4, 1]]), normal(5, 3), dict(axis=0)
    yield normal(2, 3, 4), np.array([1, 1, -2]), normal(2, 5, 4), dict(axis=1)


# --------------------------------------------------------------------------- one for each


@primitive
def take_along_axis(x, indices, *, axis):
    """For each place, the element of ``x`` that the index there names along one axis."""
    _check_places("take_along_axis", indices, x.shape[axis])
    return np.take_along_axis(x, indices, axis)


@take_along_axis.shape
def _(x, indices, *, axis):
    check_axes("take_along_axis", x, (axis,))
    if indices.ndim != x.ndim:
        raise ShapeError(f"take_along_axis: {x} and {indices} must have as many axes.")
    return tuple(
        index if i == axis else other if known(index) and index == 1 else index
        for i, (index, other) in enumerate(zip(indices.sizes, x.sizes, strict=True))
    )


@take_along_axis.gradient
def _(g, y, x, indices, *, axis):
    return put_along_axis(g, indices, x, axis=axis), None


@take_along_axis.examples
def _(normal):
    yield normal(2, 5), np.array([[0, 4, 4], [1, 1, -2]]), dict(axis=1)


@primitive
def put_along_axis(updates, indices, like, *, axis):
    """Zeros of the shape of ``like``, with each update added where its index names."""
    _check_places("put_along_axis", indices, like.shape[axis])
    whole = np.zeros(like.shape, updates.dtype)
    index = list(np.ogrid[tuple(map(slice, updates.shape))])
    index[axis] = np.broadcast_to(indices, updates.shape)
    np.add.at(whole, tuple(index), updates)
    return whole


@put_along_axis.shape
def _(updates, indices, like, *, axis):
    check_axes("put_along_axis", like, (axis,))
    return like.sizes


@put_along_axis.gradient
def _(g, y, updates, indices, like, *, axis):
    return take_along_axis(g, indices, axis=axis), None, None


@put_along_axis.examples
def _(normal):
    yield normal(2, 3), np.array([[0, 4, 4], [1, 1, -2]]), normal(2, 5), dict(axis=1)


# --------------------------------------------------------------------------- by coordinates


@primitive
def take_points(x, indices):
    """The slices of ``x`` at points: the last axis of ``indices`` holds coordinates."""
    return x[_coordinates("take_points", indices, x.shape)]


def _coordinates(name, indices, shape):
    coordinates = tuple(np.moveaxis(indices, -1, 0))
    for places, length in zip(coordinates, shape, strict=False):
        _check_places(name, places, length)
    return coordinates


def _at_points(name, x, indices):
    """The sizes of what lies at points.

    Raises:
        ShapeError: When the last axis does not hold coordinates.
    """
    depth = indices.sizes[-1] if indices.ndim else None
    if not known(depth) or depth > x.ndim:
        raise ShapeError(
            f"{name}: the last axis of {indices} must hold at most {x.ndim} coordinates of {x}."
        )
    return (*indices.sizes[:-1], *x.sizes[depth:])


def _check_updates(name, updates, indices, like):
    """Refuse updates that do not fit what lies at the points."""
    sizes = _at_points(name, like, indices)
    if updates.ndim > len(sizes):
        raise ShapeError(
            f"{name}: the updates {updates} have more axes than what lies at the points {indices} "
            f"of {like}."
        )
    broadcast(updates.sizes, sizes)
    return like.sizes


@take_points.shape
def _(x, indices):
    return _at_points("take_points", x, indices)


@take_points.gradient
def _(g, y, x, indices):
    return put_points(g, indices, x), None


@take_points.examples
def _(normal):
    yield normal(3, 4, 2), np.array([[0, 1], [2, -1], [0, 1]])
    yield normal(3, 4), np.array([[2], [0]])


@primitive
def put_points(updates, indices, like):
    """Zeros of the shape of ``like``, with updates added at points."""
    whole = np.zeros(like.shape, updates.dtype)
    np.add.at(whole, _coordinates("put_points", indices, like.shape), updates)
    return whole


@put_points.shape
def _(updates, indices, like):
    return _check_updates("put_points", updates, indices, like)


@put_points.gradient
def _(g, y, updates, indices, like):
    return take_points(g, indices), None, None


@put_points.examples
def _(normal):
    yield normal(3, 2), np.array([[0, 1], [2, -1], [0, 1]]), normal(3, 4, 2)


@primitive
def replace_points(x, indices, updates):
    """``x`` with the slices at points replaced; of several at one point the last one stays."""
    whole = np.array(x)
    whole[_coordinates("replace_points", indices, x.shape)] = updates
    return whole


@replace_points.shape
def _(x, indices, updates):
    return _check_updates("replace_points", updates, indices, x)


@replace_points.gradient
def _(g, y, x, indices, updates):
    return replace_points(g, indices, updates * 0), None, take_points(g, indices)


@replace_points.examples
def _(normal):
    yield normal(3, 4, 2), np.array([[0, 1], [2, -1]]), normal(2, 2)


_COMBINE = {"max": np.maximum, "min": np.minimum, "mul": np.multiply}


@primitive
def combine_points(x, indices, updates, *, how):
    """``x`` with each update taken into account at its point: ``how`` is max, min or mul."""
    whole = np.array(x)
    _COMBINE[how].at(whole, _coordinates("combine_points", indices, x.shape), updates)
    return whole


@combine_points.shape
def _(x, indices, updates, *, how):
    return _check_updates("combine_points", updates, indices, x)


@combine_points.gradient
def _(g, y, x, indices, updates, *, how):
    if how == "mul":
        factors = combine_points(x * 0 + 1, indices, updates, how=how)
        return g * factors, None, take_points(g * y, indices) / updates
    at_points = cast_like(equal(take_points(y, indices), updates), g)
    return g * cast_like(equal(x, y), g), None, take_points(g, indices) * at_points


@combine_points.examples
def _(normal):
    points = np.array([[0, 1], [2, -1], [0, 1]])
    yield normal(3, 4, 2), points, normal(3, 2), dict(how="max")
    yield normal(3, 4, 2), points, normal(3, 2), dict(how="min")
    yield normal(3, 4, 2), points, normal(3, 2), dict(how="mul")


# --------------------------------------------------------------------------- classes


@primitive(dtype=lambda indices, *, size, dtype="float32": dtype)
def one_hot(indices, *, size, dtype="float32"):
    """A new last axis with a one at the index and zeros elsewhere; outside, all are zeros."""
    return (indices[..., None] == np.arange(size)).astype(numpy_dtype(dtype))


@one_hot.shape
def _(indices, *, size, dtype="float32"):
    return (*indices.sizes, size)


@one_hot.examples
def _(normal):
    yield np.array([[0, 2], [1, -1]]), dict(size=3)
    yield np.array([0, 2]), dict(size=3, dtype="bool")
