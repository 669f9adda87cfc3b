"""How far predicted areas overlap with the true ones, class by class."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.metrics.metric import NamedMetric, metrics

Classes = list | tuple[int, ...]


class _ConfusionMatrix(NamedMetric):
    """Counts how often each class was held for each.

    Args:
        num_classes: The number of classes.
        target_class_ids: The classes that count.
        name: The name in logs.
        dtype: The dtype of the counts.
        ignore_class: Examples of this class do not count.
        sparse_y_true: Whether targets are the numbers of classes, not one-hot.
        sparse_y_pred: Whether predictions are the numbers of classes, not probabilities.
        axis: The axis of the classes.
    """

    _direction = "up"

    counted = True

    num_classes: Any
    target_class_ids: Any = None
    ignore_class: Any = None
    sparse_y_true: Any = True
    sparse_y_pred: Any = True
    axis: Any = -1

    def __init__(self, name: str | None = None, dtype: Any = None):
        super().__init__(name, dtype or "int64")

    def __post_init__(self):
        wrong = [c for c in self.target_class_ids or () if not 0 <= c < self.num_classes]
        if wrong:
            raise ValueError(
                f"{type(self).__name__}: class {wrong[0]} cannot count, "
                f"there are only {self.num_classes} classes."
            )
        self.total_confusion_matrix = self.add_variable(
            (self.num_classes, self.num_classes),
            "zeros",
            self.dtype,
            name="total_confusion_matrix",
        )

    def update_state(self, y_true, y_pred, sample_weight=None):
        if not self.sparse_y_true:
            y_true = ops.argmax(y_true, axis=self.axis)
        if not self.sparse_y_pred:
            y_pred = ops.argmax(y_pred, axis=self.axis)
        self._count(y_true, y_pred, sample_weight)

    def _count(self, y_true: Any, y_pred: Any, sample_weight: Any) -> None:
        y_true = ops.convert_to_tensor(y_true)
        true, held = (ops.reshape(ops.cast(y, "int32"), (-1,)) for y in (y_true, y_pred))
        weight = ops.ones_like(true, dtype="float32")
        if sample_weight is not None:
            given = ops.cast(ops.convert_to_tensor(sample_weight), self.dtype)  # often whole
            given = ops.cast(given, "float32")
            while len(given.shape) < len(y_true.shape):
                given = ops.expand_dims(given, -1)
            weight = ops.reshape(given * ops.ones_like(y_true, dtype="float32"), (-1,))
        if self.ignore_class is not None:
            weight = weight * ops.cast(ops.not_equal(true, self.ignore_class), "float32")
        rows = ops.one_hot(true, self.num_classes, dtype="float32") * ops.expand_dims(weight, -1)
        columns = ops.one_hot(held, self.num_classes, dtype="float32")
        found = ops.matmul(ops.transpose(rows), columns)
        kept = self.total_confusion_matrix
        kept.assign(kept + ops.cast(found, self.dtype))

    def _by_class(self) -> tuple[Any, Any]:
        """The overlap of each class as a share, and whether the class occurred."""
        matrix = ops.cast(self.total_confusion_matrix, "float32")
        overlap = ops.diagonal(matrix)
        united = ops.sum(matrix, axis=0) + ops.sum(matrix, axis=1) - overlap
        return ops.divide_no_nan(overlap, united), ops.cast(united > 0, "float32")

    def result(self):
        shares, occurred = self._by_class()
        if self.target_class_ids is not None:
            classes = list(self.target_class_ids)
            shares, occurred = (ops.take(x, classes, axis=0) for x in (shares, occurred))
        return ops.divide_no_nan(ops.sum(shares * occurred), ops.sum(occurred))


@metrics.public()
@declared
class IoU(_ConfusionMatrix):
    """The overlap of the true and the predicted area, as a share of both together."""

    num_classes: int = setting(minimum=1)
    target_class_ids: Classes
    name: str | None = None
    dtype: Any = None
    ignore_class: int | None = None
    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1


@metrics.public()
@declared
class MeanIoU(_ConfusionMatrix):
    """The overlap of the true and the predicted areas, as the mean of all classes."""

    num_classes: int = setting(minimum=1)
    name: str | None = None
    dtype: Any = None
    ignore_class: int | None = None
    sparse_y_true: bool = True
    sparse_y_pred: bool = True
    axis: int = -1


@metrics.public()
@declared
class OneHotIoU(_ConfusionMatrix):
    """The overlap of the true and the predicted area; targets are one-hot."""

    num_classes: int = setting(minimum=1)
    target_class_ids: Classes
    name: str | None = None
    dtype: Any = None
    ignore_class: int | None = None
    sparse_y_pred: bool = False
    axis: int = -1

    sparse_y_true = False


@metrics.public()
@declared
class OneHotMeanIoU(_ConfusionMatrix):
    """The overlap of the true and the predicted areas of all classes; targets are one-hot."""

    num_classes: int = setting(minimum=1)
    name: str | None = None
    dtype: Any = None
    ignore_class: int | None = None
    sparse_y_pred: bool = False
    axis: int = -1

    sparse_y_true = False


@metrics.public()
@declared
class BinaryIoU(_ConfusionMatrix):
    """The overlap of the true and the predicted area of class one, of class zero, or both.

    Args:
        target_class_ids: The classes that count.
        threshold: From it on a prediction counts as one.
    """

    target_class_ids: Classes = (0, 1)
    threshold: float = 0.5

    num_classes = 2

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_pred = ops.cast(ops.convert_to_tensor(y_pred) >= self.threshold, "int32")
        self._count(y_true, y_pred, sample_weight)
