"""Pooling."""

from __future__ import annotations

from typing import Any

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
