"""Layers that mix pictures of a batch, erase parts of them, or bring rectangles to a number."""

from __future__ import annotations

from typing import Any

from visualnn import ops, random
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.picture_settings import Share, ValueRange
from visualnn.layers.pictures import FAMILY, Pictures, RandomPictures, for_each
from visualnn.random import SeedGenerator
from visualnn.serialization import public
from visualnn.spec import Spec

__all__ = ["FAMILY", "CutMix", "MaxNumBoundingBoxes", "MixUp", "RandomErasing"]


def _beside(weights: Any, x: Any) -> Any:
    """One number for each example, of a shape that fits a tensor."""
    ones = (1,) * (Spec.of(x).ndim - 1)
    return ops.reshape(ops.cast(weights, Spec.of(x).dtype), (-1, *ones))


def mixed(x: Any, transformation: Any, dtype: str) -> Any:
    """Each example mixed with another one of the batch, by their weights."""
    x = ops.cast(x, dtype)
    weights = _beside(transformation["mix_weight"], x)
    others = ops.take(x, transformation["permutation_order"], axis=0)
    return x * weights + others * (1 - weights)


def box_masks(layer: RandomPictures, data: Any, share: Any, seed: Any) -> Any:
    """A rectangle at a random place in each picture, this share of it: whether a pixel is inside.

    Args:
        layer: The layer that draws.
        data: The pictures.
        share: Which share of the height and of the width it has, (pictures, 1).
        seed: The seed.
    """
    images = data["images"] if isinstance(data, dict) else data
    inside: Any = None
    for length, axis in zip(layer.size_of(data), layer.axes_of_places(images), strict=True):
        whole = ops.cast(length, "float32")
        part = ops.floor(whole * ops.cast(share, "float32"))
        place = ops.cast(layer.drawn((layer.count_of(data), 1), seed=seed), "float32")
        start = ops.floor(place * (whole - part + 1))
        there = ops.cast(ops.arange(length), "float32")
        along = ops.logical_and(there >= start, there < start + part)
        shape = [-1, 1, 1, 1]
        shape[axis + 4 - Spec.of(images).ndim] = length
        along = ops.reshape(along, tuple(shape))
        inside = along if inside is None else ops.logical_and(inside, along)
    return ops.logical_and(inside, ops.ones_like(images, dtype="bool"))


@public("keras.layers")
@declared(config=("alpha", "seed"))
class MixUp(RandomPictures):
    """Mixes each picture with another one of the batch, and their labels alike, in training.

    Zhang et al., "mixup: beyond empirical risk minimization", 2018.

    Args:
        alpha: How evenly they are mixed: with small numbers, one of the two mostly wins.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        seed: Makes the choices repeatable.
    """

    alpha: float = 0.2
    data_format: DataFormat = setting(None)
    seed: int | SeedGenerator | None = None

    def get_random_transformation(self, data, training=True, seed=None):
        count, seed = self.count_of(data), self.drawing(seed)
        order = random.shuffle(ops.arange(count, dtype="int32"), seed=seed)
        weight = random.beta((count,), self.alpha, self.alpha, seed=seed)
        return {"mix_weight": weight, "permutation_order": order}

    def transform_images(self, images, transformation=None, training=True):
        return mixed(images, transformation, self.compute_dtype) if training else images

    def transform_labels(self, labels, transformation, training=True):
        return mixed(labels, transformation, self.compute_dtype) if training else labels

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        if not training:
            return segmentation_masks
        return mixed(segmentation_masks, transformation, self.compute_dtype)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training:
            return bounding_boxes
        boxes, labels = bounding_boxes["boxes"], bounding_boxes["labels"]
        others, of_others = (
            ops.take(x, transformation["permutation_order"], axis=0) for x in (boxes, labels)
        )
        return {  # the labels of the others come after the batch, as in Keras
            "boxes": ops.concatenate([boxes, others], axis=1),
            "labels": ops.concatenate([labels, of_others], axis=0),
        }


