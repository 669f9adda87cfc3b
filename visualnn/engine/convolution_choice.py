"""Which way a convolution is computed: a table of what each of them costs.

* ``"windows"``: what every window sees is copied out, and is a row of one matrix.
* ``"planes"``: the same, plane by plane, where there are few channels (plane_kernels.py).
* ``"strips"``: windows are multiplied where they lie (strip_kernels.py).
* ``"tiles_2"``, ``"tiles_4"``: windows of 3 x 3 places are seen four or sixteen at once (Winograd,
  "Arithmetic complexity of computations", 1980; Lavin and Gray, "Fast algorithms for convolutional
  networks", 2016): tiles of images and the kernel are transformed, multiplied number by number, and
  transformed back.  That takes fewer multiplications where there are many channels, and rounds a
  little more.
* ``"painted_2"``, ``"painted_4"``: gradients of images through such tiles, the last step first.
* ``"taps"``: for gradients of images, every place of the window is painted by itself.

A gradient of images with strides of one is a convolution as well, with the kernel turned around.
"""

from __future__ import annotations

import math

from visualnn.engine.passes import uses
from visualnn.engine.small_products import MOST, SHORTEST
from visualnn.graph.graph import Node
from visualnn.primitives.windows import frames

# what things cost, in multiplications of a matrix product
_COPY = 8.0  # a number that is moved
_RUN = 90.0  # a run of numbers that is moved
_PICK = 15.0  # one that is picked out of some channels
_ADD = 6.0  # one that is added
_ROW = 70.0  # a row of a product, beside what it multiplies
_FEW_CHANNELS = 4
_LARGE_KERNEL = 1 << 18  # bytes
_LEAST_ROWS = 64  # of a product with a large kernel
_LEAST_CHANNELS = 24
_GAIN = 0.85  # of the time; what gains less is not worth the rounding


def way_of(node: Node) -> str:
    """How a convolution, or a gradient of one, is computed."""
    costs = {way: _cost(way, node) for way in _ways(node)}
    tiled = [way for way in costs if tile_of(way)]
    plain = min((way for way in costs if way not in tiled), key=costs.__getitem__)
    best = min(tiled, key=costs.__getitem__, default=plain)
    return best if costs[best] < _GAIN * costs[plain] else plain


def tile_of(way: str) -> int:
    """How many places along each axis are computed together, or 0 for one by one."""
    return int(way[-1]) if way[-1].isdigit() else 0


def tiles_along(places: int, tile: int) -> int:
    """How many tiles cover an axis; the last one may reach beyond its end."""
    return -(-places // tile)


def bytes_of(node: Node) -> int:
    """The room that one image takes in a convolution, or in a gradient of one."""
    way, (image, places, size, depth, filters) = way_of(node), _seen(node)
    if way.startswith("painted"):
        places = image
    if tile := tile_of(way):
        tiles = math.prod(tiles_along(n, tile) for n in places)
        return (tile + 2) ** 2 * tiles * max(depth, filters) * 4
    if way == "strips":
        framed = math.prod(n + k - 1 for n, k in zip(places, size, strict=True))
        return framed * (depth + filters * math.prod(size[:-1])) * 4
    if way == "taps":
        return math.prod(image) * filters * 4
    return math.prod(places) * math.prod(size) * depth * 4


def least_images(node: Node) -> int:
    """How many images make a block that is worth to read a large kernel for."""
    (_, places, size, depth, filters), tile = _seen(node), tile_of(way_of(node))
    side = (tile + 2) ** 2 if tile else math.prod(size)
    if side * depth * filters * 4 < _LARGE_KERNEL:
        return 1
    rows = math.prod(tiles_along(n, tile or 1) for n in places)
    return -(-_LEAST_ROWS // rows)


def padding_of(node: Node) -> tuple:
    """The frame of the images that a convolution, or a gradient of one, is about."""
    image, _, (*size, _, _) = _parts(node)
    where = node.settings
    return frames(image, size, where["strides"], where["padding"], where["dilation"])


def turned_padding(node: Node) -> tuple:
    """The frame of what comes in, when a gradient of images is seen as a convolution."""
    size = node.inputs[1].spec.numbers[:-2]
    frame = zip(size, padding_of(node), strict=True)
    return tuple((n - 1 - before, n - 1 - after) for n, (before, after) in frame)


def _parts(node: Node) -> tuple[tuple, tuple, tuple]:
    """The space of the image and of the places, and the shape of the kernel."""
    first, second = (x.spec.numbers for x in node.inputs[:2])
    made = node.output.spec.numbers
    if node.primitive.name == "conv":
        return first[1:-1], made[1:-1], second
    if node.primitive.name == "conv_kernel":
        return first[1:-1], second[1:-1], made
    return made[1:-1], first[1:-1], second


def _seen(node: Node) -> tuple[tuple, tuple, tuple, int, int]:
    """Image, places, size, depth and filters of the convolution that a node is seen as."""
    image, places, (*size, depth, filters) = _parts(node)
    if node.primitive.name == "conv_transpose":
        return places, image, tuple(size), filters, depth
    return image, places, tuple(size), depth, filters


def _ways(node: Node) -> list[str]:
    """The ways in which a convolution can be computed."""
    where, is_turned = node.settings, node.primitive.name == "conv_transpose"
    _, _, size, depth, filters = _seen(node)
    steps = {*where["strides"], *where["dilation"]}
    ways = ["taps" if is_turned else "windows"]
    if node.output.dtype != "float32" or where["groups"] != 1 or math.prod(size) == 1:
        return ways
    if is_turned and (steps != {1} or any(before < 0 for before, _ in turned_padding(node))):
        return ways
    if depth <= _FEW_CHANNELS and uses("planes"):
        ways.append("planes")
    if steps == {1} and size[-1] * depth * filters * SHORTEST <= MOST and uses("strips"):
        ways.append("strips")
    if steps == {1} and size == (3, 3) and min(depth, filters) >= _LEAST_CHANNELS:
        ways += ["tiles_2", "tiles_4"] if uses("winograd") else []
        if is_turned and uses("winograd") and min(map(min, padding_of(node))) > -3:
            ways += ["painted_2", "painted_4"]
    return ways


def _cost(way: str, node: Node) -> float:
    """Multiplications for one image, and the moving of numbers."""
    image, places, size, depth, filters = _seen(node)
    count, taps = math.prod(places), math.prod(size)
    if way == "taps":
        return math.prod(image) * taps * (depth * filters + (_ADD + _COPY) * filters + _ROW)
    if way == "planes":
        return count * (taps * depth * (filters + _PICK) + _ROW)
    if way == "windows":
        moved = _COPY + _RUN / (size[-1] * depth)
        return count * (taps * depth * (filters + moved) + _ROW)
    if way == "strips":
        rows = math.prod(size[:-1])
        framed = math.prod(n + k - 1 for n, k in zip(places[1:], size[1:], strict=True)) * places[0]
        products = rows * (size[-1] * depth * filters + _ROW)
        return framed * (products + _ADD * (rows - 1) * filters + _COPY * depth)
    tile = tile_of(way)
    if way.startswith("painted"):
        places, depth, filters = image, filters, depth
    tiles = math.prod(tiles_along(n, tile) for n in places)
    side = (tile + 2) ** 2
    transforms = side * side * depth + side * tile * tile * filters
    moved = side * 2 * depth + (side + 2 * tile * tile) * filters
    if way.startswith("painted"):
        moved += side * depth // 2
    return tiles * (side * depth * filters + transforms + _COPY * moved)
