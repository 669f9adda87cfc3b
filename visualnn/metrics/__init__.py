"""Metrics: what is told of a model while it is trained and tested."""

from __future__ import annotations

from typing import Any

from visualnn.losses import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from visualnn.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from visualnn.metrics.classification import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    Hinge,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)
from visualnn.metrics.confusion import (
    FalseNegatives,
    FalsePositives,
    Precision,
    Recall,
    TrueNegatives,
    TruePositives,
)
from visualnn.metrics.curves import (
    AUC,
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)
from visualnn.metrics.f_score import F1Score, FBetaScore
from visualnn.metrics.mean import Mean, MeanMetricWrapper, Sum
from visualnn.metrics.metric import Metric, metrics
from visualnn.metrics.overlap import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from visualnn.metrics.regression import (
    ConcordanceCorrelation,
    CosineSimilarity,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    PearsonCorrelation,
    R2Score,
    RootMeanSquaredError,
    concordance_correlation,
    pearson_correlation,
)

get = metrics.get
serialize = metrics.serialize
deserialize = metrics.deserialize

_BY_KIND = {
    "accuracy": (BinaryAccuracy, SparseCategoricalAccuracy, CategoricalAccuracy),
    "crossentropy": (
        BinaryCrossentropy,
        SparseCategoricalCrossentropy,
        CategoricalCrossentropy,
    ),
}
_KINDS = {"acc": "accuracy", "ce": "crossentropy"}


def resolve(identifier: Any, y_true: Any, y_pred: Any) -> Metric | None:
    """The metric that ``compile`` makes of what it was given.

    ``accuracy`` and ``crossentropy`` depend on the shapes: binary, with classes by number, or
    one-hot.  A string names the metric in the logs; a function becomes the mean of its values.

    Args:
        identifier: A string, a function, a class, a record, a metric, or ``None``.
        y_true: The targets, or whatever has their shape.
        y_pred: The predictions, or whatever has their shape.
    """
    if identifier is None:
        return None
    if not isinstance(identifier, str):
        found = get(identifier)
        if isinstance(found, Metric):
            return found
        return MeanMetricWrapper(found, name=getattr(found, "__name__", None))
    kind = _KINDS.get(identifier.lower(), identifier.lower())
    if kind in _BY_KIND:
        return _by_shape(_BY_KIND[kind], y_true, y_pred)(name=identifier)
    found = get(identifier)
    if not isinstance(found, Metric):
        found = MeanMetricWrapper(found)
    found.name = identifier
    return found


def _by_shape(classes: tuple, y_true: Any, y_pred: Any) -> Any:
    binary, by_number, one_hot = classes
    true, predicted = tuple(y_true.shape), tuple(y_pred.shape)
    if predicted and predicted[-1] == 1:
        return binary
    if len(true) < len(predicted) or (true and true[-1] == 1):
        return by_number
    return one_hot
