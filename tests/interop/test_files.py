"""Files go to real Keras and come back: same predictions, same training step, same weights."""

import numpy as np
import pytest

import visualnn
from visualnn.structure import flatten

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.interop.models import MODELS, data_for  # noqa: E402

# Keras's own variables do not know numpy's newest arguments yet
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def step(model, x, targets):
    """One training step and what it leaves: losses, and predictions afterwards."""
    logs = model.train_on_batch(x, targets(6), return_dict=True)
    return {k: float(v) for k, v in logs.items()}, predictions(model, x)


def predictions(model, x):
    return [np.asarray(y) for y in flatten(model.predict(x, verbose=0))]


def assert_alike(ours, theirs, tolerance=1e-5):
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", MODELS)
def test_ours_in_keras(name, tmp_path):
    model, shapes, targets = MODELS[name](visualnn)
    x = data_for(shapes)
    expected = predictions(model, x)
    model.save(tmp_path / "ours.keras")
    theirs = keras.saving.load_model(tmp_path / "ours.keras")
    assert_alike(predictions(theirs, x), expected)
    if targets is None or name == "sequential_mlp":  # dropout draws other numbers there
        return
    logs, after = step(model, x, targets)
    their_logs, their_after = step(theirs, x, targets)
    assert logs.keys() == their_logs.keys()
    assert_alike(list(logs.values()), [their_logs[k] for k in logs], 1e-4)
    assert_alike(after, their_after, 1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_keras_in_ours_and_back(name, tmp_path):
    theirs, shapes, targets = MODELS[name](keras)
    x = data_for(shapes)
    if targets is not None:
        theirs.train_on_batch(x, targets(6))
    expected = predictions(theirs, x)
    theirs.save(tmp_path / "theirs.keras")
    model = visualnn.saving.load_model(tmp_path / "theirs.keras")
    assert_alike(predictions(model, x), expected)
    assert [tuple(w.shape) for w in model.weights] == [tuple(w.shape) for w in theirs.weights]
    assert [layer.name for layer in model.layers] == [layer.name for layer in theirs.layers]
    if targets is not None and name != "sequential_mlp":
        logs, after = step(model, x, targets)
        their_logs, their_after = step(theirs, x, targets)
        assert logs.keys() == their_logs.keys()
        assert_alike(list(logs.values()), [their_logs[k] for k in logs], 1e-4)
        assert_alike(after, their_after, 1e-3)
    model.save(tmp_path / "back.keras")
    again = keras.saving.load_model(tmp_path / "back.keras")
    assert_alike(predictions(again, x), predictions(model, x))
    model.save_weights(tmp_path / "back.weights.h5")
    theirs.load_weights(tmp_path / "back.weights.h5")
    assert_alike(predictions(theirs, x), predictions(model, x))
