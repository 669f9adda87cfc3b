"""Layers that mirror, turn, move, zoom and shear pictures at random, in training."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np

from visualnn import bounding_boxes as rectangles
from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.picture_settings import EitherWay, FillMode, Mixing, amount, numbers_of
from visualnn.layers.pictures import FAMILY, RandomPictures
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.settings import Kind

__all__ = [
    "FAMILY",
    "RandomFlip",
    "RandomRotation",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
]


@public("keras.layers")
@declared(config=("seed", "mode"))
class RandomFlip(RandomPictures):
    """Mirrors half of the pictures in training.

    Args:
        mode: ``"horizontal"``: left and right are swapped; ``"vertical"``: top and bottom;
            ``"horizontal_and_vertical"``: both.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    mode: Literal["horizontal", "vertical", "horizontal_and_vertical"] = "horizontal_and_vertical"
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        flips = self.drawn((self.count_of(data), 1, 1, 1), seed=seed) <= 0.5
        return {"flips": flips, "input_shape": self.size_of(data)}

    def transform_images(self, images, transformation, training=True):
        images = ops.cast(images, self.compute_dtype)
        return self._flipped(images, transformation) if training else images

    def _flipped(self, images: Any, transformation: Any) -> Any:
        if transformation is None:
            return images
        rows, columns = self.axes_of_places(images)
        axes = [columns] * ("horizontal" in self.mode) + [rows] * ("vertical" in self.mode)
        flips = ops.convert_to_tensor(transformation["flips"])
        return ops.where(flips, ops.flip(images, axes), images)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training or transformation is None:
            return bounding_boxes
        height, width = self.places_in(transformation["input_shape"])
        flips = ops.reshape(ops.convert_to_tensor(transformation["flips"]), (-1, 1, 1))

        def move(boxes: Any) -> Any:
            left, top, right, bottom = (boxes[..., i : i + 1] for i in range(4))
            if "horizontal" in self.mode:
                left, right = (
                    ops.where(flips, width - right, left),
                    ops.where(flips, width - left, right),
                )
            if "vertical" in self.mode:
                top, bottom = (
                    ops.where(flips, height - bottom, top),
                    ops.where(flips, height - top, bottom),
                )
            return ops.concatenate([left, top, right, bottom], axis=-1)

        return self.moved_boxes(bounding_boxes, height, width, move)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        return self.transform_images(segmentation_masks, transformation, training=training)


