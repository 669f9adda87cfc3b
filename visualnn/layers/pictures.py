"""What layers for pictures have in common: one change for pictures, masks and rectangles.

They take pictures (height, width, channels), or batches of them, or dicts with ``images`` and what
belongs to them: ``labels``, ``bounding_boxes``, ``segmentation_masks``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn import bounding_boxes as rectangles
from visualnn import ops, random
from visualnn.layers import formats
from visualnn.layers.layer import Layer
from visualnn.layers.regularization import generator_of
from visualnn.spec import ShapeError, Spec
from visualnn.structure import map_structure

FAMILY = "Image"


class Pictures(Layer):
    """The base of layers that change pictures.

    A subclass says what it draws (:meth:`get_random_transformation`) and what becomes of pictures,
    and of what belongs to them, by it.

    Args:
        bounding_box_format: The format of rectangles in the data, such as ``"xyxy"``.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
        trainable: Whether training changes the weights; there are none.
        dtype: The dtype, or dtype policy, of the computation.
        autocast: Whether floating-point inputs are cast to the compute dtype.
        name: The name; by default the class name in snake case with a number.
    """

    def __init__(
        self,
        *,
        bounding_box_format: str | None = None,
        data_format: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(trainable=trainable, dtype=dtype, autocast=autocast, name=name, **kwargs)
        self.bounding_box_format = bounding_box_format
        try:
            self.data_format = formats.data_format(data_format)
        except ValueError as problem:
            raise ValueError(f"{type(self).__name__}: `data_format` {problem}") from None

    def get_config(self):
        config = super().get_config()
        config["data_format"] = self.data_format
        if self.bounding_box_format is not None:
            config["bounding_box_format"] = self.bounding_box_format
        return config

    def build(self, input_shape):
        """Nothing has to be made."""

    # ------------------------------------------------------------------ the change

    def get_random_transformation(self, data: Any, training: bool = True, seed: Any = None) -> Any:
        """What is drawn for these pictures; ``None`` where nothing is."""
        return None

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        """The pictures, changed as was drawn."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it changes.")

    def transform_labels(self, labels: Any, transformation: Any, training: bool = True) -> Any:
        """The classes of the pictures, changed as was drawn."""
        return labels

    def transform_bounding_boxes(
        self, bounding_boxes: Any, transformation: Any, training: bool = True
    ) -> Any:
        """The rectangles in the pictures, changed as was drawn."""
        return bounding_boxes

    def transform_segmentation_masks(
        self, segmentation_masks: Any, transformation: Any, training: bool = True
    ) -> Any:
        """The class of each pixel, changed as was drawn."""
        return segmentation_masks

    def call(self, data, training=True):
        if not isinstance(data, dict):
            _, single = self._in_batch(data)
            transformation = self.get_random_transformation(data, training=training)
            images = ops.expand_dims(data, 0) if single else data
            made = self.transform_images(images, transformation, training=training)
            return ops.squeeze(made, axis=0) if single else made
        if "images" not in data:
            raise ValueError(f"The dict must hold `images`, but holds {list(data)}.")
        _, single = self._in_batch(data["images"])
        data = dict(data)
        if "bounding_boxes" in data:
            data["bounding_boxes"] = self._checked(data["bounding_boxes"])
        if single:
            data = map_structure(lambda x: ops.expand_dims(ops.convert_to_tensor(x), 0), data)
        transformation = self.get_random_transformation(data, training=training)
        for key, change in self._changes().items():
            if key in data:
                data[key] = change(data[key], transformation, training=training)
        return map_structure(lambda x: ops.squeeze(x, axis=0), data) if single else data

    def _changes(self) -> dict[str, Callable]:
        return {
            "images": self.transform_images,
            "bounding_boxes": self.transform_bounding_boxes,
            "labels": self.transform_labels,
            "segmentation_masks": self.transform_segmentation_masks,
        }

    def _in_batch(self, images: Any) -> tuple[int, bool]:
        """How many axes the pictures have, and whether there is a single one.

        Raises:
            ShapeError: When there are neither three nor four axes.
        """
        rank = Spec.of(images).ndim
        if rank not in (3, 4):
            raise ShapeError(
                "It takes pictures (height, width, channels), or a batch of them, but got "
                f"{Spec.of(images)}."
            )
        return rank, rank == 3

    def _checked(self, boxes: Any) -> Any:
        if self.bounding_box_format is None:
            raise ValueError(
                f"{type(self).__name__} {self.name!r} got rectangles: say what their four numbers "
                "are by `bounding_box_format`, such as 'xyxy'."
            )
        if not isinstance(boxes, dict) or not {"boxes", "labels"} <= set(boxes):
            raise ValueError("`bounding_boxes` must be a dict with `boxes` and `labels`.")
        return {key: ops.convert_to_tensor(x) for key, x in boxes.items()}

    # ------------------------------------------------------------------ sizes

    def axes_of_places(self, data: Any) -> tuple[int, int]:
        """The axes of the height and the width."""
        rank, _ = self._in_batch(data)
        rows, columns = (axis + rank - 4 for axis in formats.spatial_axes(self.data_format, 2))
        return rows, columns

    @property
    def channel_axis(self) -> int:
        """The axis of the channels, counted from the end."""
        return -1 if self.data_format == "channels_last" else -3

    def size_of(self, data: Any) -> tuple[Any, Any]:
        """The height and the width of the pictures."""
        images = data["images"] if isinstance(data, dict) else data
        sizes = ops.shape(images)
        rows, columns = self.axes_of_places(images)
        return sizes[rows], sizes[columns]

    def places_in(self, shape: Any) -> tuple[Any, Any]:
        """The height and the width in the shape of pictures, which may be these two alone."""
        if len(shape) == 2:
            return shape[0], shape[1]
        rows = -3 if self.data_format == "channels_last" else -2
        return shape[rows], shape[rows + 1]

    def count_of(self, data: Any) -> Any:
        """How many pictures there are."""
        images = data["images"] if isinstance(data, dict) else data
        return ops.shape(images)[0] if self._in_batch(images)[0] == 4 else 1

    # ------------------------------------------------------------------ rectangles and values

    def moved_boxes(self, boxes: Any, height: Any, width: Any, move: Callable, after: Any = None):
        """Rectangles, moved as corners in pixels and cut off at the edges.

        Args:
            boxes: A dict with ``boxes`` and ``labels``.
            height: How many rows the pictures have.
            width: How many columns they have.
            move: Gives new corners for (..., 4) old ones.
            after: The height and width that the pictures have then, if that is changed.
        """
        form: Any = self.bounding_box_format
        boxes = rectangles.convert_format(boxes, form, "xyxy", height, width, self.compute_dtype)
        height, width = (height, width) if after is None else after
        boxes = rectangles.clip_to_image_size(
            {**boxes, "boxes": move(boxes["boxes"])}, height=height, width=width
        )
        return rectangles.convert_format(boxes, "xyxy", form, height, width, self.compute_dtype)


