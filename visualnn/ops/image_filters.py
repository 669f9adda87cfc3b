"""Pictures seen through small windows: blurred, edges found, compared; and moved at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.ops.image_sizes import pictures, restored
from visualnn.ops.image_warping import FILL_MODES, INTERPOLATIONS, chosen, looked_up_at, pixels
from visualnn.ops.nn_convolution import depthwise_conv
from visualnn.ops.numpy_reductions import mean
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_tensor,
    cast_to,
    dtype_of,
    known_size,
    promoted_fractions,
    rank_of,
)
from visualnn.primitives.operators import operate
from visualnn.spec import ShapeError, Spec


def _bell(size: int, sigma: Any) -> Any:
    """The heights of a bell at places around its middle; their sum is one."""
    places = (np.arange(size) - (size - 1) / 2).astype("float32")
    heights = p.exp(np.float32(-0.5) * p.multiply(places / sigma, places / sigma))
    return heights / p.sum(heights, axes=(0,), keepdims=True)


def _outer(rows: Any, columns: Any) -> Any:
    """A small picture from the heights of its rows and columns."""
    return p.expand_dims(rows, axes=(1,)) * p.expand_dims(columns, axes=(0,))


def _filtered(x, kernels, padding="same"):
    """Each channel of pictures (batch, height, width, channels) through these filters.

    The results for one channel are neighbours.
    """
    channels = known_size(x, 3, "image: the channels")
    filters = p.concatenate(*(p.expand_dims(kernel, axes=(2, 3)) for kernel in kernels), axis=3)
    filters = p.concatenate(*[cast_to(filters, dtype_of(x))] * channels, axis=2)
    return depthwise_conv(x, filters, 1, padding, "channels_last")


def _two(given, name):
    """A number for each direction; those that are known must be greater than zero."""
    if hasattr(given, "dtype") and rank_of(given) == 1:
        return given[0], given[1]
    numbers = tuple(given) if np.iterable(given) else (given, given)
    if len(numbers) != 2 or any(isinstance(n, int | float) and n <= 0 for n in numbers):
        raise ValueError(f"ops.image.{name}={given!r} must be two numbers greater than zero.")
    return numbers


@operation("image", "GaussianBlur", "kernel_size", "sigma", "data_format")
def gaussian_blur(images, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None):
    """Mix each pixel with those around it, which count the less the further they are.

    Args:
        images: Pictures (height, width, channels), or a batch.
        kernel_size: How many columns and rows are mixed.
        sigma: How far the mixing reaches, from column to column and from row to row.
        data_format: Where the channels are.
    """
    x, how = pictures(images, "gaussian_blur", data_format)
    width, height = _two(kernel_size, "gaussian_blur: kernel_size")
    along, down = _two(sigma, "gaussian_blur: sigma")
    kernel = _outer(_bell(int(height), down), _bell(int(width), along))
    return restored(_filtered(as_fraction(x), [kernel]), how)


_SOBEL = np.outer([1, 2, 1], [-1, 0, 1]).astype("float32")


@operation("image", "SobelEdges", "data_format")
def sobel_edges(images, data_format=None):
    """How fast pictures change from row to row and from column to column, in a new last axis.

    Args:
        images: A batch of pictures.
        data_format: Where the channels are.

    Raises:
        ValueError: When it is no batch.
    """
    if rank_of(as_tensor(images)) != 4:
        raise ShapeError(
            "ops.image.sobel_edges takes a batch of pictures, with four axes, but got "
            f"{Spec.of(as_tensor(images))}."
        )
    x, (_, first) = pictures(images, "sobel_edges", data_format)
    x = as_fraction(x)
    made = _filtered(x, [_SOBEL.T, _SOBEL])
    sizes = p.sizes_of(x)
    made = operate("reshape", made, (*sizes, 2))
    return p.transpose(made, axes=(0, 3, 1, 2, 4)) if first else made


@operation("image", "SSIM", "max_val", "filter_size", "filter_sigma", "k1", "k2", "data_format")
def ssim(
    image1,
    image2,
    max_val=1.0,
    filter_size=11,
    filter_sigma=1.5,
    k1=0.01,
    k2=0.03,
    data_format=None,
):
    """How alike pictures look, one number for each pair: 1 for equal ones.

    Means, variances and covariances in small windows are compared.  Wang et al., "Image quality
    assessment: from error visibility to structural similarity", 2004.

    Args:
        image1: Pictures (height, width, channels), or a batch.
        image2: As many others of the same size.
        max_val: The greatest value a pixel can have.
        filter_size: How many rows and columns a window has.
        filter_sigma: How far its weights reach.
        k1: Keeps the comparison of means steady where they are small.
        k2: Keeps that of variances steady.
        data_format: Where the channels are.

    Raises:
        ValueError: When the pictures differ in shape, or are smaller than a window.
    """
    x, (single, _) = pictures(image1, "ssim", data_format)
    y, _ = pictures(image2, "ssim", data_format)
    if rank_of(as_tensor(image1)) != rank_of(as_tensor(image2)):
        raise ShapeError(
            f"ops.image.ssim compares pictures of one shape, but got {Spec.of(as_tensor(image1))} "
            f"and {Spec.of(as_tensor(image2))}."
        )
    least = min((n for n in Spec.of(x).sizes[1:3] if isinstance(n, int)), default=filter_size)
    if least < filter_size:
        raise ShapeError(
            f"ops.image.ssim: windows of filter_size={filter_size} do not fit into {Spec.of(x)}."
        )
    x, y = promoted_fractions(x, y)
    line = _bell(int(filter_size), float(filter_sigma))
    window = _outer(line, line)

    def blurred(z):
        return _filtered(z, [window], "valid")

    small, smaller = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    mean_x, mean_y = blurred(x), blurred(y)
    both = mean_x * mean_y
    squares = mean_x * mean_x + mean_y * mean_y
    covariance = blurred(x * y) - both
    variances = blurred(x * x + y * y) - squares
    light = (both * 2 + small) / (squares + small)
    structure = (covariance * 2 + smaller) / (variances + smaller)
    made = mean(light * structure, axis=(1, 2, 3))
    return p.squeeze(made, axes=(0,)) if single else made


@operation(
    "image",
    "ElasticTransform",
    "alpha",
    "sigma",
    "interpolation",
    "fill_mode",
    "fill_value",
    "seed",
    "data_format",
)
def elastic_transform(
    images,
    alpha=20.0,
    sigma=5.0,
    interpolation="bilinear",
    fill_mode="reflect",
    fill_value=0.0,
    seed=None,
    data_format=None,
):
    """Wobble pictures at random, as if they were seen through water.

    Each pixel is looked up somewhere near; neighbours move alike.  Simard et al., "Best practices
    for convolutional neural networks applied to visual document analysis", 2003.

    Args:
        images: Pictures (height, width, channels), or a batch.
        alpha: How far pixels move.
        sigma: How far from each other pixels still move alike.
        interpolation: ``"nearest"`` takes the nearest pixel, ``"bilinear"`` mixes those around.
        fill_mode: What lies beyond the edges: ``"constant"``, ``"nearest"``, ``"wrap"``,
            ``"mirror"`` or ``"reflect"``.
        fill_value: The value there, where the mode is ``"constant"``.
        seed: Makes it repeatable.
        data_format: Where the channels are.
    """
    reach, _ = _two(sigma, "elastic_transform: sigma")
    window = 2 * int(3 * reach) + 1
    return wobbled(
        images, alpha, reach, window, interpolation, fill_mode, fill_value, seed, data_format
    )


def wobbled(
    images: Any,
    alpha: Any,
    sigma: Any,
    window: int,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
    seed: Any,
    data_format: str | None,
) -> Any:
    """What :func:`elastic_transform` gives; ``alpha`` and ``sigma`` may be tensors.

    ``window`` says how many rows and columns of pixels move together at most.
    """
    chosen(interpolation, INTERPOLATIONS, "elastic_transform: interpolation")
    chosen(fill_mode, FILL_MODES, "elastic_transform: fill_mode")
    x, how = pictures(images, "elastic_transform", data_format)
    batch, height, width, _ = p.sizes_of(x)
    shape, unknown = p.as_setting((batch, height, width, 2))
    noise = p.random_normal(operate("draw_seed", seed), *unknown, shape=shape, dtype="float32")
    line = _bell(window, sigma)
    moved = _filtered(noise, [_outer(line, line)]) * (alpha * sigma)
    down, along = (
        p.squeeze(p.slice(moved, axes=(3,), starts=(i,), stops=(i + 1,), steps=(1,)), axes=(3,))
        for i in (0, 1)
    )
    rows, columns = pixels(x)
    made = looked_up_at(x, rows + down, columns + along, interpolation, fill_mode, fill_value)
    return restored(made, how)
