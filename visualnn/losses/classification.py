"""Losses between classes, as probabilities or as scores (logits)."""

from __future__ import annotations

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import epsilon
from visualnn.losses.loss import FunctionLoss, Reduction, losses, unusual


def _pair(y_true, y_pred):
    y_pred = ops.convert_to_tensor(y_pred)
    return ops.convert_to_tensor(y_true, dtype=y_pred.dtype), y_pred


def _smoothed(y_true, label_smoothing, classes):
    """Targets a little less sure of themselves."""
    if not label_smoothing:
        return y_true
    return y_true * (1.0 - label_smoothing) + label_smoothing / classes


@losses.public("bce", "BCE")
def binary_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """How improbable the true one of two classes was held, as the mean over an axis.

    Args:
        y_true: Zeros and ones.
        y_pred: Probabilities of one.
        from_logits: Whether the predictions are scores instead: any numbers.
        label_smoothing: Targets are moved this far towards one half.
        axis: The axis of the mean.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    y_true = _smoothed(y_true, label_smoothing, 2)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis=axis)


@losses.public()
def binary_focal_crossentropy(
    y_true,
    y_pred,
    apply_class_balancing=False,
    alpha=0.25,
    gamma=2.0,
    from_logits=False,
    label_smoothing=0.0,
    axis=-1,
):
    """The binary crossentropy with easy examples counted less (Lin et al., 2018).

    Args:
        y_true: Zeros and ones.
        y_pred: Probabilities of one.
        apply_class_balancing: Whether the classes are weighted by ``alpha``.
        alpha: The weight of class one; that of class zero is the rest to one.
        gamma: How much less easy examples count; 0 is not at all.
        from_logits: Whether the predictions are scores instead: any numbers.
        label_smoothing: Targets are moved this far towards one half.
        axis: The axis of the mean.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    y_true = _smoothed(y_true, label_smoothing, 2)
    if from_logits:
        y_pred = ops.sigmoid(y_pred)
    crossentropy = ops.binary_crossentropy(y_true, y_pred, from_logits=False)
    right = y_true * y_pred + (1 - y_true) * (1 - y_pred)
    focal = ops.power(1.0 - right, gamma) * crossentropy
    if apply_class_balancing:
        focal = (y_true * alpha + (1 - y_true) * (1 - alpha)) * focal
    return ops.mean(focal, axis=axis)


@losses.public()
def categorical_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """How improbable the true class was held; targets are one-hot or probabilities.

    Args:
        y_true: The probability of each class.
        y_pred: The predicted probability of each class.
        from_logits: Whether the predictions are scores instead: any numbers.
        label_smoothing: Targets are moved this far towards equal probabilities.
        axis: The axis of the classes.

    Raises:
        ValueError: When the axis is not an axis of the predictions.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    _check_axis(y_pred, axis, "categorical_crossentropy")
    y_true = _smoothed(y_true, label_smoothing, y_true.shape[-1])
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


@losses.public()
def categorical_focal_crossentropy(
    y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1
):
    """The categorical crossentropy with easy examples counted less (Lin et al., 2018).

    Args:
        y_true: The probability of each class.
        y_pred: The predicted probability of each class.
        alpha: The weight of all classes, or of each.
        gamma: How much less easy examples count; 0 is not at all.
        from_logits: Whether the predictions are scores instead: any numbers.
        label_smoothing: Targets are moved this far towards equal probabilities.
        axis: The axis of the classes.
    """
    y_true, y_pred = _pair(y_true, y_pred)
    _check_axis(y_pred, axis, "categorical_focal_crossentropy")
    y_true = _smoothed(y_true, label_smoothing, y_true.shape[-1])
    if from_logits:
        y_pred = ops.softmax(y_pred, axis=axis)
    y_pred = y_pred / ops.sum(y_pred, axis=axis, keepdims=True)
    y_pred = ops.clip(y_pred, epsilon(), 1.0 - epsilon())
    crossentropy = -y_true * ops.log(y_pred)
    return ops.sum(ops.power(1.0 - y_pred, gamma) * alpha * crossentropy, axis=axis)


@losses.public()
def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    """How improbable the true class was held; targets are the numbers of the classes.

    Args:
        y_true: The number of the class of each example.
        y_pred: The predicted probability of each class.
        from_logits: Whether the predictions are scores instead: any numbers.
        ignore_class: Examples of this class do not count.
        axis: The axis of the classes.

    Raises:
        ValueError: When the axis is not an axis of the predictions.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true)
    _check_axis(y_pred, axis, "sparse_categorical_crossentropy")
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, -1)
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits=from_logits, axis=axis
        )
    counts = ops.not_equal(y_true, ops.cast(ignore_class, y_true.dtype))
    y_true = y_true * ops.cast(counts, y_true.dtype)
    values = ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)
    values = ops.where(counts, values, ops.zeros_like(values))
    values._keras_mask = counts
    return values


