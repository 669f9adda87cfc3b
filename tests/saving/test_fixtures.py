"""Models that real Keras saved: they load, predict, train one step and are saved again."""

import numpy as np
import pytest

import visualnn
from tests.fixtures.keras.fixture_custom import define
from tests.saving.fixtures import Fixture, manifest
from visualnn.models import model_from_json
from visualnn.saving import get_custom_objects, load_model
from visualnn.serialization import clear_session

REFUSED = [name for name, entry in manifest().items() if entry["expect"] != "load"]
LOADED = [
    name
    for name, entry in manifest().items()
    if entry["expect"] == "load" and f"{name}.keras" in entry["files"]
]
LEGACY = [name for name, entry in manifest().items() if f"{name}.h5" in entry["files"]]
TEXTS = [name for name, entry in manifest().items() if f"{name}.json" in entry["files"]]


@pytest.fixture(autouse=True)
def counting_from_zero():
    """Layers inside of users' models are named by counting."""
    clear_session()


@pytest.fixture(autouse=True, scope="module")
def custom_objects():
    """The users' classes that some fixtures are made of."""
    before = dict(get_custom_objects())
    define(visualnn)
    yield
    get_custom_objects().clear()
    get_custom_objects().update(before)


@pytest.mark.parametrize("name", LOADED)
def test_predicts(name):
    fixture = Fixture(name)
    model = load_model(fixture.path(".keras"))
    if fixture.arrays:
        fixture.check_outputs(model.predict(fixture.inputs, verbose=0))
    if model.built and "layers" in fixture.entry:
        assert [layer.name for layer in model.layers] == fixture.entry["layers"]
    if model.built and "count_params" in fixture.entry:
        assert model.count_params() == fixture.entry["count_params"]


@pytest.mark.parametrize("name", [n for n in LOADED if manifest()[n].get("train_step")])
def test_takes_the_recorded_training_step(name):
    fixture = Fixture(name)
    train_as_recorded(fixture, load_model(fixture.path(".keras")))


def train_as_recorded(fixture, model):
    """One step, with the optimizer's state of the file, gives what it gave in Keras."""
    recorded = fixture.entry["train_step"]
    if "iterations_before" in recorded:
        assert int(model.optimizer.iterations) == recorded["iterations_before"]
    logs = model.train_on_batch(fixture.inputs, fixture.targets, return_dict=True)
    assert logs == pytest.approx(recorded["logs"], rel=1e-3, abs=1e-4)
    after = model.predict(fixture.inputs, verbose=0)
    fixture.check_outputs(after, "a", rtol=1e-3, atol=5e-4)
    if "evaluate_after" in recorded:
        logs = model.evaluate(fixture.inputs, fixture.targets, verbose=0, return_dict=True)
        assert logs == pytest.approx(recorded["evaluate_after"], rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", LEGACY)
def test_legacy_files_predict(name, compiled):
    fixture = Fixture(name)
    model = load_model(fixture.path(".h5"), compile=compiled)
    assert compiled or not model.compiled
    fixture.check_outputs(model.predict(fixture.inputs, verbose=0))
    if "layers" in fixture.entry:
        assert [layer.name for layer in model.layers] == fixture.entry["layers"]


@pytest.mark.parametrize("name", [n for n in LEGACY if manifest()[n].get("train_step")])
def test_legacy_files_take_the_recorded_training_step(name):
    fixture = Fixture(name)
    train_as_recorded(fixture, load_model(fixture.path(".h5")))


@pytest.mark.parametrize("by_name", [False, True])
@pytest.mark.parametrize("name", [n for n in LEGACY if f"{n}.keras" in manifest()[n]["files"]])
def test_takes_the_weights_of_legacy_files(name, by_name):
    fixture = Fixture(name)
    model = load_model(fixture.path(".keras"), compile=False)
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    model.load_weights(fixture.path(".h5"), by_name=by_name)
    fixture.check_outputs(model.predict(fixture.inputs, verbose=0))


@pytest.mark.parametrize("name", TEXTS)
def test_json_describes_the_model(name):
    fixture = Fixture(name)
    model = model_from_json(fixture.path(".json").read_text())
    assert [layer.name for layer in model.layers] == fixture.entry["layers"]
    if model.compiled and fixture.entry.get("train_step"):
        assert model.optimizer.built
    model.set_weights(load_model(fixture.path(".keras"), compile=False).get_weights())
    fixture.check_outputs(model.predict(fixture.inputs, verbose=0))


def test_weights_of_keras_2_by_layers():
    fixture = Fixture("k2_sequential")
    model = model_from_json(fixture.path(".json").read_text())
    model.load_weights(fixture.path("_oldweights.h5"))
    fixture.check_outputs(model.predict(fixture.inputs, verbose=0))


@pytest.mark.parametrize("name", [n for n in LOADED if f"{n}.weights.h5" in manifest()[n]["files"]])
def test_takes_weights_alone(name):
    fixture = Fixture(name)
    model = load_model(fixture.path(".keras"), compile=False)
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    model.load_weights(fixture.path(".weights.h5"))
    fixture.check_outputs(model.predict(fixture.inputs, verbose=0))


@pytest.mark.parametrize("name", LOADED)
def test_saved_again_it_is_the_same(name, tmp_path):
    fixture = Fixture(name)
    model = load_model(fixture.path(".keras"))
    model.save(tmp_path / "again.keras")
    again = load_model(tmp_path / "again.keras")
    if fixture.arrays:
        fixture.check_outputs(again.predict(fixture.inputs, verbose=0))
    for before, after in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_weights_in_shards():
    fixture = Fixture("sharded_weights")
    model = load_model(fixture.path(".keras"))
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    model.load_weights(fixture.path(".weights.json"))
    fixture.check_outputs(model.predict(fixture.inputs, verbose=0))


SAID = {
    "lambda_python": "Lambda|lambda",
    "functional_extra_attrs": "the model itself.*0 variables, but 1",
}


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_in_words(name):
    with pytest.raises(ValueError, match=f"(?s){SAID[name]}"):
        load_model(Fixture(name).path(".keras"))


READ = {".keras", ".h5", ".json", ".weights.h5", "_oldweights.h5", ".weights.json", "_dir"}


def test_every_file_is_read_by_some_test():
    assert {path[len(name) :] for name, e in manifest().items() for path in e["files"]} == READ
    assert {n for n, e in manifest().items() if f"{n}.keras" not in e["files"]} == {
        "unzipped_directory"  # in test_formats.py
    }
