"""Pooling, and sizes of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import layers, ops
from visualnn import primitives as p
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import layer_for, reads, refused
from visualnn.exporting.onnx.reading.readers_images import (
    CHANNELS_LAST,
    Window,
    needs_values,
)
from visualnn.exporting.onnx.reading.values import Held, rank_of, shape_of

_POOLS = {
    "MaxPool": (layers.MaxPooling1D, layers.MaxPooling2D, layers.MaxPooling3D),
    "AveragePool": (layers.AveragePooling1D, layers.AveragePooling2D, layers.AveragePooling3D),
}


def _pool_window(on: Context, node: FileNode, x: Any) -> Window:
    space = shape_of(x)[2:]
    window = Window(node, node.attributes.get("kernel_shape", ()), space)
    if len(window.size) != len(space) or max(window.dilation) > 1:
        raise refused(node, "a window with gaps, or of another number of axes, is not read.")
    if not node.attributes.get("ceil_mode") or window.padding[0] == "same":
        return window
    longer = []
    for n, width, stride, (before, after) in zip(
        space, window.size, window.strides, window.padding, strict=True
    ):
        if n is None:
            raise refused(node, "`ceil_mode` needs an image of known size.")
        left = (n + before + after - width) % stride
        extra = stride - left if left else 0
        begins = (n + before + after - width + extra) // stride * stride
        longer.append((before, after + (extra if begins < n + before else 0)))
    if tuple(longer) != window.padding and node.attributes.get("count_include_pad"):
        raise refused(node, "`ceil_mode` with `count_include_pad` is not read.")
    window.padding = tuple(longer)
    return window


@layer_for(*_POOLS)
def _(on: Context, node: FileNode, x: Any) -> Any:
    if not isinstance(x, Held) or not 3 <= x.rank <= 5:
        return None
    window = _pool_window(on, node, x)
    padding = window.named()
    if padding is None or len([name for name in node.outputs if name]) > 1:
        return None
    if padding == "same" and node.attributes.get("count_include_pad"):
        return None
    layer = _POOLS[node.op][x.rank - 3](
        window.size, window.strides, padding=padding, data_format=CHANNELS_LAST, name=on.name(node)
    )
    return on.image(layer(on.behind(x)))


@reads(*_POOLS)
def _(on: Context, node: FileNode, x: Any) -> Any:
    needs_values(on)
    window, tensor = _pool_window(on, node, x), on.behind(x)
    padding = window.padding
    if node.attributes.get("count_include_pad") and padding[0] != "same":
        tensor = p.pad(tensor, padding=((0, 0), *padding, (0, 0)))
        padding = ((0, 0),) * len(padding)
    function = p.max_pool if node.op == "MaxPool" else p.average_pool
    made = function(tensor, size=window.size, strides=window.strides, padding=padding)
    return on.image(made)


_GLOBAL = {
    "GlobalAveragePool": (
        layers.GlobalAveragePooling1D,
        layers.GlobalAveragePooling2D,
        layers.GlobalAveragePooling3D,
    ),
    "GlobalMaxPool": (
        layers.GlobalMaxPooling1D,
        layers.GlobalMaxPooling2D,
        layers.GlobalMaxPooling3D,
    ),
}


@layer_for(*_GLOBAL)
def _(on: Context, node: FileNode, x: Any) -> Any:
    if not isinstance(x, Held) or not 3 <= x.rank <= 5:
        return None
    layer = _GLOBAL[node.op][x.rank - 3](data_format=CHANNELS_LAST, name=on.name(node))
    return Held(layer(on.behind(x)), (0, 1, *(None,) * (x.rank - 2)))


@reads(*_GLOBAL)
def _(on: Context, node: FileNode, x: Any) -> Any:
    function = ops.mean if node.op == "GlobalAveragePool" else ops.max
    return function(on.tensor(x), axis=tuple(range(2, rank_of(x))), keepdims=True)


# --------------------------------------------------------------------------- sizes


@reads("Resize", "Upsample")
def _(on: Context, node: FileNode, x: Any, *more: Any) -> Any:
    raise refused(node, "only whole factors of the size, nearest or linear, are read.")


@layer_for("Resize", "Upsample")
def _(on: Context, node: FileNode, x: Any, *more: Any) -> Any:
    """An image that becomes larger by whole factors."""
    found = node.attributes
    mode = found.get("mode", "nearest")
    given = [y for y in more if isinstance(y, np.ndarray) and y.size == rank_of(x)]
    scales = found.get("scales")
    if given and scales is None:
        scales = given[-1].tolist()
        if given[-1].dtype.kind == "i":
            sizes = shape_of(x)
            if any(n is None for n in sizes[2:]):
                return None
            known = zip(scales[2:], sizes[2:], strict=True)
            scales = [1.0, 1.0, *(wanted / (n or 1) for wanted, n in known)]
    how = found.get("coordinate_transformation_mode", "half_pixel")
    if scales is None or list(scales[:2]) != [1, 1] or len(scales) != 4 or not isinstance(x, Held):
        return None
    factors = [int(s) for s in scales[2:]]
    if factors != list(scales[2:]) or min(factors) < 1 or max(factors) > 64:
        return None
    nearest = mode == "nearest"
    if nearest and node.op == "Resize":
        rounding = found.get("nearest_mode", "round_prefer_floor")
        if (how, rounding) not in (
            ("asymmetric", "floor"),
            ("half_pixel", "round_prefer_floor"),
            ("half_pixel", "round_prefer_ceil"),
            ("half_pixel", "floor"),
        ) or (rounding == "floor" and how == "half_pixel"):
            return None
    if not nearest and (mode != "linear" or how != "half_pixel" or node.op != "Resize"):
        return None
    layer = layers.UpSampling2D(
        tuple(factors),
        interpolation="nearest" if nearest else "bilinear",
        data_format=CHANNELS_LAST,
        name=on.name(node),
    )
    return on.image(layer(on.behind(x)))


@reads("DepthToSpace", "SpaceToDepth")
def _(on: Context, node: FileNode, x: Any) -> Any:
    """Channels as small blocks of an image, or back."""
    block = node.attributes.get("blocksize", 1)
    tensor = on.tensor(x)
    shape = shape_of(x)
    if len(shape) != 4 or block < 1 or any(n is None for n in shape[1:]):
        raise refused(node, "it needs an image of known size.")
    _, channels, high, wide = (n or 0 for n in shape)
    if node.op == "SpaceToDepth":
        parts = ops.reshape(tensor, (-1, channels, high // block, block, wide // block, block))
        turned = ops.transpose(parts, (0, 3, 5, 1, 2, 4))
        return ops.reshape(turned, (-1, channels * block**2, high // block, wide // block))
    depth = channels // block**2
    if node.attributes.get("mode", "DCR") == "DCR":
        parts = ops.reshape(tensor, (-1, block, block, depth, high, wide))
        turned = ops.transpose(parts, (0, 3, 4, 1, 5, 2))
    else:
        parts = ops.reshape(tensor, (-1, depth, block, block, high, wide))
        turned = ops.transpose(parts, (0, 1, 4, 2, 5, 3))
    return ops.reshape(turned, (-1, depth, high * block, wide * block))
