"""Convolution, there and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visualnn import layers, ops
from visualnn import primitives as p
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import (
    NeedsLayerError,
    fitting,
    layer_for,
    reads,
    refused,
)
from visualnn.exporting.onnx.reading.values import Held, rank_of, shape_of
from visualnn.primitives.windows import frames

CHANNELS_LAST = "channels_last"


class Window:
    """How a window goes over an image: its size, its steps, its gaps, and the frame around it."""

    def __init__(self, node: FileNode, size: Sequence[int], space: Sequence[int | None]):
        rank, found = len(size), node.attributes
        self.size = tuple(int(n) for n in size)
        self.strides = tuple(found.get("strides") or (1,) * rank)
        self.dilation = tuple(found.get("dilations") or (1,) * rank)
        rule = found.get("auto_pad", "NOTSET")
        numbers = list(found.get("pads") or (0,) * 2 * rank)
        whole = (*self.size, *self.strides, *self.dilation)
        if not len(self.strides) == len(self.dilation) == len(numbers) // 2 == rank:
            raise refused(node, "its window, strides, dilations and pads do not fit together.")
        if min(whole, default=1) < 1 or max(whole, default=1) > 1 << 16 or min(numbers) < 0:
            raise refused(node, "its window has an impossible size.")
        self.padding: tuple[Any, ...] = tuple(zip(numbers[:rank], numbers[rank:], strict=True))
        if rule in ("SAME_UPPER", "SAME_LOWER"):
            self.padding = ("same",) * rank
        elif rule not in ("NOTSET", "VALID", ""):
            raise refused(node, f"the padding {rule!r} is not read.")
        elif rule == "VALID":
            self.padding = ((0, 0),) * rank
        self.space = tuple(space)
        if rule == "SAME_LOWER":
            if None in self.space:
                raise refused(node, "`SAME_LOWER` needs an image of known size.")
            found_frames = self._frames(("same",) * rank)
            self.padding = tuple((after, before) for before, after in found_frames)

    def _frames(self, padding: Any) -> Any:
        space = [n or 1 << 12 for n in self.space]
        return frames(space, self.size, self.strides, padding, self.dilation)

    def named(self) -> str | None:
        """The padding of a layer, ``"valid"`` or ``"same"``, if it is one of these."""
        rank = len(self.size)
        if all(frame == (0, 0) for frame in self.padding):
            return "valid"
        if all(frame == "same" for frame in self.padding):
            return "same"
        fixed = all(
            n is not None or stride == 1 for n, stride in zip(self.space, self.strides, strict=True)
        )
        return "same" if fixed and self.padding == self._frames(("same",) * rank) else None


def _kernel(x: Any) -> Any:
    """A kernel (filters, channels, *window) as (*window, channels, filters)."""
    rank = len(x.shape)
    order = (*range(2, rank), 1, 0)
    return x.transpose(order) if isinstance(x, np.ndarray) else ops.transpose(x, order)


_CONVOLUTIONS = (layers.Conv1D, layers.Conv2D, layers.Conv3D)
_DEPTHWISE = (layers.DepthwiseConv1D, layers.DepthwiseConv2D)
_FRAMES = (layers.ZeroPadding1D, layers.ZeroPadding2D, layers.ZeroPadding3D)


def called(layer: Any, tensor: Any, weights: Sequence[np.ndarray]) -> Any:
    """What a layer makes, which is given these weights."""
    made = layer(tensor)
    layer.set_weights([np.asarray(x) for x in weights])
    return made


@layer_for("Conv")
def _(on: Context, node: FileNode, x: Any, kernel: Any, bias: Any = None) -> Any:
    if not isinstance(kernel, np.ndarray) or not isinstance(x, Held):
        return None
    if bias is not None and not isinstance(bias, np.ndarray):
        return None
    rank, groups = x.rank - 2, node.attributes.get("group", 1)
    if kernel.ndim != rank + 2 or not 1 <= rank <= 3 or groups < 1:
        raise refused(node, f"its kernel {list(kernel.shape)} does not fit {x.rank} axes.")
    window = Window(node, kernel.shape[2:], x.shape[2:])
    if max(window.strides) > 1 and max(window.dilation) > 1:
        return None
    filters, depth = kernel.shape[:2]
    channels = x.shape[1]
    fitting(node, channels, depth * groups, "channels")
    tensor, padding = on.behind(x), window.named()
    settings: dict[str, Any] = dict(
        strides=window.strides,
        dilation_rate=window.dilation,
        padding=padding or "valid",
        use_bias=bias is not None,
        data_format=CHANNELS_LAST,
    )
    if padding is None:
        given = window.padding[0] if rank == 1 else window.padding
        tensor = _FRAMES[rank - 1](given, data_format=CHANNELS_LAST)(tensor)
    weights = [_kernel(kernel), *([] if bias is None else [bias])]
    alone = depth == 1 and groups > 1 and channels == groups and rank <= 2
    if alone and len(set(window.strides)) == 1 and filters % groups == 0:
        many = filters // groups
        weights[0] = weights[0].reshape((*window.size, groups, many))
        layer: Any = _DEPTHWISE[rank - 1](
            window.size, depth_multiplier=many, name=on.name(node), **settings
        )
    else:
        layer = _CONVOLUTIONS[rank - 1](
            filters, window.size, groups=groups, name=on.name(node), **settings
        )
    return on.image(called(layer, tensor, weights))


@reads("Conv")
def _(on: Context, node: FileNode, x: Any, kernel: Any, bias: Any = None) -> Any:
    needs_values(on)
    window = Window(node, _numbers(node, shape_of(kernel)[2:]), shape_of(x)[2:])
    made = p.conv(
        on.behind(x),
        _kernel(on.tensor(kernel)),
        strides=window.strides,
        padding=window.padding,
        dilation=window.dilation,
        groups=node.attributes.get("group", 1),
    )
    return on.image(made if bias is None else ops.add(made, on.tensor(bias)))


def _numbers(node: FileNode, sizes: Sequence[int | None]) -> list[int]:
    if any(n is None for n in sizes):
        raise refused(node, "the size of its window is not known.")
    return [n for n in sizes if n is not None]


def needs_values(on: Context) -> None:
    """Primitives compute; they do not connect."""
    if on.connects:
        raise NeedsLayerError


# --------------------------------------------------------------------------- back to the image

_TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)


@layer_for("ConvTranspose")
def _(on: Context, node: FileNode, x: Any, kernel: Any, bias: Any = None) -> Any:
    if not isinstance(kernel, np.ndarray) or not isinstance(x, Held) or isinstance(bias, Held):
        return None
    found, rank = node.attributes, x.rank - 2
    if found.get("group", 1) != 1 or not 1 <= rank <= 3 or "output_shape" in found:
        return None
    if found.get("auto_pad", "NOTSET") != "NOTSET":
        return None
    window = Window(node, kernel.shape[2:], x.shape[2:])
    fitting(node, x.shape[1], kernel.shape[0], "channels")
    if max(window.dilation) > 1:
        return None
    more = tuple(found.get("output_padding") or (0,) * rank)
    sizes = list(zip(window.size, window.strides, strict=True))
    if more != tuple(max(stride - n, 0) for n, stride in sizes):
        return None
    totals = [max(n - stride, 0) for n, stride in sizes]
    same = tuple((total // 2, total - total // 2) for total in totals)
    if all(frame == (0, 0) for frame in window.padding):
        padding = "valid"
    elif window.padding == same:
        padding = "same"
    else:
        return None
    layer = _TRANSPOSED[rank - 1](
        kernel.shape[1],
        window.size,
        strides=window.strides,
        padding=padding,
        use_bias=bias is not None,
        data_format=CHANNELS_LAST,
        name=on.name(node),
    )
    weights = [_kernel(kernel), *([] if bias is None else [bias])]
    return on.image(called(layer, on.behind(x), weights))


@reads("ConvTranspose")
def _(on: Context, node: FileNode, x: Any, kernel: Any, bias: Any = None) -> Any:
    needs_values(on)
    found, rank = node.attributes, rank_of(x) - 2
    window = Window(node, _numbers(node, shape_of(kernel)[2:]), shape_of(x)[2:])
    more = tuple(found.get("output_padding") or (0,) * rank)
    tensor = on.behind(x)
    sizes = ops.shape(tensor)[1:-1]
    more = _pad_for_shape(node, window, sizes, more)
    parts = zip(
        sizes, window.strides, window.size, window.dilation, more, window.padding, strict=True
    )
    wanted = [
        _painted(n, stride, gap * (width - 1) + 1 + extra - sum(frame))
        for n, stride, width, gap, extra, frame in parts
    ]
    known = [n if isinstance(n, int) else None for n in wanted]
    unknown = [n for n in wanted if not isinstance(n, int)]
    made = p.conv_transpose(
        tensor,
        _kernel(on.tensor(kernel)),
        *unknown,
        shape=tuple(known),
        strides=window.strides,
        padding=window.padding,
        dilation=window.dilation,
        groups=found.get("group", 1),
    )
    return on.image(made if bias is None else ops.add(made, on.tensor(bias)))


def _painted(steps: Any, stride: int, rest: int) -> Any:
    """The size of what some steps paint."""
    if isinstance(steps, int):
        return (steps - 1) * stride + rest
    return ops.add(ops.multiply(ops.subtract(steps, 1), stride), rest)


def _pad_for_shape(
    node: FileNode, window: Window, sizes: Any, more: tuple[int, ...]
) -> tuple[int, ...]:
    """Find the pads that give the size that is said, or ``stride`` times the image.

    Returns:
        How much is added behind each axis.
    """
    wanted, rule = node.attributes.get("output_shape"), node.attributes.get("auto_pad", "NOTSET")
    if not wanted and rule in ("NOTSET", "VALID"):
        return more
    if not all(isinstance(n, int) for n in sizes):
        raise refused(node, "to pad for a size, it needs an image of known size.")
    steps = list(zip(sizes, window.strides, strict=True))
    wanted = list(wanted)[-len(sizes) :] if wanted else [n * stride for n, stride in steps]
    found, added = [], []
    for (n, stride), width, gap, extra, size in zip(
        steps, window.size, window.dilation, more, wanted, strict=True
    ):
        left = (n - 1) * stride + gap * (width - 1) + 1 + extra - size
        total = max(left, 0)
        added.append(extra + max(-left, 0))
        half = total // 2
        found.append((half, total - half) if rule != "SAME_LOWER" else (total - half, half))
    window.padding = tuple(found)
    return tuple(added)
