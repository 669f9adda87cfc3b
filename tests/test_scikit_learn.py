"""Models as estimators: what scikit-learn asks of any, and what the wrappers add."""

import subprocess
import sys

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers, wrappers

X = np.random.default_rng(0).normal(size=(40, 3))
QUIET = {"epochs": 3, "verbose": 0}


def made(X, y, loss="mse", sizes=(8,)):  # noqa: N803 - scikit-learn's names
    x = inputs = Input((X.shape[1],))
    for size in sizes:
        x = layers.Dense(size, "relu")(x)
    outputs = layers.Dense(y.shape[1], "softmax" if "cross" in loss else None)(x)
    model = Model(inputs, outputs)
    model.compile("adam", loss)
    return model


def compiled():
    model = Sequential([Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_a_classifier_learns_classes_of_any_name():
    y = np.where(X[:, 0] > 0, "right", "left")
    settings = {"loss": "categorical_crossentropy"}
    estimator = wrappers.SKLearnClassifier(made, model_kwargs=settings, fit_kwargs=QUIET)
    assert estimator.fit(X, y, epochs=150) is estimator
    assert estimator.classes_.tolist() == ["left", "right"]
    assert len(estimator.history_.history["loss"]) == 150
    assert estimator.score(X, y) > 0.9
    scores = estimator.decision_function(X)
    assert scores.shape == (40, 2)
    assert (estimator.predict(X) == estimator.classes_[scores.argmax(1)]).all()


def test_a_regressor_gives_one_number_for_each_example():
    estimator = wrappers.SKLearnRegressor(made, fit_kwargs=QUIET).fit(X, X[:, 0] * 2)
    assert estimator.predict(X).shape == (40,)
    assert estimator.model_.name in repr(estimator.model_)


def test_a_transformer_stands_in_a_pipeline():
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    transformer = wrappers.SKLearnTransformer(made, fit_kwargs=QUIET)
    pipeline = make_pipeline(transformer, LinearRegression()).fit(X, X[:, 0])
    assert pipeline.predict(X).shape == (40,)
    assert transformer.transform(X).shape == (40, 1)


def test_a_model_is_copied_unless_training_goes_on_with_it():
    model = compiled()
    before = model.get_weights()[0]
    estimator = wrappers.SKLearnRegressor(model, fit_kwargs=QUIET).fit(X, X[:, 0])
    assert estimator.model_ is not model
    np.testing.assert_array_equal(model.get_weights()[0], before)
    warm = wrappers.SKLearnRegressor(model, warm_start=True, fit_kwargs=QUIET).fit(X, X[:, 0])
    first = warm.model_
    assert warm.fit(X, X[:, 0]).model_ is first


@pytest.mark.parametrize(
    ("model", "error", "said"),
    [
        (Sequential([Input((3,)), layers.Dense(1)]), RuntimeError, "must be compiled"),
        ("a model", TypeError, "a function that makes one, not 'a model'"),
    ],
)
def test_what_is_no_model_is_refused(model, error, said):
    with pytest.raises(error, match=said):
        wrappers.SKLearnRegressor(model).fit(X, X[:, 0])


def test_targets_that_are_no_classes_are_refused():
    estimator = wrappers.SKLearnClassifier(made, fit_kwargs=QUIET)
    with pytest.raises(ValueError, match="only one class"):
        estimator.fit(X, np.zeros(40))
    with pytest.raises(ValueError, match="Target type: continuous"):
        estimator.fit(X, X[:, 0])


def test_scikit_learn_is_loaded_when_it_is_asked_for():
    script = """
import sys, visualnn
from visualnn import wrappers
assert "SKLearnClassifier" in dir(wrappers) and "sklearn" not in sys.modules
from visualnn.wrappers import SKLearnClassifier
assert "sklearn" in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)
