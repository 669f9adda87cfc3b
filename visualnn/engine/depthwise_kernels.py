"""Convolution in which every channel is seen by itself: products of whole rows instead of matrices.

The weights of the channels are repeated along a row of places, because long rows are multiplied
several times as fast as short ones.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from visualnn.engine import compiled_images
from visualnn.engine.compiled_images import can_compile
from visualnn.engine.image_blocks import framed, inside, rows_of, there
from visualnn.graph.graph import Node
from visualnn.primitives.windows import frames, seen_by, taps


def is_depthwise(node: Node) -> bool:
    """Whether every channel makes one filter of its own."""
    groups, place = node.settings["groups"], {"conv_kernel": 0}.get(node.primitive.name, 1)
    if place == 0:
        channels, filters = (x.spec.numbers[-1] for x in node.inputs)
        return channels == filters == groups
    depth, filters = node.inputs[1].spec.numbers[-2:]
    return depth == 1 and filters == groups


def _repeated(writer: Any, weights: Any, size: tuple, like: np.ndarray) -> np.ndarray:
    """The weights of every tap for a whole row of places."""
    count, channels = math.prod(size), like.shape[-1]
    tiled = writer.scratch((count, *like.shape[-2:]), like.dtype, "repeated")
    weights = writer.view(weights, "reshape", (count, 1, channels))
    writer.once(f"copyto({writer.text(tiled)}, {weights})")
    return tiled


def _table(writer: Any, weights: Any, size: tuple, like: np.ndarray) -> Any:
    """The weights of all channels for every place of a window."""
    shape = (math.prod(size), like.shape[-1])
    if isinstance(weights, np.ndarray):
        return weights.reshape(shape)
    return writer.view(weights, "reshape", shape)


def _room(writer: Any, like: np.ndarray, parts: list[slice]) -> list[np.ndarray]:
    room = writer.room(like[parts[0]].shape, like.dtype)
    return [room[: len(like[part])] for part in parts]


def forward(writer: Any, node: Node, out: np.ndarray, x: Any, weights: Any) -> None:
    """Weigh what every window sees, channel by channel."""
    where, size = node.settings, node.inputs[1].spec.numbers[:-2]
    strides, dilation = where["strides"], where["dilation"]
    x = there(writer, node, x, 0)
    image = framed(writer, x, frames(x.shape[1:-1], size, strides, where["padding"], dilation))
    if can_compile(image, out):
        loop = compiled_images.depthwise(image, out, {**where, "size": size})
        writer.compiled.call(loop, image, _table(writer, weights, size, out), out)
        return
    tiled = _repeated(writer, weights, size, out)
    counts = out.shape[1:-1]
    parts = writer.blocks(len(x), 2 * image[:1].nbytes)
    seen = [
        [image[part][seen_by(tap, counts, strides, dilation)] for tap in taps(size)]
        for part in parts
    ]
    with writer.loop(
        made=[out[part] for part in parts],
        painted=_room(writer, out, parts),
        first=[views[0] for views in seen],
        taps=[views[1:] for views in seen],
    ):
        writer.line(f"multiply(first, {writer.text(tiled[0])}, out=made)")
        writer.line(f"for seen, weights in zip(taps, {writer.text(tiled[1:])}):")
        writer.line("    multiply(seen, weights, out=painted)")
        writer.line("    add(made, painted, out=made)")


def backward(writer: Any, node: Node, out: np.ndarray, y: Any, weights: Any) -> None:
    """Paint the weights into images, channel by channel."""
    where, size = node.settings, node.inputs[1].spec.numbers[:-2]
    strides, dilation = where["strides"], where["dilation"]
    padding = frames(out.shape[1:-1], size, strides, where["padding"], dilation)
    y = there(writer, node, y, 0)
    extents = [gap * (n - 1) for n, gap in zip(size, dilation, strict=True)]
    mirrored = tuple((n - a, n - b) for n, (a, b) in zip(extents, padding, strict=True))
    if can_compile(y, out) and set(strides) == {1} and min(map(min, mirrored)) >= 0:
        framed_y = framed(writer, y, mirrored)
        loop = compiled_images.depthwise(framed_y, out, {**where, "size": size}, flipped=True)
        writer.compiled.call(loop, framed_y, _table(writer, weights, size, out), out)
        return
    image = out
    if any(map(any, padding)):
        space = [n + sum(pair) for n, pair in zip(out.shape[1:-1], padding, strict=True)]
        image = writer.room((len(out), *space, out.shape[-1]), out.dtype)
    if can_compile(y, image):
        loop = compiled_images.depthwise_spread(y, image, {**where, "size": size})
        writer.compiled.call(loop, y, _table(writer, weights, size, y), image)
        if image is not out:
            writer.copy(inside(image, padding), out)
        return
    tiled = _repeated(writer, weights, size, y)
    counts = y.shape[1:-1]
    parts = writer.blocks(len(y), 2 * image[:1].nbytes)
    with writer.loop(
        strength=[y[part] for part in parts],
        image=[image[part] for part in parts],
        painted=_room(writer, y, parts),
        taps=[
            [image[part][seen_by(tap, counts, strides, dilation)] for tap in taps(size)]
            for part in parts
        ],
    ):
        writer.line("image[...] = 0")
        writer.line(f"for seen, weights in zip(taps, {writer.text(tiled)}):")
        writer.line("    multiply(strength, weights, out=painted)")
        writer.line("    add(seen, painted, out=seen)")
    if image is not out:
        writer.copy(inside(image, padding), out)


def to_kernel(writer: Any, node: Node, out: np.ndarray, x: Any, g: Any) -> None:
    """What every window saw times what came of it, channel by channel, summed over all places."""
    where, size = node.settings, node.settings["size"]
    strides, dilation = where["strides"], where["dilation"]
    x, g = there(writer, node, x, 0), there(writer, node, g, 1)
    image = framed(writer, x, frames(x.shape[1:-1], size, strides, where["padding"], dilation))
    if can_compile(image, g):
        writer.once(f"{writer.text(out)}[...] = 0")
        writer.compiled.call(
            compiled_images.depthwise_kernel(image, g, where), image, g, rows_of(out)
        )
        return
    counts = g.shape[1:-1]
    parts = writer.blocks(len(x), 2 * image[:1].nbytes)
    room = _room(writer, g, parts)
    ones = writer.filled(1, (len(rows_of(room[0])),), out.dtype)
    share = writer.room(out.shape[-1:], out.dtype)
    writer.once(f"{writer.text(out)}[...] = 0")
    with writer.loop(
        strength=[g[part] for part in parts],
        painted=room,
        rows=[rows_of(piece) for piece in room],
        columns=[ones[: len(rows_of(piece))] for piece in room],
        taps=[
            [image[part][seen_by(tap, counts, strides, dilation)] for tap in taps(size)]
            for part in parts
        ],
    ):
        writer.line(f"for seen, weights in zip(taps, {writer.text(rows_of(out))}):")
        writer.line("    multiply(seen, strength, out=painted)")
        writer.line(f"    matmul(columns, rows, out={writer.text(share)})")
        writer.line(f"    add(weights, {writer.text(share)}, out=weights)")
