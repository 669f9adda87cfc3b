"""Pictures pulled out of shape: each new pixel is looked up at a place between the old ones."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.ops.core import saturate_cast
from visualnn.ops.image_sizes import pictures, restored
from visualnn.ops.numpy_joining import concatenate
from visualnn.ops.numpy_shaping import reshape
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_tensor,
    can_be_fractional,
    cast_to,
    dtype_of,
    rank_of,
    result_type,
)
from visualnn.spec import ShapeError, Spec, known

INTERPOLATIONS = ("nearest", "bilinear")
FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def chosen(value: Any, choices: tuple, what: str) -> Any:
    """A choice, if it is one of those there are.

    Raises:
        ValueError: When it is not.
    """
    if value not in choices:
        raise ValueError(
            f"ops.image.{what}={value!r} must be one of {', '.join(map(repr, choices))}."
        )
    return value


# --------------------------------------------------------------------------- between the pixels


def _inside(place, length, fill_mode):
    """Places along an axis of this length, with those outside moved in as the mode says."""
    match fill_mode:
        case "wrap":  # a b c d | a b c d | a b c d
            return place % length
        case "reflect":  # d c b a | a b c d | d c b a
            there = place % (length * 2)
            return p.minimum(there, length * 2 - 1 - there)
        case "mirror":  # d c b | a b c d | c b a
            end = (length - 1) * 2
            there = place % p.maximum(end, 1)
            return p.minimum(there, p.absolute(end - there))
    return p.minimum(p.maximum(place, 0), length - 1)


def _nearest(x):
    """The nearest whole number; from halfway, the one further from zero."""
    return p.sign(x) * p.floor(p.absolute(x) + 0.5)


def _around(place, order):
    """The whole places around a place, and how much each counts; ``None`` if it counts alone."""
    if order == 0:
        return [(cast_to(_nearest(place), "int32"), None)]
    below = p.floor(place)
    share = place - below
    first = cast_to(below, "int32")
    return [(first, 1 - share), (first + 1, share)]


def _looked_up(rows, lengths, places, start, order, fill_mode, fill_value):
    """What lies at places between the points of a grid.

    Args:
        rows: The values of all points, (points, ...).
        lengths: How long each axis of the grid is.
        places: A tensor of places along each of these axes.
        start: The number of the point where the grid begins, times one over the points of a grid.
        order: 0 takes the nearest point, 1 mixes those around.
        fill_mode: What lies beyond the edges.
        fill_value: The value there, where the mode is ``constant``.
    """
    total: Any = None
    lengths = [np.int32(n) if isinstance(n, int) else n for n in lengths]
    for corner in itertools.product(*(_around(place, order) for place in places)):
        index, weight, outside = start, None, None
        for (place, share), length in zip(corner, lengths, strict=True):
            there = _inside(place, length, fill_mode)
            index = index * length + there
            if share is not None:
                weight = share if weight is None else weight * share
            if fill_mode == "constant":
                moved = p.not_equal(there, place)
                outside = moved if outside is None else p.logical_or(outside, moved)
        found = p.take(rows, index, axis=0)
        last = tuple(range(rank_of(index), rank_of(found)))
        if outside is not None:
            found = p.where(
                p.expand_dims(outside, axes=last), p.zeros_like(found) + fill_value, found
            )
        if weight is not None:
            found = found * cast_to(p.expand_dims(weight, axes=last), dtype_of(found))
        total = found if total is None else total + found
    return total


def _mixable(x):
    """A tensor in the dtype in which its values are mixed."""
    dtype = result_type(dtype_of(x), "float32")
    return cast_to(x, dtype)


def _as_before(made, dtype):
    """Numbers in the dtype that the picture had; whole ones are rounded."""
    if can_be_fractional(dtype):
        return cast_to(made, dtype)
    return saturate_cast(_nearest(made), dtype)


@operation("image", "MapCoordinates", "order", "fill_mode", "fill_value")
def map_coordinates(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    """The values at places between the elements: one list of places for each axis.

    Args:
        inputs: The tensor.
        coordinates: The places, (axes, ...): what follows is the shape of the result.
        order: 0 takes the nearest element, 1 mixes those around.
        fill_mode: What lies beyond the edges: ``"constant"``, ``"nearest"``, ``"wrap"``,
            ``"mirror"`` or ``"reflect"``.
        fill_value: The value there, where the mode is ``"constant"``.

    Raises:
        ValueError: When there are not as many lists of places as axes.
    """
    chosen(order, (0, 1), "map_coordinates: order")
    chosen(fill_mode, FILL_MODES, "map_coordinates: fill_mode")
    x, places = as_tensor(inputs), cast_to(as_tensor(coordinates), "float32")
    count = Spec.of(places).sizes[0] if rank_of(places) else 0
    if rank_of(places) < 2 or count != rank_of(x):
        raise ShapeError(
            f"ops.image.map_coordinates: {Spec.of(x)} has {rank_of(x)} axes, so `coordinates` must "
            f"be ({rank_of(x)}, ...places), but is {Spec.of(places)}."
        )
    lists = [
        p.squeeze(p.slice(places, axes=(0,), starts=(i,), stops=(i + 1,), steps=(1,)), axes=(0,))
        for i in range(rank_of(x))
    ]
    points = reshape(_mixable(x), (-1,))
    start = np.int32(0)
    made = _looked_up(points, p.sizes_of(x), lists, start, order, fill_mode, fill_value)
    return _as_before(made, dtype_of(x))


def counted(length: Any, dtype: str = "int32") -> Any:
    """The numbers below a length, which may be a tensor."""
    shape, unknown = p.as_setting((length,))
    return p.iota(*unknown, shape=shape, dtype=dtype)


def pixels(x: Any) -> tuple[Any, Any]:
    """The rows and columns of the pixels of a batch: (1, height, 1) and (1, 1, width)."""
    _, height, width, _ = p.sizes_of(x)
    rows, columns = counted(height, "float32"), counted(width, "float32")
    return p.expand_dims(rows, axes=(0, 2)), p.expand_dims(columns, axes=(0, 1))


def looked_up_at(
    x: Any,
    rows: Any,
    columns: Any,
    interpolation: str,
    fill_mode: str = "constant",
    fill_value: float = 0,
) -> Any:
    """A batch of pictures, channels last, whose pixels come from these places."""
    batch, height, width, channels = p.sizes_of(x)
    start = p.expand_dims(counted(batch), axes=(1, 2))
    points = reshape(_mixable(x), (-1, channels))
    order = INTERPOLATIONS.index(interpolation)
    lengths, places = (height, width), (rows, columns)
    made = _looked_up(points, lengths, places, start, order, fill_mode, fill_value)
    return _as_before(made, dtype_of(x))


# --------------------------------------------------------------------------- by a matrix


def _for_each(given, shape, x, name, what):
    """Numbers for each picture of a batch, (batch, *shape); for a single one, without batch.

    Raises:
        ShapeError: When they are not of this shape, or not as many as pictures.
    """
    numbers = cast_to(as_tensor(given), "float32")
    if rank_of(numbers) == len(shape):
        numbers = p.expand_dims(numbers, axes=(0,))
    sizes, pictures_there = Spec.of(numbers).sizes, Spec.of(x).sizes[0]
    if len(sizes) != len(shape) + 1 or sizes[1:] != shape:
        raise ShapeError(
            f"ops.image.{name}: `{what}` must be {shape} for a picture, or {('batch', *shape)} for "
            f"a batch, but is {Spec.of(as_tensor(given))}."
        )
    if known(sizes[0]) and known(pictures_there) and sizes[0] != pictures_there:
        raise ShapeError(
            f"ops.image.{name}: `{what}` is given {sizes[0]} times for {pictures_there} pictures."
        )
    return numbers


def _part(x, place, axis):
    return p.slice(x, axes=(axis,), starts=(place,), stops=(place + 1,), steps=(1,))


def _entries(x):
    """The eight numbers for each picture one by one, (batch, 1, 1) each."""
    return [p.expand_dims(_part(x, i, 1), axes=(2,)) for i in range(8)]


@operation("image", "AffineTransform", "interpolation", "fill_mode", "fill_value", "data_format")
def affine_transform(
    images,
    transform,
    interpolation="bilinear",
    fill_mode="constant",
    fill_value=0,
    data_format=None,
):
    """Turn, shear, scale and move pictures: lines stay lines, and parallels parallel.

    The pixel at column x and row y is looked up at column ``a0 x + a1 y + a2`` and row
    ``b0 x + b1 y + b2``.

    Args:
        images: Pictures (height, width, channels), or a batch.
        transform: ``[a0, a1, a2, b0, b1, b2, 0, 0]``, or one such list for each picture.
        interpolation: ``"nearest"`` takes the nearest pixel, ``"bilinear"`` mixes those around.
        fill_mode: What lies beyond the edges: ``"constant"``, ``"nearest"``, ``"wrap"``,
            ``"mirror"`` or ``"reflect"``.
        fill_value: The value there, where the mode is ``"constant"``.
        data_format: Where the channels are.

    Raises:
        ValueError: When there is not one list of eight numbers for each picture.
    """
    chosen(interpolation, INTERPOLATIONS, "affine_transform: interpolation")
    chosen(fill_mode, FILL_MODES, "affine_transform: fill_mode")
    x, how = pictures(images, "affine_transform", data_format)
    numbers = _for_each(transform, (8,), x, "affine_transform", "transform")
    a0, a1, a2, b0, b1, b2, _, _ = _entries(numbers)
    y, x_ = pixels(x)
    rows, columns = b0 * x_ + b1 * y + b2, a0 * x_ + a1 * y + a2
    return restored(looked_up_at(x, rows, columns, interpolation, fill_mode, fill_value), how)


@operation("image", "PerspectiveTransform", "interpolation", "fill_value", "data_format")
def perspective_transform(
    images,
    start_points,
    end_points,
    interpolation="bilinear",
    fill_value=0,
    data_format=None,
):
    """Look at pictures from the side: four points move, and lines stay lines.

    Args:
        images: Pictures (height, width, channels), or a batch.
        start_points: Four points (column, row), (4, 2), or four for each picture.
        end_points: Where these points are then.
        interpolation: ``"nearest"`` takes the nearest pixel, ``"bilinear"`` mixes those around.
        fill_value: The value beyond the edges.
        data_format: Where the channels are.

    Raises:
        ValueError: When there are not four points for each picture.
    """
    name = "perspective_transform"
    chosen(interpolation, INTERPOLATIONS, f"{name}: interpolation")
    x, how = pictures(images, name, data_format)
    start = _for_each(start_points, (4, 2), x, name, "start_points")
    end = _for_each(end_points, (4, 2), x, name, "end_points")
    h0, h1, h2, h3, h4, h5, h6, h7 = _entries(projection(end, start))
    y, x_ = pixels(x)
    distance = h6 * x_ + h7 * y + 1
    columns = (h0 * x_ + h1 * y + h2) / distance
    rows = (h3 * x_ + h4 * y + h5) / distance
    return restored(looked_up_at(x, rows, columns, interpolation, "constant", fill_value), how)


def projection(start: Any, end: Any) -> Any:
    """The eight numbers of the projections, (batch, 8), that take four points to four others.

    With u = (h0 x + h1 y + h2) / (h6 x + h7 y + 1) and v = (h3 x + h4 y + h5) / (...), each pair
    of points gives two equations that are linear in h0 ... h7.
    """
    # in double precision: with far corners, single precision loses half a pixel
    start, end = cast_to(start, "float64"), cast_to(end, "float64")
    x, y, u, v = (_part(points, i, 2) for points in (start, end) for i in (0, 1))
    one, none = p.ones_like(x), p.zeros_like(x)
    upper = concatenate([x, y, one, none, none, none, -(u * x), -(u * y)], axis=2)
    lower = concatenate([none, none, none, x, y, one, -(v * x), -(v * y)], axis=2)
    left, right = concatenate([upper, lower], axis=1), concatenate([u, v], axis=1)
    return cast_to(p.squeeze(p.solve(left, right), axes=(2,)), "float32")
