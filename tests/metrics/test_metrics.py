import numpy as np
import pytest

from tests.recorded import cases
from visualnn import graph, metrics
from visualnn.primitives.tensor import Tensor
from visualnn.serialization import NAMES, clear_session
from visualnn.spec import Spec

EXPECTED = cases.recorded("metrics")
CASES = [
    (name, settings, pair, kind)
    for name, settings, pairs in cases.METRICS
    for pair in pairs
    for kind in cases.weight_kinds(name, pair)
]
CLASSES = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.metrics" and isinstance(thing, type)
)
OTHERS = {"Mean", "Sum", "Metric", "MeanMetricWrapper"}
NEEDED = {
    "IoU": dict(num_classes=2, target_class_ids=[0]),
    "OneHotIoU": dict(num_classes=2, target_class_ids=[0]),
    "MeanIoU": dict(num_classes=2),
    "OneHotMeanIoU": dict(num_classes=2),
    "SensitivityAtSpecificity": dict(specificity=0.5),
    "SpecificityAtSensitivity": dict(sensitivity=0.5),
    "PrecisionAtRecall": dict(recall=0.5),
    "RecallAtPrecision": dict(precision=0.5),
}


def traced_update(metric, arrays):
    """Update a metric by running the graph of its update, as a training step does."""

    def update(y_true, y_pred, sample_weight=None):
        metric.update_state(y_true, y_pred, sample_weight=sample_weight)

    traced = graph.trace(update, *(Spec((None, *x.shape[1:]), x.dtype) for x in arrays))
    variables = list(traced.updates)
    traced.outputs = [traced.updates[v] for v in variables]
    for variable, array in zip(variables, traced.run(*arrays), strict=True):
        variable.assign(array)


@pytest.mark.parametrize(("name", "settings", "pair", "kind"), CASES, ids=str)
def test_values_are_those_of_keras(name, settings, pair, kind):
    y_true, y_pred = cases.PAIRS[pair]
    weight = cases.weights(y_true, kind)
    first, second = EXPECTED[cases.key(name, settings, pair, kind)]
    near = dict(rtol=2e-5, atol=2e-6)

    metric = getattr(metrics, name)(**settings)
    metric.update_state(y_true, y_pred, sample_weight=weight)
    np.testing.assert_allclose(metric.result(), first, **near)
    metric.update_state(y_true, y_pred[::-1])
    np.testing.assert_allclose(metric.result(), second, **near)

    metric.reset_state()
    traced_update(metric, [y_true, y_pred, *([] if weight is None else [weight])])
    np.testing.assert_allclose(metric.result(), first, **near)


def test_every_metric_is_compared():
    assert set(CLASSES) - OTHERS == {name for name, _, _ in cases.METRICS}


@pytest.mark.parametrize("name", sorted(set(CLASSES) - {"Metric", "MeanMetricWrapper"}))
def test_records_come_back(name):
    metric = getattr(metrics, name)(**NEEDED.get(name, {}))
    record = metrics.serialize(metric)
    assert (record["module"], record["class_name"]) == ("keras.metrics", name)
    assert record["config"]["name"] == metric.name
    assert metrics.serialize(metrics.get(record)) == record


@pytest.mark.parametrize(
    ("values", "weight", "mean", "total"),
    [
        (np.arange(6.0).reshape(2, 3), None, 2.5, 15),
        (np.arange(6.0).reshape(2, 3), [1.0, 2.0], 3, 27),
        (np.arange(6.0).reshape(2, 3), [[1.0], [2.0]], 3, 27),
        (np.arange(6.0).reshape(2, 3), [[1.0, 2, 3], [4, 5, 6]], 70 / 21, 70),
        (np.arange(12.0).reshape(2, 3, 2), [[1.0, 2, 3], [4, 5, 6]], 150.5 / 21, 301),
        (np.arange(12.0).reshape(2, 3, 2), [1.0, 2.0], 6.5, 117),
        (3.0, None, 3, 3),
        (3.0, 2.0, 3, 6),
        ([1.0, 2.0], 2.0, 1.5, 6),
    ],
)
def test_means_and_sums_are_weighted_as_in_keras(values, weight, mean, total):
    for kind, expected in ((metrics.Mean, mean), (metrics.Sum, total)):
        metric = kind()
        metric.update_state(values, sample_weight=weight)
        np.testing.assert_allclose(metric.result(), expected, rtol=1e-6)


def test_masked_values_do_not_count():
    values = np.array([[1.0], [2.0], [3.0]], "float32").view(Tensor)
    values._keras_mask = np.array([True, False, True])
    error = metrics.MeanSquaredError()
    error.update_state(np.zeros((3, 1)), values)
    np.testing.assert_allclose(error.result(), (1 + 9) / 2)
    error.reset_state()
    error.update_state(np.zeros((3, 1)), values, sample_weight=[1.0, 1.0, 3.0])
    np.testing.assert_allclose(error.result(), (1 + 27) / 4)


def test_variables_are_named_and_ordered_as_in_keras():
    assert [v.path for v in metrics.Mean().variables] == ["mean/total", "mean/count"]
    assert [v.path for v in metrics.Mean(name="q").variables] == ["q/total", "q/count"]
    assert [v.name for v in metrics.AUC().variables] == [
        "true_positives",
        "false_positives",
        "true_negatives",
        "false_negatives",
    ]


@pytest.mark.parametrize(
    ("true", "predicted", "expected"),
    [
        ((8, 1), (8, 1), "BinaryAccuracy"),
        ((8,), (8, 4), "SparseCategoricalAccuracy"),
        ((8, 1), (8, 4), "SparseCategoricalAccuracy"),
        ((8, 4), (8, 4), "CategoricalAccuracy"),
        ((8, 5), (8, 5, 4), "SparseCategoricalAccuracy"),
    ],
)
def test_accuracy_depends_on_the_shapes(true, predicted, expected):
    for identifier in ("accuracy", "acc"):
        found = metrics.resolve(identifier, Spec(true), Spec(predicted))
        assert (type(found).__name__, found.name) == (expected, identifier)


def test_whatever_compile_gets_becomes_a_metric():
    shapes = Spec((8, 1)), Spec((8, 1))
    assert metrics.resolve("mae", *shapes).name == "mae"
    clear_session()
    assert [metrics.resolve(metrics.AUC, *shapes).name for _ in range(2)] == ["auc", "auc_1"]
    own = metrics.Mean(name="own")
    assert metrics.resolve(own, *shapes) is own

    def distance(y_true, y_pred):
        return y_pred - y_true

    found = metrics.resolve(distance, *shapes)
    assert found.name == "distance"
    found.update_state(np.zeros((2, 1)), np.ones((2, 1)))
    np.testing.assert_allclose(found.result(), 1.0)
    with pytest.raises(ValueError, match=r"'acuracy' is not a metric. Is 'accuracy' meant"):
        metrics.resolve("acuracy", *shapes)


def test_a_metric_of_ones_own():
    class Largest(metrics.Metric):
        def __init__(self, name="largest", **kwargs):
            super().__init__(name=name, **kwargs)
            self.largest = self.add_weight(name="largest", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            from visualnn import ops

            self.largest.assign(ops.maximum(self.largest, ops.max(y_pred)))

        def result(self):
            return self.largest.value

    metric = Largest()
    assert len(metric.variables) == 1
    assert float(metric(np.zeros(3), np.array([1.0, 5.0, 2.0], "float32"))) == 5.0
    metric.reset_state()
    assert float(metric.result()) == 0.0
