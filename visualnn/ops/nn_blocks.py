"""Blocks of images as channels, and back; windows as columns, and back."""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.nn_convolution import channels_last, for_each_axis, turned_back
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_tensor, rank_of
from visualnn.spec import ShapeError, Spec, known


def _reshaped(x, *sizes):
    shape, unknown = p.as_setting(sizes)
    return p.reshape(x, *unknown, shape=shape)


@operation("nn", "DepthToSpace", "block_size", "data_format")
def depth_to_space(x, block_size, data_format="channels_last"):
    """Spread groups of channels out as blocks of ``block_size * block_size`` pixels."""
    x, first = _pictures(x, "depth_to_space", data_format)
    batch, height, width, channels = p.sizes_of(x)
    depth, rest = divmod(channels, block_size**2)
    if rest:
        raise ShapeError(
            f"ops.depth_to_space: the {channels} channels of {Spec.of(x)} cannot be divided "
            f"into blocks of {block_size} x {block_size}."
        )
    if first:  # then the channels of a group lie apart
        x = _reshaped(x, batch, height, width, depth, block_size, block_size)
        x = p.transpose(x, axes=(0, 1, 4, 2, 5, 3))
    else:
        x = _reshaped(x, batch, height, width, block_size, block_size, depth)
        x = p.transpose(x, axes=(0, 1, 3, 2, 4, 5))
    x = _reshaped(x, batch, height * block_size, width * block_size, depth)
    return turned_back(x, first)


@operation("nn", "SpaceToDepth", "block_size", "data_format")
def space_to_depth(x, block_size, data_format="channels_last"):
    """Gather blocks of ``block_size * block_size`` pixels as channels."""
    x, first = _pictures(x, "space_to_depth", data_format)
    batch, height, width, channels = p.sizes_of(x)
    for size in (height, width):
        if isinstance(size, int) and size % block_size:
            raise ShapeError(
                f"ops.space_to_depth: {Spec.of(x)} cannot be divided into blocks of "
                f"{block_size} x {block_size}."
            )
    rows, columns = height // block_size, width // block_size
    x = _reshaped(x, batch, rows, block_size, columns, block_size, channels)
    x = p.transpose(x, axes=(0, 1, 3, 5, 2, 4) if first else (0, 1, 3, 2, 4, 5))
    x = _reshaped(x, batch, rows, columns, channels * block_size**2)
    return turned_back(x, first)


def _pictures(x, name, data_format):
    x = as_tensor(x)
    if rank_of(x) != 4:
        raise ShapeError(f"ops.{name} takes pictures with four axes, but got {Spec.of(x)}.")
    x, first = channels_last(x, name, data_format)
    if not known(Spec.of(x).sizes[3]):
        raise ShapeError(f"ops.{name}: the channels of {Spec.of(x)} must be known.")
    return x, first


# --------------------------------------------------------------------------- windows as columns


def _windows(x, kernel_size, dilation, padding, stride, name):
    size = for_each_axis(kernel_size, 2, f"{name}: kernel_size")
    gaps = for_each_axis(dilation, 2, f"{name}: dilation")
    strides = for_each_axis(stride, 2, f"{name}: stride")
    frame = tuple(padding) if np.iterable(padding) else (padding, padding)
    return size, gaps, strides, frame


def _starts(length, width, gap, stride, frame, name):
    extent = gap * (width - 1) + 1
    count = (length + 2 * frame - extent) // stride + 1
    if count < 1:
        raise ShapeError(f"ops.{name}: a window of {extent} does not fit into {length} pixels.")
    return (np.arange(count)[:, None] * stride + np.arange(width) * gap).astype("int32")


@operation("nn", "Unfold", "kernel_size", "dilation", "padding", "stride")
def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    """Every window of pictures (batch, channels, height, width) as a column.

    The result is (batch, channels * window, number of windows).
    """
    x = as_tensor(x)
    size, gaps, strides, frame = _windows(x, kernel_size, dilation, padding, stride, "unfold")
    batch, channels, height, width = p.sizes_of(x)
    rows = _starts(height, size[0], gaps[0], strides[0], frame[0], "unfold")
    columns = _starts(width, size[1], gaps[1], strides[1], frame[1], "unfold")
    x = p.pad(x, padding=((0, 0), (0, 0), (frame[0],) * 2, (frame[1],) * 2))
    x = p.take(p.take(x, rows, axis=2), columns, axis=4)
    x = p.transpose(x, axes=(0, 1, 3, 5, 2, 4))
    return _reshaped(x, batch, channels * size[0] * size[1], len(rows) * len(columns))


@operation("nn", "Fold", "output_size", "kernel_size", "dilation", "padding", "stride")
def fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Put columns back as the windows of pictures, adding where they overlap: undo ``unfold``."""
    x = as_tensor(x)
    size, gaps, strides, frame = _windows(x, kernel_size, dilation, padding, stride, "fold")
    height, width = for_each_axis(output_size, 2, "fold: output_size")
    rows = _starts(height, size[0], gaps[0], strides[0], frame[0], "fold")
    columns = _starts(width, size[1], gaps[1], strides[1], frame[1], "fold")
    batch, deep, _ = p.sizes_of(x)
    channels = deep // (size[0] * size[1])
    x = _reshaped(x, batch, channels, *size, len(rows), len(columns))
    x = p.transpose(x, axes=(0, 1, 4, 2, 5, 3))
    wide = (batch, channels, len(rows), size[0], width + 2 * frame[1])
    x = p.put_sum(x, columns, _zeros(x, *wide), axis=4)
    tall = (batch, channels, height + 2 * frame[0], width + 2 * frame[1])
    x = p.put_sum(x, rows, _zeros(x, *tall), axis=2)
    return p.slice(
        x,
        axes=(2, 3),
        starts=frame,
        stops=(frame[0] + height, frame[1] + width),
        steps=(1, 1),
    )


def _zeros(x, *sizes):
    shape, unknown = p.as_setting(sizes)
    zero = np.zeros((), p.numpy_dtype(Spec.of(x).dtype))
    return p.broadcast_to(zero, *unknown, shape=shape)
