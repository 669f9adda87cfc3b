"""Convolution, pooling, batch normalization, and pictures of other sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.rows import (
    ReadNode,
    numbers,
    rank_of,
    reads,
    sizes_from,
)
from visualnn.spec import Spec


def _where(node: ReadNode, rank: int, dilation: bool = True) -> dict[str, Any]:
    """Strides, padding and dilation of the space axes.

    Raises:
        InvalidModelFile: When channels come first.
    """
    if node.get("data_format", "NHWC") not in ("NHWC", "NDHWC"):
        raise node.refuse("has channels first, which is not read here")
    strides = node.get("strides", [])
    word, space = node.get("padding"), len(strides) - 2
    if space != rank - 2 or space < 1:
        raise node.refuse("has strides for other axes than its image has")
    if word == "EXPLICIT":
        frame = node.get("explicit_paddings", [])
        padding = tuple((frame[2 * i], frame[2 * i + 1]) for i in range(1, space + 1))
    elif word in ("SAME", "VALID"):
        padding = ("same",) * space if word == "SAME" else ((0, 0),) * space
    else:
        raise node.refuse(f"has the padding {word!r}, which is not known")
    found = {"strides": tuple(strides[1:-1]), "padding": padding}
    if dilation:
        gaps = node.get("dilations", [1] * rank)
        found["dilation"] = tuple(gaps[1:-1])
    return found


def _groups(x: Any, kernel: Any) -> int:
    channels, depth = Spec.of(x).sizes[-1], Spec.of(kernel).sizes[-2]
    if isinstance(channels, int) and isinstance(depth, int) and depth:
        return max(1, channels // depth)
    return 1


@reads("Conv2D", "Conv3D")
def _(node, x, kernel):
    return p.conv(x, kernel, **_where(node, rank_of(x)), groups=_groups(x, kernel))


@reads("DepthwiseConv2dNative")
def _(node, x, kernel):
    height, width, channels, many = Spec.of(kernel).numbers
    kernel = p.reshape(kernel, shape=(height, width, 1, channels * many))
    return p.conv(x, kernel, **_where(node, rank_of(x)), groups=channels)


@reads("Conv2DBackpropInput", "Conv3DBackpropInputV2", sizes=True)
def _(node, sizes, kernel, y):
    shape, unknown = p.as_setting(sizes_from(sizes)[1:-1])
    where = _where(node, rank_of(y))
    return p.conv_transpose(y, kernel, *unknown, shape=shape, **where, groups=1)


@reads("Conv2DBackpropFilter")
def _(node, x, sizes, g):
    size = tuple(numbers(node, sizes))
    made = p.conv_kernel(x, g, size=size[:-2], **_where(node, rank_of(x)), groups=1)
    return p.reshape(made, shape=size)


@reads("MaxPool", "AvgPool", "MaxPool3D", "AvgPool3D")
def _(node, x):
    size = tuple(node.get("ksize", [])[1:-1])
    pool = p.max_pool if node.operation.startswith("Max") else p.average_pool
    return pool(x, size=size, **_where(node, rank_of(x), dilation=False))


@reads("FusedBatchNormV3")
def _(node, x, scale, offset, mean, variance):
    if node.get("data_format", "NHWC") != "NHWC":
        raise node.refuse("has channels first, which is not read here")
    axes = tuple(range(rank_of(x) - 1))
    if node.get("is_training", True):
        mean = ops.mean(x, axis=axes)
        centred = ops.subtract(x, mean)
        own = ops.mean(ops.square(centred), axis=axes)
        count = ops.cast(ops.prod(ops.stack(p.sizes_of(x)[:-1])), "float32")
        variance = ops.multiply(own, ops.divide(count, ops.maximum(ops.subtract(count, 1), 1)))
    else:
        own = variance
    factor = ops.multiply(ops.rsqrt(ops.add(own, float(node.get("epsilon", 1e-4)))), scale)
    made = ops.add(ops.multiply(x, factor), ops.subtract(offset, ops.multiply(mean, factor)))
    return made, mean, variance, mean, own, np.zeros(0, np.float32)


@reads("ResizeBilinear", "ResizeBicubic", "ResizeNearestNeighbor")
def _(node, images, size):
    if node.get("align_corners", False) or not node.get("half_pixel_centers", False):
        raise node.refuse("resizes with corners, not centres, in the same places")
    kind = node.operation.removeprefix("Resize").removesuffix("Neighbor").lower()
    made = ops.image.resize(images, tuple(numbers(node, size)), interpolation=kind)
    return made if kind == "nearest" else ops.cast(made, "float32")
