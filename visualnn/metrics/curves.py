"""What two rates can be had together, over many thresholds."""

from __future__ import annotations

from typing import Any, Literal

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.defaults import epsilon, floatx
from visualnn.metrics.confusion import CELLS, counts
from visualnn.metrics.metric import NamedMetric, metrics

MOST_THRESHOLDS = 1_000_000


class _Counting(NamedMetric):
    """Keeps all four counts for every threshold."""

    _direction = "up"
    counted = True

    def _make_variables(self, shape: tuple[int, ...]) -> None:
        for name in CELLS:
            setattr(self, name, self.add_variable(shape, "zeros", name=name))

    def _take_in(self, found: dict[str, Any]) -> None:
        for name in CELLS:
            kept = getattr(self, name)
            kept.assign(kept + found[name])

    def _cells(self) -> tuple[Any, ...]:
        return tuple(ops.convert_to_tensor(getattr(self, name)) for name in CELLS)


def _spread(count: int) -> list[float]:
    """Thresholds evenly between zero and one, without these."""
    return [(i + 1) * 1.0 / (count - 1) for i in range(count - 2)]


@metrics.public()
@declared
class AUC(_Counting):
    """The area under a curve: how well positives can be told from negatives by a threshold.

    Args:
        num_thresholds: How many points the curve has.
        curve: ``ROC``: hits over false alarms; ``PR``: precision over recall; ``PRGAIN``: the same
            compared with holding all for positive.
        summation_method: How the curve goes between the points: straight, or as low or as high as
            possible.
        name: The name in logs.
        dtype: The dtype of the computation.
        thresholds: Thresholds to use instead of evenly spread ones.
        multi_label: Whether each label has a curve of its own.
        num_labels: The number of labels, if known before.
        label_weights: The weights of the labels.
        from_logits: Whether the predictions are scores (any numbers), not probabilities.
    """

    num_thresholds: int = setting(200, maximum=MOST_THRESHOLDS)
    curve: Literal["ROC", "PR", "PRGAIN"] = "ROC"
    summation_method: Literal["interpolation", "minoring", "majoring"] = "interpolation"
    name: str | None = None
    dtype: Any = None
    thresholds: list | tuple[float, ...] | None = setting(None, config=False)
    multi_label: bool = False
    num_labels: int | None = None
    label_weights: list | tuple[float, ...] | None = None
    from_logits: bool = False

    def __post_init__(self):
        if self.thresholds is None:
            if self.num_thresholds < 2:
                raise ValueError(
                    f"AUC: `num_thresholds` must be at least 2, but is {self.num_thresholds}."
                )
            inner = _spread(self.num_thresholds)
        else:
            inner = sorted(self.thresholds)
            self.num_thresholds = len(inner) + 2
        self._given = None if self.thresholds is None else [float(t) for t in inner]
        self._thresholds = [-epsilon(), *inner, 1.0 + epsilon()]
        self._built = False
        if not self.multi_label:
            self._build(None)
        elif self.num_labels:
            self._build(self.num_labels)

    def _build(self, labels: int | None) -> None:
        self._make_variables((len(self._thresholds), *([] if labels is None else [labels])))
        self._built = True

    def get_config(self):
        weights = self.label_weights
        config = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": None if weights is None else [float(w) for w in weights],
            "from_logits": self.from_logits,
        }
        return config if self._given is None else {**config, "thresholds": self._given}

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_pred = ops.convert_to_tensor(y_pred, dtype=floatx())
        if not self._built:
            if len(y_pred.shape) != 2 or y_pred.shape[1] is None:
                raise ValueError(
                    "AUC with `multi_label=True` takes predictions of the shape (batch, labels), "
                    f"but the shape is {tuple(y_pred.shape)}."
                )
            self._build(y_pred.shape[1])
        if self.from_logits:
            y_pred = ops.sigmoid(y_pred)
        found = counts(
            y_true,
            y_pred,
            self._thresholds,
            sample_weight,
            by_label=self.multi_label,
            dtype=floatx(),
        )
        self._take_in(found)

    def result(self):
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._weighted(self._interpolated_precision())
        x, y = self._curve()
        if self.summation_method == "interpolation":
            heights = (y[:-1] + y[1:]) / 2.0
        else:
            choose = ops.minimum if self.summation_method == "minoring" else ops.maximum
            heights = choose(y[:-1], y[1:])
        return self._weighted((x[:-1] - x[1:]) * heights)

    def _curve(self) -> tuple[Any, Any]:
        right, wrong, spared, missed = self._cells()
        recall = ops.divide_no_nan(right, right + missed)
        if self.curve == "ROC":
            return ops.divide_no_nan(wrong, wrong + spared), recall
        precision = ops.divide_no_nan(right, right + wrong)
        if self.curve == "PR":
            return recall, precision
        positives, negatives = right + missed, wrong + spared
        odds = ops.divide_no_nan(positives, negatives)
        # what is better than holding all for positive (Flach, Kull, 2015)
        recall_gain = 1.0 - odds * ops.divide_no_nan(missed, right)
        recall_gain = ops.where(right > 0, ops.maximum(recall_gain, 0.0), ops.zeros_like(right))
        return recall_gain, 1.0 - odds * ops.divide_no_nan(wrong, right)

    def _interpolated_precision(self) -> Any:
        """The areas between points, precision following the counts (Davis, Goadrich, 2006)."""
        right, wrong, _, missed = self._cells()
        held = right + wrong
        gained, taken = right[:-1] - right[1:], held[:-1] - held[1:]
        slope = ops.divide_no_nan(gained, ops.maximum(taken, 0.0))
        start = right[1:] - slope * held[1:]
        several = ops.logical_and(held[:-1] > 0, held[1:] > 0)
        ratio = ops.divide_no_nan(held[:-1], ops.maximum(held[1:], 0.0))
        ratio = ops.where(several, ratio, ops.ones_like(ratio))
        positives = ops.maximum(right[1:] + missed[1:], 0.0)
        return ops.divide_no_nan(slope * (gained + start * ops.log(ratio)), positives)

    def _weighted(self, areas: Any) -> Any:
        if not self.multi_label:
            return ops.sum(areas)
        areas = ops.sum(areas, axis=0)
        if self.label_weights is None:
            return ops.mean(areas)
        weights = ops.convert_to_tensor(self.label_weights, dtype=floatx())
        return ops.divide_no_nan(ops.sum(areas * weights), ops.sum(weights))


