"""Cases for every metric: settings, several batches, weights, masks, records, variables."""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.interop.cases_losses import ALL_PAIRS, KNOWN, mask_for, masked, weights_for
from tests.interop.side_by_side import Case, short, without
from tests.interop.spread import spread
from tests.recorded.cases import METRICS
from visualnn import metrics
from visualnn.serialization import NAMES

CLASSES = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.metrics" and isinstance(thing, type)
)
FUNCTIONS = sorted(
    name
    for name in dir(metrics)
    if inspect.isfunction(getattr(metrics, name))
    and not name.startswith("_")
    and name not in ("get", "resolve")
)
COUNTING = (
    metrics.AUC,
    metrics.TruePositives,
    metrics.TrueNegatives,
    metrics.FalsePositives,
    metrics.FalseNegatives,
    metrics.Precision,
    metrics.Recall,
    metrics.SensitivityAtSpecificity,
    metrics.SpecificityAtSensitivity,
    metrics.PrecisionAtRecall,
    metrics.RecallAtPrecision,
)
PLAIN = [name for name in CLASSES if name not in ("Metric", "MeanMetricWrapper", "Mean", "Sum")]
NEEDED: dict[str, dict[str, Any]] = {
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "IoU": {"num_classes": 3, "target_class_ids": [0, 2]},
    "BinaryIoU": {"target_class_ids": [0, 1]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 3},
}
SETTINGS: dict[str, list] = {
    **KNOWN,
    "reduction": [],
    "thresholds": [None, 0.3, [0.2, 0.5, 0.8], [0.0], 1.5, [-0.1]],
    "threshold": [0.5, 0.2],
    "top_k": [None, 1, 2],
    "class_id": [None, 0, 1],
    "k": [1, 2, 3],
    "num_thresholds": [3, 10, 1],
    "curve": ["ROC", "PR", "PRGAIN", "roc", "nonsense"],
    "summation_method": ["interpolation", "minoring", "majoring", "nonsense"],
    "multi_label": [True, False],
    "num_labels": [None],
    "label_weights": [None],
    "specificity": [0.0, 0.5, 1.0, 1.5],
    "sensitivity": [0.0, 0.5, 1.0, -1.0],
    "recall": [0.0, 0.4, 1.0, 2.0],
    "precision": [0.0, 0.6, 1.0, 2.0],
    "target_class_ids": [[0], [0, 1], [1]],
    "num_classes": [3],
    "ignore_class": [None, 0, -1],
    "sparse_y_true": [],
    "sparse_y_pred": [],
    "axis": [],
    "average": [None, "micro", "macro", "weighted", "nonsense"],
    "beta": [0.5, 2.0, 0.0, -1.0],
    "class_aggregation": ["uniform_average", "variance_weighted_average", None, "nonsense"],
    "num_regressors": [0, 1, -1],
    "normalizer": [],
}


APART = {
    r"top_k=2.* on (sure|binary)": "there are ties, or fewer than two columns",
    r"OneHot.* on one-hot [123] times": "there are more classes than the metric knows",
    r"sparse_top_k.* on no examples": "targets are no classes there",
    r"record of CosineSimilarity\(.*axis=[^-]": "Keras forgets the axis",
    r"record of SparseTopKCategoricalAccuracy\(.*from_sorted_ids=True": "Keras forgets it",
    r"BinaryCrossentropy\(.*(float16|bfloat16).*called on scores": "these are no probabilities",
}


def settings_of(name: str) -> Iterator[dict[str, Any]]:
    """Settings to try for a metric."""
    yield from spread(getattr(metrics, name), SETTINGS, NEEDED.get(name, {}))


def pairs_of(name: str) -> list[str]:
    """The inputs that a metric is made for."""
    return list(dict.fromkeys(p for n, _, pairs in METRICS if n == name for p in pairs))


