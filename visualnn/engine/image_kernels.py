"""How convolutions and pools are computed, a few images at a time, in memory that is there already.

A block of images is so large that what is copied out of it stays in the second cache.  The views of
every block are made once; the plan goes through them in a loop.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn.engine import compiled_images
from visualnn.engine import depthwise_kernels as depthwise
from visualnn.engine import plane_kernels as planes
from visualnn.engine import strip_kernels as strips
from visualnn.engine import winograd_kernels as winograd
from visualnn.engine.convolution_choice import bytes_of, tile_of, turned_padding, way_of
from visualnn.engine.image_blocks import (
    add_up,
    cropped,
    framed,
    inside,
    rows_of,
    there,
    windows_of,
)
from visualnn.engine.kernels import kernel
from visualnn.engine.pool_axes import largest, spread
from visualnn.engine.small_products import SHALLOWEST, SHORTEST, product, rows_at_once
from visualnn.graph.graph import Node
from visualnn.primitives.windows import frames, seen_by, taps

_AT_ONCE = 1 << 22  # bytes


def _has_simple_groups(node: Node) -> bool:
    """Whether all channels are seen together, or each by itself."""
    groups = node.settings["groups"]
    return groups == 1 or depthwise.is_depthwise(node)


def _frame(node: Node) -> tuple:
    """The frame of a pool."""
    image = node.inputs[1] if node.primitive.name == "max_pool_spread" else node.inputs[0]
    size, strides, padding = (node.settings[name] for name in ("size", "strides", "padding"))
    return frames(image.spec.numbers[1:-1], size, strides, padding, (1,) * len(size))


def _has_no_frame(node: Node) -> bool:
    """Whether the windows of a pool lie inside the images."""
    return not any(map(any, _frame(node)))


def _windows_lie_apart(node: Node) -> bool:
    size, strides = node.settings["size"], node.settings["strides"]
    return _has_no_frame(node) and all(s >= n for s, n in zip(strides, size, strict=True))


def _is_pointwise(size: Sequence[int], strides: tuple, padding: tuple) -> bool:
    return math.prod(size) == 1 and set(strides) == {1} and not any(map(any, padding))


# --------------------------------------------------------------------------- convolution


@kernel("conv", when=_has_simple_groups)
def _(writer: Any, node: Node, out: np.ndarray, x: Any, weights: Any, **where: Any) -> None:
    if where["groups"] > 1:
        depthwise.forward(writer, node, out, x, weights)
        return
    *size, depth, filters = node.inputs[1].spec.numbers
    strides, dilation = where["strides"], where["dilation"]
    space = node.inputs[0].spec.numbers[1:-1]
    padding = frames(space, size, strides, where["padding"], dilation)
    x = there(writer, node, x, 0)
    way = _way(writer, node, out)
    if tile := tile_of(way):
        winograd.conv(writer, node, out, x, weights, tile)
        return
    if way == "strips":
        strips.forward(writer, out, x, weights, size, padding)
        return
    matrix = writer.view(weights, "reshape", (math.prod(size) * depth, filters))
    if _is_pointwise(size, strides, padding):
        product(writer, rows_of(x), matrix, rows_of(out))
        return
    windows = windows_of(framed(writer, x, padding), size, strides, dilation)
    if way == "planes":
        planes.forward(writer, out, windows, weights)
        return
    loop, _ = _columns(writer, windows, made=out)
    with loop:
        writer.line("copyto(columns, windows)")
        writer.line(f"matmul(rows, {matrix}, out=made)")


def _columns(
    writer: Any, windows: np.ndarray, made: np.ndarray, into: np.ndarray | None = None
) -> tuple[Any, bool]:
    """A loop over blocks of windows, with room to copy them, and what belongs to their places.

    Args:
        writer: The writer.
        windows: A view of all windows.
        made: What belongs to their places.
        into: What all windows add up to; by default, they do not.

    Returns:
        The loop, and whether nothing is left to be added up.
    """
    width, filters = math.prod(windows.shape[made.ndim - 1 :]), made.shape[-1]
    blocks = writer.blocks(len(windows), windows[:1].size * windows.itemsize)
    places = math.prod(windows.shape[1 : made.ndim - 1])
    room = writer.room((len(windows[blocks[0]]) * places, width), windows.dtype)
    views: dict[str, list] = {name: [] for name in ("windows", "columns", "rows", "made")}
    more: dict[str, list] = {"pieces": []} if into is not None else {}
    least = SHORTEST if into is None else SHALLOWEST
    lengths = [
        rows_at_once(len(windows[block]) * places, width, filters, least) for block in blocks
    ]
    is_whole = all(n == len(windows[b]) * places for n, b in zip(lengths, blocks, strict=True))
    if into is not None and not is_whole:
        more |= {"pieces_flat": [], "ones": []}
    for block, length in zip(blocks, lengths, strict=True):
        rows = len(windows[block]) * places
        count = rows // length
        part = room[:rows].reshape(count, length, width)
        views["windows"].append(windows[block])
        views["columns"].append(part.reshape(windows[block].shape))
        views["rows"].append(part if into is None else part.swapaxes(1, 2))
        views["made"].append(made[block].reshape(count, length, filters))
        if into is not None and is_whole:
            more["pieces"].append(into[None])
        elif into is not None:
            pieces = writer.room((count, *into.shape), windows.dtype)
            more["pieces"].append(pieces)
            more["pieces_flat"].append(pieces.reshape(count, -1))
            more["ones"].append(writer.filled(1, (count,), windows.dtype))
    return writer.loop(**views, **more), is_whole


@kernel("conv_kernel", when=_has_simple_groups)
def _(writer: Any, node: Node, out: np.ndarray, x: Any, g: Any, **where: Any) -> None:
    if where["groups"] > 1:
        depthwise.to_kernel(writer, node, out, x, g)
        return
    size, strides, dilation = where["size"], where["strides"], where["dilation"]
    space = node.inputs[0].spec.numbers[1:-1]
    padding = frames(space, size, strides, where["padding"], dilation)
    x, g = there(writer, node, x, 0), there(writer, node, g, 1)
    way = _way(writer, node, x)
    if tile := tile_of(way):
        winograd.conv_kernel(writer, node, out, x, g, tile)
        return
    if way == "strips":
        strips.to_kernel(writer, out, x, g, size, padding)
        return
    matrix = rows_of(out)
    if _is_pointwise(size, strides, padding):
        add_up(writer, matrix, lambda out: product(writer, rows_of(x).T, rows_of(g), out))
        return
    windows = windows_of(framed(writer, x, padding), size, strides, dilation)
    if way == "planes":
        planes.to_kernel(writer, out, windows, g)
        return
    share = writer.room(matrix.shape, out.dtype)
    writer.once(f"{writer.text(matrix)}[...] = 0")
    loop, is_whole = _columns(writer, windows, made=g, into=share)
    with loop:
        writer.line("copyto(columns, windows)")
        writer.line("matmul(rows, made, out=pieces)")
        if not is_whole:
            writer.line(f"matmul(ones, pieces_flat, out={writer.text(share.reshape(-1))})")
        writer.call("add", matrix, share, out=matrix)


@kernel("conv_transpose", when=_has_simple_groups)
def _(writer: Any, node: Node, out: np.ndarray, y: Any, weights: Any, **where: Any) -> None:
    if where["groups"] > 1:
        depthwise.backward(writer, node, out, y, weights)
        return
    *size, depth, filters = node.inputs[1].spec.numbers
    strides, dilation = where["strides"], where["dilation"]
    padding = frames(out.shape[1:-1], size, strides, where["padding"], dilation)
    y = there(writer, node, y, 0)
    way = _way(writer, node, out)
    if tile := tile_of(way):
        paint = winograd.conv_painted if way.startswith("painted") else winograd.conv_transpose
        paint(writer, node, out, y, weights, tile)
        return
    if way in ("strips", "planes"):
        _turned(writer, node, out, y, weights, way)
        return
    if _is_pointwise(tuple(size), strides, padding):
        matrix = writer.view(weights, "reshape", (depth, filters))
        product(writer, rows_of(y), f"{matrix}.T", rows_of(out), turned=True)
        return
    stack = writer.view(weights, "reshape", (math.prod(size), depth, filters))
    lying = writer.scratch((math.prod(size), filters, depth), out.dtype, "turned")
    turned = writer.text(lying)
    writer.once(f"copyto({turned}, {writer.view(stack, 'transpose', (0, 2, 1))})")
    image = out
    if any(map(any, padding)):
        space = [n + sum(pair) for n, pair in zip(out.shape[1:-1], padding, strict=True)]
        image = writer.room((len(out), *space, depth), out.dtype)
    counts = y.shape[1:-1]
    blocks = writer.blocks(len(y), max(math.prod(size) * image[:1].nbytes, y[:1].nbytes))
    rows = math.prod(counts)
    room = writer.room((math.prod(size), len(y[blocks[0]]) * rows, depth), out.dtype)
    parts = [room[:, : len(y[block]) * rows] for block in blocks]
    with writer.loop(
        strength=[rows_of(y[block]) for block in blocks],
        image=[image[block] for block in blocks],
        painted=parts,
        taps=[
            [
                (image[block][seen_by(tap, counts, strides, dilation)], piece)
                for tap, piece in zip(taps(size), _pieces(part, y[block]), strict=True)
            ]
            for block, part in zip(blocks, parts, strict=True)
        ],
    ):
        writer.line("image[...] = 0")
        writer.line(f"matmul(strength, {turned}, out=painted)")
        writer.line("for seen, piece in taps:")
        writer.line("    add(seen, piece, out=seen)")
    if image is not out:
        place = cropped(out, padding)
        if place.shape != out.shape:
            writer.line(f"{writer.text(out)}[...] = 0")
        writer.copy(inside(image, padding), place)


def _way(writer: Any, node: Node, image: np.ndarray) -> str:
    """How a convolution is computed: whole batches at once in the way that needs least memory."""
    if writer.roll is not None or len(image) * bytes_of(node) <= _AT_ONCE:
        way = way_of(node)
        if writer.roll is not None or not tile_of(way):
            return way
    return "taps" if node.primitive.name == "conv_transpose" else "windows"


def _turned(
    writer: Any, node: Node, out: np.ndarray, y: np.ndarray, weights: Any, way: str
) -> None:
    """A gradient of images as a convolution, with the kernel turned around."""
    *size, depth, filters = node.inputs[1].spec.numbers
    kernel = writer.scratch((math.prod(size), filters, depth), out.dtype, "turned")
    view = writer.view(weights, "reshape", (math.prod(size), depth, filters))
    writer.once(f"copyto({writer.text(kernel)}, {view}[::-1].transpose(0, 2, 1))")
    padding = turned_padding(node)
    if way == "strips":
        strips.forward(writer, out, y, kernel, size, padding)
        return
    ones = (1,) * len(size)
    planes.forward(writer, out, windows_of(framed(writer, y, padding), size, ones, ones), kernel)


def _pieces(painted: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """What each tap paints, place by place."""
    return [piece.reshape(*y.shape[:-1], -1) for piece in painted]


# --------------------------------------------------------------------------- pools


@kernel("max_pool")
def _(writer: Any, node: Node, out: np.ndarray, x: Any, **where: Any) -> None:
    x = there(writer, node, x, 0)
    if _has_no_frame(node) and compiled_images.can_compile(x, out):
        writer.compiled.call(compiled_images.max_pool(x, out, where), x, out)
        return
    largest(writer, out, x, where["size"], where["strides"], _frame(node))


@kernel("max_pool_spread")
def _(writer: Any, node: Node, out: np.ndarray, g: Any, x: Any, y: Any, **where: Any) -> None:
    g, x = there(writer, node, g, 0), there(writer, node, x, 1)
    if _windows_lie_apart(node) and compiled_images.can_compile(g, x, out):
        y = there(writer, node, y, 2)
        if math.prod(where["size"]) * y.size != x.size:  # what lies between and behind the windows
            writer.line(f"copyto({writer.text(out)}, 0)")
        writer.compiled.call(compiled_images.max_pool_spread(g, x, y, out, where), g, x, y, out)
        return
    spread(writer, out, g, x, where["size"], where["strides"], _frame(node))
