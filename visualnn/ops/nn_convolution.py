"""Convolution with Keras's words: ``padding="same"``, ``data_format``, and so on."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.defaults import image_data_format
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_fraction, known_size, promoted, rank_of
from visualnn.primitives.windows import frames
from visualnn.spec import ShapeError, Spec, known

# --------------------------------------------------------------------------- settings


def channels_last(x, name, data_format):
    """The tensor with channels last, and whether they were first.

    Raises:
        ShapeError: When it is no batch of images.
    """
    data_format = data_format or image_data_format()
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            f"ops.{name}: data_format={data_format!r} must be 'channels_last' or 'channels_first'."
        )
    rank = rank_of(x)
    if rank < 3:
        raise ShapeError(
            f"ops.{name} takes (batch, *space, channels) with at least one space axis, "
            f"but got {Spec.of(x)}."
        )
    if data_format == "channels_last":
        return x, False
    return p.transpose(x, axes=(0, *range(2, rank), 1)), True


def turned_back(x, first):
    """The tensor with channels first again, if they were."""
    rank = rank_of(x)
    return p.transpose(x, axes=(0, rank - 1, *range(1, rank - 1))) if first else x


def for_each_axis(value: Any, count: int, name: str) -> tuple[int, ...]:
    """One whole number for each space axis.

    Raises:
        ValueError: When there are more or fewer, or one is less than one.
    """
    numbers = tuple(value) if np.iterable(value) else (value,) * count
    if len(numbers) != count or any(not isinstance(n, int | np.integer) or n < 1 for n in numbers):
        raise ValueError(
            f"ops.{name}={value!r} must be a positive whole number, or {count} of them."
        )
    return tuple(int(n) for n in numbers)


def frame_of(x, size, strides, padding, dilation, name):
    """The padding of an image in numbers, where they can be known already."""
    count = len(size)
    if not isinstance(padding, str):
        return tuple((int(a), int(b)) for a, b in padding)
    match padding.lower():
        case "valid":
            return ((0, 0),) * count
        case "causal":
            return tuple((gap * (width - 1), 0) for width, gap in zip(size, dilation, strict=True))
        case "same":
            space = Spec.of(x).sizes[1:-1]
            parts = zip(space, size, strides, dilation, strict=True)
            return tuple(
                frames((n if known(n) else 1,), (width,), (stride,), ("same",), (gap,))[0]
                if known(n)
                else ("same" if stride > 1 else _around(gap * (width - 1)))
                for n, width, stride, gap in parts
            )
    raise ValueError(f"ops.{name}: padding={padding!r} must be 'valid' or 'same'.")


def _around(total):
    return total // 2, total - total // 2


def _pair(x, kernel, name):
    x, kernel = map(as_fraction, promoted(x, kernel))
    if rank_of(kernel) != rank_of(x):
        raise ShapeError(
            f"ops.{name}: the images {Spec.of(x)} and the kernel {Spec.of(kernel)} must have as "
            "many axes: (batch, *space, channels) and (*window, channels, filters)."
        )
    return x, kernel


def _known_sizes(kernel, name) -> tuple[int, ...]:
    return tuple(known_size(kernel, axis, name) for axis in range(rank_of(kernel)))


# --------------------------------------------------------------------------- convolution


@operation("nn", "Conv", "strides", "padding", "data_format", "dilation_rate")
def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Slide a kernel over images, with any number of space axes.

    ``kernel`` is (*window, channels, filters).  If it takes fewer channels than there are, they
    are divided into groups.
    """
    x, kernel = _pair(inputs, kernel, "conv")
    x, first = channels_last(x, "conv", data_format)
    count = rank_of(x) - 2
    *size, depth, _ = _known_sizes(kernel, "conv")
    strides = for_each_axis(strides, count, "conv: strides")
    dilation = for_each_axis(dilation_rate, count, "conv: dilation_rate")
    channels = known_size(x, count + 1, "conv")
    if channels % depth:
        raise ShapeError(
            f"ops.conv: the kernel {Spec.of(kernel)} takes {depth} channels, "
            f"but the images {Spec.of(x)} have {channels}."
        )
    where = dict(strides=strides, dilation=dilation, groups=channels // depth)
    frame = frame_of(x, size, strides, padding, dilation, "conv")
    return turned_back(p.conv(x, kernel, padding=frame, **where), first)


@operation("nn", "DepthwiseConv", "strides", "padding", "data_format", "dilation_rate")
def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Slide a kernel of its own over every channel.

    ``kernel`` is (*window, channels, multiplier); there are channels * multiplier filters.
    """
    x, kernel = _pair(inputs, kernel, "depthwise_conv")
    *size, channels, multiplier = _known_sizes(kernel, "depthwise_conv")
    flat = p.reshape(kernel, shape=(*size, 1, channels * multiplier))
    x, first = channels_last(x, "depthwise_conv", data_format)
    if Spec.of(x).shape[-1] != channels:
        raise ShapeError(
            f"ops.depthwise_conv: the kernel {Spec.of(kernel)} is for {channels} channels, "
            f"but the images are {Spec.of(x)}."
        )
    made = conv(x, flat, strides, padding, "channels_last", dilation_rate)
    return turned_back(made, first)


@operation("nn", "SeparableConv", "strides", "padding", "data_format", "dilation_rate")
def separable_conv(
    inputs,
    depthwise_kernel,
    pointwise_kernel,
    strides=1,
    padding="valid",
    data_format=None,
    dilation_rate=1,
):
    """A convolution of every channel by itself, and then one that mixes the channels."""
    made = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(made, pointwise_kernel, 1, "valid", data_format, 1)


@operation(
    "nn", "ConvTranspose", "strides", "padding", "output_padding", "data_format", "dilation_rate"
)
def conv_transpose(
    inputs,
    kernel,
    strides=1,
    padding="valid",
    output_padding=None,
    data_format=None,
    dilation_rate=1,
):
    """Paint the kernel at every place of the images, into images ``strides`` times as large.

    ``kernel`` is (*window, filters, channels).
    """
    x, kernel = _pair(inputs, kernel, "conv_transpose")
    x, first = channels_last(x, "conv_transpose", data_format)
    count = rank_of(x) - 2
    size = _known_sizes(kernel, "conv_transpose")[:-2]
    strides = for_each_axis(strides, count, "conv_transpose: strides")
    dilation = for_each_axis(dilation_rate, count, "conv_transpose: dilation_rate")
    extra = output_padding if np.iterable(output_padding) else (output_padding,) * count
    if padding not in ("valid", "same"):
        raise ValueError(f"ops.conv_transpose: padding={padding!r} must be 'valid' or 'same'.")
    shape, frame = [], []
    for n, width, stride, gap, more in zip(
        p.sizes_of(x)[1:-1], size, strides, dilation, extra, strict=True
    ):
        extent = gap * (width - 1) + 1
        margin, total = _transposed_frame(extent, stride, padding, more)
        shape.append((n - 1) * stride + total)
        frame.append(margin)
    sizes, unknown = p.as_setting(shape)
    where = dict(strides=strides, dilation=dilation, padding=tuple(frame), groups=1)
    return turned_back(p.conv_transpose(x, kernel, *unknown, shape=sizes, **where), first)


def _transposed_frame(extent, stride, padding, more):
    """How much of the painted image is cut off on both sides, and what one place makes."""
    if padding == "valid":
        return (0, 0), max(extent, stride) if more is None else extent + more
    made = stride if more is None else extent - 2 * (extent // 2) + more
    return _around(max(extent - made, 0)), made
