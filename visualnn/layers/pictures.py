"""Layers that bring pictures to a size, and change them at random in training."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from visualnn import ops, random
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat, along, spatial_axes
from visualnn.layers.layer import Layer
from visualnn.layers.regularization import generator_of
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.settings import Kind
from visualnn.spec import ShapeError, Spec

FAMILY = "Preprocessing"

Interpolation = Literal["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"]


class Pictures(Layer):
    """The base of layers that take pictures (height, width, channels), or batches of them."""

    data_format: str

    def build(self, input_shape):
        """Nothing has to be made."""

    def axes_of_places(self, data: Any) -> tuple[int, int]:
        """The axes of the height and the width.

        Raises:
            ShapeError: When there are neither three nor four axes.
        """
        rank = len(Spec.of(data).sizes)
        if rank not in (3, 4):
            raise ShapeError(
                "It takes pictures (height, width, channels), or a batch of them, but got "
                f"{Spec.of(data)}."
            )
        rows, columns = (axis + rank - 4 for axis in spatial_axes(self.data_format, 2))
        return rows, columns


@public("keras.layers")
@declared(
    config=(
        "data_format", "height", "width", "interpolation", "crop_to_aspect_ratio",
        "pad_to_aspect_ratio", "fill_mode", "fill_value", "antialias",
    )
)  # fmt: skip
class Resizing(Pictures):
    """Makes pictures larger or smaller.

    Args:
        height: How many rows there are then.
        width: How many columns there are then.
        interpolation: How new points are computed from those around them.
        crop_to_aspect_ratio: Whether to cut off what is too much, so that nothing is distorted.
        pad_to_aspect_ratio: Whether to surround pictures, so that nothing is distorted.
        fill_mode: How they are surrounded: ``"constant"``.
        fill_value: With which number.
        antialias: Whether to smooth pictures that become smaller.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    height: int = setting(minimum=1)
    width: int = setting(minimum=1)
    interpolation: Interpolation = "bilinear"
    crop_to_aspect_ratio: bool = False
    pad_to_aspect_ratio: bool = False
    fill_mode: Literal["constant"] = "constant"
    fill_value: float = 0.0
    antialias: bool = False
    data_format: DataFormat = setting(None)

    def call(self, data, training=True):
        self.axes_of_places(data)
        return ops.image.resize(
            data,
            (self.height, self.width),
            interpolation=self.interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )


@public("keras.layers")
@declared(config=("data_format", "height", "width"))
class CenterCrop(Pictures):
    """Cuts out the middle of pictures; of smaller ones, after making them larger.

    Args:
        height: How many rows there are then.
        width: How many columns there are then.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    height: int = setting(minimum=1)
    width: int = setting(minimum=1)
    data_format: DataFormat = setting(None)

    def call(self, data, training=True):
        axes = self.axes_of_places(data)
        data = ops.cast(data, self.compute_dtype)
        sizes = [size for axis in axes if isinstance(size := Spec.of(data).sizes[axis], int)]
        if len(sizes) < len(axes):
            raise ShapeError(f"The height and width of {Spec.of(data)} must be known.")
        wanted = (self.height, self.width)
        if any(size < least for size, least in zip(sizes, wanted, strict=True)):
            return ops.image.resize(
                data, wanted, crop_to_aspect_ratio=True, data_format=self.data_format
            )
        starts = [(size - length) // 2 for size, length in zip(sizes, wanted, strict=True)]
        parts = [slice(n, n + length) for n, length in zip(starts, wanted, strict=True)]
        return data[along(axes, parts, len(Spec.of(data).sizes), slice(None))]


# --------------------------------------------------------------------- at random


class RandomPictures(Pictures):
    """The base of layers that change each picture of a batch in another way, in training."""

    seed: Any

    def __post_init__(self):
        self.generator = generator_of(self.seed)

    def call(self, data, training=True):
        self.axes_of_places(data)
        data = ops.cast(data, self.compute_dtype)
        return self.changed(data) if training else data

    def changed(self, data: Any) -> Any:
        """The pictures, changed at random."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it changes.")

    def one_for_each(self, data: Any, least: float, most: float) -> Any:
        """A random number for each picture, of a shape that fits all its numbers."""
        batch = ops.shape(data)[:-3]
        return random.uniform(
            (*batch, 1, 1, 1), least, most, dtype=self.compute_dtype, seed=self.generator
        )


@public("keras.layers")
@declared(config=("data_format", "seed", "mode"))
class RandomFlip(RandomPictures):
    """Mirrors half of the pictures in training.

    Args:
        mode: ``"horizontal"``: left and right are swapped; ``"vertical"``: top and bottom;
            ``"horizontal_and_vertical"``: both, each for itself.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    mode: Literal["horizontal", "vertical", "horizontal_and_vertical"] = "horizontal_and_vertical"
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def changed(self, data):
        rows, columns = self.axes_of_places(data)
        for axis, name in ((columns, "horizontal"), (rows, "vertical")):
            if name in self.mode:
                chosen = self.one_for_each(data, 0.0, 1.0) < 0.5
                data = ops.where(chosen, ops.flip(data, axis), data)
        return data


def _between(least: float):
    """A setting that is one number, or the least and the greatest of what is drawn."""

    def convert(x: Any) -> tuple[float, float]:
        several = isinstance(x, list | tuple | np.ndarray)
        found = tuple(x) if several else ((-abs(x) if least < 0 else 0), abs(x))
        if len(found) != 2 or not all(least <= number <= 1 for number in found):
            raise ValueError(f"must be a number from {least} to 1, or two, but is {x!r}.")
        return min(found), max(found)

    return convert


def _as_pair(x: Any) -> tuple:
    if not isinstance(x, list | tuple) or len(x) != 2:
        raise ValueError(f"must be two numbers, the least and the greatest, but is {x!r}.")
    return tuple(x)


ShareEitherWay = Annotated[tuple, Kind("numbers", _between(-1), list)]
Share = Annotated[tuple, Kind("numbers", _between(0), list)]
ValueRange = Annotated[tuple, Kind("numbers", _as_pair, list)]


@public("keras.layers")
@declared(config=("data_format", "factor", "value_range", "seed"))
class RandomBrightness(RandomPictures):
    """Makes pictures lighter or darker in training: adds a number to each.

    Args:
        factor: How much, as a share of the range of values: up to a number either way, or from
            one number to another.
        value_range: The least and the greatest value that pictures have.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    factor: ShareEitherWay
    value_range: ValueRange = (0, 255)
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def call(self, data, training=True):
        return ops.cast(super().call(data, training=training), Spec.of(data).dtype)

    def changed(self, data):
        least, most = self.value_range
        added = self.one_for_each(data, *self.factor) * (most - least)
        return ops.clip(data + added, least, most)


@public("keras.layers")
@declared(config=("data_format", "factor", "value_range", "seed"))
class RandomContrast(RandomPictures):
    """Moves the values of pictures away from their mean, or towards it, in training.

    Args:
        factor: How much: the distance is multiplied by a number from one minus the first to one
            plus the second; one number stands for zero and itself.
        value_range: The least and the greatest value that pictures have.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    factor: Share
    value_range: ValueRange = (0, 255)
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def changed(self, data):
        low, high = self.factor
        mean = ops.mean(data, axis=self.axes_of_places(data), keepdims=True)
        times = self.one_for_each(data, 1.0 - low, 1.0 + high)
        return ops.clip((data - mean) * times + mean, *self.value_range)
