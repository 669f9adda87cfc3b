"""Images a few at a time, and in frames: what the kernels for images are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from visualnn.graph.graph import Node

_BLOCK = 1 << 19  # bytes of copied windows


def blocks_of(images: int, bytes_each: int) -> list[slice]:
    """The batch in equal parts that are not too large, and what is left."""
    step = max(1, min(images, _BLOCK // max(1, bytes_each)))
    return [slice(i, min(i + step, images)) for i in range(0, images, step)]


def there(writer: Any, node: Node, x: Any, number: int) -> np.ndarray:
    """An input as an array without gaps, which is there when the plan is made."""
    if not isinstance(x, np.ndarray):
        return writer.copied(node.inputs[number])
    if x.flags.c_contiguous:
        return x
    array = writer.room(x.shape, x.dtype)
    writer.copy(x, array)
    return array


def framed(writer: Any, x: np.ndarray, padding: tuple) -> np.ndarray:
    """Images in a frame of zeros, which is there from the beginning."""
    x, padding = cropped(x, padding), tuple((max(a, 0), max(b, 0)) for a, b in padding)
    if not any(map(any, padding)):
        return x
    space = [n + sum(pair) for n, pair in zip(x.shape[1:-1], padding, strict=True)]
    image = writer.frame((len(x), *space, x.shape[-1]), x.dtype, padding)
    writer.copy(x, inside(image, padding))
    return image


def cropped(x: np.ndarray, padding: tuple) -> np.ndarray:
    """Images without what a frame that is narrower than nothing leaves out."""
    space = x.shape[1:-1]
    ends = (slice(n + min(after, 0)) for (_, after), n in zip(padding, space, strict=True))
    return x[(slice(None), *ends)]


def inside(image: np.ndarray, padding: tuple) -> np.ndarray:
    """Framed images without their frame."""
    return image[
        (
            slice(None),
            *(
                slice(before, n - after)
                for (before, after), n in zip(padding, image.shape[1:-1], strict=True)
            ),
        )
    ]


def windows_of(
    image: np.ndarray, size: Sequence[int], strides: tuple, dilation: tuple
) -> np.ndarray:
    """A view of every window: (batch, *places, *size, channels)."""
    rank = len(size)
    extent = tuple(gap * (n - 1) + 1 for n, gap in zip(size, dilation, strict=True))
    view = sliding_window_view(image, extent, tuple(range(1, rank + 1)))
    view = view[(slice(None), *(slice(None, None, stride) for stride in strides))]
    view = view[(..., *(slice(None, None, gap) for gap in dilation))]
    return np.moveaxis(view, rank + 1, -1)


def add_up(writer: Any, out: np.ndarray, call: Callable[[np.ndarray], None]) -> None:
    """Let a call write its result, or in a stage add it to that of the blocks before."""
    if not writer.is_in_parts:
        call(out)
        return
    writer.once(f"{writer.text(out)}[...] = 0")
    share = writer.room(out.shape, out.dtype)
    call(share)
    writer.call("add", out, share, out=out)


def rows_of(x: np.ndarray) -> np.ndarray:
    """All but the last axis as one."""
    return x.reshape(-1, x.shape[-1])
