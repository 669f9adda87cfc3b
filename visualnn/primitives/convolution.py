"""Convolution along any number of axes, and the two operations its gradients are made of.

Images are (batch, *space, channels); kernels are (*window, channels / groups, filters).  The
channels are divided into ``groups`` that do not see each other; each makes its share of filters.

The three operations are three views of one sum over images, places and taps, so each one's
gradients are the other two.
"""

import numpy as np

from visualnn.primitives import depthwise
from visualnn.primitives.conversion import in_single
from visualnn.primitives.primitive import equal_dtypes, primitive
from visualnn.primitives.rules import check_unknown, filled
from visualnn.primitives.sizes import as_setting, sizes_of
from visualnn.primitives.windows import (
    count_places,
    crop,
    frames,
    image_blocks,
    padded,
    places,
    seen_by,
    taps,
    window_blocks,
)
from visualnn.spec import ShapeError, Spec, known


@primitive(dtype=equal_dtypes)
def conv(x, kernel, *, strides, padding, dilation, groups):
    """Slide a kernel over an image: a weighted sum of the window at each place.

    ``x`` is (batch, *space, channels) and ``kernel`` is (*window, channels / groups, filters);
    the result is (batch, *places, filters).
    """
    where = dict(strides=strides, padding=padding, dilation=dilation, groups=groups)
    return in_single(lambda x, kernel: _conv(x, kernel, **where), x, kernel)


def _conv(x, kernel, strides, padding, dilation, groups):
    size, (depth, filters) = kernel.shape[:-2], kernel.shape[-2:]
    padding = frames(x.shape[1:-1], size, strides, padding, dilation)
    counts = count_places(x.shape, size, strides, padding, dilation)
    image = padded(x, padding)
    result = np.empty((len(x), *counts, filters), x.dtype)
    if depth == 1 and groups > 1:
        return depthwise.forward(image, kernel, result, strides, dilation)
    matrices = _grouped(kernel.reshape(-1, depth, filters), groups)
    for index, windows in window_blocks(image, size, strides, dilation):
        made = _columns(windows, groups) @ matrices
        part = result[index]
        part[...] = np.moveaxis(made, 0, 1).reshape(part.shape)
    return result


