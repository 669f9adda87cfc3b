"""whole-model saving, custom objects, configs, weights, transfer learning, export.

Runs with `python tests/acceptance/serialization_and_saving.py`.
Where keras is installed (any backend), each .keras and .weights.h5 file is also read back with it.
"""

import importlib.util
import os
import tempfile
import zipfile

import numpy as np

import visualnn as keras
from visualnn import layers

os.chdir(tempfile.mkdtemp())
HAVE_KERAS = importlib.util.find_spec("keras") is not None
rng = np.random.default_rng(0)

# --- whole model: config.json, metadata.json, model.weights.h5; predictions and optimizer survive


def get_model():
    inputs = keras.Input(shape=(32,))
    outputs = layers.Dense(1)(inputs)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(), loss="mean_squared_error")
    return model


x, y = rng.random((128, 32)), rng.random((128, 1))
model = get_model()
model.fit(x, y, verbose=0)
model.save("my_model.keras")
assert set(zipfile.ZipFile("my_model.keras").namelist()) >= {
    "config.json",
    "metadata.json",
    "model.weights.h5",
}
again = keras.models.load_model("my_model.keras")
np.testing.assert_allclose(model.predict(x, verbose=0), again.predict(x, verbose=0))
first, second = (m.fit(x, y, shuffle=False, verbose=0).history["loss"] for m in (model, again))
np.testing.assert_allclose(first, second, rtol=1e-6)
if HAVE_KERAS:
    import keras as real_keras

    real = real_keras.models.load_model("my_model.keras")
    again = keras.models.load_model("my_model.keras")
    np.testing.assert_allclose(
        real.predict(x, verbose=0), again.predict(x, verbose=0), rtol=1e-5, atol=1e-6
    )
    real.save("from_keras.keras")
    np.testing.assert_allclose(
        keras.models.load_model("from_keras.keras").predict(x, verbose=0),
        real.predict(x, verbose=0),
        rtol=1e-5,
        atol=1e-6,
    )

# --- legacy whole-model H5
model.save("my_h5_model.h5")
from_h5 = keras.models.load_model("my_h5_model.h5")
np.testing.assert_allclose(model.predict(x, verbose=0), from_h5.predict(x, verbose=0))
from_h5.fit(x, y, verbose=0)  # compiled already

# --- custom objects: registered, passed, or in scope
keras.saving.get_custom_objects().clear()


@keras.saving.register_keras_serializable(package="MyLayers")
class CustomLayer(layers.Layer):
    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        return x * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable(package="my_package", name="custom_fn")
def custom_fn(x):
    return x**2


def custom_model():
    inputs = keras.Input(shape=(4,))
    outputs = layers.Dense(1, activation=custom_fn)(CustomLayer(0.5)(inputs))
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="rmsprop", loss="mean_squared_error")
    model.fit(rng.random((4, 4)), rng.random((4, 1)), verbose=0)
    return model


x4 = rng.random((4, 4))
model = custom_model()
model.save("custom_model.keras")
want = model.predict(x4, verbose=0)
np.testing.assert_allclose(
    keras.models.load_model("custom_model.keras").predict(x4, verbose=0), want
)
keras.saving.get_custom_objects().clear()
try:
    keras.models.load_model("custom_model.keras")
except (TypeError, ValueError) as error:
    assert "CustomLayer" in str(error), str(error)
else:
    raise AssertionError("an unknown class must be refused by name")
objects = {"CustomLayer": CustomLayer, "custom_fn": custom_fn}
loaded = keras.models.load_model("custom_model.keras", custom_objects=objects)
np.testing.assert_allclose(loaded.predict(x4, verbose=0), want)
with keras.saving.custom_object_scope(objects):
    np.testing.assert_allclose(
        keras.models.load_model("custom_model.keras").predict(x4, verbose=0), want
    )

# --- configs: clone, get_config, JSON, any serializable object
with keras.saving.custom_object_scope(objects):
    clone = keras.models.clone_model(model)
assert [type(x) for x in clone.layers] == [type(x) for x in model.layers]
config = layers.Dense(3, activation="relu").get_config()
assert config["units"] == 3 and config["activation"] == "relu"
initializer = config["kernel_initializer"]
assert (initializer["module"], initializer["class_name"]) == (
    "keras.initializers",
    "GlorotUniform",
), initializer
assert initializer["config"]["seed"] is None and initializer["registered_name"] is None
assert layers.Dense.from_config(config).get_config() == config
sequential = keras.Sequential([keras.Input((32,)), layers.Dense(1)])
assert keras.Sequential.from_config(sequential.get_config()).output_shape == (None, 1)
inputs = keras.Input((32,))
functional = keras.Model(inputs, layers.Dense(1)(inputs))
assert keras.Model.from_config(functional.get_config()).output_shape == (None, 1)
assert keras.models.model_from_json(sequential.to_json()).output_shape == (None, 1)
reg = keras.saving.serialize_keras_object(keras.regularizers.L1(0.005))
assert (
    reg["module"] == "keras.regularizers"
    and reg["class_name"] == "L1"
    and reg["registered_name"] is None
)
assert isinstance(keras.saving.deserialize_keras_object(reg), keras.regularizers.L1)

# --- weights in memory and on disk


def mlp(dropout=False):
    inputs = keras.Input(shape=(784,), name="digits")
    h = layers.Dense(64, activation="relu", name="dense_1")(inputs)
    h = layers.Dense(64, activation="relu", name="dense_2")(h)
    if dropout:
        h = layers.Dropout(0.5)(h)
    return keras.Model(inputs, layers.Dense(10, name="predictions")(h), name="3_layer_mlp")


