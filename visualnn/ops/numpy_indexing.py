"""Taking elements and putting them: by Python's index notation, and by tensors of places."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.ops.numpy_shaping import broadcast_to, ravel
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_tensor, axis_of, dtype_of, promoted, rank_of
from visualnn.spec import ShapeError, Spec, known

# --------------------------------------------------------------------------- x[...]


class PlaceError(ShapeError, IndexError):
    """An index that does not fit: of Python's kind, and of Keras's for symbolic tensors."""


@operation("numpy", "GetItem", waits=False)
def get_item(x, key):
    """``x[key]``: numbers, slices, ``...``, ``None``, and tensors or lists of places.

    Raises:
        PlaceError: When the key does not fit the tensor.
    """
    x = as_tensor(x)
    keys = _without_masks(_spelled_out(x, key))
    x, left = _sliced(x, keys)
    return _picked(x, left, _is_apart(keys))


def _spelled_out(x, key) -> list[Any]:
    """One entry for each axis, and ``None`` for new ones."""
    is_tuple = isinstance(key, tuple) or _was_tuple(key)
    keys = list(key) if is_tuple else [key]
    used = sum(_axes_used(k) for k in keys)
    if used > rank_of(x):
        raise PlaceError(f"{Spec.of(x)} has {rank_of(x)} axes, but the index {key!r} needs {used}.")
    rest = [slice(None)] * (rank_of(x) - used)
    dots = [i for i, k in enumerate(keys) if k is Ellipsis]
    if len(dots) > 1:
        raise PlaceError(f"An index may contain `...` once, but {key!r} has it {len(dots)} times.")
    at = dots[0] if dots else len(keys)
    # dots that stand for no axis still separate what is left and right of them
    return keys[:at] + (rest or ([Ellipsis] if dots else [])) + keys[at + 1 :]


def _was_tuple(key) -> bool:
    """Whether a list came from a file, where tuples become lists: as a list it means nothing."""
    return isinstance(key, list) and any(
        k is None or k is Ellipsis or isinstance(k, slice) for k in key
    )


def _axes_used(key) -> int:
    if key is None or key is Ellipsis:
        return 0
    return rank_of(key) if _is_mask(key) else 1


def _is_mask(key) -> bool:
    if isinstance(key, bool):
        return True
    if isinstance(key, list):
        return bool(key) and isinstance(key[0], bool)
    return hasattr(key, "dtype") and dtype_of(key) == "bool"


def _without_masks(keys):
    """Turn masks whose numbers are there into places."""
    result = []
    for key in keys:
        if _is_mask(key):
            if not _has_numbers(key):
                raise PlaceError(
                    f"How many elements the mask {Spec.of(key)} picks is not known yet. "
                    "Use `ops.where(mask, x, 0)`, or multiply by the mask."
                )
            result += [places.astype("int32") for places in np.nonzero(np.asarray(key))]
        else:
            result.append(key)
    return result


def _has_numbers(x) -> bool:
    return isinstance(x, np.ndarray | list | bool) or getattr(x, "array", None) is not None


def _sliced(x, keys):
    """Apply everything but tensors of places; what is left is those, and full slices."""
    cuts, new, gone, left, axis = [], [], [], [], 0
    for key in keys:
        if key is Ellipsis:
            continue
        if key is None:
            new.append(axis + len(new))
            left.append(slice(None))
            continue
        if isinstance(key, slice):
            cuts.append((axis, *_bounds(x, axis, key)))
            left.append(slice(None))
        elif isinstance(key, int | np.integer) or _is_single(key):
            place = _single(x, axis, int(key))
            cuts.append((axis, place, place + 1 if place != -1 else None, 1))
            gone.append(axis + len(new))
        else:
            left.append(_places(key))
        axis += 1
    cuts = [cut for cut in cuts if cut[1:] != (None, None, 1)]
    if cuts:
        axes, starts, stops, steps = zip(*cuts, strict=True)
        x = p.slice(x, axes=axes, starts=starts, stops=stops, steps=steps)
    if new:
        x = p.expand_dims(x, axes=tuple(new))
    if gone:
        x = p.squeeze(x, axes=tuple(gone))
    return x, left


def _is_single(key) -> bool:
    return isinstance(key, np.ndarray) and key.ndim == 0 and key.dtype.kind in "iu"


def _bounds(x, axis, key):
    """A slice with whole numbers, as short as possible."""
    for bound in (key.start, key.stop, key.step):
        if bound is not None and not hasattr(bound, "__index__"):
            raise PlaceError(f"A slice needs whole numbers, but got {key!r} for {Spec.of(x)}.")
    start, stop, step = (None if b is None else int(b) for b in (key.start, key.stop, key.step))
    length = Spec.of(x).sizes[axis]
    step = 1 if step is None else step
    if step == 0:
        raise PlaceError("The step of a slice cannot be zero.")
    if known(length):
        if range(length)[start:stop:step] == range(length):
            return None, None, 1
        return start, stop, step
    return (None if start == 0 and step > 0 else start), stop, step


def _single(x, axis, place):
    length = Spec.of(x).sizes[axis]
    if known(length):
        if not -length <= place < length:
            raise PlaceError(
                f"The index {place} is outside axis {axis} of {Spec.of(x)}, "
                f"which has {length} elements."
            )
        return place % length
    return place


def _places(key):
    places = as_tensor(key)
    if dtype_of(places).startswith(("float", "bfloat")):
        raise PlaceError(f"An index must be whole numbers, but got {Spec.of(places)}.")
    return places


def _is_apart(keys) -> bool:
    """Whether slices lie between the places; numpy puts the axes of places first then."""
    at = [
        i
        for i, key in enumerate(keys)
        if key is not None and key is not Ellipsis and not isinstance(key, slice)
    ]
    return bool(at) and at != list(range(at[0], at[-1] + 1))


def _picked(x, keys, apart):
    """Apply the tensors of places: one by itself, or several together as coordinates."""
    axes = [i for i, key in enumerate(keys) if not isinstance(key, slice)]
    if not axes:
        return x
    if len(axes) == 1 and not apart:
        return p.take(x, keys[axes[0]], axis=axes[0])
    places = together(*(keys[i] for i in axes))
    rest = [i for i in range(rank_of(x)) if i not in axes]
    picked = p.take_points(p.transpose(x, axes=(*axes, *rest)), places)
    if apart or axes[0] == 0:
        return picked
    count = rank_of(places) - 1
    order = list(range(count, count + axes[0])) + list(range(count))
    return p.transpose(picked, axes=(*order, *range(len(order), rank_of(picked))))


def together(*places):
    """Tensors of places along several axes, broadcast, as points in a new last axis."""
    places = promoted(*places)
    total = places[0]
    for other in places[1:]:
        total = p.add(total, other)
    parts = [p.expand_dims(p.broadcast_like(x, total), axes=(rank_of(total),)) for x in places]
    return p.concatenate(*parts, axis=rank_of(total))


# --------------------------------------------------------------------------- by places


@operation("numpy", "Take", "axis")
def take(x, indices, axis=None):
    """The elements at these places along an axis, by default of the flat tensor."""
    x = as_tensor(x)
    if axis is None:
        x, axis = ravel(x), 0
    return p.take(x, _places(indices), axis=axis_of(x, axis, "take"))


@operation("numpy", "TakeAlongAxis", "axis")
def take_along_axis(x, indices, axis=None):
    """For each place, the element that the index there names along an axis."""
    x, indices = as_tensor(x), _places(indices)
    if axis is None:
        x, indices, axis = ravel(x), ravel(indices), 0
    axis = axis_of(x, axis, "take_along_axis")
    if rank_of(x) != rank_of(indices):
        raise ValueError(
            f"ops.take_along_axis: {Spec.of(x)} and {Spec.of(indices)} must have as many axes."
        )
    sizes = [
        size if i != axis else own
        for i, (size, own) in enumerate(zip(p.sizes_of(x), p.sizes_of(indices), strict=True))
    ]
    repeated = [i for i, size in enumerate(Spec.of(indices).sizes) if known(size) and size == 1]
    if any(i != axis and Spec.of(x).sizes[i] != 1 for i in repeated):
        indices = broadcast_to(indices, sizes)
    return p.take_along_axis(x, indices, axis=axis)
