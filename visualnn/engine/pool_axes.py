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


def largest(
    writer: Any, out: np.ndarray, x: np.ndarray, size: Sequence[int], strides: Sequence[int]
) -> None:
    """Find the largest number of every window.

    Args:
        writer: The writer of the plan.
        out: Where they go.
        x: The images, with their frame.
        size: The size of a window.
        strides: How far apart windows begin.
    """
    axes = [axis for axis, (n, step) in enumerate(zip(size, strides, strict=True), 1) if n > 1]
    counts = out.shape[1:-1]
    for axis, (n, step) in enumerate(zip(size, strides, strict=True), 1):
        last = (counts[axis - 1] - 1) * step + 1
        seen = [x[(slice(None),) * axis + (slice(i, i + last, step),)] for i in range(n)]
        if n == 1:
            x = seen[0]
            continue
        x = out if axis == axes[-1] and x.shape[axis + 1 : -1] == counts[axis:] else None
        if x is None:
            x = writer.room(seen[0].shape, out.dtype)
        writer.call("maximum", seen[0], seen[1], out=x)
        for other in seen[2:]:
            writer.call("maximum", x, other, out=x)
    writer.copy(x, out)


def spread(writer: Any, out: np.ndarray, g: np.ndarray, x: np.ndarray, size: Sequence[int]) -> None:
    """Spread slopes over images; windows lie side by side.

    Args:
        writer: The writer of the plan.
        out: Where the slopes of the images go.
        g: The slopes of the largest numbers.
        x: The images.
        size: The size of a window.
    """
    covered = (slice(None), *(slice(n * k) for n, k in zip(g.shape[1:-1], size, strict=True)))
    if x[covered].shape != x.shape:  # what lies behind the last windows
        writer.line(f"{writer.text(out)}[...] = 0")
    axes = [axis for axis, n in enumerate(size, 1) if n > 1]
    levels, masks = _compared(writer, x[covered], axes, size)
    for level, axis in zip(levels, axes, strict=True):
        there = out[covered] if axis == axes[-1] else writer.room(level, out.dtype)
        _divide(writer, g, _in_turn(there, axis, size), masks[axis])
        g = there
    if not axes:
        writer.copy(g, out[covered])


def _compared(
    writer: Any, x: np.ndarray, axes: list[int], size: Sequence[int]
) -> tuple[list[tuple], dict[int, list]]:
    """What is larger than all before it: masks for each axis, and the shapes they came from."""
    shapes, masks = [], {}
    for axis in reversed(axes):
        shapes.append(x.shape)
        largest, *others = _in_turn(x, axis, size)
        x = writer.room(largest.shape, x.dtype)
        masks[axis] = []
        for i, other in enumerate(others, 1):
            mask = writer.room(largest.shape, bool)
            writer.call("less", largest, other, out=mask)
            masks[axis].append(mask)
            if axis != axes[0] or i < len(others):
                writer.call("maximum", largest, other, out=x)
                largest = x
    return shapes[::-1], masks


def _divide(writer: Any, g: np.ndarray, places: list[np.ndarray], masks: list) -> None:
    """Give slopes to the last place where a mask is true, and what is left to the first."""
    for i in range(len(masks), 0, -1):
        writer.call("multiply", g, masks[i - 1], out=places[i])
        left = places[0] if i == 1 else writer.room(g.shape, g.dtype)
        writer.call("subtract", g, places[i], out=left)
        g = left


def _in_turn(x: np.ndarray, axis: int, size: Sequence[int]) -> list[np.ndarray]:
    """Every place of the windows along an axis."""
    step = size[axis - 1]
    return [x[(slice(None),) * axis + (slice(i, None, step),)] for i in range(step)]
