"""Layers that change how light pictures are, pixel by pixel."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.picture_settings import EitherWay, Share, ValueRange, amount
from visualnn.layers.pictures import FAMILY, Pictures, RandomPictures, for_each, in_range
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.spec import Spec

__all__ = [
    "FAMILY",
    "AutoContrast",
    "RandomBrightness",
    "RandomContrast",
    "RandomInvert",
    "RandomPosterization",
    "Solarization",
]

BYTES = (0, 255)
"""The range of values that pictures have in files."""


@public("keras.layers")
@declared(config=("factor", "value_range", "seed"))
class RandomBrightness(RandomPictures):
    """Makes pictures lighter or darker in training: adds a number to each.

    Args:
        factor: How much, as a share of the range of values: up to a number either way, or from
            one number to another.
        value_range: The least and the greatest value that pictures have.
        seed: Makes the choices repeatable.
    """

    factor: EitherWay | None
    value_range: ValueRange = BYTES
    seed: int | SeedGenerator | None = None

    def __post_init__(self):
        super().__post_init__()
        self.factor = (-0.0, 0.0) if self.factor is None else self.factor

    def get_random_transformation(self, data, training=True, seed=None):
        shape = (self.count_of(data), 1, 1, 1)
        if not training:
            return {"rgb_delta": ops.zeros(shape, self.compute_dtype)}
        least, most = self.value_range
        share = self.drawn(shape, *(self.factor or (0, 0)), seed=seed)
        return {"rgb_delta": share * (most - least)}

    def transform_images(self, images, transformation, training=True):
        if not training:
            return images
        dtype = Spec.of(images).dtype
        added = ops.cast(transformation["rgb_delta"], self.compute_dtype)
        made = ops.clip(ops.cast(images, self.compute_dtype) + added, *self.value_range)
        return ops.cast(made, dtype)


@public("keras.layers")
@declared(config=("factor", "value_range", "seed"))
class RandomContrast(RandomPictures):
    """Moves the values of pictures away from their mean, or towards it, in training.

    Args:
        factor: How much: the distance is multiplied by a number from one minus the first to one
            plus the second; one number stands for zero and itself.
        value_range: The least and the greatest value that pictures have.
        seed: Makes the choices repeatable.
    """

    factor: Share
    value_range: ValueRange = BYTES
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        shape = (self.count_of(data), 1, 1, 1)
        if not training:
            return {"contrast_factor": ops.zeros(shape, self.compute_dtype)}
        low, high = self.factor
        return {"contrast_factor": self.drawn(shape, 1 - low, 1 + high, seed)}

    def transform_images(self, images, transformation, training=True):
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        mean = ops.mean(images, axis=self.axes_of_places(images), keepdims=True)
        times = ops.cast(transformation["contrast_factor"], self.compute_dtype)
        return ops.clip((images - mean) * times + mean, *self.value_range)


@public("keras.layers")
@declared(config=("factor", "value_range", "seed"))
class RandomInvert(RandomPictures):
    """Turns some pictures into their negatives in training.

    Args:
        factor: The share of pictures; of two numbers, it lies between them.
        value_range: The least and the greatest value that pictures have.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    factor: Share = 1.0
    value_range: ValueRange = BYTES
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        return {"apply_inversion": self.happens(self.count_of(data), self.factor, seed)}

    def transform_images(self, images, transformation, training=True):
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        chosen = for_each(transformation["apply_inversion"])
        return ops.where(chosen, self.value_range[1] - images, images)


@public("keras.layers")
@declared(config=("value_range",))
class AutoContrast(Pictures):
    """Stretches the values of each channel over the whole range, in training and outside of it.

    Args:
        value_range: The least and the greatest value that pictures have.
    """

    value_range: ValueRange = BYTES

    def transform_images(self, images, transformation=None, training=True):
        images = in_range(images, self.value_range, BYTES, self.compute_dtype)
        least, most = (f(images, axis=(-3, -2), keepdims=True) for f in (ops.min, ops.max))
        flat = ops.equal(least, most)  # nothing to stretch
        stretched = (images - least) * (255.0 / ops.where(flat, 1.0, most - least))
        made = ops.clip(ops.where(flat, images, stretched), *BYTES)
        return in_range(made, BYTES, self.value_range, self.compute_dtype)


@public("keras.layers")
@declared(config=("factor", "value_range", "seed"))
class RandomPosterization(RandomPictures):
    """Leaves pictures only a few values in training: clears the last bits.

    Args:
        factor: How many of eight bits are kept, at most; or from one number to another.
        value_range: The least and the greatest value that pictures have.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    factor: Annotated[Any, amount(1, 8, begin=lambda most: 1, strict=True)]
    value_range: ValueRange = BYTES
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        kept = ops.floor(self.drawn((self.count_of(data),), *self.factor, seed=seed))
        return {"shift_factor": ops.cast(8 - kept, "uint8")}

    def transform_images(self, images, transformation=None, training=True):
        if not training:
            return images
        steps = 2.0 ** ops.cast(for_each(transformation["shift_factor"]), self.compute_dtype)
        images = in_range(images, self.value_range, BYTES, self.compute_dtype)
        made = ops.floor(ops.floor(images) / steps) * steps
        return in_range(made, BYTES, self.value_range, self.compute_dtype)


Part = Annotated[Any, amount(0, begin=lambda most: 0, strict=True)]


@public("keras.layers")
@declared(config=("value_range", "addition_factor", "threshold_factor", "seed"))
class Solarization(RandomPictures):
    """Makes pictures lighter in training, and turns what is too light into its negative.

    Args:
        addition_factor: How much is added, as a share of the range of values, at most; or from
            one number to another.
        threshold_factor: From which share of the range on values are turned round.
        value_range: The least and the greatest value that pictures have.
        seed: Makes the choices repeatable.
    """

    addition_factor: Part = 0.0
    threshold_factor: Part = 0.0
    value_range: ValueRange = BYTES
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        shape = (self.count_of(data), 1, 1, 1)
        return {
            "additions": self.drawn(shape, *self.addition_factor, seed=seed) * 255,
            "thresholds": self.drawn(shape, *self.threshold_factor, seed=seed) * 255,
        }

    def transform_images(self, images, transformation, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        added, limit = (
            ops.cast(transformation[key], self.compute_dtype) for key in ("additions", "thresholds")
        )
        images = in_range(images, self.value_range, BYTES, self.compute_dtype)
        lighter = ops.clip(images + added, *BYTES)
        made = ops.where(lighter < limit, lighter, 255 - lighter)
        return in_range(made, BYTES, self.value_range, self.compute_dtype)
