"""Convolution with windows of 3 x 3 places, a tile of them at a time.

With ``a = tile + 2``, a tile of ``tile * tile`` results is seen by ``a * a`` numbers of the image.
The transformations are linear, so each is one product of a small matrix with all tiles at once:
rows of the tile and columns of the tile together, as a Kronecker product.

    image tiles (a*a, tiles * channels)  --TO_TILES-->   V
    kernel      (9, channels * filters)  --TO_KERNEL-->  U         V @ U for each of the a*a places
    V @ U       (a*a, tiles * filters)   --FROM_TILES--> results (tile*tile, tiles * filters)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from visualnn.engine.convolution_choice import padding_of, tiles_along
from visualnn.engine.small_products import product
from visualnn.graph.graph import Node

_TO_TILES = {
    2: [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]],
    4: [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
}
_FROM_TILES = {
    2: [[1, 1, 1, 0], [0, 1, -1, -1]],
    4: [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
}
_TO_KERNEL = {
    2: [[1, 0, 0], [1 / 2, 1 / 2, 1 / 2], [1 / 2, -1 / 2, 1 / 2], [0, 0, 1]],
    4: [
        [1 / 4, 0, 0],
        [-1 / 6, -1 / 6, -1 / 6],
        [-1 / 6, 1 / 6, -1 / 6],
        [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6],
        [0, 0, 1],
    ],
}


class _Tiles:
    """The calls that transform images, kernels and results, for one size of tiles."""

    def __init__(self, writer: Any, tile: int, images: int, space: tuple):
        self.writer, self.tile, self.side = writer, tile, tile + 2
        self.images, self.space = images, space
        self.along = tuple(tiles_along(n, tile) for n in space)
        self.count = images * self.along[0] * self.along[1]

    def matrix(self, table: dict, name: str, turned: bool = False) -> np.ndarray:
        """A transformation of rows and columns at once, or its transpose."""

        def made() -> np.ndarray:
            one = np.array(table[self.tile], "float64")
            both = np.kron(one, one).astype("float32")
            return np.ascontiguousarray(both.T if turned else both)

        return self.writer.constant(f"{name}_{self.tile}{'_turned' if turned else ''}", made)

    def of_image(self, x: np.ndarray, padding: tuple) -> np.ndarray:
        """Transformed tiles (side * side, tiles, channels) of framed images."""
        writer, side, tile = self.writer, self.side, self.tile
        # beyond the last place, tiles see zeros
        (top, _), (left, _) = padding
        height, width = (n * tile + 2 for n in self.along)
        shape = (self.images, height, width, x.shape[-1])
        image = writer.frame(shape, x.dtype, (padding, x.shape))
        rows, columns = min(x.shape[1], height - top), min(x.shape[2], width - left)
        inner = image[:, top : top + rows, left : left + columns]
        writer.copy(x[:, :rows, :columns], inner)
        s = image.strides
        seen = as_strided(
            image,
            (side, side, self.images, *self.along, x.shape[-1]),
            (s[1], s[2], s[0], s[1] * tile, s[2] * tile, s[3]),
        )
        copied = writer.room(seen.shape, x.dtype)
        writer.line(f"copyto({writer.text(copied)}, {writer.text(seen)})")
        tiles = writer.room((side * side, self.count, x.shape[-1]), x.dtype)
        matrix = self.matrix(_TO_TILES, "to_tiles")
        product(writer, matrix, _flat(copied, side), _flat(tiles, side))
        return tiles

    def of_results(self, y: np.ndarray) -> np.ndarray:
        """Results (images, *places, filters) as those of tiles, (side * side, tiles, filters)."""
        writer, tile = self.writer, self.tile
        filters = y.shape[-1]
        places = writer.room((tile, tile, self.images, *self.along, filters), y.dtype)
        writer.line(f"copyto({writer.text(places)}, {writer.text(self._tiled(y, fill=True))})")
        made = writer.room((self.side**2, self.count, filters), y.dtype)
        matrix = self.matrix(_FROM_TILES, "from_tiles", turned=True)
        product(writer, matrix, _flat(places, tile), _flat(made, self.side))
        return made

    def to_results(self, made: np.ndarray, out: np.ndarray) -> None:
        """Results out of the products of tiles."""
        writer, tile = self.writer, self.tile
        places = writer.room((tile, tile, self.images, *self.along, out.shape[-1]), out.dtype)
        matrix = self.matrix(_FROM_TILES, "from_tiles")
        product(writer, matrix, _flat(made, self.side), _flat(places, tile))
        if self._is_even(out):
            writer.line(f"copyto({writer.text(self._tiled(out))}, {writer.text(places)})")
            return
        whole = writer.room(self._whole(out), out.dtype)
        writer.line(f"copyto({writer.text(self._split(whole))}, {writer.text(places)})")
        writer.copy(whole[:, : out.shape[1], : out.shape[2]], out)

    def to_image(self, tiles: np.ndarray, padding: tuple, out: np.ndarray) -> None:
        """Tiles painted back into framed images, where they overlap one over the other."""
        writer, side, tile = self.writer, self.side, self.tile
        depth = tiles.shape[-1]
        painted = writer.room((side, side, self.images, *self.along, depth), out.dtype)
        matrix = self.matrix(_TO_TILES, "to_tiles", turned=True)
        product(writer, matrix, _flat(tiles, side), _flat(painted, side))
        # the places of tiles apart, so that what is added lies in long rows
        tall, wide = self.along
        apart = writer.room((tile, tile, self.images, tall + 1, wide + 1, depth), out.dtype)
        writer.line(f"{writer.text(apart[:, :, :, tall:])}[...] = 0")
        writer.line(f"{writer.text(apart[:, :, :, :, wide:])}[...] = 0")
        first, *others = (
            (
                apart[: side - i, : side - j, :, i // tile :, j // tile :][..., :tall, :wide, :],
                painted[i : i + tile, j : j + tile],
            )
            for i in (0, tile)
            for j in (0, tile)
        )
        writer.line(f"copyto({writer.text(first[0])}, {writer.text(first[1])})")
        for there, piece in others:
            writer.call("add", there, piece, out=there)
        tall, wide = (tall + 1) * tile, (wide + 1) * tile
        image = writer.room((self.images, tall, wide, depth), out.dtype)
        split = image.reshape(self.images, -1, tile, wide // tile, tile, depth)
        together = writer.text(split.transpose(2, 4, 0, 1, 3, 5))
        writer.line(f"copyto({together}, {writer.text(apart)})")
        (top, _), (left, _) = padding
        rows, columns = min(out.shape[1], tall - top), min(out.shape[2], wide - left)
        if (rows, columns) != out.shape[1:3]:
            writer.line(f"{writer.text(out)}[...] = 0")
        writer.copy(image[:, top : top + rows, left : left + columns], out[:, :rows, :columns])

    def of_kernel(self, weights: np.ndarray) -> np.ndarray:
        """A kernel (9, channels, filters) as that of tiles, once for all blocks."""
        writer = self.writer
        turned = writer.scratch((self.side**2, *weights.shape[1:]), weights.dtype, "kernel")
        matrix = writer.text(self.matrix(_TO_KERNEL, "to_kernel"))
        before, after = writer.text(_flat(weights, 3)), writer.text(_flat(turned, self.side))
        writer.once(f"matmul({matrix}, {before}, out={after})")
        return turned

    def _is_even(self, y: np.ndarray) -> bool:
        return y.shape[1:3] == tuple(n * self.tile for n in self.along)

    def _whole(self, y: np.ndarray) -> tuple:
        height, width = (n * self.tile for n in self.along)
        return (self.images, height, width, y.shape[-1])

    def _split(self, y: np.ndarray) -> np.ndarray:
        """A view with the places of a tile first: (tile, tile, images, *tiles, filters)."""
        tall, wide = self.along
        split = y.reshape(self.images, tall, self.tile, wide, self.tile, y.shape[-1])
        return split.transpose(2, 4, 0, 1, 3, 5)

    def _tiled(self, y: np.ndarray, fill: bool = False) -> np.ndarray:
        if self._is_even(y):
            return self._split(y)
        assert fill  # results that are given end before the last tile does: zeros follow
        whole = self.writer.frame(self._whole(y), y.dtype, ("tiles", y.shape))
        self.writer.copy(y, whole[:, : y.shape[1], : y.shape[2]])
        return self._split(whole)


def _flat(x: np.ndarray, side: int) -> np.ndarray:
    """One row for each place of a tile."""
    return x.reshape(side * side, -1)


def forward(
    writer: Any, out: np.ndarray, x: np.ndarray, weights: np.ndarray, padding: tuple, tile: int
) -> None:
    """Convolve images with a kernel (9, channels, filters)."""
    tiles = _Tiles(writer, tile, len(out), out.shape[1:-1])
    kernel = tiles.of_kernel(weights)
    seen = tiles.of_image(x, padding)
    made = writer.room((len(seen), tiles.count, out.shape[-1]), out.dtype)
    product(writer, seen, kernel, made)
    tiles.to_results(made, out)


def conv(writer: Any, node: Node, out: np.ndarray, x: np.ndarray, weights: Any, tile: int) -> None:
    """Write the calls of a convolution."""
    depth, filters = node.inputs[1].spec.numbers[-2:]
    kernel = writer.scratch((9, depth, filters), out.dtype, "weights")
    view = writer.view(weights, "reshape", (9, depth, filters))
    writer.once(f"copyto({writer.text(kernel)}, {view})")
    forward(writer, out, x, kernel, padding_of(node), tile)


def conv_transpose(
    writer: Any, node: Node, out: np.ndarray, y: np.ndarray, weights: Any, tile: int
) -> None:
    """Write the calls of the gradient of images: a convolution, the kernel turned around."""
    depth, filters = node.inputs[1].spec.numbers[-2:]
    kernel = writer.scratch((9, filters, depth), out.dtype, "weights")
    view = writer.view(weights, "reshape", (9, depth, filters))
    writer.once(f"copyto({writer.text(kernel)}, {view}[::-1].transpose(0, 2, 1))")
    padding = tuple((2 - before, 2 - after) for before, after in padding_of(node))
    forward(writer, out, y, kernel, padding, tile)


def conv_painted(
    writer: Any, node: Node, out: np.ndarray, y: np.ndarray, weights: Any, tile: int
) -> None:
    """Write the calls of the gradient of images: those of a convolution, the last one first."""
    depth, filters = node.inputs[1].spec.numbers[-2:]
    kernel = writer.scratch((9, filters, depth), out.dtype, "weights")
    view = writer.view(weights, "reshape", (9, depth, filters))
    writer.once(f"copyto({writer.text(kernel)}, {view}.transpose(0, 2, 1))")
    tiles = _Tiles(writer, tile, len(out), y.shape[1:-1])
    turned, made = tiles.of_kernel(kernel), tiles.of_results(y)
    seen = writer.room((len(made), tiles.count, depth), out.dtype)
    product(writer, made, turned, seen)
    tiles.to_image(seen, padding_of(node), out)


def conv_kernel(
    writer: Any, node: Node, out: np.ndarray, x: np.ndarray, g: np.ndarray, tile: int
) -> None:
    """Write the calls of the gradient of the kernel."""
    tiles = _Tiles(writer, tile, len(g), g.shape[1:-1])
    depth, filters = out.shape[-2:]
    total = writer.scratch((tiles.side**2, depth, filters), out.dtype, "total")
    seen, made = tiles.of_image(x, padding_of(node)), tiles.of_results(g)
    turned = seen.transpose(0, 2, 1)
    if writer.is_in_parts:
        writer.once(f"{writer.text(total)}[...] = 0")
        share = writer.room(total.shape, out.dtype)
        writer.call("matmul", turned, made, out=share)
        writer.call("add", total, share, out=total)
    else:
        writer.call("matmul", turned, made, out=total)
    matrix = writer.text(tiles.matrix(_TO_KERNEL, "to_kernel", turned=True))
    before, after = writer.text(_flat(total, tiles.side)), writer.text(_flat(out, 3))
    writer.finally_once(f"matmul({matrix}, {before}, out={after})")
