"""An older guide and a book, step by step: folders, H5 files, checkpoints as weights.

Runs with `python tests/acceptance/older_guide_and_book.py`.
"""

import os
import tempfile

import numpy as np

import visualnn as keras
from visualnn import layers, ops, train

os.chdir(tempfile.mkdtemp())
rng = np.random.default_rng(0)
x, y = rng.random((128, 32)), rng.random((128, 1))


def get_model():
    inputs = keras.Input(shape=(32,))
    model = keras.Model(inputs, layers.Dense(1)(inputs))
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model


# --- a folder is a SavedModel; the reconstructed model is compiled and goes on training
model = get_model()
model.fit(x, y, verbose=0)
model.save("my_model")
assert {"saved_model.pb", "variables", "assets"} <= set(os.listdir("my_model"))
again = keras.models.load_model("my_model")
np.testing.assert_allclose(model.predict(x, verbose=0), again.predict(x, verbose=0))
first, second = (m.fit(x, y, shuffle=False, verbose=0).history["loss"] for m in (model, again))
np.testing.assert_allclose(first, second, rtol=1e-6)
model.save("also_a_folder", save_format="tf")
model.save("by_format.h5", save_format="h5")

# --- a custom model comes back with its class, and without it as what calls, predicts and trains


class CustomModel(keras.Model):
    def __init__(self, hidden_units):
        super().__init__()
        self.hidden_units = hidden_units
        self.dense_layers = [layers.Dense(u) for u in hidden_units]

    def call(self, x):
        for layer in self.dense_layers:
            x = layer(x)
        return x

    def get_config(self):
        return {"hidden_units": self.hidden_units}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


custom = CustomModel([16, 16, 10])
five = keras.random.uniform((1, 5))
want = np.asarray(custom(five))
custom.save("custom_model")
loaded = keras.models.load_model("custom_model", custom_objects={"CustomModel": CustomModel})
assert isinstance(loaded, CustomModel)
np.testing.assert_allclose(loaded(five), want)
Kept = CustomModel
del CustomModel
revived = keras.models.load_model("custom_model")
assert not isinstance(revived, Kept)
np.testing.assert_allclose(revived(five), want)
revived.compile("sgd", "mse")
revived.fit(np.repeat(np.asarray(five), 8, 0), np.ones((8, 10)), verbose=0)
assert np.abs(np.asarray(revived(five)) - want).max() > 0

# --- a numpy scalar in a config, an alias of the scope, a custom activation


class VariableLayer(layers.Layer):
    def __init__(self, a, **kwargs):
        super().__init__(**kwargs)
        self.var = keras.Variable(a, name="var_a", dtype="float32")

    def call(self, inputs, training=False):
        return inputs * self.var if training else inputs

    def get_config(self):
        return {"a": self.var.numpy()}


layer = VariableLayer(5)
layer.var.assign(2)
copy = keras.layers.deserialize(
    keras.layers.serialize(layer), custom_objects={"VariableLayer": VariableLayer}
)
assert float(copy.var.numpy()) == 2.0


def custom_activation(x):
    return ops.tanh(x) ** 2


inputs = keras.Input((32,))
config = keras.Model(
    inputs, layers.Activation(custom_activation)(layers.Dense(4)(inputs))
).get_config()
with keras.utils.custom_object_scope({"custom_activation": custom_activation}):
    assert keras.Model.from_config(config).output_shape == (None, 4)

# --- weights as a TensorFlow checkpoint: keys are attribute names
path = train.Checkpoint(layer=layer).save("custom_layer")
types = train.load_checkpoint(path).get_variable_to_dtype_map()
assert (
    "layer/var/.ATTRIBUTES/VARIABLE_VALUE" in types
    and "save_counter/.ATTRIBUTES/VARIABLE_VALUE" in types
), types
sequential = keras.Sequential(
    [
        keras.Input(shape=(784,), name="digits"),
        layers.Dense(64, activation="relu", name="dense_1"),
        layers.Dense(64, activation="relu", name="dense_2"),
        layers.Dense(10, name="predictions"),
    ]
)
sequential.save_weights("ckpt")
before = sequential.get_weights()
sequential.set_weights([np.zeros_like(w) for w in before])
sequential.load_weights("ckpt").assert_consumed()
for a, b in zip(sequential.get_weights(), before, strict=True):
    np.testing.assert_array_equal(a, b)
sequential.save_weights("weights.h5")
sequential.load_weights("weights.h5")

# --- transfer learning: a part of a functional model, then only its first and last layers
inputs = keras.Input(shape=(784,), name="digits")
h = layers.Dense(64, activation="relu", name="dense_1")(inputs)
h = layers.Dense(64, activation="relu", name="dense_2")(h)
functional = keras.Model(inputs, layers.Dense(10, name="predictions")(h), name="3_layer_mlp")
pretrained = keras.Model(functional.inputs, functional.layers[-1].input, name="pretrained_model")
assert pretrained.count_params() == 54400
first_dense, last_dense = functional.layers[1], functional.layers[-1]
path = train.Checkpoint(dense=first_dense, kernel=last_dense.kernel, bias=last_dense.bias).save(
    "parts"
)


class ContrivedModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.first_dense = layers.Dense(64)
        self.kernel = self.add_variable(name="kernel", shape=(64, 10))
        self.bias = self.add_variable(name="bias", shape=(10,))

    def call(self, inputs):
        return ops.matmul(self.first_dense(inputs), self.kernel) + self.bias


contrived = ContrivedModel()
contrived(np.ones((1, 784), "float32"))
train.Checkpoint(dense=contrived.first_dense, kernel=contrived.kernel, bias=contrived.bias).restore(
    path
).assert_consumed()
np.testing.assert_array_equal(contrived.kernel.numpy(), last_dense.kernel.numpy())

# --- the book: compile, fit, save as H5, load
model = keras.models.Sequential(
    [keras.Input((32,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
)
model.compile(loss="mse", optimizer=keras.optimizers.SGD(0.01))
model.fit(x, y, epochs=2, verbose=0)
model.save("my_keras_model.h5")
book = keras.models.load_model("my_keras_model.h5")
np.testing.assert_allclose(book.predict(x, verbose=0), model.predict(x, verbose=0))
book.fit(x, y, verbose=0)

print("older_guide_and_book: all held")
