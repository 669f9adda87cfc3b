"""Normalization of channels."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import layers, ops
from visualnn import primitives as p
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import fitting, layer_for, reads, refused
from visualnn.exporting.onnx.reading.readers_images import (
    called,
    needs_values,
)
from visualnn.exporting.onnx.reading.values import Held, rank_of


@layer_for("BatchNormalization")
def _(on: Context, node: FileNode, x: Any, *factors: Any) -> Any:
    if not isinstance(x, Held) or not all(isinstance(y, np.ndarray) for y in factors):
        return None
    if len([name for name in node.outputs if name]) > 1 or len(factors) != 4:
        raise refused(node, "it learns while it runs, which is not read.")
    for factor in factors:
        fitting(node, x.shape[1] if x.rank > 1 else None, factor.size, "channels")
    behind = x.rank > 2
    tensor = on.behind(x) if behind else on.tensor(x)
    layer = layers.BatchNormalization(
        epsilon=float(str(np.float32(node.attributes.get("epsilon", 1e-5)))),
        momentum=float(str(np.float32(node.attributes.get("momentum", 0.9)))),
        name=on.name(node),
    )
    made = called(layer, tensor, factors)
    return on.image(made) if behind else Held(made)


def _by_channel(on: Context, x: Any, rank: int) -> Any:
    return ops.reshape(on.tensor(x), (-1,) + (1,) * (rank - 2))


@reads("BatchNormalization")
def _(on: Context, node: FileNode, x: Any, scale: Any, bias: Any, mean: Any, variance: Any) -> Any:
    parts = (_by_channel(on, y, rank_of(x)) for y in (scale, bias, mean, variance))
    scale, bias, mean, variance = parts
    root = ops.sqrt(ops.add(variance, node.attributes.get("epsilon", 1e-5)))
    return ops.add(ops.multiply(ops.divide(ops.subtract(on.tensor(x), mean), root), scale), bias)


@reads("InstanceNormalization")
def _(on: Context, node: FileNode, x: Any, scale: Any, bias: Any) -> Any:
    tensor, axes = on.tensor(x), tuple(range(2, rank_of(x)))
    centred = ops.subtract(tensor, ops.mean(tensor, axis=axes, keepdims=True))
    spread = ops.mean(ops.square(centred), axis=axes, keepdims=True)
    root = ops.sqrt(ops.add(spread, node.attributes.get("epsilon", 1e-5)))
    scale, bias = (_by_channel(on, y, rank_of(x)) for y in (scale, bias))
    return ops.add(ops.multiply(ops.divide(centred, root), scale), bias)


@layer_for("GroupNormalization")
def _(on: Context, node: FileNode, x: Any, scale: Any, bias: Any) -> Any:
    if not isinstance(x, Held) or x.rank < 3 or x.shape[1] is None:
        return None
    if not isinstance(scale, np.ndarray) or not isinstance(bias, np.ndarray):
        return None
    if on.opset < 21:  # one factor for each group, not for each channel
        many = x.shape[1] // max(node.attributes.get("num_groups", 1), 1)
        scale, bias = np.repeat(scale, many), np.repeat(bias, many)
    fitting(node, x.shape[1], scale.size, "channels")
    layer = layers.GroupNormalization(
        node.attributes.get("num_groups", 1),
        epsilon=float(str(np.float32(node.attributes.get("epsilon", 1e-5)))),
        name=on.name(node),
    )
    return on.image(called(layer, on.behind(x), [scale, bias]))


@reads("GroupNormalization")
def _(on: Context, node: FileNode, x: Any, scale: Any, bias: Any) -> Any:
    raise refused(node, "its factors must be constants.")


@reads("LRN")
def _(on: Context, node: FileNode, x: Any) -> Any:
    """Divided by what lies in the channels around."""
    needs_values(on)
    found = node.attributes
    size = found.get("size", 1)
    if x.shape[1] is None or not 0 < size < 1 << 12:
        raise refused(node, "it needs a known number of channels.")
    tensor = on.behind(x)
    before = (size - 1) // 2
    squares = ops.expand_dims(ops.square(tensor), -1)
    flat = ops.reshape(squares, (-1, x.shape[1] or 0, 1))
    around = ((before, size - 1 - before),)
    padded = p.pad(flat, padding=((0, 0), *around, (0, 0)))
    sums = p.average_pool(padded, size=(size,), strides=(1,), padding=((0, 0),))
    share = ops.multiply(p.reshape_like(sums, tensor), float(found.get("alpha", 1e-4)))
    base = ops.add(share, found.get("bias", 1.0))
    return on.image(ops.divide(tensor, ops.power(base, found.get("beta", 0.75))))
