"""Activation functions, each of which is a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn import activations, ops
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import layer_for, reads, refused
from visualnn.exporting.onnx.reading.values import Held, rank_of
from visualnn.layers.activation import ELU, Activation, LeakyReLU, ReLU, Softmax
from visualnn.layers.regularization import Dropout

_NAMED = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "HardSwish": "hard_swish",
    "Mish": "mish",
}


def on_each(on: Context, node: FileNode, layer: Any, x: Any) -> Any:
    """Call a layer that works element by element, whatever the order of axes."""
    return Held(layer(x.tensor), x.axes) if isinstance(x, Held) else None


@layer_for(*_NAMED)
def _(on: Context, node: FileNode, x: Any) -> Any:
    return on_each(on, node, Activation(_NAMED[node.op], name=on.name(node)), x)


@reads(*_NAMED)
def _(on: Context, node: FileNode, x: Any) -> Any:
    return on.each(node, activations.get(_NAMED[node.op]), x)


@layer_for("LeakyRelu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    return on_each(on, node, LeakyReLU(_alpha(node, 0.01), name=on.name(node)), x)


@reads("LeakyRelu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    return on.each(node, ops.leaky_relu, x, negative_slope=_alpha(node, 0.01))


@layer_for("Elu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    return on_each(on, node, ELU(_alpha(node, 1.0), name=on.name(node)), x)


@reads("Elu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    return on.each(node, ops.elu, x, alpha=_alpha(node, 1.0))


def _alpha(node: FileNode, usual: float) -> float:
    """A setting, which a file has with 32 bits, as somebody would have written it."""
    return float(str(np.float32(node.attributes.get("alpha", usual))))


_SELU = (1.67326319217681884765625, 1.05070102214813232421875)


@reads("Selu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    alpha = node.attributes.get("alpha", _SELU[0])
    gamma = node.attributes.get("gamma", _SELU[1])
    return on.each(node, lambda x: ops.multiply(ops.elu(x, alpha=alpha), gamma), x)


@reads("Celu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    return on.each(node, ops.celu, x, alpha=_alpha(node, 1.0))


@layer_for("Gelu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    if node.attributes.get("approximate", "none") != "none":
        return None
    return on_each(on, node, Activation("gelu", name=on.name(node)), x)


@reads("Gelu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    rough = node.attributes.get("approximate", "none") == "tanh"
    return on.each(node, ops.gelu, x, approximate=rough)


@layer_for("Swish")
def _(on: Context, node: FileNode, x: Any) -> Any:
    if node.attributes.get("alpha", 1.0) != 1:
        return None
    return on_each(on, node, Activation("silu", name=on.name(node)), x)


@reads("Swish")
def _(on: Context, node: FileNode, x: Any) -> Any:
    alpha = node.attributes.get("alpha", 1.0)

    def swish(x: Any) -> Any:
        return ops.multiply(x, ops.sigmoid(x if alpha == 1 else ops.multiply(x, alpha)))

    return on.each(node, swish, x)


@layer_for("HardSigmoid")
def _(on: Context, node: FileNode, x: Any) -> Any:
    usual = np.isclose(node.attributes.get("alpha", 0.2), 1 / 6)
    if not usual or node.attributes.get("beta", 0.5) != 0.5:
        return None
    return on_each(on, node, Activation("hard_sigmoid", name=on.name(node)), x)


@reads("HardSigmoid")
def _(on: Context, node: FileNode, x: Any) -> Any:
    alpha, beta = node.attributes.get("alpha", 0.2), node.attributes.get("beta", 0.5)
    line = on.each(node, lambda x: ops.add(ops.multiply(x, alpha), beta), x)
    return on.each(node, lambda x: ops.clip(x, 0.0, 1.0), line)


@reads("ThresholdedRelu")
def _(on: Context, node: FileNode, x: Any) -> Any:
    return on.each(node, ops.threshold, x, threshold=_alpha(node, 1.0), default_value=0.0)


@reads("Shrink")
def _(on: Context, node: FileNode, x: Any) -> Any:
    if node.attributes.get("bias", 0.0) == 0.0:
        return on.each(node, ops.hard_shrink, x, threshold=node.attributes.get("lambd", 0.5))
    return on.each(node, ops.soft_shrink, x, threshold=node.attributes.get("lambd", 0.5))


@reads("PRelu")
def _(on: Context, node: FileNode, x: Any, slope: Any) -> Any:
    if on.opset < 7 and isinstance(slope, np.ndarray) and slope.ndim == 1:  # one for each channel
        slope = slope.reshape(slope.shape + (1,) * (rank_of(x) - 2))
    below = on.each(node, ops.multiply, on.each(node, ops.minimum, x, _zero(x)), slope)
    return on.each(node, ops.add, on.each(node, ops.relu, x), below)


def _zero(x: Any) -> np.ndarray:
    return np.zeros((), np.float64 if getattr(x, "dtype", "") == "float64" else np.float32)


@layer_for("Clip")
def _(on: Context, node: FileNode, x: Any, low: Any = None, high: Any = None) -> Any:
    """Numbers between zero and a limit: a relu that ends."""
    low = node.attributes.get("min", low)
    high = node.attributes.get("max", high)
    if not isinstance(low, float | np.ndarray) or not isinstance(high, float | np.ndarray):
        return None
    if np.size(low) != 1 or np.size(high) != 1 or float(np.reshape(low, ())) != 0:
        return None
    most = float(np.reshape(high, ()))
    if not isinstance(x, Held) or not x.dtype.startswith("float") or not 0 < most < np.inf:
        return None
    return on_each(on, node, ReLU(max_value=most, name=on.name(node)), x)


# --------------------------------------------------------------------------- along an axis


def _along(on: Context, node: FileNode, function: Callable, x: Any) -> Any:
    rank = rank_of(x)
    usual = -1 if on.opset >= 13 else 1
    axis = node.attributes.get("axis", usual) % max(rank, 1)
    axes = (axis,) if on.opset >= 13 else tuple(range(axis, rank))  # all that follow, once
    if isinstance(x, Held) and all(x.axes[axis] is not None for axis in axes):
        return Held(function(x.tensor, [x.axes[axis] for axis in axes]), x.axes)
    return function(on.tensor(x), list(axes))


@layer_for("Softmax")
def _(on: Context, node: FileNode, x: Any) -> Any:
    def softmax(tensor: Any, axes: list[int]) -> Any:
        last = [axis if axis < tensor.ndim - 1 else -1 for axis in axes]
        axis = last[0] if len(last) == 1 else tuple(axes)
        return Softmax(axis=axis, name=on.name(node))(tensor)

    return _along(on, node, softmax, x)


@reads("Softmax", "LogSoftmax")
def _(on: Context, node: FileNode, x: Any) -> Any:
    function = ops.softmax if node.op == "Softmax" else ops.log_softmax

    def along(tensor: Any, axes: list[int]) -> Any:
        return function(tensor, axis=axes[0] if len(axes) == 1 else tuple(axes))

    return _along(on, node, along, x)


# --------------------------------------------------------------------------- only in training


@layer_for("Dropout")
def _(on: Context, node: FileNode, x: Any, ratio: Any = None, training: Any = None) -> Any:
    rate = node.attributes.get("ratio", 0.5) if ratio is None else ratio
    if len([name for name in node.outputs if name]) > 1 or not isinstance(x, Held):
        return None
    if isinstance(rate, Held) or float(np.reshape(rate, ())) >= 1:
        return None
    if training is not None and not (isinstance(training, np.ndarray) and not training.any()):
        raise refused(node, "it drops numbers while the model predicts, which is not read.")
    rate = float(str(np.float32(np.reshape(rate, ()))))
    return Held(Dropout(rate, name=on.name(node))(x.tensor), x.axes)


@reads("Dropout")
def _(on: Context, node: FileNode, x: Any, ratio: Any = None, training: Any = None) -> Any:
    return x
