"""Convolution by windows as they lie: nothing is copied but the frame around the images.

In memory, a row of images is one long strip, place after place and channel after channel.  What a
window of three places sees of it is one run of numbers; so are the windows that begin three places
further, and together they are the rows of a matrix without gaps.  So three products (for windows
that begin at the first, the second and the third place) for each row of the kernel are all:

    strip      a b c d e f g h i          first   (a b c) (d e f) (g h i)
                                          second    (b c d) (e f g) ...
                                          third       (c d e) (f g h) ...

The images of a block are one strip; where a window would reach around the end of a row, what comes
out is not looked at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from visualnn.engine.image_blocks import add_up, cropped, inside
from visualnn.engine.small_products import MOST


class _Strip:
    """A strip of framed images, and which products see all of its windows.

    Args:
        writer: The writer of the plan.
        images: How many images there are.
        space: Their space with its frame.
        size: The size of the kernel.
        depth: The channels of the images.
        filters: Those of the results.
    """

    def __init__(
        self,
        writer: Any,
        images: int,
        space: Sequence[int],
        size: Sequence[int],
        depth: int,
        filters: int,
    ):
        self.writer, self.images, self.space = writer, images, tuple(space)
        self.lead, self.width = tuple(size[:-1]), size[-1]
        self.depth, self.filters = depth, filters
        self.steps = tuple(math.prod(space[i + 1 :]) for i in range(len(space)))
        places = images * math.prod(space)
        last = sum((n - 1) * step for n, step in zip(self.lead, self.steps, strict=False))
        rows = -(-(places - last - self.width + 1) // self.width)
        self.count = -(-rows * self.width * depth * filters // MOST)
        self.length = -(-rows // self.count)
        self.places = self.count * self.length * self.width
        self.needed = max(places, last + self.places + self.width - 1)

    def of_image(self, x: np.ndarray, padding: tuple) -> np.ndarray:
        """The runs that windows see: (*lead, width, count, length, width * depth)."""
        writer, width, depth = self.writer, self.width, self.depth
        x, padding = cropped(x, padding), tuple((max(a, 0), max(b, 0)) for a, b in padding)
        strip = writer.frame((self.needed, depth), x.dtype, ("strip", padding, x.shape))
        places = self.images * math.prod(self.space)
        image = strip[:places].reshape(self.images, *self.space, depth)
        writer.copy(x, inside(image, padding))
        each = depth * x.itemsize
        return as_strided(
            strip,
            (*self.lead, width, self.count, self.length, width * depth),
            (
                *(step * each for step in self.steps[:-1]),
                each,
                self.length * width * each,
                width * each,
                x.itemsize,
            ),
        )

    def of_results(self, y: np.ndarray) -> np.ndarray:
        """Results at the places where their windows begin: (width, count, length, filters)."""
        space = y.shape[1:-1]
        strip = self.writer.frame((self.places, self.filters), y.dtype, ("ends", self.space, space))
        self.writer.copy(y, self._looked_at(strip, space))
        return self._in_turn(strip)

    def _looked_at(self, strip: np.ndarray, space: tuple) -> np.ndarray:
        """Of what comes out, that of windows which do not reach around the end of a row."""
        each = self.filters * strip.itemsize
        steps = (math.prod(self.space) * each, *(step * each for step in self.steps))
        shape = (self.images, *space, self.filters)
        return as_strided(strip, shape, (*steps, strip.itemsize))

    def _in_turn(self, strip: np.ndarray) -> np.ndarray:
        """Places in the order of the products: (..., width, count, length, filters)."""
        shape = (*strip.shape[:-2], self.count, self.length, self.width, self.filters)
        return np.moveaxis(strip.reshape(shape), -2, -4)

    def convolve(self, seen: np.ndarray, kernel: str, out: np.ndarray) -> None:
        """Multiply, and add up the rows of the kernel."""
        writer = self.writer
        made = writer.room((*self.lead, self.places, self.filters), out.dtype)
        writer.call("matmul", seen, kernel, out=self._in_turn(made))
        rows = made.reshape(-1, self.places, self.filters)
        first, *others = (self._looked_at(row, out.shape[1:-1]) for row in rows)
        if not others:
            writer.copy(first, out)
            return
        writer.call("add", first, others[0], out=out)
        for other in others[1:]:
            writer.call("add", out, other, out=out)

    @property
    def kernel_shape(self) -> tuple[int, ...]:
        """The kernel as what every product has on its right."""
        return (*self.lead, 1, 1, self.width * self.depth, self.filters)


def forward(
    writer: Any, out: np.ndarray, x: np.ndarray, weights: Any, size: Sequence[int], padding: tuple
) -> None:
    """Convolve images with a kernel, which may be the name of what comes when the plan runs."""
    strip = _Strip(writer, len(x), _framed(x, padding), size, x.shape[-1], out.shape[-1])
    kernel = writer.view(weights, "reshape", strip.kernel_shape)
    strip.convolve(strip.of_image(x, padding), kernel, out)


def to_kernel(
    writer: Any, out: np.ndarray, x: np.ndarray, g: np.ndarray, size: Sequence[int], padding: tuple
) -> None:
    """The gradient of the kernel: what windows saw times what came of it."""
    strip = _Strip(writer, len(x), _framed(x, padding), size, x.shape[-1], g.shape[-1])
    seen, slope = strip.of_image(x, padding), strip.of_results(g)
    inner = (strip.width * strip.depth, strip.filters)
    shares = writer.room((*strip.lead, strip.width, strip.count, *inner), out.dtype)
    turns = strip.width * strip.count
    ones = writer.filled(1, (turns,), out.dtype)

    def added(total: np.ndarray) -> None:
        writer.call("matmul", seen.swapaxes(-1, -2), slope, out=shares)
        parts = shares.reshape(-1, turns, math.prod(inner))
        writer.call("matmul", ones, parts, out=total.reshape(len(parts), -1))

    add_up(writer, out, added)


def _framed(x: np.ndarray, padding: tuple) -> tuple[int, ...]:
    return tuple(n + sum(pair) for n, pair in zip(x.shape[1:-1], padding, strict=True))
