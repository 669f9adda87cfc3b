"""How many examples are rightly and wrongly held for positive, at one threshold or several."""

from __future__ import annotations

from typing import Any

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import floatx
from visualnn.losses import same_rank
from visualnn.metrics.metric import NamedMetric, metrics

CELLS = ("true_positives", "false_positives", "true_negatives", "false_negatives")

Thresholds = float | list | tuple[float, ...]

_NEVER = -1e10


def counts(
    y_true: Any,
    y_pred: Any,
    thresholds: list[float],
    weight: Any = None,
    top_k: int | None = None,
    class_id: int | None = None,
    by_label: bool = False,
    dtype: str = "float32",
) -> dict[str, Any]:
    """The weights of the four kinds of examples, for each threshold (and label, if asked).

    Args:
        y_true: Zeros and ones.
        y_pred: Probabilities of one.
        thresholds: Above each of them, a prediction counts as positive.
        weight: The weights of the examples.
        top_k: Only so many predictions of each example can be positive: the greatest.
        class_id: Only this column counts.
        by_label: Whether columns are counted apart.
        dtype: The dtype of the results.
    """
    y_pred = ops.convert_to_tensor(y_pred, dtype=dtype)
    y_true = ops.convert_to_tensor(y_true, dtype=dtype)
    y_true, y_pred = same_rank(y_true, y_pred)
    if top_k is not None:
        y_pred = only_greatest(y_pred, top_k)
    if class_id is not None:
        if len(y_pred.shape) < 2:
            raise ValueError(
                "With `class_id`, predictions have the shape (batch, classes), but it is "
                f"{tuple(y_pred.shape)}."
            )
        y_true, y_pred = y_true[..., class_id : class_id + 1], y_pred[..., class_id : class_id + 1]
    weight = _weights(weight, y_pred, dtype)
    form = (-1, y_pred.shape[-1]) if by_label else (-1,)
    y_true, y_pred, weight = (ops.reshape(x, form) for x in (y_true, y_pred, weight))
    levels = ops.convert_to_tensor(thresholds, dtype=dtype)
    levels = ops.reshape(levels, (-1, *[1] * len(form)))
    positive = ops.cast(ops.not_equal(y_true, 0), dtype)
    held_positive = ops.cast(ops.expand_dims(y_pred, 0) > levels, dtype)
    weighted = {1: positive * weight, 0: (1.0 - positive) * weight}
    held = {1: held_positive, 0: 1.0 - held_positive}
    cells = zip(CELLS, ((1, 1), (0, 1), (0, 0), (1, 0)), strict=True)
    return {name: ops.sum(held[guess] * weighted[truth], axis=1) for name, (truth, guess) in cells}


def _weights(weight: Any, y_pred: Any, dtype: str) -> Any:
    """One weight for each prediction."""
    if weight is None:
        return ops.ones_like(y_pred)
    weight = ops.convert_to_tensor(weight, dtype=dtype)
    while len(weight.shape) < len(y_pred.shape):
        weight = ops.expand_dims(weight, -1)
    return weight * ops.ones_like(y_pred)


def only_greatest(y_pred: Any, k: int) -> Any:
    """The k greatest of the last axis; the others so small that no threshold lets them pass."""
    _, places = ops.top_k(y_pred, k)
    chosen = ops.sum(ops.one_hot(places, y_pred.shape[-1], dtype="int32"), axis=-2)
    return ops.where(chosen > 0, y_pred, _NEVER)


def checked_thresholds(thresholds: Any, default: float) -> list[float]:
    """Thresholds as a list.

    Raises:
        ValueError: When one is not from zero to one.
    """
    if thresholds is None:
        return [default]
    found = list(thresholds) if isinstance(thresholds, list | tuple) else [thresholds]
    wrong = [t for t in found if t is None or not 0 <= t <= 1]
    if wrong or not found:
        raise ValueError(f"Thresholds lie between 0 and 1, but there is {wrong[:1] or found}.")
    return found


def _one_or_all(values: Any, thresholds: list[float]) -> Any:
    return values[0] if len(thresholds) == 1 else values


class _Count(NamedMetric):
    """Counts one of the four kinds of examples.

    Args:
        thresholds: Above it a prediction counts as positive; or several of them.
    """

    counted = True

    cell: str
    thresholds: Any

    def __post_init__(self):
        self._thresholds = checked_thresholds(self.thresholds, 0.5)
        self.accumulator = self.add_variable((len(self._thresholds),), "zeros", name="accumulator")

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = counts(y_true, y_pred, self._thresholds, sample_weight, dtype=floatx())
        self.accumulator.assign(self.accumulator + found[self.cell])

    def result(self):
        return _one_or_all(ops.convert_to_tensor(self.accumulator), self._thresholds)


@metrics.public()
@declared
class TruePositives(_Count):
    """Counts ones that are held for one."""

    thresholds: Thresholds | None = None
    cell = "true_positives"


@metrics.public()
@declared
class TrueNegatives(_Count):
    """Counts zeros that are held for zero."""

    thresholds: Thresholds | None = None
    cell = "true_negatives"


@metrics.public()
@declared
class FalsePositives(_Count):
    """Counts zeros that are held for one."""

    thresholds: Thresholds | None = None
    cell = "false_positives"


@metrics.public()
@declared
class FalseNegatives(_Count):
    """Counts ones that are held for zero."""

    thresholds: Thresholds | None = None
    cell = "false_negatives"


class _Share(NamedMetric):
    """The share of the true positives in something.

    Args:
        thresholds: Above it a prediction counts as positive; or several of them.
        top_k: Only so many predictions of each example can be positive: the greatest.
        class_id: Only this class counts.
    """

    _direction = "up"
    counted = True

    rest: str
    thresholds: Any
    top_k: int | None
    class_id: int | None

    def __post_init__(self):
        default = 0.5 if self.top_k is None else _NEVER
        self._thresholds = checked_thresholds(self.thresholds, default)
        size = (len(self._thresholds),)
        self.true_positives = self.add_variable(size, "zeros", name="true_positives")
        setattr(self, self.rest, self.add_variable(size, "zeros", name=self.rest))

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = counts(
            y_true,
            y_pred,
            self._thresholds,
            sample_weight,
            top_k=self.top_k,
            class_id=self.class_id,
            dtype=floatx(),
        )
        for name in ("true_positives", self.rest):
            kept = getattr(self, name)
            kept.assign(kept + found[name])

    def result(self):
        right = self.true_positives
        found = ops.divide_no_nan(right, right + getattr(self, self.rest))
        return _one_or_all(found, self._thresholds)


@metrics.public()
@declared
class Precision(_Share):
    """Of those held for positive, the share that is."""

    thresholds: Thresholds | None = None
    top_k: int | None = setting(None, minimum=1)
    class_id: int | None = None
    rest = "false_positives"


@metrics.public()
@declared
class Recall(_Share):
    """Of those that are positive, the share held for it."""

    thresholds: Thresholds | None = None
    top_k: int | None = setting(None, minimum=1)
    class_id: int | None = None
    rest = "false_negatives"