def state(metric: Any) -> list:
    """The variables of a metric: names, shapes, numbers."""
    return [
        [v.path, list(v.shape), dtype_of(metric, v.dtype), np.asarray(v.numpy(), "float64")]
        for v in metric.variables
    ]


def dtype_of(metric: Any, dtype: Any) -> str:
    """A dtype; whole numbers are counted in 64 bits here, in Keras only with TensorFlow."""
    return str(dtype).rpartition(".")[2].replace("int64", "int32")


def fits(name: str, pair: str) -> bool:
    """Whether inputs say anything about a metric: what comes of nonsense is nobody's promise."""
    y_true, y_pred = (np.asarray(x) for x in ALL_PAIRS[pair])
    if issubclass(getattr(metrics, name), COUNTING):
        low, high = np.min(y_pred, initial=0), np.max(y_pred, initial=0)
        return bool(low >= 0 and high <= 1 and set(np.unique(y_true)) <= {0, 1})
    if name.endswith("IoU"):
        return pair in pairs_of(name)
    return y_pred.dtype.kind == "f"


def batches(pair: tuple[Any, Any], count: int) -> list[tuple[Any, Any]]:
    """Batches of several sizes out of one pair."""
    y_true, y_pred = (np.asarray(x) for x in pair)
    if y_true.ndim == 0 or len(y_true) < 3:
        return [(y_true, y_pred)] * count
    cuts = [slice(None), slice(0, 2), slice(1, None)]
    return [(y_true[cut], y_pred[cut]) for cut in cuts[:count]]


def value_cases() -> Iterator[Case]:
    """Every metric with every setting, over several batches, and after it is reset."""
    for name in PLAIN:
        draw = random.Random(name)
        for settings in settings_of(name):
            for pair in filter(
                lambda pair: fits(name, pair), (*pairs_of(name), draw.choice(list(ALL_PAIRS)))
            ):
                y_true, y_pred = ALL_PAIRS[pair]
                kind, weight = weights_for(draw, y_true)
                mask = mask_for(draw, y_pred) if draw.random() < 0.5 else None
                count = draw.choice([1, 2, 3])

                def run(
                    k, name=name, settings=settings, pair=pair, weight=weight, mask=mask, n=count
                ):
                    metric = getattr(k.metrics, name)(**settings)
                    made = state(metric)
                    first = metric.result() if made else None
                    y_true, y_pred = ALL_PAIRS[pair]
                    metric.update_state(y_true, masked(k, y_pred, mask), sample_weight=weight)
                    after = metric.result()
                    for true, pred in batches((y_true, y_pred), n)[1:]:
                        metric.update_state(true, pred)
                    seen = [made, first, after, metric.result(), state(metric)]
                    metric.reset_state()
                    return [*seen, state(metric)]

                tail = f"{kind} weights" + (", mask" if mask is not None else "")
                yield Case(f"{name}({short(settings)}) on {pair} {count} times, {tail}", run, 2e-5)


def call_cases() -> Iterator[Case]:
    """Metrics called as functions, in other dtypes, and what they are called."""
    for name in PLAIN:
        for pair in filter(lambda pair: fits(name, pair), pairs_of(name)):
            for dtype in (None, "float32", "float16", "bfloat16"):
                for given in ({}, {"name": "mine"}):
                    settings = {**NEEDED.get(name, {}), "dtype": dtype, **given}

                    def run(k, name=name, settings=settings, pair=pair):
                        metric = getattr(k.metrics, name)(**settings)
                        y_true, y_pred = ALL_PAIRS[pair]
                        value = metric(y_true, y_pred)
                        return [value, metric.name, dtype_of(metric, metric.dtype)]

                    half = dtype in ("float16", "bfloat16")
                    said = f"{name}({short(settings)}) called on {pair}"
                    yield Case(said, run, 5e-2 if half else 2e-5)


