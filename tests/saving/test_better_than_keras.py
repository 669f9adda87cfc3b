"""Where Keras 3.15 loses something, or cannot read its own file: here it comes back.

The defects are listed in the documentation of the formats; ``tests/interop`` shows that our files
are read by Keras all the same.
"""

import numpy as np
import pytest

import visualnn as keras
from visualnn import layers, losses, metrics
from visualnn.saving import load_model, register_keras_serializable
from visualnn.serialization import (
    deserialize_keras_object,
    serialize_keras_object,
    shared_objects,
)

FORGOTTEN = [
    losses.Huber(delta=0.3),
    losses.CosineSimilarity(axis=1),
    losses.SparseCategoricalCrossentropy(axis=1),
    metrics.CosineSimilarity(axis=1),
    metrics.AUC(thresholds=[0.1, 0.4, 0.9]),
    metrics.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True),
    layers.CategoryEncoding(num_tokens=4, output_mode="multi_hot"),
    layers.SimpleRNN(3, seed=5),
    layers.MultiHeadAttention(2, 3, seed=4),
]
"""Objects with constructor arguments that Keras forgets."""


def settings_of(thing):
    names = ("delta", "axis", "thresholds", "from_sorted_ids", "k", "seed", "num_tokens")
    found = {n: getattr(thing, n) for n in names if hasattr(thing, n)}
    keywords = getattr(thing, "_fn_kwargs", {})
    return {**found, **keywords}


@pytest.mark.parametrize("thing", FORGOTTEN, ids=lambda x: f"{type(x).__module__}.{x.name}")
def test_arguments_come_back(thing):
    with shared_objects():  # as files are written
        record = serialize_keras_object(thing)
        again = deserialize_keras_object(record)
        assert serialize_keras_object(again)["config"] == record["config"]
    assert settings_of(again) == settings_of(thing)


@pytest.mark.parametrize("kind", ["keras", "h5"])
def test_a_loss_computes_as_before(kind, tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
    model.compile("sgd", losses.Huber(0.3), metrics=[metrics.CosineSimilarity(axis=0)])
    x, y = np.ones((5, 3)), np.linspace(-3, 3, 20).reshape(5, 4)
    expected = model.evaluate(x, y, verbose=0)
    model.save(tmp_path / f"m.{kind}")
    assert load_model(tmp_path / f"m.{kind}").evaluate(x, y, verbose=0) == pytest.approx(expected)


@register_keras_serializable(package="better")
class Sub(keras.Model):
    """Its config is made from its arguments: Keras writes their defaults."""

    def __init__(self, units=3, *, scale=1.0, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(units)
        self.scale = scale

    def call(self, x):
        return self.dense(x) * self.scale


def test_the_arguments_of_models(tmp_path):
    model = Sub(5, scale=2.0, name="mine")
    x = np.ones((2, 3), "float32")
    expected = model(x)
    assert expected.shape == (2, 5)
    model.save(tmp_path / "m.keras")
    loaded = load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(loaded(x), expected)
    assert loaded.name == "mine" and loaded.scale == 2.0


def across_levels():
    shared = layers.Dense(4, name="shared")
    a = keras.Input((4,))
    inner = keras.Model(a, layers.Activation("tanh")(shared(a)), name="inner")
    b = keras.Input((4,))
    return keras.Model(b, layers.Add()([shared(inner(b)), b]))


@pytest.mark.parametrize("kind", ["keras", "folder", "h5"])
def test_a_layer_across_levels(kind, tmp_path):
    model = across_levels()
    x = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    model.save(tmp_path / f"m.{kind}", **({"zipped": False} if kind == "folder" else {}))
    loaded = load_model(tmp_path / f"m.{kind}")
    np.testing.assert_array_equal(loaded(x), model(x))


def test_a_layer_across_levels_stays_one(tmp_path):
    model = across_levels()
    model.save(tmp_path / "m.keras")
    loaded = load_model(tmp_path / "m.keras")
    inner = loaded.get_layer("inner")
    assert inner.get_layer("shared") is loaded.get_layer("shared")
    assert len(loaded.weights) == len(model.weights) == 2


@pytest.mark.parametrize("loss", ["mse", "mae", "bce", "kld", {"d": "mse"}, ["mape"]])
def test_short_names_of_losses_in_h5(loss, tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1, "sigmoid", name="d")])
    model.compile("adam", loss, metrics=["mae"])
    x, y = np.ones((4, 3)), np.full((4, 1), 0.3)
    model.fit(x, y, verbose=0)
    model.save(tmp_path / "m.h5")
    loaded = load_model(tmp_path / "m.h5")
    expected = model.evaluate(x, y, verbose=0)
    assert loaded.evaluate(x, y, verbose=0) == pytest.approx(expected)
    before, after = (m.fit(x, y, verbose=0, shuffle=False).history for m in (model, loaded))
    assert after == pytest.approx(before)  # the optimizer goes on where it was