def built_dense():
    layer = layers.Dense(64, activation="relu", name="dense_2")
    layer.build((None, 784))
    return layer


one, two = built_dense(), built_dense()
two.set_weights(one.get_weights())
np.testing.assert_array_equal(one.kernel.numpy(), two.kernel.numpy())
a, b = mlp(), mlp(dropout=True)
b.set_weights(a.get_weights())
x784 = rng.random((8, 784))
np.testing.assert_allclose(a.predict(x784, verbose=0), b.predict(x784, verbose=0))


class SubclassedModel(keras.Model):
    def __init__(self, output_dim, name=None):
        super().__init__(name=name)
        self.output_dim = output_dim
        self.dense_1 = layers.Dense(64, activation="relu", name="dense_1")
        self.dense_2 = layers.Dense(64, activation="relu", name="dense_2")
        self.dense_3 = layers.Dense(output_dim, name="predictions")

    def call(self, inputs):
        return self.dense_3(self.dense_2(self.dense_1(inputs)))


subclassed = SubclassedModel(10)
subclassed(np.ones((1, 784), "float32"))
subclassed.set_weights(a.get_weights())
np.testing.assert_allclose(subclassed(x784), a(x784), rtol=1e-6)
a.save_weights("pretrained.weights.h5")
fresh = mlp()
fresh.load_weights("pretrained.weights.h5")
np.testing.assert_array_equal(fresh.predict(x784, verbose=0), a.predict(x784, verbose=0))

# --- transfer learning: layers of a loaded model go into a new one, whose summary counts them
transfer = keras.Sequential([*fresh.layers[:-1], layers.Dense(5, name="dense_3")])
assert transfer.count_params() == 54725
lines = []
transfer.summary(print_fn=lines.append)
assert "54,725 (213.77 KB)" in "\n".join(lines), "\n".join(lines)


class NestedDenseLayer(layers.Layer):
    def __init__(self, units, name=None):
        super().__init__(name=name)
        self.dense_1 = layers.Dense(units, name="dense_1")
        self.dense_2 = layers.Dense(units, name="dense_2")

    def call(self, inputs):
        return self.dense_2(self.dense_1(inputs))


nested = keras.Sequential([keras.Input((784,)), NestedDenseLayer(10, "nested")])
before = [v.path for v in nested.weights]
nested.get_layer("nested").dense_1.trainable = False
assert [v.path for v in nested.trainable_weights] == [p for p in before if "dense_1" not in p]

# --- a layer that holds another serializable object


@keras.saving.register_keras_serializable(package="ComplexModels")
class CustomModel(layers.Layer):
    def __init__(self, first_layer, second_layer=None, **kwargs):
        super().__init__(**kwargs)
        self.first_layer = first_layer
        self.second_layer = second_layer if second_layer is not None else layers.Dense(8)

    def call(self, x):
        return self.first_layer(self.second_layer(x))

    def get_config(self):
        return {
            **super().get_config(),
            "first_layer": self.first_layer,
            "second_layer": self.second_layer,
        }

    @classmethod
    def from_config(cls, config):
        config["first_layer"] = layers.deserialize(config["first_layer"])
        config["second_layer"] = layers.deserialize(config["second_layer"])
        return cls(**config)


inputs = keras.Input((32,))
model = keras.Model(
    inputs, CustomModel(first_layer=layers.Dense(4, kernel_regularizer="l1"))(inputs)
)
model.save("complex.keras")
x32 = rng.random((3, 32))
np.testing.assert_array_equal(
    keras.models.load_model("complex.keras").predict(x32, verbose=0), model.predict(x32, verbose=0)
)

# --- export: an artifact for inference that needs none of the code; more endpoints on request
inputs = keras.Input(shape=(16,))
h = layers.BatchNormalization()(layers.Dense(8, activation="relu")(inputs))
model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(h))
x16 = rng.random((8, 16)).astype("float32")
want = model(x16)
model.export("exported_model")
artifact = keras.saved_model.load("exported_model")
np.testing.assert_allclose(artifact.serve(x16), want, rtol=1e-5, atol=1e-6)
np.testing.assert_allclose(artifact.serve(x16.astype("float64")), want, rtol=1e-5, atol=1e-6)
mha = layers.MultiHeadAttention(2, 2)
x1, x2 = (rng.normal(size=(3, 2, 2)).astype("float32") for _ in range(2))
want = mha(x1, x2).numpy()
archive = keras.export.ExportArchive()
archive.track(mha)
spec = keras.TensorSpec((None, 2, 2), "float32")
archive.add_endpoint("call", mha.call, input_signature=[spec, spec])
archive.add_variable_collection("my_vars", mha.weights)
assert len(archive.my_vars) == 8
archive.write_out("exported_mha_layer")
revived = keras.saved_model.load("exported_mha_layer")
np.testing.assert_allclose(revived.call(query=x1, value=x2).numpy(), want, atol=1e-6)
assert revived.call(query=x1[:1], value=x2[:1]).shape == (1, 2, 2)
assert len(revived.my_vars) == 8
model.export("model.onnx", format="onnx")
if importlib.util.find_spec("onnxruntime"):
    import onnxruntime

    session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
    got = session.run(None, {session.get_inputs()[0].name: x16})[0]
    np.testing.assert_allclose(got, model(x16), rtol=1e-5, atol=1e-6)
if importlib.util.find_spec("tensorflow"):
    import tensorflow as tf

    served = tf.saved_model.load("exported_model")
    np.testing.assert_allclose(served.serve(x16).numpy(), model(x16), rtol=1e-5, atol=1e-6)

print("serialization_and_saving: all held" + (" (Keras read the files too)" if HAVE_KERAS else ""))