def _grouped(matrices, groups):
    """(taps, depth, filters) as one matrix of taps * depth rows for each group."""
    number, depth, filters = matrices.shape
    split = matrices.reshape(number * depth, groups, filters // groups)
    return np.moveaxis(split, 1, 0)


def _columns(windows, groups):
    """(places, *window, channels) as one matrix for each group: (groups, places, taps * depth)."""
    n = len(windows)
    split = windows.reshape(n, -1, groups, windows.shape[-1] // groups)
    return np.moveaxis(split, 2, 0).reshape(groups, n, -1)


@conv.shape
def _(x, kernel, *, groups, **where):
    _check("conv", x, kernel, groups)
    depth, filters = kernel.sizes[-2:]
    channels = x.sizes[-1]
    if known(channels) and known(depth) and channels != depth * groups:
        raise ShapeError(
            f"conv: {x} has {channels} channels, but the kernel {kernel} takes {depth * groups}"
            f"{f' in {groups} groups' if groups > 1 else ''}."
        )
    return (x.sizes[0], *places("conv", x, kernel.sizes[:-2], **where), filters)


def _check(name, x, kernel, groups):
    if x.ndim < 3 or kernel.ndim != x.ndim:
        raise ShapeError(
            f"{name}: {x} must be (batch, *space, channels), and the kernel {kernel} "
            "(*window, channels, filters) must have as many axes."
        )
    filters = kernel.sizes[-1]
    if known(filters) and filters % groups:
        raise ShapeError(f"{name}: {filters} filters cannot be divided into {groups} groups.")


@conv.gradient
def _(g, y, x, kernel, **where):
    shape, unknown = as_setting(sizes_of(x)[1:-1])
    return (
        conv_transpose(g, kernel, *unknown, shape=shape, **where),
        conv_kernel(x, g, size=Spec.of(kernel).shape[:-2], **where),
    )


_PLAIN = dict(strides=(1, 1), padding=((0, 0), (0, 0)), dilation=(1, 1), groups=1)
_FANCY = dict(strides=(2, 1), padding=((1, 0), (0, 2)), dilation=(1, 2), groups=2)
_SAME = dict(strides=(2, 1), padding=("same", (1, 0)), dilation=(1, 1), groups=1)
_LINE = dict(strides=(1,), padding=((2, 0),), dilation=(2,), groups=1)
_DEPTH = dict(strides=(1, 2), padding=((1, 1), (0, 0)), dilation=(1, 1), groups=3)


@conv.examples
def _(normal):
    yield normal(2, 5, 6, 3), normal(3, 2, 3, 4), _PLAIN
    yield normal(2, 5, 6, 4), normal(3, 2, 2, 6), _FANCY
    yield normal(2, 5, 6, 2), normal(3, 2, 2, 4), _SAME
    yield normal(2, 6, 3), normal(2, 3, 4), _LINE
    yield normal(2, 5, 6, 3), normal(3, 2, 1, 6), _DEPTH


# --------------------------------------------------------------------------- back to the image


@primitive(dtype=lambda y, kernel, *unknown, **where: equal_dtypes(y, kernel))
def conv_transpose(y, kernel, *unknown, shape, strides, padding, dilation, groups):
    """Every place paints the kernel, as strong as it is, into a larger image: ``conv`` backwards.

    ``y`` is (batch, *places, filters) and ``kernel`` is (*window, channels / groups, filters);
    the result is (batch, *shape, channels).  Space sizes that are not numbers come as tensors.
    """
    where = dict(strides=strides, padding=padding, dilation=dilation, groups=groups)
    space = filled(shape, unknown)
    return in_single(lambda y, kernel: _conv_transpose(y, kernel, space, **where), y, kernel)


def _conv_transpose(y, kernel, space, strides, padding, dilation, groups):
    *size, depth, filters = kernel.shape
    counts = y.shape[1:-1]
    padding = frames(space, size, strides, padding, dilation)
    framed = [n + before + after for n, (before, after) in zip(space, padding, strict=True)]
    image = np.zeros((len(y), *framed, groups * depth), y.dtype)
    if depth == 1 and groups > 1:
        depthwise.backward(y, kernel, image, strides, dilation)
        return crop(image, padding, space)
    for part in image_blocks(image):
        rows = np.moveaxis(y[part].reshape(-1, groups, filters // groups), 1, 0)
        for tap in taps(size):
            matrices = np.moveaxis(kernel[tap].reshape(depth, groups, -1), 0, 2)
            target = image[part][seen_by(tap, counts, strides, dilation)]
            target += np.moveaxis(rows @ matrices, 0, 1).reshape(target.shape)
    return crop(image, padding, space)


@conv_transpose.shape
def _(y, kernel, *unknown, shape, strides, padding, dilation, groups):
    _check("conv_transpose", y, kernel, groups)
    check_unknown("conv_transpose", shape, unknown)
    depth, filters = kernel.sizes[-2:]
    if known(y.sizes[-1]) and known(filters) and y.sizes[-1] != filters:
        raise ShapeError(
            f"conv_transpose: {y} has {y.sizes[-1]} channels, but the kernel {kernel} takes "
            f"{filters}."
        )
    result = Spec((y.sizes[0], *shape, depth * groups), y.dtype)
    where = (kernel.sizes[:-2], strides, padding, dilation)
    for has, fits in zip(y.sizes[1:-1], places("conv_transpose", result, *where), strict=True):
        if known(has) and known(fits) and has != fits:
            raise ShapeError(f"conv_transpose: {y} cannot have come from an image of {shape}.")
    return result.sizes


@conv_transpose.gradient
def _(g, y_made, y, kernel, *unknown, shape, **where):
    return (
        conv(g, kernel, **where),
        conv_kernel(g, y, size=Spec.of(kernel).shape[:-2], **where),
        *(None for _ in unknown),
    )


@conv_transpose.examples
def _(normal):
    yield normal(2, 3, 5, 4), normal(3, 2, 3, 4), dict(shape=(5, 6), **_PLAIN)
    yield normal(2, 2, 6, 6), normal(3, 2, 2, 6), dict(shape=(5, 6), **_FANCY)
    yield normal(2, 3, 6, 4), normal(3, 2, 2, 4), dict(shape=(5, 6), **_SAME)
    yield normal(2, 6, 4), normal(2, 3, 4), np.int32(6), dict(shape=(None,), **_LINE)
    yield normal(2, 5, 3, 6), normal(3, 2, 1, 6), dict(shape=(5, 6), **_DEPTH)


# --------------------------------------------------------------------------- to the kernel


@primitive(dtype=equal_dtypes)
def conv_kernel(x, g, *, size, strides, padding, dilation, groups):
    """What each weight of a kernel contributed: the sum over places of what it saw times ``g``.

    ``x`` is (batch, *space, channels), ``g`` is (batch, *places, filters); the result is a
    kernel (*size, channels / groups, filters).
    """
    where = dict(strides=strides, padding=padding, dilation=dilation, groups=groups)
    return in_single(lambda x, g: _conv_kernel(x, g, size, **where), x, g)


def _conv_kernel(x, g, size, strides, padding, dilation, groups):
    channels, filters = x.shape[-1], g.shape[-1]
    _counts, depth = g.shape[1:-1], channels // groups
    padding = frames(x.shape[1:-1], size, strides, padding, dilation)
    image = padded(x, padding)
    kernel = np.zeros((*size, depth, filters), x.dtype)
    if depth == 1 and groups > 1:
        return depthwise.to_kernel(image, g, kernel, strides, dilation)
    matrices = np.zeros((groups, kernel.size // filters, filters // groups), x.dtype)
    for index, windows in window_blocks(image, size, strides, dilation):
        rows = g[index].reshape(-1, groups, filters // groups)
        matrices += np.swapaxes(_columns(windows, groups), 1, 2) @ np.moveaxis(rows, 1, 0)
    return np.moveaxis(matrices, 0, 1).reshape(kernel.shape)


@conv_kernel.shape
def _(x, g, *, size, strides, padding, dilation, groups):
    return (*size, x.sizes[-1] // groups, g.sizes[-1])


@conv_kernel.gradient
def _(g_kernel, kernel, x, g, *, size, **where):
    shape, unknown = as_setting(sizes_of(x)[1:-1])
    return conv_transpose(g, g_kernel, *unknown, shape=shape, **where), conv(x, g_kernel, **where)


@conv_kernel.examples
def _(normal):
    yield normal(2, 5, 6, 3), normal(2, 3, 5, 4), dict(size=(3, 2), **_PLAIN)
    yield normal(2, 5, 6, 4), normal(2, 2, 6, 6), dict(size=(3, 2), **_FANCY)
    yield normal(2, 5, 6, 2), normal(2, 3, 6, 4), dict(size=(3, 2), **_SAME)
    yield normal(2, 6, 3), normal(2, 6, 4), dict(size=(2,), **_LINE)
    yield normal(2, 5, 6, 3), normal(2, 5, 3, 6), dict(size=(3, 2), **_DEPTH)