def test_registered_classes_that_are_passed(tmp_path):
    @register_keras_serializable(package="gone")
    class Twice(layers.Layer):
        def call(self, x):
            return 2 * x

    model = keras.Sequential([keras.Input((3,)), Twice()])
    model.save(tmp_path / "m.keras")
    del keras.saving.get_custom_objects()["gone>Twice"]
    for objects in ({"Twice": Twice}, {"gone>Twice": Twice}):
        loaded = load_model(tmp_path / "m.keras", custom_objects=objects)
        np.testing.assert_array_equal(loaded(np.ones((1, 3))), 2 * np.ones((1, 3)))


@pytest.mark.parametrize("kind", ["keras", "h5"])
def test_state_of_optimizers_under_mixed_precision(kind, tmp_path):
    policy = keras.dtype_policies.DTypePolicy("mixed_float16")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, dtype=policy)])
    model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01)), "mse")
    x, y = np.ones((8, 3)), np.ones((8, 2))
    model.fit(x, y, epochs=3, verbose=0)
    model.save(tmp_path / f"m.{kind}")
    loaded = load_model(tmp_path / f"m.{kind}")
    for a, b in zip(model.optimizer.variables, loaded.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_sequential_keeps_whether_it_is_trained(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    model.trainable = False
    model.save(tmp_path / "m.keras")
    loaded = load_model(tmp_path / "m.keras")
    assert not loaded.trainable and not loaded.trainable_weights


def test_h5_with_operations(tmp_path):
    x = keras.Input((4,))
    y = layers.Dense(2)((x * 2.0 + 1.0)[:, 1:])
    model = keras.Model(x, layers.Add()([y, y]))
    model.save(tmp_path / "m.h5")
    data = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_array_equal(load_model(tmp_path / "m.h5")(data), model(data))


@pytest.mark.parametrize("kind", ["keras", "h5"])
def test_empty_constants_keep_their_shape(kind, tmp_path):
    x = keras.Input((4,))
    model = keras.Model(x, keras.ops.concatenate([x, np.zeros((0, 4), "float32")], axis=0))
    model.save(tmp_path / f"m.{kind}")
    data = np.ones((3, 4), "float32")
    np.testing.assert_array_equal(load_model(tmp_path / f"m.{kind}")(data), data)


@register_keras_serializable(package="better")
class Own(layers.Layer):
    """Makes its variable itself, in ``build``: Keras then forgets that it was built."""

    def build(self, input_shape):
        self.kernel = keras.Variable(np.full(input_shape[-1], 3.0, "float32"), name="kernel")

    def call(self, x):
        return x * self.kernel


@register_keras_serializable(package="better")
class Caller(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.own = Own()

    def call(self, x):
        return self.own(x)


def test_variables_made_in_build(tmp_path):
    model = Caller()
    x = np.ones((2, 3), "float32")
    model(x)
    model.own.kernel.assign([1.0, 2.0, 3.0])
    model.save(tmp_path / "m.keras")
    loaded = load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(loaded(x), model(x))


def test_training_after_loading_h5(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("adam", "mean_squared_error")
    model.save(tmp_path / "m.h5")  # compiled, and never trained
    loaded = load_model(tmp_path / "m.h5")
    loaded.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
    assert int(loaded.optimizer.iterations) == 1