def in_range(images: Any, before: Any, after: Any, dtype: Any = "float32") -> Any:
    """Values moved from one range to another."""
    images = ops.cast(images, dtype)
    (low, high), (least, most) = before, after
    if tuple(before) == tuple(after):
        return images
    return (images - low) * ((most - least) / (high - low)) + least


class RandomPictures(Pictures):
    """The base of layers that change each picture of a batch in another way, in training."""

    seed: Any

    def __post_init__(self):
        self.generator = generator_of(self.seed)

    def drawn(self, shape: tuple, least: Any = 0.0, most: Any = 1.0, seed: Any = None) -> Any:
        """Numbers drawn evenly from a range; always the same if there is nothing between."""
        return random.uniform(shape, least, most, dtype=self.compute_dtype, seed=self.drawing(seed))

    def drawing(self, seed: Any) -> Any:
        """The seed to draw by: the given one, or the layer's own generator."""
        return self.generator if seed is None else seed

    def happens(self, count: Any, share: tuple[float, float], seed: Any = None) -> Any:
        """Whether each picture is changed at all, with a probability from this range."""
        probability = self.drawn((count,), *share, seed=seed)
        return self.drawn((count,), seed=seed) < probability


def for_each(x: Any) -> Any:
    """One number for each picture, of a shape that fits all its pixels."""
    x = ops.convert_to_tensor(x)
    return ops.reshape(x, (-1, 1, 1, 1))
