"""What was asked of real Keras and is asked of visualnn: settings and inputs, without either.

``record_values.py`` runs them with Keras and keeps the answers; the tests compare.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent


def recorded(family: str) -> dict[str, Any]:
    """The answers of Keras for one family, by case."""
    return json.loads((HERE / f"{family}.json").read_text())


def key(*parts: Any) -> str:
    """The name of a case."""
    return " ".join(p if isinstance(p, str) else json.dumps(p) for p in parts)


def normal(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def even(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).random(shape).astype("float32")


def classes(seed: int, count: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, count, shape)


def probabilities(seed: int, *shape: int) -> np.ndarray:
    exponential = np.exp(normal(seed, *shape))
    return exponential / exponential.sum(-1, keepdims=True)


def directions(seed: int, *shape: int) -> np.ndarray:
    vectors = normal(seed, *shape)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


# ---------------------------------------------------------------------- activations

POINTS = np.concatenate([np.linspace(-8, 8, 33), [0.2, -0.3, 0.51, 6.01]]).astype("float32")
ROWS = normal(3, 3, 8) * 2

ACTIVATIONS: list[tuple[str, dict]] = [
    ("linear", {}),
    ("relu", {}),
    ("relu", {"negative_slope": 0.2}),
    ("relu", {"max_value": 2.0}),
    ("relu", {"threshold": 0.5}),
    ("relu", {"max_value": 6}),
    ("relu", {"negative_slope": 0.2, "max_value": 2.0, "threshold": 0.5}),
    ("relu", {"negative_slope": 0.2, "threshold": -0.5}),
    ("relu6", {}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.01}),
    ("elu", {}),
    ("elu", {"alpha": 0.5}),
    ("selu", {}),
    ("celu", {}),
    ("celu", {"alpha": 2.0}),
    ("gelu", {}),
    ("gelu", {"approximate": True}),
    ("glu", {}),
    ("silu", {}),
    ("mish", {}),
    ("sigmoid", {}),
    ("hard_sigmoid", {}),
    ("hard_silu", {}),
    ("log_sigmoid", {}),
    ("tanh", {}),
    ("hard_tanh", {}),
    ("tanh_shrink", {}),
    ("exponential", {}),
    ("softmax", {}),
    ("softmax", {"axis": 0}),
    ("log_softmax", {}),
    ("sparsemax", {}),
    ("softplus", {}),
    ("softsign", {}),
    ("squareplus", {}),
    ("squareplus", {"b": 1}),
    ("sparse_plus", {}),
    ("sparse_sigmoid", {}),
    ("soft_shrink", {}),
    ("soft_shrink", {"threshold": 1.0}),
    ("hard_shrink", {}),
    ("threshold", {"threshold": 0.3, "default_value": -1.0}),
]

BY_ROW = ("glu", "softmax", "log_softmax", "sparsemax")

# ---------------------------------------------------------------------- losses and metrics

PAIRS: dict[str, tuple[np.ndarray, np.ndarray]] = {
    "numbers": (normal(1, 6, 4), normal(2, 6, 4)),
    "column": (normal(1, 6), normal(2, 6, 1)),
    "sequences": (normal(1, 3, 5, 2), normal(2, 3, 5, 2)),
    "counts": (classes(1, 5, 6, 4).astype("float32"), even(2, 6, 4) * 4),
    "zeros": (np.zeros((4, 3), "float32"), normal(2, 4, 3)),
    "binary": (classes(1, 2, 8, 1), even(2, 8, 1)),
    "binary flat": (classes(1, 2, 8), even(2, 8, 1)),
    "labels": (classes(1, 2, 8, 3), even(2, 8, 3)),
    "signs": (classes(1, 2, 8, 3) * 2 - 1, normal(2, 8, 3)),
    "scores": (classes(1, 2, 8, 3), normal(2, 8, 3) * 3),
    "sure": (classes(1, 2, 8, 3), np.round(even(2, 8, 3))),
    "one-hot": (np.eye(4, dtype="float32")[classes(1, 4, 7)], probabilities(2, 7, 4)),
    "one-hot scores": (np.eye(4, dtype="float32")[classes(1, 4, 7)], normal(2, 7, 4) * 3),
    "classes": (classes(1, 4, 7), probabilities(2, 7, 4)),
    "class column": (classes(1, 4, 7, 1), probabilities(2, 7, 4)),
    "class scores": (classes(1, 4, 7), normal(2, 7, 4) * 3),
    "class sequences": (classes(1, 4, 3, 5), probabilities(2, 3, 5, 4)),
    "distributions": (probabilities(1, 6, 4), probabilities(2, 6, 4)),
    "areas": (classes(1, 2, 3, 4, 4, 1).astype("float32"), even(2, 3, 4, 4, 1)),
    "vectors": (
        classes(1, 3, 8),
        normal(2, 8, 4) / np.linalg.norm(normal(2, 8, 4), axis=-1)[:, None],
    ),
    "frames": (classes(1, 4, 5, 3) + 1, normal(2, 5, 9, 6)),
    "equal": (classes(1, 3, 9, 2), classes(2, 3, 9, 2)),
    "class images": (classes(1, 3, 2, 4, 4), classes(2, 3, 2, 4, 4)),
    "one-hot images": (
        np.eye(3, dtype="float32")[classes(1, 3, 2, 4, 4)],
        probabilities(2, 2, 4, 4, 3),
    ),
}

PLAIN = ("numbers", "column", "sequences", "zeros")

LOSSES: list[tuple[str, dict, tuple[str, ...]]] = [
    ("MeanSquaredError", {}, PLAIN),
    ("MeanSquaredError", {"reduction": "sum"}, PLAIN),
    ("MeanSquaredError", {"reduction": "none"}, ("numbers", "sequences")),
    ("MeanSquaredError", {"reduction": "mean_with_sample_weight"}, PLAIN),
    ("MeanAbsoluteError", {}, PLAIN),
    ("MeanAbsolutePercentageError", {}, PLAIN),
    ("MeanSquaredLogarithmicError", {}, ("counts", "numbers")),
    ("CosineSimilarity", {}, PLAIN),
    ("CosineSimilarity", {"axis": 1}, ("sequences",)),
    ("Huber", {}, PLAIN),
    ("Huber", {"delta": 0.3}, PLAIN),
    ("LogCosh", {}, PLAIN),
    ("KLDivergence", {}, ("distributions", "one-hot")),
    ("Poisson", {}, ("counts",)),
    ("BinaryCrossentropy", {}, ("binary", "binary flat", "labels", "sure")),
    ("BinaryCrossentropy", {"from_logits": True}, ("scores",)),
    ("BinaryCrossentropy", {"label_smoothing": 0.2, "reduction": "none"}, ("binary", "labels")),
    ("BinaryFocalCrossentropy", {}, ("binary", "labels", "sure")),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "gamma": 1.5}, ("labels",)),
    ("BinaryFocalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, ("scores",)),
    ("CategoricalCrossentropy", {}, ("one-hot", "distributions")),
    ("CategoricalCrossentropy", {"from_logits": True}, ("one-hot scores",)),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2}, ("one-hot",)),
    ("CategoricalFocalCrossentropy", {}, ("one-hot",)),
    (
        "CategoricalFocalCrossentropy",
        {"alpha": 0.5, "gamma": 1.0, "from_logits": True},
        ("one-hot scores",),
    ),
    ("SparseCategoricalCrossentropy", {}, ("classes", "class column", "class sequences")),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, ("class scores",)),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, ("classes", "class sequences")),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2, "reduction": "sum"}, ("classes",)),
    ("CategoricalGeneralizedCrossEntropy", {}, ("classes",)),
    ("CategoricalGeneralizedCrossEntropy", {"q": 0.7}, ("classes",)),
    ("Hinge", {}, ("signs", "scores")),
    ("SquaredHinge", {}, ("signs", "scores")),
    ("CategoricalHinge", {}, ("one-hot", "one-hot scores")),
    ("Circle", {}, ("vectors",)),
    (
        "Circle",
        {"gamma": 20.0, "margin": 0.3, "remove_diagonal": False, "reduction": "none"},
        ("vectors",),
    ),
    ("Dice", {}, ("areas",)),
    ("Dice", {"axis": [1, 2, 3]}, ("areas",)),
    ("Tversky", {}, ("areas",)),
    ("Tversky", {"alpha": 0.2, "beta": 0.8, "axis": [1, 2]}, ("areas",)),
    ("CTC", {}, ("frames",)),
    ("CTC", {"reduction": "none"}, ("frames",)),
]

METRICS: list[tuple[str, dict, tuple[str, ...]]] = [
    ("MeanSquaredError", {}, PLAIN),
    ("RootMeanSquaredError", {}, PLAIN),
    ("MeanAbsoluteError", {}, PLAIN),
    ("MeanAbsolutePercentageError", {}, PLAIN),
    ("MeanSquaredLogarithmicError", {}, ("counts",)),
    ("LogCoshError", {}, PLAIN),
    ("CosineSimilarity", {}, PLAIN),
    ("R2Score", {}, ("numbers",)),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, ("numbers",)),
    ("R2Score", {"class_aggregation": None}, ("numbers",)),
    ("R2Score", {"num_regressors": 2}, ("numbers",)),
    ("PearsonCorrelation", {}, ("numbers",)),
    ("PearsonCorrelation", {"axis": 0}, ("numbers",)),
    ("ConcordanceCorrelation", {}, ("numbers",)),
    ("ConcordanceCorrelation", {"axis": 0}, ("numbers",)),
    ("Accuracy", {}, ("equal", "sure")),
    ("BinaryAccuracy", {}, ("binary", "binary flat", "labels")),
    ("BinaryAccuracy", {"threshold": 0.3}, ("labels",)),
    ("CategoricalAccuracy", {}, ("one-hot",)),
    ("SparseCategoricalAccuracy", {}, ("classes", "class column", "class sequences")),
    ("TopKCategoricalAccuracy", {"k": 2}, ("one-hot",)),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, ("classes", "class column", "class sequences")),
    ("BinaryCrossentropy", {}, ("binary", "labels")),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, ("scores",)),
    ("CategoricalCrossentropy", {}, ("one-hot",)),
    ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, ("one-hot scores",)),
    ("SparseCategoricalCrossentropy", {}, ("classes", "class column", "class sequences")),
    ("SparseCategoricalCrossentropy", {"ignore_class": 2}, ("classes",)),
    ("KLDivergence", {}, ("distributions",)),
    ("Poisson", {}, ("counts",)),
    ("Hinge", {}, ("signs", "scores")),
    ("SquaredHinge", {}, ("signs",)),
    ("CategoricalHinge", {}, ("one-hot",)),
    ("TruePositives", {}, ("binary", "labels")),
    ("TrueNegatives", {"thresholds": [0.2, 0.7]}, ("labels",)),
    ("FalsePositives", {"thresholds": 0.3}, ("labels",)),
    ("FalseNegatives", {}, ("binary", "labels")),
    ("Precision", {}, ("binary", "binary flat", "labels")),
    ("Precision", {"thresholds": [0.2, 0.7]}, ("labels",)),
    ("Precision", {"top_k": 2}, ("one-hot", "labels")),
    ("Precision", {"class_id": 1}, ("one-hot", "labels")),
    ("Precision", {"top_k": 2, "class_id": 1}, ("one-hot",)),
    ("Recall", {}, ("binary", "labels")),
    ("Recall", {"thresholds": [0.2, 0.7]}, ("labels",)),
    ("Recall", {"top_k": 2, "class_id": 1}, ("one-hot",)),
    ("AUC", {}, ("binary", "labels", "sure")),
    ("AUC", {"curve": "PR"}, ("binary", "labels")),
    ("AUC", {"curve": "PR", "summation_method": "majoring"}, ("labels",)),
    ("AUC", {"curve": "PRGAIN"}, ("labels",)),
    ("AUC", {"summation_method": "minoring", "num_thresholds": 10}, ("labels",)),
    ("AUC", {"thresholds": [0.1, 0.5, 0.8]}, ("labels",)),
    ("AUC", {"from_logits": True}, ("scores",)),
    ("AUC", {"multi_label": True}, ("labels",)),
    ("AUC", {"multi_label": True, "num_labels": 3, "label_weights": [1.0, 2.0, 0.5]}, ("labels",)),
    ("AUC", {"multi_label": True, "curve": "PR"}, ("labels",)),
    ("SensitivityAtSpecificity", {"specificity": 0.6}, ("binary", "labels")),
    ("SpecificityAtSensitivity", {"sensitivity": 0.6}, ("labels",)),
    ("PrecisionAtRecall", {"recall": 0.6}, ("labels",)),
    ("PrecisionAtRecall", {"recall": 0.6, "num_thresholds": 1}, ("labels",)),
    ("RecallAtPrecision", {"precision": 0.5}, ("labels",)),
    ("RecallAtPrecision", {"precision": 0.5, "class_id": 1}, ("labels",)),
    ("F1Score", {}, ("one-hot",)),
    ("F1Score", {"average": "micro"}, ("one-hot",)),
    ("F1Score", {"average": "macro", "threshold": 0.3}, ("one-hot",)),
    ("F1Score", {"average": "weighted"}, ("one-hot",)),
    ("FBetaScore", {"beta": 2.0}, ("one-hot",)),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, ("class images", "equal")),
    ("IoU", {"num_classes": 3, "target_class_ids": [1], "ignore_class": 0}, ("class images",)),
    ("MeanIoU", {"num_classes": 3}, ("class images", "equal")),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [0, 1]}, ("one-hot images",)),
    ("OneHotIoU", {"num_classes": 4, "target_class_ids": [0, 1]}, ("one-hot",)),
    ("OneHotMeanIoU", {"num_classes": 3}, ("one-hot images",)),
    ("BinaryIoU", {}, ("binary", "labels")),
    ("BinaryIoU", {"target_class_ids": [1], "threshold": 0.3}, ("labels",)),
]


def weights(y_true: np.ndarray, kind: str) -> np.ndarray | None:
    """No weights, one for each example, or one for each example and step."""
    if kind == "steps":
        return even(9, *y_true.shape[:2]) * 2
    return even(9, y_true.shape[0]) * 2 if kind == "examples" else None


def weight_kinds(name: str, pair: str) -> tuple[str, ...]:
    """Which weights make sense for a loss or metric on these inputs."""
    if name in ("Dice", "Tversky", "Circle") or (name, pair) == ("CosineSimilarity", "sequences"):
        return ("none",)
    if name.endswith("IoU") or "Correlation" in name:
        return ("none",)
    if pair in ("sequences", "class sequences"):
        return ("none", "steps")
    return ("none", "examples")


# ---------------------------------------------------------------------- optimizers, schedules

COMMON: list[dict] = [
    {},
    {"weight_decay": 0.05},
    {"clipnorm": 0.5},
    {"clipvalue": 0.2},
    {"global_clipnorm": 0.5},
    {"use_ema": True, "ema_momentum": 0.8},
    {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 2},
    {"gradient_accumulation_steps": 2},
    {"gradient_accumulation_steps": 2, "use_ema": True, "clipnorm": 0.5, "weight_decay": 0.01},
    {"loss_scale_factor": 8.0},
]

OPTIMIZERS: list[tuple[str, dict]] = [
    *(("SGD", {"learning_rate": 0.1, **more}) for more in COMMON),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    *(("RMSprop", {"learning_rate": 0.1, **more}) for more in COMMON[:3]),
    ("RMSprop", {"learning_rate": 0.1, "momentum": 0.5}),
    ("RMSprop", {"learning_rate": 0.1, "centered": True}),
    ("RMSprop", {"learning_rate": 0.1, "centered": True, "momentum": 0.5, "rho": 0.7}),
    *(("Adam", {"learning_rate": 0.1, **more}) for more in COMMON),
    ("Adam", {"learning_rate": 0.1, "amsgrad": True}),
    ("Adam", {"beta_1": 0.5, "beta_2": 0.7, "epsilon": 0.01}),
    *(("AdamW", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    *(("Adamax", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    *(("Nadam", {"learning_rate": 0.1, **more}) for more in [*COMMON[:2], COMMON[7]]),
    *(("Lamb", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    *(("Lion", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    *(("Adagrad", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    *(("Adadelta", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    *(("Ftrl", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    (
        "Ftrl",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.1,
            "l2_regularization_strength": 0.2,
            "l2_shrinkage_regularization_strength": 0.05,
            "beta": 0.1,
        },
    ),
    *(("Adafactor", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    *(("Muon", {"learning_rate": 0.1, **more}) for more in COMMON[:3]),
    ("Muon", {"learning_rate": 0.1, "rms_rate": None, "nesterov": False, "ns_steps": 2}),
    ("Muon", {"learning_rate": 0.1, "weight_decay": None, "adam_weight_decay": 0.05}),
    ("Muon", {"learning_rate": 0.1, "weight_decay": 0.05, "adam_weight_decay": None}),
    ("Muon", {"learning_rate": 0.1, "exclude_layers": ["ker.el"], "adam_lr_ratio": 0.5}),
    *(("ScheduleFreeAdamW", {"learning_rate": 0.1, **more}) for more in COMMON[:2]),
    ("ScheduleFreeAdamW", {"learning_rate": 0.1, "warmup_steps": 3, "beta_1": 0.7}),
    ("Adafactor", {"learning_rate": 0.1, "relative_step": False, "clip_threshold": 0.5}),
]

STEPS = 5
WEIGHTS = {"kernel": normal(11, 4, 3), "bias": normal(12, 3), "filters": normal(13, 2, 2, 3)}


def gradient(name: str, step: int) -> np.ndarray:
    """The gradient of a weight at a step."""
    return normal(100 * step + len(name), *WEIGHTS[name].shape)


SCHEDULES: list[tuple[str, dict]] = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}),
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5, "staircase": True},
    ),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}),
    (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5, "staircase": True},
    ),
    ("PiecewiseConstantDecay", {"boundaries": [3, 10], "values": [0.1, 0.05, 0.01]}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
    (
        "PolynomialDecay",
        {
            "initial_learning_rate": 0.1,
            "decay_steps": 4,
            "end_learning_rate": 0.02,
            "power": 2.0,
            "cycle": True,
        },
    ),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10}),
    (
        "CosineDecay",
        {
            "initial_learning_rate": 0.01,
            "decay_steps": 10,
            "alpha": 0.1,
            "warmup_target": 0.2,
            "warmup_steps": 4,
        },
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 3}),
    (
        "CosineDecayRestarts",
        {
            "initial_learning_rate": 0.1,
            "first_decay_steps": 4,
            "t_mul": 1.0,
            "m_mul": 0.8,
            "alpha": 0.1,
        },
    ),
]

REGULARIZERS: list[tuple[str, dict]] = [
    ("L1", {}),
    ("L1", {"l1": 0.3}),
    ("L2", {}),
    ("L2", {"l2": 0.3}),
    ("L1L2", {}),
    ("L1L2", {"l1": 0.1, "l2": 0.2}),
    ("OrthogonalRegularizer", {}),
    ("OrthogonalRegularizer", {"factor": 0.1, "mode": "columns"}),
]

CONSTRAINTS: list[tuple[str, dict]] = [
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 0.7, "axis": 1}),
    ("MaxNorm", {"max_value": 0.7, "axis": [0, 1]}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": 1}),
    ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 0.5, "max_value": 0.7, "rate": 0.5, "axis": 1}),
]

MATRIX = normal(21, 5, 4)