class _AtRate(_Counting):
    """The best of one rate where another is high enough.

    Args:
        num_thresholds: How many thresholds are tried.
        class_id: Only this class counts.
        name: The name in logs.
        dtype: The dtype of the computation.
    """

    demanded: str
    num_thresholds: int
    class_id: int | None

    def __post_init__(self):
        inner = _spread(self.num_thresholds) if self.num_thresholds > 1 else [0.5]
        self._thresholds = [0.0, *inner, 1.0] if self.num_thresholds > 1 else inner
        self._make_variables((len(self._thresholds),))

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = counts(
            y_true,
            y_pred,
            self._thresholds,
            sample_weight,
            class_id=self.class_id,
            dtype=floatx(),
        )
        self._take_in(found)

    def rates(self, right: Any, wrong: Any, spared: Any, missed: Any) -> tuple[Any, Any]:
        """The rate that must be high enough, and the one of which the best is wanted."""
        raise NotImplementedError(f"{type(self).__name__} does not say which rates it compares.")

    def result(self):
        demanded, wanted = self.rates(*self._cells())
        enough = demanded >= getattr(self, self.demanded)
        return ops.max(ops.where(enough, wanted, ops.zeros_like(wanted)))


def _share(part: Any, rest: Any) -> Any:
    return ops.divide_no_nan(part, part + rest)


@metrics.public()
@declared(config=("class_id", "num_thresholds", "specificity"))
class SensitivityAtSpecificity(_AtRate):
    """The best share of positives found while enough negatives are left alone.

    Args:
        specificity: The share of negatives that must be left alone.
    """

    specificity: float = setting(minimum=0, maximum=1)
    num_thresholds: int = setting(200, minimum=1, maximum=MOST_THRESHOLDS)
    class_id: int | None = None
    demanded = "specificity"

    def rates(self, right, wrong, spared, missed):
        return _share(spared, wrong), _share(right, missed)


@metrics.public()
@declared(config=("class_id", "num_thresholds", "sensitivity"))
class SpecificityAtSensitivity(_AtRate):
    """The best share of negatives left alone while enough positives are found.

    Args:
        sensitivity: The share of positives that must be found.
    """

    sensitivity: float = setting(minimum=0, maximum=1)
    num_thresholds: int = setting(200, minimum=1, maximum=MOST_THRESHOLDS)
    class_id: int | None = None
    demanded = "sensitivity"

    def rates(self, right, wrong, spared, missed):
        return _share(right, missed), _share(spared, wrong)


@metrics.public()
@declared(config=("class_id", "num_thresholds", "recall"))
class PrecisionAtRecall(_AtRate):
    """The best precision while enough positives are found.

    Args:
        recall: The share of positives that must be found.
    """

    recall: float = setting(minimum=0, maximum=1)
    num_thresholds: int = setting(200, minimum=1, maximum=MOST_THRESHOLDS)
    class_id: int | None = None
    demanded = "recall"

    def rates(self, right, wrong, spared, missed):
        return _share(right, missed), _share(right, wrong)


@metrics.public()
@declared(config=("class_id", "num_thresholds", "precision"))
class RecallAtPrecision(_AtRate):
    """The best share of positives found while precision is high enough.

    Args:
        precision: The precision that is demanded.
    """

    precision: float = setting(minimum=0, maximum=1)
    num_thresholds: int = setting(200, minimum=1, maximum=MOST_THRESHOLDS)
    class_id: int | None = None
    demanded = "precision"

    def rates(self, right, wrong, spared, missed):
        return _share(right, wrong), _share(right, missed)
