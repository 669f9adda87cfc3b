"""Layers that change the colours of pictures at random, in training, and how sharp they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.picture_light import BYTES, RandomBrightness, RandomContrast
from visualnn.layers.picture_settings import EitherWay, Share, ValueRange
from visualnn.layers.pictures import FAMILY, RandomPictures, for_each, in_range
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.spec import Spec

__all__ = [
    "FAMILY",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomGrayscale",
    "RandomHue",
    "RandomSaturation",
    "RandomSharpness",
]


class Coloured(RandomPictures):
    """The base of layers that compute with all colours of a pixel."""

    def grey(self, images: Any) -> Any:
        """How bright each pixel is, in all channels."""
        found = ops.image.rgb_to_grayscale(images, data_format=self.data_format)
        return ops.concatenate([found] * 3, axis=self.channel_axis)

    def by_hue(self, images: Any, value_range: Any, change: Any) -> Any:
        """Pictures whose hue, saturation and value, each from zero to one, are changed."""
        parts = ops.image.rgb_to_hsv(
            in_range(images, value_range, (0, 1), self.compute_dtype), data_format=self.data_format
        )
        hue, saturation, value = ops.split(parts, 3, axis=self.channel_axis)
        made = ops.concatenate(change(hue, saturation, value), axis=self.channel_axis)
        made = ops.image.hsv_to_rgb(made, data_format=self.data_format)
        return in_range(made, (0, 1), value_range, self.compute_dtype)


@public("keras.layers")
@declared(config=("factor",))
class RandomGrayscale(Coloured):
    """Takes the colours from some pictures in training.

    Args:
        factor: The share of pictures.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    factor: float = setting(0.5, minimum=0, maximum=1)
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, images, training=True, seed=None):
        return self.drawn((self.count_of(images), 1, 1, 1), seed=seed) < self.factor

    def transform_images(self, images, transformation, training=True):
        if not training:
            return images
        if transformation is None:
            return self.grey(images)
        return ops.where(ops.convert_to_tensor(transformation), self.grey(images), images)


@public("keras.layers")
@declared(config=("factor", "value_range", "seed"))
class RandomColorDegeneration(Coloured):
    """Takes some of the colour from pictures in training, or exaggerates it.

    Args:
        factor: How much: 0 leaves them, 1 leaves no colour; up to a number either way, or from
            one number to another.
        value_range: The least and the greatest value that pictures have.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    factor: EitherWay
    value_range: ValueRange = BYTES
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        return {"factor": self.drawn((self.count_of(data), 1, 1, 1), *self.factor, seed=seed)}

    def transform_images(self, images, transformation=None, training=True):
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        share = for_each(ops.cast(transformation["factor"], self.compute_dtype))
        made = images + share * (self.grey(images) - images)
        return ops.clip(made, *self.value_range)


@public("keras.layers")
@declared(config=("factor", "value_range", "seed"))
class RandomSaturation(Coloured):
    """Makes colours paler or stronger in training.

    Args:
        factor: How much: 0 leaves no colour, 0.5 leaves pictures as they are, 1 leaves only the
            strongest colours; one number stands for the range from its negative.
        value_range: The least and the greatest value that pictures have.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    factor: EitherWay
    value_range: ValueRange = BYTES
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        share = self.drawn((self.count_of(data),), *self.factor, seed=seed)
        return {"factor": share / (1 - share + 1e-7)}

    def transform_images(self, images, transformation=None, training=True):
        if not training:
            return images
        times = for_each(ops.cast(transformation["factor"], self.compute_dtype))

        def change(hue: Any, saturation: Any, value: Any) -> list[Any]:
            return [
                hue,
                ops.maximum(saturation * times, 0),
                value,
            ]  # not cut off above, as in Keras

        return self.by_hue(_fractions(self, images), self.value_range, change)