def stateless_cases() -> Iterator[Case]:
    """Metrics as functions of their variables."""
    for name in PLAIN:
        for pair in pairs_of(name)[:2]:

            def run(k, name=name, pair=pair):
                metric = getattr(k.metrics, name)(**NEEDED.get(name, {}))
                y_true, y_pred = ALL_PAIRS[pair]
                metric.update_state(y_true, y_pred)
                values = metric.stateless_reset_state()
                values = metric.stateless_update_state(values, y_true, y_pred)
                return [
                    [np.asarray(v, "float64") for v in values],
                    metric.stateless_result(values),
                    state(metric),
                ]

            yield Case(f"stateless {name} on {pair}", run, 2e-5)


def record_cases() -> Iterator[Case]:
    """What is saved of a metric, what comes back, and what stands for it."""
    for name in PLAIN:
        for settings in settings_of(name):

            def run(k, name=name, settings=settings):
                metric = getattr(k.metrics, name)(**settings)
                record = k.metrics.serialize(metric)
                again = k.metrics.deserialize(record)
                records = [record, k.metrics.serialize(again)]
                if name.endswith("IoU"):  # in 32 bits there, in an order of its own
                    records = [sorted(r["config"].items()) for r in records]
                    records = [[x for x in r if x[0] != "dtype"] for r in records]
                return [records, metric.name]

            yield Case(f"record of {name}({short(settings)})", run)
    strings = [*CLASSES, *FUNCTIONS, "mse", "MSE", "mae", "MAE", "mape", "msle", "bce", "BCE"]
    strings += ["kld", "cosine_similarity", "log_cosh", "nonsense", "", "accuracy", "acc", "auc"]
    for text in strings:

        def run(k, text=text):
            found = k.metrics.get(text)
            return [getattr(found, "__name__", type(found).__name__), getattr(found, "name", "")]

        yield Case(f"metrics.get({text!r})", run)
    for said in ("None", "3", "{'class_name': 'Nonsense', 'config': {}}", "k.metrics.AUC", "len"):

        def run(k, said=said):
            found = k.metrics.get(eval(said))
            return None if found is None else getattr(found, "__name__", type(found).__name__)

        yield Case(f"metrics.get({said})", run)


def function_cases() -> Iterator[Case]:
    """The functions among the metrics that are no losses."""
    for name in FUNCTIONS:
        draw = random.Random(name)
        for pair in draw.sample([p for p in ALL_PAIRS if np.ndim(ALL_PAIRS[p][1])], 16):
            if np.asarray(ALL_PAIRS[pair][1]).dtype.kind != "f":
                continue  # with whole numbers as predictions, what comes is chance

            def run(k, name=name, pair=pair):
                y_true, y_pred = ALL_PAIRS[pair]
                return getattr(k.metrics, name)(y_true, np.asarray(y_pred, "float32"))

            yield Case(f"metrics.{name} on {pair}", run, 2e-5)


def mean_cases() -> Iterator[Case]:
    """Means and sums of numbers, whatever their weights."""
    values = {
        "number": 2.5,
        "whole number": 3,
        "list": [1, 2, 4.5],
        "matrix": np.arange(6, dtype="float32").reshape(2, 3),
        "cube": np.arange(12, dtype="float32").reshape(2, 3, 2),
        "nothing": np.zeros((0,), "float32"),
        "not a number": [1.0, float("nan")],
    }
    weights = {
        "none": None, "number": 0.5, "list": [1, 0, 2], "two": [0.5, 2.0], "column": [[1.0], [3.0]],
        "matrix": np.ones((2, 3)) * 2, "zero": 0.0, "four": [1, 2, 3, 4],
    }  # fmt: skip
    for name in ("Mean", "Sum"):
        for value in values:
            for weight in weights:
                for dtype in (None, "float16"):

                    def run(k, name=name, value=value, weight=weight, dtype=dtype):
                        metric = getattr(k.metrics, name)(dtype=dtype)
                        first = metric.result()
                        metric.update_state(values[value], sample_weight=weights[weight])
                        metric.update_state([1.0, 3.0])
                        return [first, metric.result(), state(metric), metric.get_config()]

                    yield Case(
                        f"{name}({dtype}) of {value}, {weight} weights",
                        run,
                        1e-2 if dtype else 1e-5,
                    )


