"""SavedModels that we write, in a real TensorFlow; and those that TensorFlow writes, here.

Run with an interpreter that has tensorflow: the extra ``interop-tf``.
"""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from visualnn.export import ExportArchive

import visualnn
from visualnn import Input, Model, Sequential, TensorSpec, layers, ops

RANDOM = np.random.default_rng(0)


def close(a, b, tolerance=1e-4):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=tolerance, atol=tolerance / 10)


def numbers(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def picture_model():
    x = Input((8, 8, 3), name="picture")
    h = layers.Conv2D(4, 3, padding="same", strides=2, activation="relu")(x)
    h = layers.BatchNormalization()(h)
    h = layers.SeparableConv2D(6, 3)(layers.UpSampling2D()(h))
    h = layers.MaxPooling2D()(h)
    h = layers.Dropout(0.5)(layers.Flatten()(h))
    return Model(x, layers.Dense(5, activation="softmax")(h))


def text_model():
    x = Input((None,), dtype="int32", name="words")
    h = layers.Embedding(50, 8)(x)
    h = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(h)
    h = layers.GRU(4)(h)
    return Model(x, layers.Dense(2)(h))


def attention_model():
    x = Input((None, 8), name="sequence")
    h = layers.MultiHeadAttention(2, 4)(x, x)
    h = layers.LayerNormalization()(layers.Add()([x, h]))
    return Model(x, layers.Dense(3, activation="gelu")(h))


MODELS = {
    "picture": (picture_model, lambda: numbers(3, 8, 8, 3)),
    "text": (text_model, lambda: RANDOM.integers(0, 50, (3, 6)).astype("int32")),
    "attention": (attention_model, lambda: numbers(3, 5, 8)),
}


@pytest.fixture(scope="module", params=MODELS)
def saved(request, tmp_path_factory):
    """A model, its SavedModel, and inputs."""
    make, inputs = MODELS[request.param]
    model, folder = make(), tmp_path_factory.mktemp("saved") / "model"
    model.save(folder)
    return model, folder, inputs()


def test_tensorflow_loads_what_we_save(saved):
    model, folder, x = saved
    loaded = tf.saved_model.load(str(folder))
    want = model(x)
    close(loaded.serve(x), want)
    close(loaded(tf.constant(x[:1])), want[:1])  # the batch is open
    close(loaded(x, training=False), want)
    name = model.input_names[0]
    close(loaded.signatures["serving_default"](**{name: tf.constant(x)})["output_0"], want)


def test_tensorflow_differentiates_through_it(saved):
    model, folder, x = saved
    loaded = tf.saved_model.load(str(folder))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(loaded(x, training=False) ** 2)
    watched = tape.watched_variables()
    found = {
        v.name.partition(":")[0]: g
        for v, g in zip(watched, tape.gradient(loss, watched), strict=True)
    }
    with visualnn.GradientTape() as own_tape:
        own_loss = ops.sum(model(x, training=False) ** 2)
    own = own_tape.gradient(own_loss, model.trainable_variables)
    compared = 0
    for variable, slope in zip(model.trainable_variables, own, strict=True):
        other = found[variable.path]
        close(tf.convert_to_tensor(other), slope, 1e-3)
        compared += 1
    assert compared == len(model.trainable_variables) > 3


def test_training_changes_the_moving_averages(tmp_path):
    model, x = picture_model(), numbers(4, 8, 8, 3)
    model.save(tmp_path / "model")
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    inference = loaded(x)
    loaded(x, training=True)
    assert np.abs(loaded(x) - inference).max() > 1e-5


def test_a_session_of_tensorflow_1_runs_it(saved):
    model, folder, x = saved
    with tf.compat.v1.Session(graph=tf.Graph()) as session:
        meta = tf.compat.v1.saved_model.load(session, ["serve"], str(folder))
        signature = meta.signature_def["serving_default"]
        feeds = {signature.inputs[model.input_names[0]].name: x}
        close(session.run(signature.outputs["output_0"].name, feeds), model(x))


def test_the_layer_of_keras_runs_it(saved):
    import keras

    model, folder, x = saved
    close(keras.layers.TFSMLayer(str(folder), call_endpoint="serve")(x), model(x))


def test_the_command_line_of_tensorflow_runs_it(tmp_path):
    model = Sequential([Input((2,), name="x"), layers.Dense(1)])
    model.export(tmp_path / "model", verbose=False)
    command = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli", "run"]
    command += ["--dir", str(tmp_path / "model"), "--tag_set", "serve"]
    command += ["--signature_def", "serving_default", "--input_exprs", "x=[[1.0, 2.0]]"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    want = float(model(np.array([[1.0, 2.0]], "float32"))[0, 0])
    assert run.returncode == 0, run.stderr
    assert str(want)[:6] in run.stdout


def test_names_that_are_not_sorted_and_many_outputs(tmp_path):
    """TensorFlow flattens dicts by sorted keys: a wrong order would mix tensors up in silence."""
    inputs = {"zebra": Input((1,), name="zebra"), "ape": Input((1,), name="ape")}
    made = [inputs["zebra"] * float(i) + inputs["ape"] for i in range(13)]
    model = Model(inputs, made)
    model.export(tmp_path / "list", verbose=False)
    given = {"zebra": np.array([[2.0]], "float32"), "ape": np.array([[0.5]], "float32")}
    want = [2.0 * i + 0.5 for i in range(13)]
    loaded = tf.saved_model.load(str(tmp_path / "list"))
    assert [float(y[0, 0]) for y in loaded.serve(given)] == want
    signature = loaded.signatures["serving_default"]
    found = signature(**{key: tf.constant(x) for key, x in given.items()})
    assert [float(found[f"output_{i}"][0, 0]) for i in range(13)] == want
    named = Model(inputs, {"last": made[1], "first": made[2], "middle": made[3]})
    named.export(tmp_path / "dict", verbose=False)
    found = tf.saved_model.load(str(tmp_path / "dict")).serve(given)
    assert {key: float(y[0, 0]) for key, y in found.items()} == {
        "last": 2.5,
        "first": 4.5,
        "middle": 6.5,
    }


def test_several_endpoints_and_collections(tmp_path):
    model = picture_model()
    archive = ExportArchive()
    archive.track(model)
    spec = TensorSpec((None, 8, 8, 3), "float32", name="picture")
    archive.add_endpoint("serve", model, [spec])
    features = Model(model.input, model.layers[2].output)
    archive.add_endpoint("features", features.call, [spec])
    archive.add_variable_collection("heads", model.layers[-1].weights)
    archive.write_out(tmp_path / "model", verbose=False)
    x = numbers(2, 8, 8, 3)
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    close(loaded.serve(x), model(x))
    close(loaded.features(x), features(x))
    assert [tuple(v.shape) for v in loaded.heads] == [v.shape for v in model.layers[-1].weights]
    assert len(loaded.trainable_variables) == len(model.trainable_variables)
    assert sorted(loaded.signatures) == ["features", "serve", "serving_default"]


class Loops(visualnn.Module):
    """Control flow, and a variable that is assigned."""

    def __init__(self):
        super().__init__()
        self.count = visualnn.Variable(0, dtype="int64", trainable=False, name="count")

    @visualnn.function
    def halves(self, x):
        return ops.while_loop(lambda y: ops.max(y) > 1.0, lambda y: (y / 2.0,), (x,))[0]

    @visualnn.function
    def sign(self, x):
        return ops.cond(ops.sum(x) > 0, lambda: x * 2.0, lambda: x - 1.0)

    @visualnn.function
    def totals(self, x):
        return ops.scan(lambda total, y: (total + y, total * y), ops.zeros_like(x[0]), x)

    @visualnn.function
    def calls(self):
        self.count.assign_add(1)
        return self.count.value


def test_loops_branches_and_state(tmp_path):
    module, x = Loops(), np.array([[4.0, 0.5], [3.0, -9.0]], "float32")
    want = [module.halves(x), module.sign(x), *module.totals(x)]
    module.calls()
    visualnn.saved_model.save(module, tmp_path / "module")
    loaded = tf.saved_model.load(str(tmp_path / "module"))
    close(loaded.halves(x), want[0])
    close(loaded.sign(x), want[1])
    close(loaded.sign(-x), module.sign(-x))
    last, all_of_them = loaded.totals(x)
    close(last, want[2])
    close(all_of_them, want[3])
    with tf.GradientTape() as tape:
        place = tf.constant(x)
        tape.watch(place)
        total = tf.reduce_sum(loaded.totals(place)[1])
    close(tape.gradient(total, place), [[3.0, -9.0], [4.0, 0.5]])
    assert [int(loaded.calls()) for _ in range(3)] == [2, 3, 4]


def test_tensorflow_saves_it_again(saved, tmp_path):
    model, folder, x = saved
    loaded = tf.saved_model.load(str(folder))
    tf.saved_model.save(loaded, str(tmp_path / "again"), signatures=loaded.signatures)
    again = tf.saved_model.load(str(tmp_path / "again"))
    close(again.serve(x), model(x))
    close(visualnn.saved_model.load(tmp_path / "again").serve(x), model(x))  # and so do we


# ---------------------------------------------------------------------- what TensorFlow writes


class OfTensorFlow(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(numbers(3, 4), name="w")
        self.table = tf.Variable(numbers(5, 3), name="table")
        self.parts = [tf.Variable(1.5), {"a": tf.Variable(2.0)}]

    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32)])
    def __call__(self, x):
        h = tf.nn.relu(tf.matmul(x, self.w)) * self.parts[0]
        h = tf.reshape(h, (tf.shape(x)[0], 2, 2))
        return tf.reduce_mean(h, axis=[1]) + tf.nn.softmax(h[:, 0, ::-1]) + self.parts[1]["a"]

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.int64)])
    def look_up(self, places):
        found = tf.nn.embedding_lookup(self.table, places)
        return {"found": found, "one_hot": tf.one_hot(places, 5), "top": tf.math.top_k(found, 2)[0]}

    @tf.function(input_signature=[tf.TensorSpec((2, 4), tf.float32)])
    def shuffled(self, x):
        a, b = tf.split(x, 2, axis=1)
        padded = tf.pad(tf.concat([b, a], 1), [[0, 0], [1, 1]], constant_values=7.0)
        return tf.tile(tf.transpose(padded), [1, 2]), tf.cumsum(x, axis=1, exclusive=True)