@losses.public()
def categorical_generalized_cross_entropy(y_true, y_pred, q):
    """``(1 - p ** q) / q`` of the probability of the true class: some targets may be wrong.

    Source: Zhang, Sabuncu, "Generalized cross entropy loss" (2018).

    Args:
        y_true: The number of the class of each example.
        y_pred: The predicted probability of each class.
        q: Near 0 it is the crossentropy, at 1 the mean absolute error.
    """
    y_pred, y_true = ops.convert_to_tensor(y_pred), ops.convert_to_tensor(y_true)
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1:
        y_true = ops.squeeze(y_true, -1)
    one_hot = ops.one_hot(ops.cast(y_true, "int32"), y_pred.shape[-1], dtype=y_pred.dtype)
    right = ops.sum(one_hot * y_pred, axis=-1)
    return (1.0 - ops.power(right, q)) / q


def _check_axis(y_pred, axis, name):
    if not -len(y_pred.shape) <= axis < len(y_pred.shape):
        raise ValueError(
            f"{name}: `axis` is {axis}, but the predictions have the shape {tuple(y_pred.shape)}."
        )


@losses.public()
@declared
class BinaryCrossentropy(FunctionLoss):
    """How improbable the true one of two classes was held.

    Args:
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
        label_smoothing: Targets are moved this far towards one half.
        axis: The axis of the mean.
    """

    from_logits: bool = False
    label_smoothing: float = setting(0.0, minimum=0, maximum=1)
    axis: int = -1

    function = staticmethod(binary_crossentropy)


@losses.public()
@declared(
    config=("from_logits", "label_smoothing", "axis", "apply_class_balancing", "alpha", "gamma")
)
class BinaryFocalCrossentropy(FunctionLoss):
    """The binary crossentropy with easy examples counted less (Lin et al., 2018).

    Args:
        apply_class_balancing: Whether the classes are weighted by ``alpha``.
        alpha: The weight of class one; that of class zero is the rest to one.
        gamma: How much less easy examples count; 0 is not at all.
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
        label_smoothing: Targets are moved this far towards one half.
        axis: The axis of the mean.
    """

    apply_class_balancing: bool = False
    alpha: float = 0.25
    gamma: float = 2.0
    from_logits: bool = False
    label_smoothing: float = setting(0.0, minimum=0, maximum=1)
    axis: int = -1

    function = staticmethod(binary_focal_crossentropy)


@losses.public()
@declared
class CategoricalCrossentropy(FunctionLoss):
    """How improbable the true class was held; targets are one-hot or probabilities.

    Args:
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
        label_smoothing: Targets are moved this far towards equal probabilities.
        axis: The axis of the classes.
    """

    from_logits: bool = False
    label_smoothing: float = setting(0.0, minimum=0, maximum=1)
    axis: int = -1

    function = staticmethod(categorical_crossentropy)


@losses.public()
@declared(config=("from_logits", "label_smoothing", "axis", "alpha", "gamma"))
class CategoricalFocalCrossentropy(FunctionLoss):
    """The categorical crossentropy with easy examples counted less (Lin et al., 2018).

    Args:
        alpha: The weight of all classes, or of each.
        gamma: How much less easy examples count; 0 is not at all.
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
        label_smoothing: Targets are moved this far towards equal probabilities.
        axis: The axis of the classes.
    """

    alpha: float | list = 0.25
    gamma: float = 2.0
    from_logits: bool = False
    label_smoothing: float = setting(0.0, minimum=0, maximum=1)
    axis: int = -1

    function = staticmethod(categorical_focal_crossentropy)


@losses.public()
@declared
class SparseCategoricalCrossentropy(FunctionLoss):
    """How improbable the true class was held; targets are the numbers of the classes.

    Args:
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
        ignore_class: Examples of this class do not count.
        axis: The axis of the classes.
    """

    from_logits: bool = False
    ignore_class: int | None = None
    reduction: Reduction | None = "sum_over_batch_size"
    axis: int = -1

    function = staticmethod(sparse_categorical_crossentropy)

    def get_config(self):
        own = {"from_logits": self.from_logits, "ignore_class": self.ignore_class}
        return {**super().get_config(), **own, **unusual(self, "axis", -1)}


@losses.public()
@declared
class CategoricalGeneralizedCrossEntropy(FunctionLoss):
    """``(1 - p ** q) / q`` of the probability of the true class: some targets may be wrong.

    Args:
        q: Near 0 it is the crossentropy, at 1 the mean absolute error.
    """

    q: float = 0.5

    function = staticmethod(categorical_generalized_cross_entropy)

    def __post_init__(self):
        if not 0 < self.q < 1:
            raise ValueError(
                f"CategoricalGeneralizedCrossEntropy: `q` must be between 0 and 1, but is {self.q}."
            )
