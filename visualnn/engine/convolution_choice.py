"""Which algorithm computes a convolution: a table of what each of them costs.

Windows of 3 x 3 places can be seen four or sixteen at a time (Winograd, "Arithmetic complexity of
computations", 1980; Lavin and Gray, "Fast algorithms for convolutional networks", 2016): tiles of
images and the kernel are transformed, multiplied number by number, and transformed back.  That
takes fewer multiplications where there are many channels, and rounds a little more.
"""

from __future__ import annotations

import math

from visualnn.engine.passes import uses
from visualnn.graph.graph import Node
from visualnn.primitives.windows import frames

_COPY = 8.0  # what it costs to move a number, in multiplications of a matrix product
_LEAST_CHANNELS = 24
_GAIN = 0.85  # of the time; what gains less is not worth the rounding


def tile_of(node: Node) -> int:
    """How many places along each axis are computed together: 4 or 2, or 0 for one by one."""
    where, name = node.settings, node.primitive.name
    if not uses("winograd") or where["groups"] != 1 or node.output.dtype != "float32":
        return 0
    image, small, kernel = _parts(node)
    *size, depth, filters = kernel
    if tuple(size) != (3, 3) or {*where["strides"], *where["dilation"]} != {1}:
        return 0
    if min(depth, filters) < _LEAST_CHANNELS:
        return 0
    # the gradient of an image has as many places as the image
    places = image if name == "conv_transpose" else small
    costs = {tile: _cost(tile, places, depth, filters) for tile in (0, 2, 4)}
    best = min((2, 4), key=costs.__getitem__)
    return best if costs[best] < _GAIN * costs[0] else 0


def tiles_along(places: int, tile: int) -> int:
    """How many tiles cover an axis; the last one may reach beyond its end."""
    return -(-places // tile)


def bytes_of_tiles(node: Node, tile: int) -> int:
    """The room for the transformed tiles of one image."""
    image, small, (*_, depth, filters) = _parts(node)
    places = image if node.primitive.name == "conv_transpose" else small
    tiles = math.prod(tiles_along(n, tile) for n in places)
    return (tile + 2) ** 2 * tiles * max(depth, filters) * 4


def padding_of(node: Node) -> tuple:
    """The frame of the images that a convolution, or a gradient of one, is about."""
    image, _, (*size, _, _) = _parts(node)
    where = node.settings
    return frames(image, size, where["strides"], where["padding"], where["dilation"])


def _parts(node: Node) -> tuple[tuple, tuple, tuple]:
    """The space of the image and of the places, and the shape of the kernel."""
    first, second = (x.spec.numbers for x in node.inputs[:2])
    made = node.output.spec.numbers
    if node.primitive.name == "conv":
        return first[1:-1], made[1:-1], second
    if node.primitive.name == "conv_kernel":
        return first[1:-1], second[1:-1], made
    return made[1:-1], first[1:-1], second


def _cost(tile: int, places: tuple, depth: int, filters: int) -> float:
    """Multiplications for one image, and the moving of numbers."""
    if tile == 0:
        return math.prod(places) * 9 * depth * (filters + _COPY)
    tiles = math.prod(tiles_along(n, tile) for n in places)
    side = (tile + 2) ** 2
    transforms = side * side * depth + side * tile * tile * filters
    moved = side * 2 * depth + (side + 2 * tile * tile) * filters
    return tiles * (side * depth * filters + transforms + _COPY * moved)