def test_modules_that_tensorflow_wrote(tmp_path):
    module = OfTensorFlow()
    tf.saved_model.save(module, str(tmp_path / "m"))
    loaded = visualnn.saved_model.load(tmp_path / "m")
    x, places = numbers(3, 3), np.array([4, 0, 2])
    close(loaded(x), module(x))
    want = module.look_up(places)
    assert all(np.allclose(y, want[key]) for key, y in loaded.look_up(places).items())
    wide = numbers(2, 4)
    for y, other in zip(loaded.shuffled(wide), module.shuffled(wide), strict=True):
        close(y, other)
    close(loaded.parts[1]["a"].numpy(), 2.0)
    assert len(loaded.variables) == 4
    with visualnn.GradientTape() as tape:
        total = ops.sum(loaded(x))
    with tf.GradientTape() as other_tape:
        other_total = tf.reduce_sum(module(x))
    close(tape.gradient(total, loaded.w), other_tape.gradient(other_total, module.w))


def keras_networks():
    import keras
    from keras import layers

    picture = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(4, 3, activation="relu", padding="same"),
            layers.BatchNormalization(),
            layers.DepthwiseConv2D(3),
            layers.AveragePooling2D(2),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    series = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4), layers.Dense(1)])
    x = keras.Input((5, 8))
    attended = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 4)(x, x))
    block = keras.Model(x, layers.Dense(3, activation="gelu")(attended))
    return [(picture, (2, 8, 8, 3)), (series, (2, 5, 3)), (block, (2, 5, 8))]