class Moved(RandomPictures):
    """The base of layers that look each pixel up at another place."""

    interpolation: str
    fill_mode: str
    fill_value: float

    def matrix(self, transformation: Any) -> Any:
        """Eight numbers for each picture: see ``ops.image.affine_transform``."""
        raise NotImplementedError(f"{type(self).__name__} does not say where pixels come from.")

    def transform_images(self, images, transformation, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        return self._looked_up(images, transformation, self.interpolation)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        if not training or transformation is None:
            return segmentation_masks
        return self._looked_up(segmentation_masks, transformation, "nearest")

    def _looked_up(self, images: Any, transformation: Any, interpolation: str) -> Any:
        return ops.image.affine_transform(
            images,
            self.matrix(transformation),
            interpolation=interpolation,
            fill_mode=self.fill_mode,
            fill_value=self.fill_value,
            data_format=self.data_format,
        )

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training or transformation is None:
            return bounding_boxes
        height, width = self.places(transformation)
        return self.moved_boxes(
            bounding_boxes, height, width, lambda boxes: self.moved(boxes, transformation)
        )

    def places(self, transformation: Any) -> tuple[Any, Any]:
        """The height and the width of the pictures."""
        return self.places_in(transformation["input_shape"])

    def moved(self, boxes: Any, transformation: Any) -> Any:
        """The corners (pictures, rectangles, 4) of the rectangles then."""
        raise NotImplementedError(f"{type(self).__name__} does not say where corners go.")


def _row_of(*numbers: Any) -> Any:
    """A list of eight numbers for each picture, from (pictures,) ones and plain ones."""
    zeros = ops.zeros_like(next(n for n in numbers if not isinstance(n, int)))
    return ops.stack([zeros + n for n in numbers], axis=-1)


def _line(x: Any) -> Any:
    """One number for each picture, in one axis."""
    return ops.reshape(ops.cast(x, "float32"), (-1,))


@public("keras.layers")
@declared(config=("factor", "fill_mode", "fill_value", "interpolation", "seed"))
class RandomRotation(Moved):
    """Turns pictures by a random angle in training.

    Args:
        factor: By how much, as a share of a full turn: up to a number either way, or from one
            number to another.
        fill_mode: What lies beyond the edges.
        interpolation: How pixels are computed from those around them.
        seed: Makes the choices repeatable.
        fill_value: What lies beyond the edges, where that is ``"constant"``.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    factor: EitherWay | None
    fill_mode: FillMode = "reflect"
    interpolation: Mixing = "bilinear"
    seed: int | SeedGenerator | None = None
    fill_value: float = 0.0
    data_format: DataFormat = setting(None)

    def __post_init__(self):
        super().__post_init__()
        self.factor = (-0.0, 0.0) if self.factor is None else self.factor

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count, (height, width) = self.count_of(data), self.size_of(data)
        least, most = (360 * share for share in self.factor or (0, 0))
        angle = self.drawn((count,), least, most, seed)
        return {
            "angle": angle,
            "rotation_matrix": self._turned(angle, height, width),
            "image_height": height,
            "image_width": width,
            "batch_size": count,
        }

    def _turned(self, angle: Any, height: Any, width: Any) -> Any:
        turn = _line(angle) * (math.pi / 180)
        cos, sin = ops.cos(turn), ops.sin(turn)
        last_column, last_row = (ops.cast(n, "float32") - 1 for n in (width, height))
        x = (last_column - (cos * last_column - sin * last_row)) / 2
        y = (last_row - (sin * last_column + cos * last_row)) / 2
        return _row_of(cos, -sin, x, sin, cos, y, 0, 0)

    def matrix(self, transformation):
        return transformation["rotation_matrix"]

    def places(self, transformation):
        return transformation["image_height"], transformation["image_width"]

    def moved(self, boxes, transformation):
        angle = _line(transformation["angle"])
        none = ops.zeros_like(angle)
        height, width = self.places(transformation)
        return rectangles.affine_transform(
            boxes, angle, none, none, none + 1, none, none, height, width
        )


def _range(x: Any) -> tuple[float, float]:
    """The least and the greatest that one or two numbers stand for."""
    found = numbers_of(x) or (0,)
    return (-abs(found[0]), abs(found[0])) if len(found) == 1 else (min(found), max(found))


def _kept(least: float, with_least: bool = True) -> Kind:
    """What a setting may be that is one number or two, and saved as it was given."""

    def convert(x: Any) -> Any:
        found = numbers_of(x)
        fits = found and all(least <= n <= 1 and (with_least or n > least) for n in found)
        if not fits:
            raise ValueError(f"must be a number from {least} to 1, or two, but is {x!r}.")
        return tuple(x) if isinstance(x, list) else x

    return Kind("numbers", convert, lambda x: list(x) if np.iterable(x) else x)


Shift = Annotated[Any, _kept(-1)]
Zoom = Annotated[Any, _kept(-1, with_least=False)]
Lean = Annotated[Any, amount(0, begin=lambda most: -most, strict=True)]


@public("keras.layers")
@declared(
    config=("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value")
)
class RandomTranslation(Moved):
    """Moves pictures up, down and to the sides in training.

    Args:
        height_factor: How far down, as a share of the height: up to a number either way, or from
            one number to another.
        width_factor: How far to the right, as a share of the width.
        fill_mode: What lies beyond the edges.
        interpolation: How pixels are computed from those around them.
        seed: Makes the choices repeatable.
        fill_value: What lies beyond the edges, where that is ``"constant"``.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    height_factor: Shift
    width_factor: Shift
    fill_mode: FillMode = "reflect"
    interpolation: Mixing = "bilinear"
    seed: int | SeedGenerator | None = None
    fill_value: float = 0.0
    data_format: DataFormat = setting(None)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count, (height, width) = self.count_of(data), self.size_of(data)
        down = self.drawn((count, 1), *_range(self.height_factor), seed=seed)
        along = self.drawn((count, 1), *_range(self.width_factor), seed=seed)
        translations = ops.concatenate(
            [along * ops.cast(width, along.dtype), down * ops.cast(height, down.dtype)], axis=1
        )
        return {"translations": translations, "input_shape": (height, width)}

    def matrix(self, transformation):
        moved = ops.cast(transformation["translations"], "float32")
        return _row_of(1, 0, -moved[:, 0], 0, 1, -moved[:, 1], 0, 0)

    def moved(self, boxes, transformation):
        moved = ops.cast(transformation["translations"], boxes.dtype)
        return boxes + ops.expand_dims(ops.tile(moved, (1, 2)), 1)


@public("keras.layers")
@declared(
    config=("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value")
)
class RandomZoom(Moved):
    """Looks at pictures from nearer or further away in training.

    Args:
        height_factor: How much further, as a share of the height; below zero, nearer: up to a
            number either way, or from one number to another.
        width_factor: The same for the width; by default as for the height.
        fill_mode: What lies beyond the edges.
        interpolation: How pixels are computed from those around them.
        seed: Makes the choices repeatable.
        fill_value: What lies beyond the edges, where that is ``"constant"``.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    height_factor: Zoom
    width_factor: Zoom | None = None
    fill_mode: FillMode = "reflect"
    interpolation: Mixing = "bilinear"
    seed: int | SeedGenerator | None = None
    fill_value: float = 0.0
    data_format: DataFormat = setting(None)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count = self.count_of(data)
        high = 1 + self.drawn((count, 1), *_range(self.height_factor), seed=seed)
        wide = high
        if self.width_factor is not None:
            wide = 1 + self.drawn((count, 1), *_range(self.width_factor), seed=seed)
        return {"height_zoom": high, "width_zoom": wide, "input_shape": self.size_of(data)}

    def _zooms(self, transformation: Any) -> list[tuple[Any, Any]]:
        """For the columns and the rows: the zoom, and the first place that is seen then."""
        height, width = self.places(transformation)
        found = []
        for key, length in (("width_zoom", width), ("height_zoom", height)):
            zoom = _line(transformation[key])
            found.append((zoom, (ops.cast(length, "float32") - 1) / 2 * (1 - zoom)))
        return found

    def matrix(self, transformation):
        (wide, left), (high, top) = self._zooms(transformation)
        return _row_of(wide, 0, left, 0, high, top, 0, 0)

    def moved(self, boxes, transformation):
        ends = []
        for i in range(4):
            zoom, first = self._zooms(transformation)[i % 2]
            ends.append((boxes[..., i] - first[:, None]) / zoom[:, None])
        return ops.stack(ends, axis=-1)


@public("keras.layers")
@declared(config=("x_factor", "y_factor", "fill_mode", "interpolation", "seed", "fill_value"))
class RandomShear(Moved):
    """Lets pictures lean to the side in training.

    Args:
        x_factor: By how many columns each row is moved against the one above: up to a number
            either way, or from one number to another.
        y_factor: By how many rows each column is moved against the one before.
        interpolation: How pixels are computed from those around them.
        fill_mode: What lies beyond the edges.
        fill_value: What lies beyond the edges, where that is ``"constant"``.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    x_factor: Lean = 0.0
    y_factor: Lean = 0.0
    interpolation: Mixing = "bilinear"
    fill_mode: FillMode = "reflect"
    fill_value: float = 0.0
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count = self.count_of(data)
        shears = [self.drawn((count, 1), *x, seed=seed) for x in (self.x_factor, self.y_factor)]
        found = ops.concatenate(shears, axis=1)
        other_way = self.drawn((count, 1), seed=seed) < 0.5
        return {
            "shear_factor": ops.where(other_way, -found, found),
            "input_shape": self.size_of(data),
        }

    def matrix(self, transformation):
        shears = ops.cast(transformation["shear_factor"], "float32")
        return _row_of(1, shears[:, 0], 0, shears[:, 1], 1, 0, 0, 0)

    def moved(self, boxes, transformation):
        # as in Keras, shears of rectangles count in widths and heights, and one follows the other
        shears = ops.cast(transformation["shear_factor"], boxes.dtype)
        height, width = (ops.cast(n, boxes.dtype) for n in self.places(transformation))
        sx, sy = shears[:, 0:1] * (width / height), shears[:, 1:2] * (height / width)
        left, top, right, bottom = (boxes[..., i] for i in range(4))
        xs = ops.stack([x - sx * y for x in (left, right) for y in (top, bottom)], axis=-1)
        left, right = ops.min(xs, axis=-1), ops.max(xs, axis=-1)
        ys = ops.stack([y - sy * x for x in (left, right) for y in (top, bottom)], axis=-1)
        return ops.stack([left, ops.min(ys, axis=-1), right, ops.max(ys, axis=-1)], axis=-1)
