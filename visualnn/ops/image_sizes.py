"""Pictures: sizes, frames, colours, patches, and moving them: ``keras.ops.image``.

Pictures are (height, width, channels), or a batch of them; ``data_format="channels_first"`` puts
the channels before the height.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.defaults import image_data_format
from visualnn.ops.core import saturate_cast
from visualnn.ops.image_kernels import KERNELS
from visualnn.ops.nn_convolution import for_each_axis
from visualnn.ops.operation import operation
from visualnn.ops.promotion import (
    as_fraction,
    as_tensor,
    can_be_fractional,
    dtype_of,
    known_size,
    rank_of,
)
from visualnn.spec import ShapeError, Spec


def pictures(images: Any, name: str, data_format: str | None) -> tuple[Any, tuple[bool, bool]]:
    """A batch with channels last, and how to turn it back: whether single, whether first.

    Raises:
        ValueError: When there are neither three nor four axes.
    """
    x = as_tensor(images)
    data_format = data_format or image_data_format()
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            f"ops.image.{name}: data_format={data_format!r} must be 'channels_last' or "
            "'channels_first'."
        )
    if rank_of(x) not in (3, 4):
        raise ShapeError(
            f"ops.image.{name} takes pictures (height, width, channels), or a batch of them, "
            f"but got {Spec.of(x)}."
        )
    single = rank_of(x) == 3
    x = p.expand_dims(x, axes=(0,)) if single else x
    first = data_format == "channels_first"
    return (p.transpose(x, axes=(0, 2, 3, 1)) if first else x), (single, first)


def restored(x: Any, how: tuple[bool, bool]) -> Any:
    """Pictures as they came: one or a batch, channels last or first."""
    single, first = how
    x = p.transpose(x, axes=(0, 3, 1, 2)) if first else x
    return p.squeeze(x, axes=(0,)) if single else x


# --------------------------------------------------------------------------- other sizes


_KERNELS = {
    **dict.fromkeys(("bilinear", "linear", "triangle"), KERNELS["bilinear"].weight),
    **dict.fromkeys(("bicubic", "cubic"), KERNELS["bicubic"].weight),
    **{name: KERNELS[name].weight for name in ("lanczos3", "lanczos5")},
}


def _kernel(name: str, function: str):
    if name not in _KERNELS:
        raise ValueError(
            f"ops.image.{function}: {name!r} is no interpolation; use 'nearest', "
            f"{', '.join(map(repr, _KERNELS))}."
        )
    return _KERNELS[name]


def _shares(before: int, after: int, scale: float, move: float, kernel, antialias: bool):
    """How much each old place (rows) gives to each new one (columns)."""
    centres = (np.arange(after) + 0.5 - move) / scale - 0.5
    width = max(1 / scale, 1.0) if antialias else 1.0
    shares = kernel(np.abs(centres - np.arange(before)[:, None]) / width)
    total = shares.sum(0, keepdims=True)
    shares = np.where(np.abs(total) > 1e-4, shares / np.where(total == 0, 1, total), 0)
    return np.where((centres >= -0.5) & (centres <= before - 0.5), shares, 0)


def _mixed(x: Any, axis: int, shares: np.ndarray) -> Any:
    letters = "abcdefg"[: rank_of(x)]
    made = letters.replace(letters[axis], "z")
    weights = shares.astype(p.numpy_dtype(dtype_of(x)))
    return p.einsum(x, weights, equation=f"{letters},{letters[axis]}z->{made}")


@operation(
    "image",
    "Resize",
    "size",
    "interpolation",
    "antialias",
    "crop_to_aspect_ratio",
    "pad_to_aspect_ratio",
    "fill_mode",
    "fill_value",
    "data_format",
)
def resize(
    images,
    size,
    interpolation="bilinear",
    antialias=False,
    crop_to_aspect_ratio=False,
    pad_to_aspect_ratio=False,
    fill_mode="constant",
    fill_value=0.0,
    data_format=None,
):
    """Pictures of another size, (height, width), whose pixels are mixed from the old ones.

    Raises:
        ValueError: When the settings contradict each other.
    """
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError("ops.image.resize can crop to the aspect ratio or pad to it, not both.")
    if fill_mode != "constant":
        raise ValueError(f"ops.image.resize: fill_mode={fill_mode!r} must be 'constant'.")
    x, how = pictures(images, "resize", data_format)
    target = for_each_axis(size, 2, "image.resize: size")
    old = known_size(x, 1, "image.resize"), known_size(x, 2, "image.resize")
    fitting = (int(old[1] * target[0] / target[1]), int(old[0] * target[1] / target[0]))
    if crop_to_aspect_ratio:
        kept = [max(min(a, b), 1) for a, b in zip(old, fitting, strict=True)]
        starts = tuple((a - b) // 2 for a, b in zip(old, kept, strict=True))
        stops = tuple(a + b for a, b in zip(starts, kept, strict=True))
        x = p.slice(x, axes=(1, 2), starts=starts, stops=stops, steps=(1, 1))
    elif pad_to_aspect_ratio:
        missing = [max(b - a, 0) for a, b in zip(old, fitting, strict=True)]
        frame = tuple((n // 2, n // 2) for n in missing)  # as in Keras, also if it is odd
        x = p.pad(x, padding=((0, 0), *frame, (0, 0)), value=fill_value)
    return restored(_scaled(x, target, interpolation, antialias), how)


def _scaled(x, target, interpolation, antialias):
    if interpolation == "nearest":
        for axis, count in enumerate(target, 1):
            places = np.floor((np.arange(count) + 0.5) * known_size(x, axis, "resize") / count)
            x = p.take(x, places.astype("int32"), axis=axis)
        return x
    kernel = _kernel(interpolation, "resize")
    made = as_fraction(x)
    for axis, count in enumerate(target, 1):
        before = known_size(x, axis, "image.resize")
        made = _mixed(made, axis, _shares(before, count, count / before, 0, kernel, antialias))
    return made if can_be_fractional(dtype_of(x)) else saturate_cast(p.round(made), dtype_of(x))


@operation("image", "ScaleAndTranslate", "spatial_dims", "method", "antialias")
def scale_and_translate(
    images, output_shape, scale, translation, spatial_dims, method, antialias=True
):
    """Pictures made larger and moved along some axes; ``scale`` and ``translation`` are numbers."""
    x = as_fraction(images)
    kernel = _kernel(method, "scale_and_translate")
    for axis, by, move in zip(
        spatial_dims, np.asarray(scale), np.asarray(translation), strict=True
    ):
        axis %= rank_of(x)
        before = known_size(x, axis, "image.scale_and_translate")
        shares = _shares(before, output_shape[axis], float(by), float(move), kernel, antialias)
        x = _mixed(x, axis, shares)
    return x


# --------------------------------------------------------------------------- frames


def _both_sides(
    length: int, before: Any, after: Any, target: Any, name: str, what: str
) -> tuple[int, int]:
    """What is cut or added on both sides; two of the three numbers are enough."""
    if sum(n is None for n in (before, after, target)) != 1:
        raise ValueError(f"ops.image.{name}: give two of {what}; the third follows from them.")
    shorter = name == "crop_images"
    if target is None:
        target = length - before - after if shorter else length + before + after
    moved = length - target if shorter else target - length
    before = moved - after if before is None else before
    after = moved - before if after is None else after
    if before < 0 or after < 0 or target < 0:
        raise ValueError(f"ops.image.{name}: {what} do not fit a length of {length}.")
    return before, after


_FRAME = ("top", "bottom", "height"), ("left", "right", "width")


@operation(
    "image",
    "CropImages",
    "top_cropping",
    "left_cropping",
    "bottom_cropping",
    "right_cropping",
    "target_height",
    "target_width",
    "data_format",
)
def crop_images(
    images,
    top_cropping=None,
    left_cropping=None,
    bottom_cropping=None,
    right_cropping=None,
    target_height=None,
    target_width=None,
    data_format=None,
):
    """Cut the edges of pictures off; for each direction, two of three numbers are enough."""
    x, how = pictures(images, "crop_images", data_format)
    height, width = (known_size(x, axis, "image.crop_images") for axis in (1, 2))
    words = [f"{a}_cropping, {b}_cropping, target_{c}" for a, b, c in _FRAME]
    top, bottom = _both_sides(
        height, top_cropping, bottom_cropping, target_height, "crop_images", words[0]
    )
    left, right = _both_sides(
        width, left_cropping, right_cropping, target_width, "crop_images", words[1]
    )
    stops = (height - bottom, width - right)
    return restored(p.slice(x, axes=(1, 2), starts=(top, left), stops=stops, steps=(1, 1)), how)


@operation(
    "image",
    "PadImages",
    "top_padding",
    "left_padding",
    "bottom_padding",
    "right_padding",
    "target_height",
    "target_width",
    "data_format",
)
def pad_images(
    images,
    top_padding=None,
    left_padding=None,
    bottom_padding=None,
    right_padding=None,
    target_height=None,
    target_width=None,
    data_format=None,
):
    """Surround pictures by zeros; for each direction, two of three numbers are enough."""
    x, how = pictures(images, "pad_images", data_format)
    height, width = (known_size(x, axis, "image.pad_images") for axis in (1, 2))
    words = [f"{a}_padding, {b}_padding, target_{c}" for a, b, c in _FRAME]
    rows = _both_sides(height, top_padding, bottom_padding, target_height, "pad_images", words[0])
    columns = _both_sides(width, left_padding, right_padding, target_width, "pad_images", words[1])
    return restored(p.pad(x, padding=((0, 0), rows, columns, (0, 0))), how)
