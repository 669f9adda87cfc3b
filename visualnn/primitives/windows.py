"""The windows that convolution and pooling look through: how many there are, and where.

Images are (batch, *space, channels) with any number of space axes.  ``strides``, ``padding`` and
``dilation`` have one entry for each space axis; padding is (before, after), or ``"same"``.
"""

import itertools
import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from visualnn.spec import ShapeError, known

BLOCK = 1 << 20
"""Bytes of windows that are copied out at once: about what the second cache holds."""


def places(name, x, size, strides, padding, dilation):
    """How many windows fit along each space axis of a spec.

    Raises:
        ShapeError: When none does.
    """
    if not all(map(known, size)):
        raise ShapeError(f"{name}: the size of the window, {tuple(size)}, must be known.")
    counts = []
    for length, width, stride, frame, gap in zip(
        x.sizes[1:-1], size, strides, padding, dilation, strict=True
    ):
        extent = gap * (width - 1) + 1
        if frame == "same":
            counts.append((length + (stride - 1)) // stride)
            continue
        if known(length) and length + sum(frame) < extent:
            raise ShapeError(
                f"{name}: a window of {tuple(size)} does not fit into {x}, "
                f"whose space axes have the sizes {x.shape[1:-1]}."
            )
        room = length + (sum(frame) - extent + stride)
        counts.append(room // stride)
    return tuple(counts)


def frames(space, size, strides, padding, dilation):
    """The padding in numbers, (before, after) for each space axis.

    ``"same"`` is as much as lets a window begin at every ``stride``-th element; if that is odd,
    the larger half comes after.
    """
    found = []
    for length, width, stride, frame, gap in zip(
        space, size, strides, padding, dilation, strict=True
    ):
        if frame == "same":
            total = max((-(-length // stride) - 1) * stride + gap * (width - 1) + 1 - length, 0)
            frame = (total // 2, total - total // 2)
        found.append(frame)
    return tuple(found)


def padded(x, padding, value=0):
    """An image with a frame of this value; one narrower than nothing cuts off the last pixels."""
    if not any(map(any, padding)):
        return x
    seen = (slice(None), *(slice(min(0, after) or None) for _, after in padding))
    frame = ((before, max(0, after)) for before, after in padding)
    return np.pad(x[seen], ((0, 0), *frame, (0, 0)), constant_values=value)


def crop(x, padding, space):
    """A padded image without its frame; pixels that were cut off are zeros again."""
    inner = (slice(before, before + n) for (before, _), n in zip(padding, space, strict=True))
    missing = [(0, max(0, -after)) for _, after in padding]
    return padded(x[(slice(None), *inner)], missing)


def taps(size):
    """Every place in a window, in the order of its elements."""
    return itertools.product(*map(range, size))


def seen_by(tap, counts, strides, dilation):
    """The index of what all windows have at one of their places, in the padded image."""
    return (
        slice(None),
        *(
            slice(start * gap, start * gap + (count - 1) * stride + 1, stride)
            for start, count, stride, gap in zip(tap, counts, strides, dilation, strict=True)
        ),
    )


def count_places(shape, size, strides, padding, dilation):
    """``places`` for the shape of an array."""
    return tuple(
        (before + n + after - (gap * (width - 1) + 1)) // stride + 1
        for n, width, stride, (before, after), gap in zip(
            shape[1:-1], size, strides, padding, dilation, strict=True
        )
    )


def image_blocks(image):
    """A few whole images at a time, as slices of the batch."""
    step = max(1, BLOCK // max(1, image[:1].nbytes))
    for start in range(0, len(image), step):
        yield slice(start, start + step)


def window_blocks(image, size, strides, dilation):
    """Every window of a padded image, a block of them at a time.

    Yields:
        The index of the block in (batch, *places) and its windows (count, *size, channels),
        where the images of a block are whole, or the block is one row of places of one image.
    """
    extent = tuple(gap * (width - 1) + 1 for width, gap in zip(size, dilation, strict=True))
    axes = tuple(range(1, len(size) + 1))
    view = sliding_window_view(image, extent, axes)
    view = view[(slice(None), *(slice(None, None, stride) for stride in strides))]
    view = view[(..., *(slice(None, None, gap) for gap in dilation))]
    view = np.moveaxis(view, len(size) + 1, -1)
    counts = view.shape[1 : 1 + len(size)]
    one_image = math.prod(view.shape[1:]) * image.itemsize
    images = max(1, BLOCK // max(1, one_image))
    rows = counts[0] if one_image <= BLOCK else max(1, BLOCK * counts[0] // one_image)
    for first in range(0, len(image), images):
        for row in range(0, counts[0], rows):
            index = (slice(first, first + images), slice(row, row + rows))
            block = view[index]
            yield index, block.reshape(-1, *block.shape[1 + len(size) :])
