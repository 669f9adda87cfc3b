"""Convolution of images with few channels: what windows see is copied plane by plane.

Of pictures with one or three channels a window sees runs of a few numbers, which take long to copy
one by one.  What all windows see at their first place is a plane as large as the result, and can be
copied row by row; so there is a plane for every place of a window and every channel, and the
products take them as columns.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from visualnn.engine.image_blocks import add_up
from visualnn.engine.small_products import SHALLOWEST, SHORTEST, rows_at_once


def _planes(writer: Any, windows: np.ndarray) -> np.ndarray:
    """Copies of windows (batch, *places, *size, channels) as (batch, taps * channels, places)."""
    rank = windows.ndim // 2 - 1
    order = (0, *range(rank + 1, windows.ndim), *range(1, rank + 1))
    turned = windows.transpose(order)
    planes = writer.room(turned.shape, windows.dtype)
    writer.line(f"copyto({writer.text(planes)}, {writer.text(turned)})")
    return planes.reshape(len(windows), -1, math.prod(windows.shape[1 : rank + 1]))


def forward(writer: Any, out: np.ndarray, windows: np.ndarray, weights: Any) -> None:
    """Convolve; the weights may be the name of what comes when the plan runs."""
    planes, filters = _planes(writer, windows), out.shape[-1]
    images, depth, places = planes.shape
    length = rows_at_once(places, depth, filters, SHORTEST)
    rows = planes.reshape(images, depth, -1, length).transpose(0, 2, 3, 1)
    matrix = writer.view(weights, "reshape", (depth, filters))
    writer.call("matmul", rows, matrix, out=out.reshape(images, -1, length, filters))


def to_kernel(writer: Any, out: np.ndarray, windows: np.ndarray, g: np.ndarray) -> None:
    """The gradient of the kernel: what windows saw times what came of it."""
    planes, filters = _planes(writer, windows), g.shape[-1]
    images, depth, places = planes.shape
    length = rows_at_once(places, depth, filters, SHALLOWEST)
    rows = planes.reshape(images, depth, -1, length).swapaxes(1, 2)
    shares = writer.room((*rows.shape[:2], depth, filters), out.dtype)
    parts = shares.reshape(-1, depth * filters)
    ones = writer.filled(1, (len(parts),), out.dtype)

    def added(total: np.ndarray) -> None:
        writer.call("matmul", rows, g.reshape(images, -1, length, filters), out=shares)
        writer.call("matmul", ones, parts, out=total.reshape(-1))

    add_up(writer, out, added)