@public("keras.layers")
@declared(config=("factor", "seed"))
class CutMix(RandomPictures):
    """Puts a piece of another picture of the batch into each, and mixes their labels, in training.

    Yun et al., "CutMix: regularization strategy to train strong classifiers with localizable
    features", 2019.

    Args:
        factor: How large the pieces are: with small numbers, nearly nothing or nearly all; at
            most, or from one number to another.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    factor: Share = 1.0
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count, key = self.count_of(data), self.drawing(seed)
        alpha = self.drawn((count,), *self.factor, seed=seed) + 1e-6
        weight = random.beta((count,), alpha, alpha, seed=key)
        share = ops.expand_dims(ops.sqrt(ops.maximum(1 - weight, 0)), 1)
        return {
            "permutation_order": random.shuffle(ops.arange(count, dtype="int32"), seed=key),
            "batch_masks": box_masks(self, data, share, seed),
            "mix_weight": for_each(weight),
        }

    def transform_images(self, images, transformation=None, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        others = ops.take(images, transformation["permutation_order"], axis=0)
        return ops.where(transformation["batch_masks"], others, images)

    def transform_labels(self, labels, transformation, training=True):
        if not training or transformation is None:
            return labels
        return mixed(labels, transformation, self.compute_dtype)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        if not training or transformation is None:
            return segmentation_masks
        inside = transformation["batch_masks"]
        axis = 3 if self.data_format == "channels_last" else 1
        inside = ops.take(inside, [0], axis=axis)  # it is the same in every channel
        masks = ops.cast(segmentation_masks, self.compute_dtype)
        others = ops.take(masks, transformation["permutation_order"], axis=0)
        return ops.where(inside, others, masks)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        raise NotImplementedError(
            "CutMix does not know what is left of things in a picture of which a piece was "
            "replaced: it takes no `bounding_boxes`."
        )


@public("keras.layers")
@declared(config=("factor", "scale", "fill_value", "value_range", "seed"))
class RandomErasing(RandomPictures):
    """Replaces a rectangle of some pictures by noise or a number in training.

    Zhong et al., "Random erasing data augmentation", 2020.

    Args:
        factor: The share of pictures; of two numbers, it lies between them.
        scale: Which share of a picture is replaced, at most; or from one number to another.
        fill_value: By which number; by default, by noise.
        value_range: The least and the greatest value that pictures have.
        seed: Makes the choices repeatable.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    factor: Share = 1.0
    scale: Share = (0.02, 0.33)
    fill_value: float | None = None
    value_range: ValueRange = (0, 255)
    seed: int | SeedGenerator | None = None
    data_format: DataFormat = setting(None)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count = self.count_of(data)
        share = ops.sqrt(self.drawn((count, 1), *self.scale, seed=seed))
        images = data["images"] if isinstance(data, dict) else data
        return {
            "apply_erasing": self.happens(count, self.factor, seed),
            "batch_masks": box_masks(self, data, share, seed),
            "fill_value": self._fill(images, seed),
        }

    def _fill(self, images: Any, seed: Any) -> Any:
        if self.fill_value is not None:
            return ops.full_like(images, self.fill_value, dtype=self.compute_dtype)
        least, most = self.value_range
        noise = random.normal(ops.shape(images), dtype=self.compute_dtype, seed=self.drawing(seed))
        return ops.clip(noise * most, least, most)

    def transform_images(self, images, transformation=None, training=True):
        images = ops.cast(images, self.compute_dtype)
        if not training or transformation is None:
            return images
        chosen = for_each(transformation["apply_erasing"])
        inside = ops.logical_and(chosen, transformation["batch_masks"])
        return ops.where(inside, ops.cast(transformation["fill_value"], self.compute_dtype), images)


@public("keras.layers")
@declared(config=("max_number",))
class MaxNumBoundingBoxes(Pictures):
    """Brings every picture to the same number of rectangles: cuts off, or adds empty ones.

    Args:
        max_number: How many there are then.
        fill_value: The numbers and the class of the empty ones.
    """

    max_number: int
    fill_value: int = -1

    def transform_images(self, images, transformation=None, training=True):
        return images

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        found = {}
        for key in ("boxes", "labels"):
            x = bounding_boxes[key][:, : self.max_number]
            missing = self.max_number - ops.shape(x)[1]
            frame = ((0, 0), (0, missing), *((0, 0),) * (Spec.of(x).ndim - 2))
            found[key] = ops.pad(x, frame, constant_values=self.fill_value) if missing else x
        return {**bounding_boxes, **found}
