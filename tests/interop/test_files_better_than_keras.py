"""What Keras loses in its own files it finds in ours, or reads them all the same."""

import numpy as np
import pytest

import visualnn

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.saving.test_better_than_keras import FORGOTTEN, across_levels  # noqa: E402
from visualnn.serialization import serialize_keras_object, shared_objects  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def test_a_layer_across_levels(tmp_path):
    model = across_levels()
    model.save(tmp_path / "m.keras")
    x = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    theirs = keras.saving.load_model(tmp_path / "m.keras")
    expected = model.predict(x, verbose=0)
    np.testing.assert_allclose(theirs.predict(x, verbose=0), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("thing", FORGOTTEN, ids=lambda x: f"{type(x).__module__}.{x.name}")
def test_arguments_that_keras_forgets(thing):
    with shared_objects():
        record = serialize_keras_object(thing)
    assert type(keras.saving.deserialize_keras_object(record)).__name__ == type(thing).__name__


def deep(library):
    stack = [library.layers.Dense(100) for _ in range(4)]
    model = library.Sequential([library.Input((10,)), *stack])
    model.compile("adam", "mse")
    model.train_on_batch(np.ones((2, 10), "float32"), np.ones((2, 100), "float32"))
    return model


def test_shards_there_and_back(tmp_path):
    ours, theirs = deep(visualnn), deep(keras)
    x = np.linspace(-1, 1, 20, dtype="float32").reshape(2, 10)
    path = str(tmp_path / "w.weights.json")
    for _ in range(2):  # the second time the files have other numbers
        ours.save_weights(path, max_shard_size=60_000 / 2**30)
    theirs.load_weights(path)
    found, expected = (m.predict(x, verbose=0) for m in (theirs, ours))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    theirs.train_on_batch(x, np.ones((2, 100), "float32"))
    theirs.save_weights(str(tmp_path / "t.weights.json"), max_shard_size=60_000 / 2**30)
    ours.load_weights(tmp_path / "t.weights.json")
    found, expected = (m.predict(x, verbose=0) for m in (ours, theirs))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert int(ours.optimizer.iterations) == 2


def test_files_for_older_versions_are_read_by_this_one_too(tmp_path):
    x = visualnn.Input((3, 2))
    y = visualnn.layers.Concatenate()([visualnn.layers.LSTM(2)(x), visualnn.ops.mean(x, axis=1)])
    model = visualnn.Model(x, visualnn.layers.Dense(2)(y))
    data = np.ones((2, 3, 2), "float32")
    for version in ("3.0", "3.15.1"):
        model.save(tmp_path / "m.keras", keras_version=version)
        theirs = keras.saving.load_model(tmp_path / "m.keras")
        expected = model.predict(data, verbose=0)
        np.testing.assert_allclose(theirs.predict(data, verbose=0), expected, rtol=1e-5)
