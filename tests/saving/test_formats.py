"""Models saved to ``.h5`` files and to folders: read again they are the same."""

import json

import h5py
import numpy as np
import pytest

from tests.saving.fixtures import Fixture, manifest
from visualnn.layers import Dense, Input
from visualnn.models import Sequential
from visualnn.saving import InvalidModelFile, load_model

LEGACY = [name for name, entry in manifest().items() if f"{name}.h5" in entry["files"]]
SAVINGS = {"h5": {}, "folder": {"zipped": False}}


def small():
    model = Sequential([Input((3,)), Dense(2, name="d")])
    model.compile("adam", loss="mse", metrics=["mae"])
    return model


@pytest.mark.parametrize("kind", SAVINGS)
@pytest.mark.parametrize("name", LEGACY)
def test_saved_again_it_is_the_same(name, kind, tmp_path):
    fixture = Fixture(name)
    model = load_model(fixture.path(".keras"))
    model.save(tmp_path / f"again.{kind}", **SAVINGS[kind])
    again = load_model(tmp_path / f"again.{kind}")
    fixture.check_outputs(again.predict(fixture.inputs, verbose=0))
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    if model.compiled:
        for before, after in zip(model.optimizer.variables, again.optimizer.variables, strict=True):
            np.testing.assert_array_equal(before, after)


def test_a_folder_of_keras_loads():
    fixture = Fixture("unzipped_directory")
    model = load_model(fixture.path("_dir"))
    fixture.check_outputs(model.predict(fixture.inputs, verbose=0))


def test_the_same_model_gives_the_same_bytes(tmp_path):
    model = small()
    model.save(tmp_path / "a.h5")
    model.save(tmp_path / "b.h5")
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_a_loss_is_written_by_its_full_name(tmp_path):
    small().save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5") as file:
        training = json.loads(file.attrs["training_config"])
    assert training["loss"] == "mean_squared_error"
    assert training["optimizer_config"]["class_name"] == "Adam"


def test_long_lists_of_names_are_cut_into_parts(tmp_path):
    layers = [Dense(2, name=f"{'a_rather_long_name_' * 10}{i}") for i in range(400)]
    model = Sequential([Input((2,)), *layers])
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5") as file:
        assert "layer_names1" in file["model_weights"].attrs
    again = load_model(tmp_path / "m.h5")
    for before, after in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_model_that_is_not_built_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not built"):
        Sequential([Dense(2)]).save(tmp_path / "m.h5")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", SAVINGS)
def test_what_is_there_is_kept_on_request_or_replaced(kind, tmp_path):
    path = tmp_path / f"m.{kind}"
    model = small()
    model.save(path, **SAVINGS[kind])
    with pytest.raises(FileExistsError, match="overwrite=True"):
        model.save(path, overwrite=False, **SAVINGS[kind])
    model.set_weights([w + 1 for w in model.get_weights()])
    model.save(path, **SAVINGS[kind])
    for before, after in zip(model.get_weights(), load_model(path).get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    assert [x.name for x in tmp_path.iterdir()] == [path.name]


def test_a_folder_of_other_things_is_not_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "photo").write_bytes(b"mine")
    with pytest.raises(FileExistsError, match="folder"):
        small().save(tmp_path / "mine", zipped=False)
    assert (tmp_path / "mine" / "photo").read_bytes() == b"mine"
    with pytest.raises(InvalidModelFile, match=r"no config\.json"):
        load_model(tmp_path / "mine")


def test_a_link_in_a_folder_is_not_followed(tmp_path):
    small().save(tmp_path / "m", zipped=False)
    (tmp_path / "m" / "config.json").rename(tmp_path / "other.json")
    (tmp_path / "m" / "config.json").symlink_to(tmp_path / "other.json")
    with pytest.raises(InvalidModelFile, match="link to another place"):
        load_model(tmp_path / "m")