def odd_cases() -> Iterator[Case]:
    """What guides do with metrics: subclasses, wrappers, metrics in metrics."""

    def own(k):
        class Own(k.metrics.Metric):
            def __init__(self, name="own", **kwargs):
                super().__init__(name=name, **kwargs)
                self.total = self.add_weight(name="total", initializer="zeros")
                self.count = self.add_weight(shape=(2,), name="count", dtype="int32")

            def update_state(self, y_true, y_pred, sample_weight=None):
                self.total.assign_add(k.ops.sum(y_true * y_pred))
                self.count.assign(self.count + 1)

            def result(self):
                return self.total / k.ops.cast(self.count[0], "float32")

        metric = Own()
        metric.update_state(np.ones(3, "float32"), np.ones(3, "float32"))
        found = [metric(np.ones(3, "float32"), np.ones(3, "float32")), state(metric), metric.name]
        metric.reset_state()
        return [*found, state(metric), metric.get_config(), metric.dtype]

    def abstract(k):
        return k.metrics.Metric().result()

    def abstract_update(k):
        return k.metrics.Metric().update_state(1)

    def wrapper(k):
        wrapped = k.metrics.MeanMetricWrapper(k.losses.binary_crossentropy, label_smoothing=0.1)
        y_true, y_pred = ALL_PAIRS["labels"]
        return [wrapped(y_true, y_pred), wrapped.name, wrapped.get_config(), state(wrapped)]

    def nested(k):
        class Two(k.metrics.Metric):
            def __init__(self):
                super().__init__(name="two")
                self.a, self.b = k.metrics.Mean(name="a"), k.metrics.MeanSquaredError()

            def update_state(self, y_true, y_pred):
                self.a.update_state(y_true)
                self.b.update_state(y_true, y_pred)

            def result(self):
                return {"a": self.a.result(), "b": self.b.result()}

        metric = Two()
        metric.update_state(np.ones((2, 3), "float32"), np.zeros((2, 3), "float32"))
        found = [metric.result(), state(metric)]
        metric.reset_state()
        return [*found, metric.result()]

    def names(k):
        return [[getattr(k.metrics, n)(**NEEDED.get(n, {})).name for _ in range(2)] for n in PLAIN]

    def auc_labels(k):
        auc = k.metrics.AUC(multi_label=True, num_labels=3, label_weights=[0.2, 0.3, 0.5])
        y_true, y_pred = ALL_PAIRS["labels"]
        auc.update_state(y_true, y_pred)
        weights = [float(w) for w in auc.get_config()["label_weights"]]
        return [auc.result(), state(auc), weights]

    def auc_thresholds(k):
        auc = k.metrics.AUC(thresholds=[0.2, 0.6], from_logits=True)
        auc.update_state(*ALL_PAIRS["scores"])
        return [auc.result(), state(auc), auc.get_config()]

    def confusion(k):
        metric = k.metrics.IoU(num_classes=3, target_class_ids=[0, 5])
        metric.update_state([0, 1], [0, 1])
        return metric.result()

    every = (
        own,
        abstract,
        abstract_update,
        wrapper,
        nested,
        names,
        auc_labels,
        auc_thresholds,
        confusion,
    )
    for function in every:
        yield Case(f"metrics: {function.__name__}", function, 1e-4)


def cases() -> list[Case]:
    """All cases, each once."""
    every = [
        *value_cases(), *call_cases(), *stateless_cases(), *record_cases(), *function_cases(),
        *mean_cases(), *odd_cases(),
    ]  # fmt: skip
    return without(every, APART)
