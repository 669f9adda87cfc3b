"""Training in half precision and in double: what wraps the optimizer, and which dtypes come out."""

import numpy as np
import pytest

from visualnn import Input, Sequential, config, layers, losses, optimizers, saving

X = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
Y = X @ np.array([[1.0], [-1.0], [0.5]], "float32")


def model_of(policy, **compiled):
    config.set_dtype_policy(policy)
    try:
        model = Sequential([Input((3,)), layers.Dense(8, "tanh"), layers.Dense(1)])
    finally:
        config.set_dtype_policy(None)
    model.compile(**{"optimizer": optimizers.SGD(0.1), "loss": "mse", **compiled})
    return model


@pytest.mark.parametrize(
    ("policy", "computed", "kept", "optimizer"),
    [
        ("float16", "float16", "float16", "sgd"),
        ("bfloat16", "bfloat16", "bfloat16", "sgd"),
        ("float64", "float64", "float64", "adam"),
        ("mixed_float16", "float16", "float32", "adam"),
        ("mixed_bfloat16", "bfloat16", "float32", "adam"),
    ],
)
def test_models_of_every_precision_learn(policy, computed, kept, optimizer):
    model = model_of(policy, optimizer=optimizers.get(optimizer))
    model.optimizer.learning_rate = 0.05
    history = model.fit(X, Y, epochs=5, batch_size=8, verbose=0).history["loss"]
    assert history[-1] < history[0]
    assert model.predict(X, verbose=0).dtype == computed
    assert {w.dtype for w in model.weights} == {kept}


def test_the_loss_is_scaled_where_gradients_may_be_too_small():
    scaled = model_of("mixed_float16")
    assert type(scaled.optimizer) is optimizers.LossScaleOptimizer
    assert scaled.get_compile_config()["optimizer"]["class_name"] == "SGD"
    ready = optimizers.LossScaleOptimizer(optimizers.SGD())
    assert model_of("mixed_float16", optimizer=ready).optimizer is ready
    for model in (
        model_of("mixed_float16", auto_scale_loss=False),
        model_of("mixed_bfloat16"),
        model_of("float16"),
    ):
        assert type(model.optimizer) is optimizers.SGD


def test_gradients_below_half_precision_are_not_lost():
    class Tiny(losses.Loss):
        def call(self, y_true, y_pred):
            return (y_pred - y_true) ** 2 * 1e-6

    changes = []
    for scale in (True, False):
        model = model_of("mixed_float16", loss=Tiny(), auto_scale_loss=scale)
        model.optimizer.learning_rate = 1e4
        before = model.get_weights()[0]
        model.train_on_batch(X, Y)
        changes.append(np.abs(model.get_weights()[0] - before).max())
    assert changes[0] > 0


def test_a_model_of_mixed_precision_is_saved_with_its_own_optimizer(tmp_path):
    model = model_of("mixed_float16")
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "mixed.keras")
    with pytest.warns(UserWarning):  # as in Keras, the config has no policy of the model itself
        again = saving.load_model(tmp_path / "mixed.keras")
    assert again.layers[0].dtype_policy.name == "mixed_float16"
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))
