"""Taking elements at places that are themselves numbers in a tensor, and putting them there.

Places are whole numbers; negative ones count from the end.
"""

import numpy as np

from visualnn.primitives.arithmetic import add, multiply
from visualnn.primitives.comparison import equal
from visualnn.primitives.composition import composition
from visualnn.primitives.conversion import cast, cast_like, numpy_dtype
from visualnn.primitives.movement import broadcast_like, expand_dims
from visualnn.primitives.pieces import concatenate
from visualnn.primitives.primitive import primitive
from visualnn.primitives.rules import check_axes
from visualnn.primitives.sizes import as_setting, iota, sizes_of
from visualnn.spec import ShapeError, Spec, broadcast, known

_MOST_TURNS = 8
"""How many rows of all places are added together, before each place adds up the rest by itself."""


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
    return put_rows(updates, indices, axis, np.empty(like.shape, updates.dtype))


def put_rows(updates, indices, axis, out):
    """Zeros, with updates added at these places of one axis, written into an array."""
    _check_places("put_sum", indices, out.shape[axis])
    out.fill(0)
    front = np.moveaxis(out, axis, 0)
    moved = np.moveaxis(updates, range(axis, axis + indices.ndim), range(indices.ndim))
    places = np.where(indices < 0, indices + len(front), indices).ravel()
    _add_rows(front, places, moved.reshape(places.size, *front.shape[1:]))
    return out


def take_rows(x, indices, axis, out):
    """The slices of ``x`` at these places of one axis, written into an array."""
    _check_places("take", indices, x.shape[axis])
    return np.take(x, indices, axis, out, "wrap")


def _add_rows(whole, places, rows):
    """Add each row at its place; rows for one place are summed first, which is much faster.

    The first rows of all places are added together, then the second ones, and so on: few places
    have many rows, and those take a sum of their own.
    """
    if places.size == 0:
        return
    order = np.argsort(places, kind="stable")
    places = places[order]
    starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
    counts = np.diff(starts, append=places.size)
    by_count = np.argsort(-counts, kind="stable")
    starts, counts = starts[by_count], counts[by_count]
    total = rows.take(order[starts], axis=0)
    for turn in range(1, min(_MOST_TURNS, counts[0])):
        many = np.count_nonzero(counts > turn)
        total[:many] += rows.take(order[starts[:many] + turn], axis=0)
    for i in range(np.count_nonzero(counts > _MOST_TURNS)):
        rest = order[starts[i] + _MOST_TURNS : starts[i] + counts[i]]
        total[i] += rows.take(rest, axis=0).sum(axis=0)
    whole[places[starts]] += total


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


_COMBINE = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


@primitive
def combine_points(x, indices, updates, *, how):
    """``x`` with each update taken into account at its point.

    ``how`` is add, max, min, mul, or replace: of several at one point the last one stays.
    """
    whole = np.array(x)
    points = _coordinates("combine_points", indices, x.shape)
    if how == "replace":
        whole[points] = updates
    else:
        _COMBINE[how].at(whole, points, updates)
    return whole


@combine_points.shape
def _(x, indices, updates, *, how):
    sizes = _at_points("combine_points", x, indices)
    if updates.ndim > len(sizes):
        raise ShapeError(
            f"combine_points: the updates {updates} have more axes than what lies at the points "
            f"{indices} of {x}."
        )
    broadcast(updates.sizes, sizes)
    return x.sizes


@combine_points.gradient
def _(g, y, x, indices, updates, *, how):
    own = take_points(g, indices)
    if how == "add":
        return g, None, own
    if how == "replace":
        return combine_points(g, indices, updates * 0, how=how), None, own
    if how == "mul":
        factors = combine_points(x * 0 + 1, indices, updates, how=how)
        return g * factors, None, take_points(g * y, indices) / updates
    at_points = cast_like(equal(take_points(y, indices), updates), g)
    return g * cast_like(equal(x, y), g), None, own * at_points


@combine_points.examples
def _(normal):
    points = np.array([[0, 1], [2, -1], [0, 1]])
    yield normal(3, 4, 2), points[:2], normal(2, 2), dict(how="replace")
    for how in _COMBINE:
        yield normal(3, 4, 2), points, normal(3, 2), dict(how=how)


def put_points(updates, indices, like):
    """Zeros of the shape of ``like``, with updates added at points."""
    whole = broadcast_like(np.zeros((), numpy_dtype(Spec.of(updates).dtype)), like)
    return combine_points(whole, indices, updates, how="add")


# --------------------------------------------------------------------------- one for each


@composition
def take_along_axis(x, indices, *, axis):
    """For each place, the element of ``x`` that the index there names along one axis.

    Where one of both has the size one along another axis, it is repeated.
    """
    rank, own = Spec.of(indices).ndim, Spec.of(x).sizes
    if rank != len(own):
        raise ShapeError(
            f"take_along_axis: {Spec.of(x)} and {Spec.of(indices)} must have as many axes."
        )
    check_axes("take_along_axis", Spec.of(x), (axis,))
    dtype = Spec.of(indices).dtype
    coordinates = []
    for i, (size_, other) in enumerate(zip(own, Spec.of(indices).sizes, strict=True)):
        if i == axis:
            line = indices
        elif known(size_) and size_ == 1 and not (known(other) and other == 1):
            line = np.zeros((1,) * rank, dtype)
        else:
            shape, unknown = as_setting((sizes_of(x)[i],))
            line = iota(*unknown, shape=shape, dtype=dtype)
            line = expand_dims(line, axes=tuple(k for k in range(rank) if k != i))
        coordinates.append(line)
    whole = coordinates[0]
    for line in coordinates[1:]:
        whole = add(whole, multiply(line, 0))
    points = [expand_dims(broadcast_like(line, whole), axes=(rank,)) for line in coordinates]
    return take_points(x, concatenate(*points, axis=rank))


@take_along_axis.examples
def _(normal):
    yield normal(2, 5), np.array([[0, 4, 4], [1, 1, -2]]), dict(axis=1)
    yield normal(1, 5, 3), np.array([[[0], [1]], [[4], [-2]]]), dict(axis=1)


# --------------------------------------------------------------------------- classes


@composition
def one_hot(indices, *, size, dtype="float32"):
    """A new last axis with a one at the index and zeros elsewhere; outside, all are zeros."""
    rank = Spec.of(indices).ndim
    classes = np.arange(size, dtype="int64" if "64" in Spec.of(indices).dtype else "int32")
    same = equal(cast_like(expand_dims(indices, axes=(rank,)), classes), classes)
    return same if dtype == "bool" else cast(same, dtype=dtype)


@one_hot.examples
def _(normal):
    yield np.array([[0, 2], [1, -1]]), dict(size=3)
    yield np.array([0, 2]), dict(size=3, dtype="bool")
