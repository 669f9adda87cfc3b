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
        wanted = (self.height, self.width)
        starts, lengths = self._middle(_known_sizes(self, images))
        if lengths == wanted:
            return _piece(self, images, starts, lengths)
        return ops.image.resize(
            images, wanted, crop_to_aspect_ratio=True, data_format=self.data_format
        )

    def _middle(self, sizes: Any) -> tuple[tuple, tuple]:
        """Where the middle of pictures begins, and how large it is before it is enlarged."""
        (height, width), wanted = sizes, (self.height, self.width)
        lengths = wanted
        if height < self.height or width < self.width:
            lengths = (
                min(height, int(width * self.height / self.width)),
                min(width, int(height * self.width / self.height)),
            )
        starts = [(size - length) // 2 for size, length in zip(sizes, lengths, strict=True)]
        return tuple(starts), lengths

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        return self.transform_images(segmentation_masks, transformation, training=training)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        size = self.places_in(transformation["input_shape"])
        return _piece_of_boxes(self, bounding_boxes, size, *self._middle(size))


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


def _piece(layer: Any, images: Any, starts: Any, lengths: Any) -> Any:
    """The piece of pictures that begins here and is this large."""
    axes = layer.axes_of_places(images)
    if all(isinstance(n, int) for n in starts):
        parts = [slice(n, n + length) for n, length in zip(starts, lengths, strict=True)]
        return images[along(axes, parts, len(Spec.of(images).sizes), slice(None))]
    for axis, start, length in zip(axes, starts, lengths, strict=True):
        images = ops.take(images, ops.arange(length, dtype="int32") + start, axis=axis)
    return images


def _piece_of_boxes(layer: Any, boxes: Any, size: Any, starts: Any, lengths: Any) -> Any:
    """The rectangles in a piece of the pictures, which is then as large as the layer says."""
    top, left = starts
    down, across = layer.height / lengths[0], layer.width / lengths[1]

    def move(corners: Any) -> Any:
        inside = rectangles.crop(corners, top, left, *lengths)
        return inside * [across, down, across, down]

    return layer.moved_boxes(boxes, *size, move, (layer.height, layer.width))


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
    """Cuts out a piece at a random place in training; from small pictures, it is enlarged.

    Outside of training pictures stay as they are.

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
        if not training:
            return images
        images = ops.cast(images, self.compute_dtype)
        wanted, lengths = (self.height, self.width), self._lengths(_known_sizes(self, images))
        images = _piece(self, images, tuple(transformation), lengths)
        if lengths == wanted:
            return images
        return ops.image.resize(images, wanted, data_format=self.data_format)

    def _lengths(self, sizes: Any) -> tuple[int, int]:
        """How large the piece is that can be cut out."""
        return min(sizes[0], self.height), min(sizes[1], self.width)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        return self.transform_images(segmentation_masks, transformation, training=training)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training:
            return bounding_boxes
        size = getattr(transformation, "size", (self.height, self.width))
        lengths = self._lengths(size)
        return _piece_of_boxes(self, bounding_boxes, size, tuple(transformation), lengths)
