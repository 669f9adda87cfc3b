"""Models, weights and configs: saved, loaded, cloned, and with classes of one's own."""

import pathlib
import tempfile

import keras
import numpy as np
from keras import layers, ops

folder = pathlib.Path(tempfile.mkdtemp())
rng = np.random.default_rng(0)
x, y = rng.random((128, 32)), rng.random((128, 1))


def get_model():
    """A compiled model."""
    inputs = keras.Input(shape=(32,))
    model = keras.Model(inputs, layers.Dense(1)(inputs))
    model.compile(optimizer=keras.optimizers.Adam(), loss="mean_squared_error")
    return model


def same(first, second):
    """Compare what two models say."""
    np.testing.assert_allclose(
        first.predict(x, verbose=0), second.predict(x, verbose=0), rtol=1e-5, atol=1e-6
    )


model = get_model()
model.fit(x, y, verbose=0)
model.save(folder / "my_model.keras")
loaded = keras.models.load_model(folder / "my_model.keras")
same(model, loaded)
loaded.fit(x, y, verbose=0)  # goes on where training stopped
steps = int(loaded.optimizer.iterations)


@keras.saving.register_keras_serializable(package="MyLayers")
class CustomLayer(layers.Layer):
    """Multiplies by a number."""

    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        """Multiply."""
        return x * self.factor

    def get_config(self):
        """The factor, and what all layers have."""
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable(package="my_package", name="custom_fn")
def custom_fn(x):
    """An activation."""
    return x**2


registered = keras.Sequential(
    [keras.Input((4,)), CustomLayer(0.5), layers.Dense(2, activation=custom_fn)]
)
registered.save(folder / "registered.keras")
again = keras.models.load_model(folder / "registered.keras")
assert again.layers[0].factor == 0.5
np.testing.assert_allclose(
    again.predict(np.ones((1, 4)), verbose=0), registered.predict(np.ones((1, 4)), verbose=0), 1e-5
)


class Plain(layers.Layer):
    """Not registered, so it is handed over."""

    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = layers.Dense(units)

    def build(self, input_shape):
        """Build the inner layer, too."""
        self.dense.build(input_shape)

    def call(self, x):
        """Apply the inner layer."""
        return self.dense(x)

    def get_config(self):
        """The number of units."""
        return {**super().get_config(), "units": self.units}


plain = keras.Sequential([keras.Input((4,)), Plain(5)])
plain.save(folder / "plain.keras")
passed = keras.models.load_model(folder / "plain.keras", custom_objects={"Plain": Plain})
with keras.saving.custom_object_scope({"Plain": Plain}):
    scoped = keras.models.load_model(folder / "plain.keras")
np.testing.assert_allclose(passed.get_weights()[0], scoped.get_weights()[0])

# Configs.
layer = layers.Dense(3, activation="relu", name="named")
config = layer.get_config()
new_layer = layers.Dense.from_config(config)
rebuilt = keras.Model.from_config(model.get_config())
from_json = keras.models.model_from_json(model.to_json())
with keras.saving.custom_object_scope({"CustomLayer": CustomLayer}):
    clone = keras.models.clone_model(registered)
record = keras.saving.serialize_keras_object(registered.layers[0])
revived = keras.saving.deserialize_keras_object(record)

# Weights alone.
model.save_weights(folder / "my.weights.h5")
other = get_model()
other.load_weights(folder / "my.weights.h5")
same(model, other)

dense_1 = keras.Sequential(
    [keras.Input((8,)), layers.Dense(6, activation="relu", name="d1"), layers.Dense(2, name="d2")]
)
dense_2 = keras.Sequential(
    [keras.Input((8,)), layers.Dense(6, activation="relu", name="d1"), layers.Dense(5, name="p")]
)
dense_1.save_weights(folder / "pretrained.weights.h5")
dense_2.load_weights(folder / "pretrained.weights.h5", skip_mismatch=True)
np.testing.assert_allclose(dense_1.get_weights()[0], dense_2.get_weights()[0])


class Ternary(layers.Layer):
    """Saves what it likes."""

    def build(self, input_shape):
        """Make a weight."""
        self.a = self.add_weight(shape=(3,), name="a")

    def save_own_variables(self, store):
        """Under names of its own."""
        store["letters"] = np.asarray(self.a)

    def load_own_variables(self, store):
        """From the same names."""
        self.a.assign(store["letters"])

    def save_assets(self, inner_path):
        """A file beside the weights."""
        with open(pathlib.Path(inner_path) / "note.txt", "w") as note:
            note.write("kept")

    def load_assets(self, inner_path):
        """The same file."""
        with open(pathlib.Path(inner_path) / "note.txt") as note:
            self.note = note.read()

    def call(self, x):
        """Add the weight."""
        return x + self.a


own = keras.Sequential([keras.Input((3,)), Ternary()])
own.save(folder / "own.keras")
own_loaded = keras.models.load_model(folder / "own.keras", custom_objects={"Ternary": Ternary})
np.testing.assert_allclose(own_loaded.get_weights()[0], own.get_weights()[0])


class Subclassed(keras.Model):
    """As many layers as it is told."""

    def __init__(self, hidden_units, **kwargs):
        super().__init__(**kwargs)
        self.hidden_units = hidden_units
        self.dense_layers = [layers.Dense(u) for u in hidden_units]

    def call(self, x):
        """All layers in turn."""
        for dense in self.dense_layers:
            x = dense(x)
        return ops.tanh(x)

    def get_config(self):
        """The sizes of the layers."""
        return {**super().get_config(), "hidden_units": self.hidden_units}


subclassed = Subclassed([16, 8])
before = subclassed.predict(x, verbose=0)
subclassed.save(folder / "subclassed.keras")
subclassed_loaded = keras.models.load_model(
    folder / "subclassed.keras", custom_objects={"Subclassed": Subclassed}
)
np.testing.assert_allclose(subclassed_loaded.predict(x, verbose=0), before, rtol=1e-5)

facts = {
    "steps": steps,
    "config": {key: value for key, value in config.items() if isinstance(value, str | int)},
    "new_layer": [new_layer.name, new_layer.units],
    "rebuilt": [len(rebuilt.layers), len(from_json.layers), len(clone.layers)],
    "record": [record["class_name"], record["registered_name"], revived.factor],
    "registered": keras.saving.get_registered_name(CustomLayer),
    "found": keras.saving.get_registered_object("MyLayers>CustomLayer") is CustomLayer,
    "note": own_loaded.layers[-1].note,
}