@pytest.mark.parametrize("number", range(3), ids=["picture", "series", "attention"])
def test_models_that_keras_exported_with_tensorflow(number, tmp_path):
    network, shape = keras_networks()[number]
    network.export(str(tmp_path / "k"), verbose=False)
    loaded = visualnn.saved_model.load(tmp_path / "k")
    x = numbers(*shape)
    close(loaded.serve(x), network(x))
    revived = visualnn.models.load_model(tmp_path / "k")
    close(revived.predict(x, verbose=0), network(x))
    revived.compile("sgd", "mse")
    before = np.asarray(revived(x))
    revived.fit(x, np.zeros(before.shape, "float32"), verbose=0)
    assert np.abs(np.asarray(revived(x)) - before).max() > 0


def test_programs_in_files_are_refused(tmp_path):
    class Reads(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((), tf.string)])
        def read(self, name):
            return tf.io.read_file(name)

        @tf.function(input_signature=[tf.TensorSpec((), tf.float32)])
        def python(self, x):
            return tf.py_function(lambda y: y, [x], tf.float32)

    tf.saved_model.save(Reads(), str(tmp_path / "m"))
    loaded = visualnn.saved_model.load(tmp_path / "m")
    with pytest.raises(ValueError, match=r"ReadFile.*would run a program or touch files"):
        loaded.read(np.array("/etc/passwd", object))
    with pytest.raises(ValueError, match=r"PyFunc.*would run a program"):
        loaded.python(np.float32(1))
