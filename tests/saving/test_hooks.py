"""What users' classes say for themselves: state, files, how they are built and compiled."""

import io
import json
import pathlib

import numpy as np
import pytest

import visualnn as keras
from visualnn import layers, ops
from visualnn.saving import InvalidModelFile, load_model, register_keras_serializable, save_model

KINDS = {"keras": {}, "folder": {"zipped": False}}


def again(model, tmp_path, kind="keras", **settings):
    path = tmp_path / f"again.{kind}"
    model.save(path, **KINDS.get(kind, {}))
    return load_model(path, **settings)


@register_keras_serializable(package="hooks")
class Counting(layers.Layer):
    """Keeps a number that is no variable, in the file of weights."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.seen = 0

    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[-1],), "ones", name="scale")

    def call(self, x):
        return x * self.scale

    def save_own_variables(self, store):
        super().save_own_variables(store)
        store["seen"] = np.asarray(self.seen)
        assert "seen" in store and len(store.keys()) == 2

    def load_own_variables(self, store):
        self.seen = int(store["seen"])
        self.scale.assign(store["0"])


@pytest.mark.parametrize("kind", KINDS)
def test_own_variables(kind, tmp_path):
    x = keras.Input((3,))
    layer = Counting()
    model = keras.Model(x, layer(x))
    layer.seen = 7
    layer.scale.assign([1.0, 2.0, 3.0])
    loaded = again(model, tmp_path, kind)
    assert loaded.layers[1].seen == 7
    np.testing.assert_array_equal(loaded.layers[1].scale, [1, 2, 3])
    layer.seen = 9
    model.save_weights(tmp_path / "w.weights.h5")
    loaded.load_weights(tmp_path / "w.weights.h5")
    assert loaded.layers[1].seen == 9


@register_keras_serializable(package="hooks")
class Writing(layers.Layer):
    """Keeps files beside its weights."""

    words = ()

    def call(self, x):
        return x

    def save_assets(self, dir_path):
        folder = pathlib.Path(dir_path)
        (folder / "words.txt").write_text("\n".join(self.words))
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "bytes").write_bytes(bytes(range(256)))

    def load_assets(self, dir_path):
        folder = pathlib.Path(dir_path)
        self.words = (folder / "words.txt").read_text().split("\n")
        assert (folder / "deep" / "er" / "bytes").read_bytes() == bytes(range(256))


@register_keras_serializable(package="hooks")
class Outer(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = [Writing(), Writing()]

    def call(self, x):
        return self.inner[1](self.inner[0](x))


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_layers(kind, tmp_path):
    model = keras.Sequential([keras.Input((2,)), Writing(), Outer(), Writing()])
    model.layers[0].words = ["a", "é"]
    model.layers[1].inner[1].words = ["inner"]
    loaded = again(model, tmp_path, kind)
    assert loaded.layers[0].words == ["a", "é"]
    assert loaded.layers[1].inner[1].words == ["inner"]
    assert loaded.layers[2].words == [""]


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out", "a\\..\\out", "C:out"])
def test_files_stay_in_their_folder(name, tmp_path):
    import zipfile

    model = keras.Sequential([keras.Input((2,)), Writing()])
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras", "a") as archive:
        archive.writestr(f"assets/layers/writing/{name}", "x")
    with pytest.raises(InvalidModelFile, match="leads out"):
        load_model(tmp_path / "m.keras")


@register_keras_serializable(package="hooks")
class Building(layers.Layer):
    """Says in its own words how it was built."""

    def build_for(self, size):
        self.kernel = self.add_weight((size, size), name="kernel")
        self.built = True
        self.size = size

    def build(self, input_shape):
        self.build_for(input_shape[-1])

    def call(self, x):
        return ops.matmul(x, self.kernel)

    def get_build_config(self):
        return {"size": self.size}

    def build_from_config(self, config):
        self.build_for(config["size"])


@register_keras_serializable(package="hooks")
class Around(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first, self.second = Building(), layers.Dense(2)

    def call(self, x):
        return self.second(self.first(x))


@pytest.mark.parametrize("kind", KINDS)
def test_how_layers_are_built(kind, tmp_path):
    model = Around()
    x = np.ones((2, 3), "float32")
    expected = model(x)
    loaded = again(model, tmp_path, kind)
    np.testing.assert_array_equal(loaded(x), expected)
    layer = Building()
    layer(x)
    record = keras.saving.serialize_keras_object(layer)
    assert record["build_config"] == {"size": 3}
    assert keras.saving.deserialize_keras_object(record).kernel.shape == (3, 3)


@register_keras_serializable(package="hooks")
class Compiling(keras.Model):
    """Is compiled in its own way."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(1)

    def call(self, x):
        return self.dense(x)

    def compile(self, weight, **kwargs):
        super().compile(**kwargs)
        self.weight = weight

    def get_compile_config(self):
        return {"weight": self.weight, "rate": 0.5}

    def compile_from_config(self, config):
        self.compile(config["weight"], optimizer=keras.optimizers.SGD(config["rate"]), loss="mse")


