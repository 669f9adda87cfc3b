import numpy as np
import pytest

from tests.recorded import cases
from visualnn import graph, losses
from visualnn.engine import Plan
from visualnn.primitives.tensor import Tensor
from visualnn.serialization import NAMES
from visualnn.spec import Spec

EXPECTED = cases.recorded("losses")
CASES = [
    (name, settings, pair, kind)
    for name, settings, pairs in cases.LOSSES
    for pair in pairs
    for kind in cases.weight_kinds(name, pair)
]
CLASSES = sorted(
    thing.__name__
    for thing, known in NAMES.items()
    if known.module == "keras.losses" and isinstance(thing, type)
)


@pytest.mark.parametrize(("name", "settings", "pair", "kind"), CASES, ids=str)
def test_values_are_those_of_keras(name, settings, pair, kind):
    loss = getattr(losses, name)(**settings)
    y_true, y_pred = cases.PAIRS[pair]
    weight = cases.weights(y_true, kind)
    expected = EXPECTED[cases.key(name, settings, pair, kind)]
    found = loss(y_true, y_pred, sample_weight=weight)
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-6)
    arrays = [y_true, y_pred, *([] if weight is None else [weight])]
    traced = graph.trace(loss, *(Spec((None, *x.shape[1:]), x.dtype) for x in arrays))
    np.testing.assert_allclose(Plan(traced)(*arrays)[0], expected, rtol=2e-5, atol=2e-6)


def test_every_loss_is_compared():
    assert set(CLASSES) == {name for name, _, _ in cases.LOSSES} | {"LossFunctionWrapper"}


@pytest.mark.parametrize("name", [n for n in CLASSES if n != "LossFunctionWrapper"])
def test_records_come_back(name):
    loss = getattr(losses, name)(reduction="sum", name="mine")
    record = losses.serialize(loss)
    assert (record["module"], record["class_name"]) == ("keras.losses", name)
    assert list(record["config"])[:2] == ["name", "reduction"]
    assert losses.serialize(losses.get(record)) == record


def test_strings_stand_for_functions_or_objects():
    assert losses.get("mse") is losses.mean_squared_error
    assert losses.get("MSE") is losses.mean_squared_error
    assert isinstance(losses.get("Huber"), losses.Huber)
    assert losses.get(None) is None
    record = losses.serialize(losses.mean_squared_error)
    assert record["config"] == "mean_squared_error"
    assert losses.get(record) is losses.mean_squared_error


def test_names_are_those_of_keras():
    assert losses.Huber().name == "huber_loss"
    assert losses.KLDivergence().name == "kl_divergence"
    assert losses.MeanSquaredError().name == "mean_squared_error"


def test_a_mean_leaves_out_what_is_masked():
    y_pred = np.array([[1.0], [2.0], [3.0]], "float32").view(Tensor)
    y_pred._keras_mask = np.array([True, False, True])
    found = losses.MeanSquaredError()(np.zeros((3, 1)), y_pred)
    np.testing.assert_allclose(found, (1 + 9) / 2, rtol=1e-6)
    weighted = losses.MeanSquaredError()(np.zeros((3, 1)), y_pred, np.array([1.0, 1.0, 2.0]))
    np.testing.assert_allclose(weighted, (1 + 18) / 2, rtol=1e-6)


def test_a_function_becomes_a_loss():
    def doubled(y_true, y_pred, factor=2.0):
        return factor * losses.mean_absolute_error(y_true, y_pred)

    loss = losses.LossFunctionWrapper(doubled, factor=3.0)
    assert loss.name == "doubled"
    np.testing.assert_allclose(loss(np.zeros((2, 1)), np.ones((2, 1))), 3.0)


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match="`reduction` must be one of"):
        losses.MeanSquaredError(reduction="average")


def test_weights_that_do_not_fit_are_refused_in_words():
    with pytest.raises(ValueError, match="weights of the examples have the shape"):
        losses.MeanSquaredError()(np.zeros((4, 3, 2)), np.zeros((4, 3, 2)), np.ones(2))