def _fractions(layer: Coloured, images: Any) -> Any:
    """The pictures, if they hold fractions.

    Raises:
        ValueError: When they hold whole numbers.
    """
    dtype = Spec.of(images).dtype
    if not dtype.startswith(("float", "bfloat")):
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r} takes pictures of fractions, not {dtype}: cast "
            "them, for example by `ops.cast(images, 'float32')`."
        )
    return images


@public("keras.layers")
@declared(config=("factor", "value_range", "seed"))
class RandomHue(Coloured):
    """Turns the circle of colours in training: red becomes orange, orange yellow.

    Args:
        factor: By how much, as a share of half the circle, either way: at most, or from one
            number to another.
        value_range: The least and the greatest value that pictures have.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    factor: Share
    value_range: ValueRange = BYTES
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        shape = (self.count_of(data),)
        by = self.drawn(shape, *self.factor, seed=seed) * 0.5
        return {"factor": ops.where(self.drawn(shape, seed=seed) < 0.5, -by, by)}

    def transform_images(self, images, transformation=None, training=True):
        if not training:
            return images
        by = for_each(ops.cast(transformation["factor"], self.compute_dtype))

        def change(hue: Any, saturation: Any, value: Any) -> list[Any]:
            return [ops.mod(hue + by, 1.0), saturation, value]

        images = ops.cast(images, self.compute_dtype)
        return self.by_hue(images, self.value_range, change)


@public("keras.layers")
@declared(config=("factor", "value_range", "seed"))
class RandomSharpness(RandomPictures):
    """Makes pictures more blurred or sharper in training.

    Args:
        factor: How much: 0 blurs, 0.5 leaves them as they are, 1 sharpens; at most, or from one
            number to another.
        value_range: The least and the greatest value that pictures have.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    factor: Share
    value_range: ValueRange = BYTES
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        return {"factor": self.drawn((self.count_of(data),), *self.factor, seed=seed)}

    def transform_images(self, images, transformation=None, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training:
            return images
        kernel = np.ones((3, 3, 1, 1))
        kernel[1, 1] = 5
        channels = images.shape[self.channel_axis]
        smooth = ops.depthwise_conv(
            images,
            ops.cast(np.repeat(kernel / 13, channels, axis=2), self.compute_dtype),
            1,
            padding="same",
            data_format=self.data_format,
        )
        sharp = for_each(ops.cast(transformation["factor"], self.compute_dtype)) * 2
        return ops.clip(smooth + sharp * (images - smooth), *self.value_range)


@public("keras.layers")
@declared(
    config=(
        "value_range", "brightness_factor", "contrast_factor", "saturation_factor", "hue_factor",
        "seed",
    )
)  # fmt: skip
class RandomColorJitter(RandomPictures):
    """Changes brightness, contrast, saturation and hue of pictures in training, one by one.

    Args:
        value_range: The least and the greatest value that pictures have.
        brightness_factor: As for ``RandomBrightness``; ``None`` leaves the brightness.
        contrast_factor: As for ``RandomContrast``.
        saturation_factor: As for ``RandomSaturation``.
        hue_factor: As for ``RandomHue``.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    value_range: ValueRange = BYTES
    brightness_factor: Any = None
    contrast_factor: Any = None
    saturation_factor: Any = None
    hue_factor: Any = None
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def __post_init__(self):
        super().__post_init__()
        for kind, factor, name in (
            (RandomBrightness, self.brightness_factor, "random_brightness"),
            (RandomContrast, self.contrast_factor, "random_contrast"),
            (RandomSaturation, self.saturation_factor, "random_saturation"),
            (RandomHue, self.hue_factor, "random_hue"),
        ):
            layer = None
            if factor is not None:
                settings: dict[str, Any] = {"value_range": self.value_range, "seed": self.seed}
                layer = kind(
                    factor, **settings, data_format=self.data_format, dtype=self.dtype_policy
                )
            setattr(self, name, layer)

    def transform_images(self, images, transformation, training=True):
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        for layer in self._layers:
            drawn = layer.get_random_transformation(images, training=training)
            images = layer.transform_images(images, drawn, training=training)
        return images
