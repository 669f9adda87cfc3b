"""Layers that bring pictures to a size."""

from __future__ import annotations

from typing import Any, Literal

from visualnn import bounding_boxes as rectangles
from visualnn import ops, random
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat, along
from visualnn.layers.pictures import FAMILY, Pictures, RandomPictures
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.spec import ShapeError, Spec

__all__ = ["FAMILY", "CenterCrop", "RandomCrop", "Resizing"]

Interpolation = Literal["bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"]


@public("keras.layers")
@declared(
    config=(
        "height", "width", "interpolation", "crop_to_aspect_ratio",
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

    def get_random_transformation(self, data, training=True, seed=None):
        return self.size_of(data)

    def transform_images(self, images, transformation=None, training=True):
        return self._resized(images, self.interpolation)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        return self._resized(segmentation_masks, "nearest")

    def _resized(self, images: Any, interpolation: str) -> Any:
        return ops.image.resize(
            images,
            (self.height, self.width),
            interpolation=interpolation,
            antialias=self.antialias,
            crop_to_aspect_ratio=self.crop_to_aspect_ratio,
            pad_to_aspect_ratio=self.pad_to_aspect_ratio,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        height, width = transformation
        fits = self.height / height, self.width / width
        if self.crop_to_aspect_ratio:
            fits = (max(fits),) * 2
        elif self.pad_to_aspect_ratio:
            fits = (min(fits),) * 2
        sizes = zip((height, width), (self.height, self.width), fits, strict=True)
        top, left = (int((after - before * by) / 2) for before, after, by in sizes)

        def move(boxes: Any) -> Any:
            down, across = fits
            return boxes * [across, down, across, down] + [left, top, left, top]

        return self.moved_boxes(bounding_boxes, height, width, move, (self.height, self.width))


@public("keras.layers")
@declared(config=("height", "width"))
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

    def get_random_transformation(self, data, training=True, seed=None):
        return {"input_shape": self.size_of(data)}

    def transform_images(self, images, transformation=None, training=True):
        images = ops.cast(images, self.compute_dtype)
        sizes = _known_sizes(self, images)
        starts = [
            (size - length) // 2
            for size, length in zip(sizes, (self.height, self.width), strict=True)
        ]
        return _cut_out(self, images, sizes, starts)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        return self.transform_images(segmentation_masks, transformation, training=training)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        height, width = self.places_in(transformation["input_shape"])
        top, left = (height - self.height) // 2, (width - self.width) // 2
        return _cut_boxes(self, bounding_boxes, (height, width), (top, left))


def _known_sizes(layer: Any, images: Any) -> list[int]:
    """The height and the width.

    Raises:
        ShapeError: When they are not known.
    """
    axes = layer.axes_of_places(images)
    sizes = [size for axis in axes if isinstance(size := Spec.of(images).sizes[axis], int)]
    if len(sizes) < len(axes):
        raise ShapeError(f"The height and width of {Spec.of(images)} must be known.")
    return sizes


def _cut_out(layer: Any, images: Any, sizes: list[int], starts: Any) -> Any:
    """A piece of pictures that begins here; of smaller pictures, the middle of them enlarged."""
    axes = layer.axes_of_places(images)
    wanted = (layer.height, layer.width)
    if any(size < least for size, least in zip(sizes, wanted, strict=True)):
        return ops.image.resize(
            images, wanted, crop_to_aspect_ratio=True, data_format=layer.data_format
        )
    rank = len(Spec.of(images).sizes)
    if all(isinstance(n, int) for n in starts):
        parts = [slice(n, n + length) for n, length in zip(starts, wanted, strict=True)]
        return images[along(axes, parts, rank, slice(None))]
    for axis, start, length in zip(axes, starts, wanted, strict=True):
        images = ops.take(images, ops.arange(length, dtype="int32") + start, axis=axis)
    return images


def _cut_boxes(layer: Any, boxes: Any, size: Any, starts: Any) -> Any:
    """The rectangles in a piece of the picture, or in the picture enlarged."""
    height, width = size
    if layer.height <= height and layer.width <= width:
        top, left = starts

        def move(corners: Any) -> Any:
            return rectangles.crop(corners, top, left, layer.height, layer.width)

        return layer.moved_boxes(boxes, height, width, move, (layer.height, layer.width))
    return _enlarged_boxes(layer, boxes, size)


def _enlarged_boxes(layer: Any, boxes: Any, size: Any) -> Any:
    """The rectangles in the middle of the picture, which was made to fill the size."""
    height, width = size
    by = max(layer.height / height, layer.width / width)
    top, left = int((layer.height - height * by) / 2), int((layer.width - width * by) / 2)

    def move(corners: Any) -> Any:
        return corners * by + [left, top, left, top]

    return layer.moved_boxes(boxes, height, width, move, (layer.height, layer.width))


class Place(tuple):
    """The first row and column of a piece, with the ``size`` of what it is cut from."""

    size: Any

    def __new__(cls, starts: Any, size: Any) -> Place:
        place = super().__new__(cls, starts)
        place.size = tuple(size)
        return place


@public("keras.layers")
@declared(config=("height", "width", "seed"))
class RandomCrop(RandomPictures):
    """Cuts out a piece at a random place in training; else, the middle of the pictures is resized.

    Pictures that are smaller are made larger.

    Args:
        height: How many rows there are then.
        width: How many columns there are then.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        name: The name of the layer.
    """

    height: int = setting(minimum=1)
    width: int = setting(minimum=1)
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)
    name: str | None = None

    def __post_init__(self):
        self.seed = random.make_default_seed() if self.seed is None else self.seed
        super().__post_init__()

    def get_random_transformation(self, data, training=True, seed=None):
        images = data["images"] if isinstance(data, dict) else data
        if not training:
            return Place((0, 0), _known_sizes(self, images))
        found = []
        for size, length in zip(_known_sizes(self, images), (self.height, self.width), strict=True):
            seed_of_draw = self.drawing(seed)
            found.append(
                random.randint((), 0, size - length + 1, seed=seed_of_draw) if size > length else 0
            )
        return Place(found, _known_sizes(self, images))

    def transform_images(self, images, transformation, training=True):
        sizes = _known_sizes(self, images)
        if not training:
            return ops.image.resize(
                images,
                (self.height, self.width),
                crop_to_aspect_ratio=True,
                data_format=self.data_format,
            )
        return _cut_out(self, ops.cast(images, self.compute_dtype), sizes, transformation)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        return self.transform_images(segmentation_masks, transformation, training=training)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        size = getattr(transformation, "size", (self.height, self.width))
        if training:
            return _cut_boxes(self, bounding_boxes, size, transformation)
        return _enlarged_boxes(self, bounding_boxes, size)
