"""Every optimizer goes on where it was, whatever its settings, in every format."""

import inspect

import numpy as np
import pytest

import visualnn as keras
from tests.recorded.cases import COMMON, OPTIMIZERS
from visualnn.saving import load_model

NAMES = sorted(
    name
    for name, cls in vars(keras.optimizers).items()
    if inspect.isclass(cls)
    and issubclass(cls, keras.optimizers.Optimizer)
    and name not in ("Optimizer", "LossScaleOptimizer", "MultiOptimizer")
)
SETTINGS = [settings for settings in COMMON if settings]
CASES = [(name, {}) for name in NAMES]
CASES += [("Adam", settings) for settings in SETTINGS]
CASES += [(name, settings) for name, settings in OPTIMIZERS if "learning_rate" in settings]
CASES = list({str(case): case for case in CASES}.values())
X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
Y = np.linspace(1, -1, 8, dtype="float32").reshape(4, 2)


def trained(optimizer):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(2)])
    model.compile(optimizer, "mse")
    for _ in range(3):
        model.train_on_batch(X, Y)
    return model


@pytest.mark.parametrize("name, settings", CASES, ids=str)
def test_it_goes_on(name, settings, tmp_path):
    model = trained(getattr(keras.optimizers, name)(**settings))
    loaded = []
    for kind in ("m.keras", "m.h5", "folder"):
        model.save(tmp_path / kind, zipped=False if kind == "folder" else None)
        loaded.append(load_model(tmp_path / kind))
    model.save_weights(tmp_path / "w.weights.h5")
    fresh = keras.models.model_from_json(model.to_json())
    fresh.load_weights(tmp_path / "w.weights.h5")
    expected = [model.train_on_batch(X, Y) for _ in range(2)]
    for other in (*loaded, fresh):
        assert other.optimizer.get_config() == model.optimizer.get_config()
        assert [other.train_on_batch(X, Y) for _ in range(2)] == pytest.approx(expected)
        for a, b in zip(other.optimizer.variables, model.optimizer.variables, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_several_optimizers_of_one_model(tmp_path):
    inner = keras.optimizers.Adam(0.01)
    model = trained(keras.optimizers.LossScaleOptimizer(inner, initial_scale=4.0))
    model.save(tmp_path / "m.keras")
    again = load_model(tmp_path / "m.keras")
    assert again.train_on_batch(X, Y) == pytest.approx(model.train_on_batch(X, Y))
    for a, b in zip(again.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)