@pytest.mark.parametrize("kind", [*KINDS, "json"])
def test_how_models_are_compiled(kind, tmp_path):
    model = Compiling()
    model(np.ones((2, 3)))
    model.compile(3, optimizer="sgd", loss="mse")
    if kind == "json":
        loaded = keras.models.model_from_json(model.to_json())
    else:
        loaded = again(model, tmp_path, kind)
    assert loaded.weight == 3
    assert float(loaded.optimizer.learning_rate) == pytest.approx(0.5 if kind == "json" else 0.01)
    loaded.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)


def test_not_compiled_on_request(tmp_path):
    model = Compiling()
    model(np.ones((2, 3)))
    model.compile(3, optimizer="sgd", loss="mse")
    assert not again(model, tmp_path, compile=False).compiled


def test_file_objects(tmp_path):
    model = keras.Sequential([keras.Input((3,)), Counting(), Writing(), layers.Dense(2)])
    stream = io.BytesIO()
    save_model(model, stream)
    stream.seek(0)
    loaded = load_model(stream)
    x = np.ones((2, 3))
    np.testing.assert_array_equal(loaded(x), model(x))
    with (tmp_path / "m").open("wb") as file:
        model.save(file)
    with (tmp_path / "m").open("rb") as file:
        np.testing.assert_array_equal(load_model(file)(x), model(x))
    weights = io.BytesIO()
    model.save_weights(weights)
    model.layers[2].kernel.assign(np.zeros((3, 2)))
    weights.seek(0)
    model.load_weights(weights)
    np.testing.assert_array_equal(loaded(x), model(x))


@register_keras_serializable(package="hooks")
class Holding(layers.Layer):
    """Has settings that are themselves layers, functions and arrays."""

    def __init__(self, inner, function, table, **kwargs):
        super().__init__(**kwargs)
        self.inner, self.function, self.table = inner, function, np.asarray(table)

    def call(self, x):
        return self.function(self.inner(x)) + self.table

    def get_config(self):
        own = {"inner": self.inner, "function": self.function, "table": self.table}
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config):
        parts = {k: keras.saving.deserialize_keras_object(x) for k, x in config.items()}
        return cls(**parts)


@register_keras_serializable(package="hooks")
def halved(x):
    return x / 2


def test_settings_that_are_objects(tmp_path):
    x = keras.Input((3,))
    layer = Holding(layers.Dense(2), halved, np.array([1.0, np.inf], "float32"))
    model = keras.Model(x, layer(x))
    loaded = again(model, tmp_path)
    data = np.ones((2, 3))
    np.testing.assert_array_equal(loaded(data), model(data))
    assert loaded.layers[1].function is halved
    json.loads(model.to_json())
