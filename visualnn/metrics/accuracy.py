"""How often the right class was predicted."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import floatx
from visualnn.losses import same_rank
from visualnn.losses.loss import unusual
from visualnn.metrics.mean import FunctionMetric
from visualnn.metrics.metric import metrics


def _agree(y_true, y_pred):
    return ops.cast(ops.equal(y_true, y_pred), floatx())


def _pair(y_true, y_pred):
    y_pred = ops.convert_to_tensor(y_pred)
    return ops.convert_to_tensor(y_true, dtype=y_pred.dtype), y_pred


def accuracy(y_true, y_pred):
    """One where target and prediction are equal, else zero."""
    return _agree(*same_rank(*_pair(y_true, y_pred)))


@metrics.public()
def binary_accuracy(y_true, y_pred, threshold=0.5):
    """One where the prediction is on the right side of the threshold, else zero.

    Args:
        y_true: Zeros and ones.
        y_pred: Probabilities of one.
        threshold: Above it the prediction counts as one.
    """
    y_true, y_pred = same_rank(*_pair(y_true, y_pred))
    return _agree(y_true, ops.cast(y_pred > threshold, y_true.dtype))


@metrics.public()
def categorical_accuracy(y_true, y_pred):
    """One where the most probable class is the target's, else zero; targets are one-hot."""
    return _right_class(ops.argmax(y_true, axis=-1), ops.convert_to_tensor(y_pred))


@metrics.public()
def sparse_categorical_accuracy(y_true, y_pred):
    """One where the most probable class is the target, else zero; targets are class numbers."""
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, -1)
    return _right_class(y_true, y_pred)


def _right_class(classes, y_pred):
    best = ops.argmax(y_pred, axis=-1)
    return _agree(classes, ops.cast(best, classes.dtype))


@metrics.public()
def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """One where the target is among the k most probable classes; targets are one-hot."""
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, axis=-1), y_pred, k=k)


@metrics.public()
def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5, from_sorted_ids=False):
    """One where the target is among the k most probable classes; targets are class numbers.

    Args:
        y_true: The number of the class of each example.
        y_pred: The predicted probability of each class; or, best first, the numbers of classes.
        k: How many of them count.
        from_sorted_ids: Whether the predictions are numbers of classes.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true)
    is_column = len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1
    if is_column:
        y_true = ops.squeeze(y_true, -1)
    target = ops.expand_dims(ops.cast(y_true, "int32"), -1)
    if from_sorted_ids:
        target = ops.cast(target, y_pred.dtype)
        found = ops.any(ops.equal(target, y_pred[..., :k]), axis=-1)
    else:
        scored = ops.take_along_axis(y_pred, target, axis=-1)
        better = ops.sum(ops.cast(y_pred > scored, "int32"), axis=-1)
        found = ops.logical_and(better < k, ops.isfinite(scored[..., 0]))
    found = ops.cast(found, floatx())
    return ops.expand_dims(found, -1) if is_column else found


class _Accuracy(FunctionMetric):
    _direction = "up"


@metrics.public()
@declared
class Accuracy(_Accuracy):
    """How often targets and predictions are equal."""

    function = staticmethod(accuracy)


@metrics.public()
@declared
class BinaryAccuracy(_Accuracy):
    """How often the prediction is on the right side of the threshold.

    Args:
        threshold: Above it the prediction counts as one.
    """

    name: str | None = None
    dtype: Any = None
    threshold: float = setting(0.5, minimum=0, maximum=1)

    function = staticmethod(binary_accuracy)


@metrics.public()
@declared
class CategoricalAccuracy(_Accuracy):
    """How often the most probable class is the target's; targets are one-hot."""

    function = staticmethod(categorical_accuracy)


@metrics.public()
@declared
class SparseCategoricalAccuracy(_Accuracy):
    """How often the most probable class is the target; targets are the numbers of classes."""

    function = staticmethod(sparse_categorical_accuracy)


@metrics.public()
@declared
class TopKCategoricalAccuracy(_Accuracy):
    """How often the target is among the most probable classes; targets are one-hot.

    Args:
        k: How many classes count.
    """

    k: int = setting(5, minimum=1)

    function = staticmethod(top_k_categorical_accuracy)


@metrics.public()
@declared
class SparseTopKCategoricalAccuracy(_Accuracy):
    """How often the target is among the most probable classes; targets are class numbers.

    Args:
        k: How many classes count.
        from_sorted_ids: Whether predictions are the numbers of classes, best first.
    """

    k: int = setting(5, minimum=1)
    name: str | None = None
    dtype: Any = None
    from_sorted_ids: bool = False

    function = staticmethod(sparse_top_k_categorical_accuracy)

    def get_config(self):
        rest = unusual(self, "from_sorted_ids", False)
        return {**super().get_config(), "k": self.k, **rest}
