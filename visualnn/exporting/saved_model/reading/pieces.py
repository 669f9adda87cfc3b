"""Cutting tensors into pieces, putting pieces together, and frames around them."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.rows import (
    ReadNode,
    Sizes,
    axis_of,
    dtype_of,
    is_known,
    numbers,
    rank_of,
    reads,
    sizes_from,
    tensor,
)
from visualnn.exporting.saved_model.reading.shapes import spread_to
from visualnn.graph.graph import Value
from visualnn.primitives.conversion import numpy_dtype
from visualnn.spec import Spec


@reads("Pack", sizes=True)
def _(node, values):
    axis = node.get("axis", 0)
    scalars = all(rank_of(x) == 0 and dtype_of(x) in ("int32", "int64") for x in values)
    if scalars and any(isinstance(x, Value) for x in values):
        return Sizes(x if isinstance(x, Value) else int(np.asarray(x)) for x in values)
    return ops.stack([tensor(x) for x in values], axis=axis)


@reads("Unpack", sizes=True)
def _(node, x):
    if isinstance(x, Sizes):
        return list(x)
    axis = axis_of(node, node.get("axis", 0), rank_of(x))
    count = node.get("num", 0)
    return [
        p.squeeze(p.slice(x, axes=(axis,), starts=(i,), stops=(i + 1,), steps=(1,)), axes=(axis,))
        for i in range(count)
    ]


@reads("ConcatV2", sizes=True)
def _(node, values, axis):
    if any(isinstance(x, Sizes) for x in values):
        return Sizes(size for x in values for size in sizes_from(x))
    values = [x for x in values if not (is_known(x) and np.asarray(x).size == 0)] or values[:1]
    return p.concatenate(*values, axis=axis_of(node, axis, rank_of(values[0])))


@reads("Split")
def _(node, axis, x):
    place = axis_of(node, axis, rank_of(x))
    count, size = node.get("num_split", 1), Spec.of(x).sizes[place]
    if not isinstance(size, int):
        raise node.refuse("divides an axis whose size is not known")
    return _cut(x, place, [size // count] * count)


@reads("SplitV")
def _(node, x, lengths, axis):
    place = axis_of(node, axis, rank_of(x))
    wanted, size = numbers(node, lengths), Spec.of(x).sizes[place]
    if -1 in wanted and isinstance(size, int):
        wanted[wanted.index(-1)] = size - sum(n for n in wanted if n >= 0)
    return _cut(x, place, wanted)


def _cut(x: Any, axis: int, lengths: list[int]) -> list[Any]:
    ends = np.cumsum(lengths).tolist()
    return [
        p.slice(x, axes=(axis,), starts=(end - n,), stops=(end,), steps=(1,))
        for end, n in zip(ends, lengths, strict=True)
    ]


@reads("Slice", sizes=True)
def _(node, x, begin, size):
    if isinstance(x, Sizes):
        (start,), (length,) = numbers(node, begin), numbers(node, size)
        return Sizes(x[start : None if length < 0 else start + length])
    starts, lengths = numbers(node, begin), sizes_from(size)
    axes, stops, kept = [], [], []
    for axis, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        own = Spec.of(x).sizes[axis]
        whole = isinstance(length, Value) and p.symbol_of(length) is own
        if start == 0 and (whole or (not isinstance(length, Value) and length == -1)):
            continue
        if isinstance(length, Value):
            x = _open_slice(x, axis, start, length)
            continue
        axes.append(axis)
        kept.append(start)
        stops.append(None if length < 0 else start + length)
    return p.slice(
        x, axes=tuple(axes), starts=tuple(kept), stops=tuple(stops), steps=(1,) * len(axes)
    )


def _open_slice(x: Any, axis: int, start: int, length: Any) -> Any:
    """A piece whose length is only known when it runs: its places are taken one by one."""
    shape, unknown = p.as_setting([length])
    return p.take(x, ops.add(p.iota(*unknown, shape=shape), start), axis=axis)


def _bit(mask: int, place: int) -> bool:
    return bool(mask >> place & 1)


def _pieces(node: ReadNode, rank: int, begin: Any, end: Any, step: Any) -> tuple:
    """Which elements are taken along which axes; which axes go away, and where new ones come."""
    starts, stops, steps = (numbers(node, x) for x in (begin, end, step))
    if not len(starts) == len(stops) == len(steps):
        raise node.refuse("says where pieces begin and end for different numbers of axes")
    masks = {
        name: node.get(f"{name}_mask", 0)
        for name in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
    }
    others = sum(
        not _bit(masks["ellipsis"], i) and not _bit(masks["new_axis"], i)
        for i in range(len(starts))
    )
    axis = place = 0
    where: list[tuple] = []
    gone, new = [], []
    for i in range(len(starts)):
        if _bit(masks["ellipsis"], i):
            place += rank - others
            axis += rank - others
            continue
        if _bit(masks["new_axis"], i):
            new.append(place)
            place += 1
            continue
        if _bit(masks["shrink_axis"], i):
            where.append((axis, starts[i], starts[i] + 1 or None, 1))
            gone.append(axis)
        else:
            start = None if _bit(masks["begin"], i) else starts[i]
            stop = None if _bit(masks["end"], i) else stops[i]
            if (start, stop, steps[i]) != (None, None, 1):
                where.append((axis, start, stop, steps[i]))
            place += 1
        axis += 1
    if axis > rank or any(one[3] == 0 for one in where):
        raise node.refuse(f"takes pieces of more axes than the {rank} there are")
    return where, gone, new


def _setting(where: list[tuple]) -> dict[str, tuple]:
    columns = zip(*where, strict=True) if where else ((), (), (), ())
    return dict(zip(("axes", "starts", "stops", "steps"), columns, strict=True))


@reads("StridedSlice", sizes=True)
def _(node, x, begin, end, step):
    if isinstance(x, Sizes):
        return _piece_of_sizes(node, x, begin, end, step)
    where, gone, new = _pieces(node, rank_of(x), begin, end, step)
    for axis, start, _, _ in where:
        size = Spec.of(x).sizes[axis]
        if axis in gone and isinstance(size, int) and not -size <= start < size:
            raise node.refuse(f"takes the element {start} of an axis that has {size}")
    if where:
        x = p.slice(x, **_setting(where))
    if gone:
        x = p.squeeze(x, axes=tuple(gone))
    return p.expand_dims(x, axes=tuple(new)) if new else x


def _piece_of_sizes(node: ReadNode, x: Sizes, begin: Any, end: Any, step: Any) -> Any:
    where, gone, new = _pieces(node, 1, begin, end, step)
    if new:
        raise node.refuse("puts sizes along several axes")
    for _, start, stop, stride in where:
        x = Sizes(x[start:stop:stride])
    if not gone:
        return x
    if not x:
        raise node.refuse("takes a size of an axis that there is not")
    return x[0] if isinstance(x[0], Value) else np.int32(x[0])


@reads("StridedSliceGrad", sizes=True)
def _(node, shape, begin, end, step, piece):
    sizes = sizes_from(shape)
    where, gone, _ = _pieces(node, len(sizes), begin, end, step)
    if gone:
        piece = p.expand_dims(piece, axes=tuple(gone))
    zero = np.zeros((), numpy_dtype(dtype_of(piece)))
    return p.put_slice(piece, spread_to(zero, Sizes(sizes)), **_setting(where))


# ---------------------------------------------------------------------- frames


def _pairs(node: ReadNode, x: Any) -> tuple[tuple[int, int], ...]:
    found = numbers(node, x)
    return tuple(zip(found[::2], found[1::2], strict=True))


@reads("Pad")
def _(node, x, padding):
    return _padded(node, x, padding, 0)


@reads("PadV2")
def _(node, x, padding, value):
    return _padded(node, x, padding, np.asarray(value).item())


def _padded(node: ReadNode, x: Any, padding: Any, value: Any) -> Any:
    if is_known(padding):
        return p.pad(x, padding=_pairs(node, padding), value=value)
    # a frame whose width is only known when it runs
    rows = ops.unstack(tensor(padding), num=rank_of(x), axis=0)
    for axis, row in enumerate(rows):
        pieces = []
        for place in (0, 1):
            width = p.reshape(
                p.slice(row, axes=(0,), starts=(place,), stops=(place + 1,), steps=(1,)), shape=()
            )
            sizes = list(p.sizes_of(x))
            sizes[axis] = width
            pieces.append(spread_to(np.asarray(value, numpy_dtype(dtype_of(x))), Sizes(sizes)))
        x = p.concatenate(pieces[0], x, pieces[1], axis=axis)
    return x


@reads("MirrorPad")
def _(node, x, padding):
    mode = {"REFLECT": "reflect", "SYMMETRIC": "symmetric"}.get(str(node.get("mode")))
    if mode is None:
        raise node.refuse(f"pads by the mode {node.get('mode')!r}, which is not known")
    return ops.pad(x, _pairs(node, padding), mode=mode)


# ---------------------------------------------------------------------- blocks


def _space(node: ReadNode, x: Any, blocks: Any) -> tuple[list[int], list[int], list[int]]:
    """The sizes of blocks, those of the axes that are divided into them, and those behind.

    Raises:
        InvalidModelFile: When they are not known.
    """
    block, sizes = numbers(node, blocks), Spec.of(x).sizes[1:]
    known_sizes = [size for size in sizes if isinstance(size, int)]
    if len(known_sizes) < len(sizes) or min(block, default=0) < 1:
        raise node.refuse("divides axes into blocks whose sizes are only known when it runs")
    return block, known_sizes[: len(block)], known_sizes[len(block) :]


@reads("SpaceToBatchND")
def _(node, x, blocks, padding):
    count = len(numbers(node, blocks))
    frame = ((0, 0), *_pairs(node, padding), *((0, 0),) * (rank_of(x) - 1 - count))
    x = p.pad(x, padding=frame)
    block, space, behind = _space(node, x, blocks)
    split = [y for n, b in zip(space, block, strict=True) for y in (n // b, b)]
    x = p.reshape(x, shape=(-1, *split, *behind))
    inner, outer = range(2, 2 * count + 1, 2), range(1, 2 * count, 2)
    rest = range(2 * count + 1, 2 * count + 1 + len(behind))
    x = p.transpose(x, axes=(*inner, 0, *outer, *rest))
    return p.reshape(x, shape=(-1, *split[::2], *behind))


@reads("BatchToSpaceND")
def _(node, x, blocks, crops):
    block, space, behind = _space(node, x, blocks)
    count = len(block)
    x = p.reshape(x, shape=(*block, -1, *space, *behind))
    pairs = [y for i in range(count) for y in (count + 1 + i, i)]
    rest = range(2 * count + 1, 2 * count + 1 + len(behind))
    x = p.transpose(x, axes=(count, *pairs, *rest))
    whole = [n * b for n, b in zip(space, block, strict=True)]
    x = p.reshape(x, shape=(-1, *whole, *behind))
    ends = _pairs(node, crops)
    return p.slice(
        x,
        axes=tuple(range(1, count + 1)),
        starts=tuple(before for before, _ in ends),
        stops=tuple(n - after for n, (_, after) in zip(whole, ends, strict=True)),
        steps=(1,) * count,
    )
