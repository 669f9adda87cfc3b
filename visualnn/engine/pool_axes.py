"""Pools one axis after the other: the largest of a window is the largest of its rows' largest.

Rows are compared first, because they are long.  For slopes it is the other way around: which of two
neighbours in a row is larger is one comparison for all pairs, and which of two rows is another, of
half as many numbers.  The slopes go the same way back: to one of two rows, and in it to one of two
neighbours.  Of equal numbers the first one gets the slope, in the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.engine.image_blocks import inside


def largest(
    writer: Any, out: np.ndarray, x: np.ndarray, size: tuple, strides: tuple, padding: tuple
) -> None:
    """Find the largest number of every window.

    Args:
        writer: The writer of the plan.
        out: Where they go.
        x: The images.
        size: The size of a window.
        strides: How far apart windows begin.
        padding: The frame of the images.
    """
    x = _framed(writer, x, padding)
    counts = out.shape[1:-1]
    last = max((axis for axis, n in enumerate(size, 1) if n > 1), default=0)
    for axis, n in enumerate(size, 1):
        seen = _seen_along(x, axis, n, strides[axis - 1], counts[axis - 1])
        if n == 1:
            x = seen[0]
            continue
        is_whole = axis == last and x.shape[axis + 1 : -1] == counts[axis:]
        x = out if is_whole else writer.room(seen[0].shape, out.dtype)
        writer.call("maximum", seen[0], seen[1], out=x)
        for other in seen[2:]:
            writer.call("maximum", x, other, out=x)
    writer.copy(x, out)


def spread(
    writer: Any,
    out: np.ndarray,
    g: np.ndarray,
    x: np.ndarray,
    size: tuple,
    strides: tuple,
    padding: tuple,
) -> None:
    """Spread slopes over images.

    Args:
        writer: The writer of the plan.
        out: Where the slopes of the images go.
        g: The slopes of the largest numbers.
        x: The images.
        size: The size of a window.
        strides: How far apart windows begin.
        padding: The frame of the images.
    """
    is_framed = any(map(any, padding))
    x = _framed(writer, x, padding)
    image = writer.room(x.shape, out.dtype) if is_framed else out
    counts, steps = g.shape[1:-1], tuple(zip(size, strides, strict=True))
    axes = [axis for axis, pair in enumerate(steps, 1) if pair != (1, 1)]
    levels, masks = _compared(writer, x, axes, steps, counts)
    for level, axis in zip(levels, axes, strict=True):
        there = image if axis == axes[-1] else writer.room(level, out.dtype)
        n, step = steps[axis - 1]
        places = _seen_along(there, axis, n, step, counts[axis - 1])
        is_filled = n == step and n * counts[axis - 1] == level[axis]
        if not is_filled:  # windows overlap, or there is something between or behind them
            writer.line(f"{writer.text(there)}[...] = 0")
        _divide(writer, g, places, masks[axis], adds=n > step)
        g = there
    if not axes:
        writer.copy(g, image)
    if is_framed:
        writer.copy(inside(image, padding), out)


def _framed(writer: Any, x: np.ndarray, padding: tuple) -> np.ndarray:
    """Images in a frame that is smaller than every number."""
    if not any(map(any, padding)):
        return x
    space = [n + sum(pair) for n, pair in zip(x.shape[1:-1], padding, strict=True)]
    image = writer.room((len(x), *space, x.shape[-1]), x.dtype)
    lowest = writer.text(writer.filled(-np.inf, (), x.dtype))
    for axis, (before, after) in enumerate(padding, 1):
        for width, side in ((before, slice(before)), (after, slice(-after, None))):
            if width:
                edge = image[(slice(None),) * axis + (side,)]
                writer.line(f"copyto({writer.text(edge)}, {lowest})")
    writer.copy(x, inside(image, padding))
    return image


def _compared(
    writer: Any, x: np.ndarray, axes: list[int], steps: Sequence[tuple], counts: Sequence[int]
) -> tuple[list[tuple], dict[int, list]]:
    """What is larger than all before it: masks for each axis, and the shapes they came from."""
    shapes, masks = [], {}
    for axis in reversed(axes):
        shapes.append(x.shape)
        n, step = steps[axis - 1]
        greatest, *others = _seen_along(x, axis, n, step, counts[axis - 1])
        masks[axis] = []
        x = writer.room(greatest.shape, x.dtype) if others else greatest
        for i, other in enumerate(others, 1):
            mask = writer.room(greatest.shape, bool)
            writer.call("less", greatest, other, out=mask)
            masks[axis].append(mask)
            if axis != axes[0] or i < len(others):
                writer.call("maximum", greatest, other, out=x)
                greatest = x
    return shapes[::-1], masks


def _divide(writer: Any, g: np.ndarray, places: list[np.ndarray], masks: list, adds: bool) -> None:
    """Give slopes to the last place where a mask is true, and what is left to the first."""
    for place, mask in zip(places[:0:-1], masks[::-1], strict=True):
        given = writer.room(g.shape, g.dtype) if adds else place
        left = places[0] if place is places[1] and not adds else writer.room(g.shape, g.dtype)
        writer.call("multiply", g, mask, out=given)
        writer.call("subtract", g, given, out=left)
        if adds:
            writer.call("add", place, given, out=place)
        g = left
    if adds:
        writer.call("add", places[0], g, out=places[0])
    elif not masks:
        writer.copy(g, places[0])


def _seen_along(x: np.ndarray, axis: int, size: int, step: int, count: int) -> list[np.ndarray]:
    """What all windows have along an axis at their first place, at their second, and so on."""
    last = (count - 1) * step + 1
    return [x[(slice(None),) * axis + (slice(i, i + last, step),)] for i in range(size)]
