"""Layers that look at pictures from the side, through water or through milky glass, in training."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.picture_settings import Mixing, Share, ValueRange, WideFillMode, numbers_of
from visualnn.layers.pictures import FAMILY, RandomPictures, for_each
from visualnn.ops.image_filters import wobbled
from visualnn.ops.image_warping import projection
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.settings import Kind

__all__ = ["FAMILY", "RandomElasticTransform", "RandomGaussianBlur", "RandomPerspective"]

BYTES = (0, 255)


@public("keras.layers")
@declared(config=("factor", "scale", "interpolation", "fill_value", "seed"))
class RandomPerspective(RandomPictures):
    """Looks at some pictures from the side in training.

    Args:
        factor: The share of pictures; of two numbers, it lies between them.
        scale: How far the corners move, as a share of the picture.
        interpolation: How pixels are computed from those around them.
        fill_value: What lies beyond the edges.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    factor: Share = 1.0
    scale: float = setting(1.0, minimum=0, maximum=1)
    interpolation: Mixing = "bilinear"
    fill_value: float = 0.0
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count, (height, width) = self.count_of(data), self.size_of(data)
        x, y = (ops.cast(n, self.compute_dtype) - 1 for n in (width, height))
        none = x * 0
        corners = [ops.stack(point) for point in ([none, none], [x, none], [none, y], [x, y])]
        none_of_each = ops.zeros((count, 1, 1), self.compute_dtype)
        start = ops.expand_dims(ops.stack(corners), 0) + none_of_each
        moved = start * self.drawn((count, 4, 2), -0.5, 0.5, seed) * self.scale
        return {
            "apply_perspective": self.happens(count, self.factor, seed),
            "start_points": start,
            "end_points": start + moved,
            "input_shape": (height, width),
        }

    def transform_images(self, images, transformation, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        return self._looked_at(images, transformation, self.interpolation)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        if not training or transformation is None:
            return segmentation_masks
        return self._looked_at(segmentation_masks, transformation, "nearest")

    def _looked_at(self, images: Any, transformation: Any, interpolation: str) -> Any:
        made = ops.image.perspective_transform(
            images,
            transformation["start_points"],
            transformation["end_points"],
            interpolation=interpolation,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )
        return ops.where(for_each(transformation["apply_perspective"]), made, images)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training or transformation is None:
            return bounding_boxes
        height, width = self.places_in(transformation["input_shape"])
        chosen = ops.reshape(ops.convert_to_tensor(transformation["apply_perspective"]), (-1, 1, 1))
        numbers = projection(transformation["start_points"], transformation["end_points"])
        h = [ops.reshape(numbers[:, i], (-1, 1, 1)) for i in range(8)]

        def move(boxes: Any) -> Any:
            left, top, right, bottom = (boxes[..., i : i + 1] for i in range(4))
            x = ops.concatenate([left, right, right, left], axis=-1)
            y = ops.concatenate([top, top, bottom, bottom], axis=-1)
            distance = h[6] * x + h[7] * y + 1
            columns = (h[0] * x + h[1] * y + h[2]) / distance
            rows = (h[3] * x + h[4] * y + h[5]) / distance
            ends = [f(z, axis=-1) for f in (ops.min, ops.max) for z in (columns, rows)]
            return ops.where(chosen, ops.stack(ends, axis=-1), boxes)

        return self.moved_boxes(bounding_boxes, height, width, move)


@public("keras.layers")
@declared(
    config=(
        "factor", "scale", "interpolation", "fill_mode", "fill_value", "value_range", "seed",
    )
)  # fmt: skip
class RandomElasticTransform(RandomPictures):
    """Wobbles some pictures in training, as if they were seen through water.

    Args:
        factor: The share of pictures; of two numbers, it lies between them.
        scale: How much they wobble, at most; or from one number to another.
        interpolation: How pixels are computed from those around them.
        fill_mode: What lies beyond the edges.
        fill_value: What lies beyond the edges, where that is ``"constant"``.
        value_range: The least and the greatest value that pictures have.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    factor: Share = 1.0
    scale: Share = 1.0
    interpolation: Mixing = "bilinear"
    fill_mode: WideFillMode = "reflect"
    fill_value: float = 0.0
    value_range: ValueRange = BYTES
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        return {
            "apply_transform": self.happens(self.count_of(data), self.factor, seed),
            "distortion_factor": self.drawn((), *self.scale, seed=seed),
            "seed": self.drawing(seed),
        }

    def get_elastic_transform_params(self, height: int, width: int, factor: Any) -> tuple[Any, Any]:
        """How far pixels move, and how far from each other they still move alike."""
        return max(height, width) * 0.1 * factor, min(height, width) * 0.05 * factor

    def transform_images(self, images, transformation, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        made = self._wobbled(images, transformation, self.interpolation)
        return ops.clip(made, *self.value_range)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        if not training or transformation is None:
            return segmentation_masks
        return self._wobbled(segmentation_masks, transformation, "nearest")

    def _wobbled(self, images: Any, transformation: Any, interpolation: str) -> Any:
        height, width = self.size_of(images)
        share = ops.maximum(ops.cast(transformation["distortion_factor"], "float32"), 1e-3)
        alpha, sigma = self.get_elastic_transform_params(height, width, share)
        widest = min(height, width) * 0.05 * max(map(abs, self.scale))
        made = wobbled(
            images, alpha, sigma, 2 * int(3 * widest) + 1, interpolation, self.fill_mode,
            self.fill_value, transformation["seed"], self.data_format,
        )  # fmt: skip
        return ops.where(for_each(transformation["apply_transform"]), made, images)


def _as_odd(x: Any) -> tuple:
    found = numbers_of(x)
    found = found * 2 if found and len(found) == 1 else found
    if not found or any(n % 2 == 0 or n <= 0 or n != int(n) for n in found):
        raise ValueError(f"must be an odd number greater than zero, or two, but is {x!r}.")
    return tuple(int(n) for n in found)


@public("keras.layers")
@declared(config=("factor", "kernel_size", "sigma", "value_range", "seed"))
class RandomGaussianBlur(RandomPictures):
    """Blurs some pictures in training.

    Args:
        factor: The share of pictures; of two numbers, it lies between them.
        kernel_size: How many columns and rows are mixed: odd numbers.
        sigma: How far the mixing reaches, at most; or from one number to another.
        value_range: The least and the greatest value that pictures have.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    factor: Share = 1.0
    kernel_size: Annotated[Any, Kind("numbers", _as_odd, list)] = 3
    sigma: Share = 1.0
    value_range: ValueRange = BYTES
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        return {
            "should_apply_blur": self.happens(self.count_of(data), self.factor, seed),
            "blur_factor": self.drawn((2,), *self.sigma, seed=seed) + 1e-6,
        }

    def transform_images(self, images, transformation=None, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        sigma = ops.cast(transformation["blur_factor"], "float32")
        made = ops.image.gaussian_blur(
            images, self.kernel_size, sigma, data_format=self.data_format
        )
        made = ops.where(for_each(transformation["should_apply_blur"]), made, images)
        return ops.clip(made, *self.value_range)
