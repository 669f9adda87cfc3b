"""The same elements in another shape or order."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_tensor, axes_of, axis_of, rank_of
from visualnn.spec import Spec, known


def shape_given(shape: Any, name: str) -> tuple[Any, ...]:
    """A shape as a tuple of numbers and size tensors.

    Raises:
        TypeError: When it holds anything else.
    """
    if isinstance(shape, int | np.integer):
        return (int(shape),)
    if isinstance(shape, np.ndarray):
        return tuple(int(one) for one in shape.ravel())
    if hasattr(shape, "dtype"):  # a tensor of sizes
        return tuple(shape[i] for i in range(len(shape))) if len(shape.shape) else (shape,)
    sizes = []
    for one in shape:
        if isinstance(one, np.ndarray | np.integer | np.floating) and np.ndim(one) == 0:
            one = int(one)
        if not isinstance(one, int) and not hasattr(one, "dtype"):
            raise TypeError(
                f"ops.{name}: the shape {tuple(shape)!r} holds {one!r}; every size must be a "
                "whole number, or a tensor from `ops.shape(x)`."
            )
        sizes.append(one)
    return tuple(sizes)


@operation("numpy", "Reshape", "newshape")
def reshape(x, newshape):
    """The same elements in another shape; one size may be -1, and is worked out."""
    x = as_tensor(x)
    shape, unknown = p.as_setting(shape_given(newshape, "reshape"))
    if len(unknown) == 1 and -1 not in shape:
        place = next(i for i, size in enumerate(shape) if not known(size))
        free = (*shape[:place], -1, *shape[place + 1 :])
        if p.reshape.infer(Spec.of(x), shape=free).sizes[place] is shape[place]:
            shape, unknown = free, []  # it follows from the others
    return p.reshape(x, *unknown, shape=shape)


@operation("numpy", "Ravel")
def ravel(x):
    """All elements in one axis."""
    return p.reshape(as_tensor(x), shape=(-1,))


@operation("numpy", "ExpandDims", "axis")
def expand_dims(x, axis):
    """New axes of size one, at these places of the result."""
    x = as_tensor(x)
    axes = axis if isinstance(axis, list | tuple) else (axis,)
    rank = rank_of(x) + len(axes)
    for one in axes:
        if not -rank <= one < rank:
            raise ValueError(
                f"ops.expand_dims: axis={axis!r} is no place in a tensor of {rank} axes, "
                f"which {Spec.of(x)} would become."
            )
    return p.expand_dims(x, axes=tuple(sorted(int(one) % rank for one in axes)))


@operation("numpy", "Squeeze", "axis")
def squeeze(x, axis=None):
    """Drop axes of size one, by default all of them."""
    x = as_tensor(x)
    if axis is None:
        axes = tuple(i for i, size in enumerate(Spec.of(x).sizes) if known(size) and size == 1)
    else:
        axes = axes_of(x, axis, "squeeze")
    return p.squeeze(x, axes=axes)


# --------------------------------------------------------------------------- order of axes


@operation("numpy", "Transpose", "axes")
def transpose(x, axes=None):
    """Reorder the axes; by default turn their order round."""
    x = as_tensor(x)
    rank = rank_of(x)
    if axes is None:
        return p.transpose(x, axes=tuple(reversed(range(rank))))
    return p.transpose(x, axes=tuple(axis_of(x, axis, "transpose") for axis in axes))


@operation("numpy", "Moveaxis", "source", "destination")
def moveaxis(x, source, destination):
    """Move some axes to other places; the others keep their order."""
    x = as_tensor(x)
    sources, targets = (
        [axis_of(x, axis, "moveaxis") for axis in (some if np.iterable(some) else (some,))]
        for some in (source, destination)
    )
    if len(sources) != len(targets):
        raise ValueError(
            f"ops.moveaxis: source={source!r} and destination={destination!r} "
            "must name as many axes."
        )
    order = [axis for axis in range(rank_of(x)) if axis not in sources]
    for target, axis in sorted(zip(targets, sources, strict=True)):
        order.insert(target, axis)
    return p.transpose(x, axes=tuple(order))


@operation("numpy", "Swapaxes", "axis1", "axis2")
def swapaxes(x, axis1, axis2):
    """Exchange two axes."""
    x = as_tensor(x)
    first, second = axis_of(x, axis1, "swapaxes"), axis_of(x, axis2, "swapaxes")
    order = list(range(rank_of(x)))
    order[first], order[second] = second, first
    return p.transpose(x, axes=tuple(order))


@operation("numpy", "Flip", "axis")
def flip(x, axis=None):
    """Turn the order of elements round along axes, by default along all of them."""
    x = as_tensor(x)
    axes = axes_of(x, axis, "flip")
    nones = (None,) * len(axes)
    return p.slice(x, axes=axes, starts=nones, stops=nones, steps=(-1,) * len(axes))


@operation("numpy", "Fliplr")
def fliplr(x):
    """Turn the order of columns round."""
    return flip(x, 1)


@operation("numpy", "Flipud")
def flipud(x):
    """Turn the order of rows round."""
    return flip(x, 0)


@operation("numpy", "Rot90", "k", "axes")
def rot90(array, k=1, axes=(0, 1)):
    """Turn a picture by ``k`` right angles, from the first towards the second axis."""
    array = as_tensor(array)
    first, second = (axis_of(array, axis, "rot90") for axis in axes)
    if first == second:
        raise ValueError(f"ops.rot90: axes={axes!r} must be two different axes.")
    match k % 4:
        case 0:
            return array
        case 1:
            return swapaxes(flip(array, second), first, second)
        case 2:
            return flip(array, (first, second))
        case _:
            return flip(swapaxes(array, first, second), second)


@operation("numpy", "Roll", "shift", "axis")
def roll(x, shift, axis=None):
    """Move elements on along an axis; those that leave at the end come in at the start."""
    x = as_tensor(x)
    if axis is None:
        return p.reshape_like(roll(ravel(x), shift, 0), x)
    shifts, axes = (list(some) if np.iterable(some) else [some] for some in (shift, axis))
    if len(shifts) == 1:
        shifts = shifts * len(axes)
    for by, one in zip(shifts, axes, strict=True):
        where = axis_of(x, one, "roll")
        length = Spec.of(x).sizes[where]
        by = by % length if known(length) and length else by
        if by == 0:
            continue
        head = p.slice(x, axes=(where,), starts=(None,), stops=(-by,), steps=(1,))
        tail = p.slice(x, axes=(where,), starts=(-by,), stops=(None,), steps=(1,))
        x = p.concatenate(tail, head, axis=where)
    return x


# --------------------------------------------------------------------------- repeating


@operation("numpy", "BroadcastTo", "shape")
def broadcast_to(x, shape):
    """Repeat a tensor until it has this shape."""
    shape, unknown = p.as_setting(shape_given(shape, "broadcast_to"))
    return p.broadcast_to(as_tensor(x), *unknown, shape=shape)


@operation("numpy", "Repeat", "repeats", "axis")
def repeat(x, repeats, axis=None):
    """Repeat each element along an axis, by default in the flat tensor.

    ``repeats`` is one number, or one for each element.
    """
    x = as_tensor(x)
    if axis is None or rank_of(x) == 0:
        x, axis = ravel(x), 0
    axis = axis_of(x, axis, "repeat")
    counts = np.asarray(repeats)
    if counts.size == 1:
        count = int(counts.ravel()[0])
        sizes = list(p.sizes_of(x))
        sizes.insert(axis + 1, count)
        wide = broadcast_to(p.expand_dims(x, axes=(axis + 1,)), sizes)
        merged = (*sizes[:axis], sizes[axis] * count, *sizes[axis + 2 :])
        return reshape(wide, merged)
    length = Spec.of(x).sizes[axis]
    if known(length) and length != counts.size:
        raise ValueError(f"ops.repeat: {counts.size} numbers for the {length} elements of an axis.")
    return p.take(x, np.repeat(np.arange(counts.size), counts), axis=axis)


@operation("numpy", "Tile", "repeats")
def tile(x, repeats):
    """Put copies of a tensor beside each other: ``repeats`` of them along each axis."""
    x = as_tensor(x)
    counts = tuple(repeats) if np.iterable(repeats) else (repeats,)
    counts = (1,) * (rank_of(x) - len(counts)) + tuple(counts)
    if len(counts) > rank_of(x):
        x = p.expand_dims(x, axes=tuple(range(len(counts) - rank_of(x))))
    sizes = p.sizes_of(x)
    rank = len(sizes)
    wide = p.expand_dims(x, axes=tuple(range(0, 2 * rank, 2)))
    wide = broadcast_to(wide, [one for pair in zip(counts, sizes, strict=True) for one in pair])
    return reshape(wide, [count * size for count, size in zip(counts, sizes, strict=True)])


@operation("numpy", "Meshgrid", "indexing")
def meshgrid(*x, indexing="xy"):
    """The coordinates of a grid: each line of numbers repeated along all the other axes.

    Raises:
        ValueError: When ``indexing`` is neither ``"xy"`` nor ``"ij"``.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f'ops.meshgrid: indexing={indexing!r} must be "xy" or "ij".')
    lines = [ravel(line) for line in x]
    order = list(range(len(lines)))
    if indexing == "xy" and len(lines) > 1:
        order[:2] = 1, 0
    sizes = [p.sizes_of(lines[i])[0] for i in order]
    grids = []
    for i, line in enumerate(lines):
        others = tuple(axis for axis in range(len(lines)) if axis != order.index(i))
        grids.append(broadcast_to(p.expand_dims(line, axes=others), sizes))
    return grids
