"""Legacy ``.h5`` files: weights by order and by name, and files that are not what they claim."""

import io
import json

import h5py
import numpy as np
import pytest

from tests.saving.fixtures import Fixture
from visualnn.layers import Dense, Input
from visualnn.models import Sequential
from visualnn.saving import InvalidModelFile, load_model, load_weights

NAME = "mlp_functional_adam"


@pytest.fixture
def model():
    return load_model(Fixture(NAME).path(".keras"))


def changed(tmp_path, change):
    """A copy of a good file that was changed."""
    path = tmp_path / "bad.h5"
    path.write_bytes(Fixture(NAME).path(".h5").read_bytes())
    with h5py.File(path, "r+") as file:
        change(file)
    return path


def test_from_a_file_object():
    fixture = Fixture(NAME)
    model = load_model(io.BytesIO(fixture.path(".h5").read_bytes()))
    fixture.check_outputs(model.predict(fixture.inputs, verbose=0))


def test_it_trains_on(tmp_path):
    fixture = Fixture(NAME)
    model = load_model(fixture.path(".h5"))
    before = model.get_weights()
    model.fit(fixture.inputs, fixture.targets, epochs=1, verbose=0)
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))


def test_by_name_leaves_other_layers(model):
    other = Sequential([Input((6,)), Dense(8, name="dense"), Dense(8, name="mine")])
    before = other.layers[1].get_weights()
    other.load_weights(Fixture(NAME).path(".h5"), by_name=True)
    for found, expected in zip(other.layers[0].get_weights(), model.get_weights(), strict=False):
        np.testing.assert_array_equal(found, expected)
    for found, expected in zip(other.layers[1].get_weights(), before, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_what_does_not_fit_is_told_and_nothing_is_changed():
    other = Sequential([Input((6,)), Dense(8), Dense(9, name="wide"), Dense(1)])
    before = other.get_weights()
    with pytest.raises(ValueError, match=r"Dense 'wide'.*\(8, 9\), but \(8, 8\) was saved"):
        other.load_weights(Fixture(NAME).path(".h5"))
    for found, expected in zip(other.get_weights(), before, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_what_does_not_fit_is_skipped_on_request(model):
    other = Sequential([Input((6,)), Dense(8), Dense(9, name="wide"), Dense(1)])
    with pytest.warns(UserWarning, match="wide"):
        other.load_weights(Fixture(NAME).path(".h5"), skip_mismatch=True)
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


def test_another_number_of_layers_is_told():
    other = Sequential([Input((6,)), Dense(8)])
    with pytest.raises(ValueError, match=r"3 layers, and 1 layers .*by_name=True"):
        other.load_weights(Fixture(NAME).path(".h5"))


def test_by_name_is_for_legacy_files_only(model):
    with pytest.raises(ValueError, match=r"by_name=True.*legacy"):
        load_weights(model, Fixture(NAME).path(".weights.h5"), by_name=True)


def test_weights_alone_are_no_model():
    with pytest.raises(InvalidModelFile, match=r"oldweights\.h5: It holds no model"):
        load_model(Fixture("k2_sequential").path("_oldweights.h5"))


def soft_link(file):
    del file["model_weights/dense/dense/kernel"]
    file["model_weights/dense/dense/kernel"] = h5py.SoftLink("/model_weights/hid/hid/kernel")


def linked_folder(file):
    del file["model_weights/dense/dense"]
    file["model_weights/dense/dense"] = h5py.ExternalLink("other.h5", "/")


def external_storage(file):
    del file["model_weights/dense/dense/kernel"]
    file["model_weights/dense/dense"].create_dataset(
        "kernel", (6, 8), "f4", external=[("/etc/hostname", 0, 192)]
    )


def never_written(file):
    del file["model_weights/dense/dense/kernel"]
    file["model_weights/dense/dense"].create_dataset("kernel", (6, 8), "f4", chunks=(6, 8))
    file["model_weights/dense"].attrs["weight_names"] = ["dense/kernel", "dense/nothing"]


def numbers_for_names(file):
    file["model_weights"].attrs["layer_names"] = np.arange(4)


def no_text(file):
    file.attrs["model_config"] = np.ones(3)


def not_json(file):
    file.attrs["model_config"] = "{"


def names_of_no_layers(file):
    file["model_weights"].attrs["layer_names"] = ["features", "nowhere"]


def upwards(file):
    file["model_weights/dense"].attrs["weight_names"] = ["../dense/kernel", "dense/bias"]


def python_code(file):
    record = json.loads(file.attrs["model_config"])
    code = {"class_name": "__lambda__", "config": {"code": "4wEA", "defaults": None}}
    config = {"name": "l", "trainable": True, "function": code}
    record["config"]["layers"][1].update(class_name="Lambda", config=config)
    file.attrs["model_config"] = json.dumps(record)


def listed_code(file):
    record = json.loads(file.attrs["model_config"])
    config = {"name": "l", "trainable": True, "function": ["4wEA", None, None]}
    record["config"]["layers"][1].update(class_name="Lambda", config=config)
    file.attrs["model_config"] = json.dumps(record)


def code_in_training(file):
    code = {"class_name": "__lambda__", "config": {"value": ["4wEA", None, None]}}
    file.attrs["training_config"] = json.dumps({"loss": code, "optimizer_config": None})


def an_unknown_class(file):
    record = json.loads(file.attrs["model_config"])
    record["config"]["layers"][1]["class_name"] = "system"
    file.attrs["model_config"] = json.dumps(record)


def a_shape_bomb(file):
    del file["model_weights/dense/dense/kernel"]
    file["model_weights/dense/dense"].create_dataset("kernel", (10**6, 10**6), "f4")


@pytest.mark.parametrize(
    "change, said",
    [
        (soft_link, "link to another place"),
        (linked_folder, "link to another place"),
        (external_storage, "another file"),
        (never_written, "no array"),
        (numbers_for_names, "layer_names should be text"),
        (no_text, "model_config should be text"),
        (not_json, "not JSON"),
        (names_of_no_layers, "no group"),
        (upwards, "no array"),
        (python_code, "Lambda|lambda"),
        (listed_code, "Lambda|lambda"),
        (code_in_training, "training_config|lambda"),
        (an_unknown_class, "system"),
    ],
)
def test_files_that_are_not_what_they_claim(tmp_path, change, said):
    with pytest.raises(InvalidModelFile, match=rf"bad\.h5.*({said})"):
        load_model(changed(tmp_path, change))


def test_a_shape_bomb_is_seen_before_it_is_read(tmp_path):
    with pytest.raises(ValueError, match=r"\(6, 8\), but \(1000000, 1000000\) was saved"):
        load_model(changed(tmp_path, a_shape_bomb))


def test_any_changed_byte_is_an_error_or_harmless(tmp_path):
    data = bytearray(Fixture(NAME).path(".h5").read_bytes())
    random = np.random.default_rng(0)
    path = tmp_path / "other.h5"
    for place in random.integers(0, len(data), 150):
        other = bytearray(data)
        other[place] ^= 1 << int(random.integers(8))
        path.write_bytes(other)
        try:
            load_model(path)
        except ValueError as problem:  # InvalidModelFile is one
            assert str(problem)


@pytest.mark.parametrize("keep", [8, 100, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off(tmp_path, keep):
    data = Fixture(NAME).path(".h5").read_bytes()
    path = tmp_path / "cut.h5"
    path.write_bytes(data[: keep if keep > 1 else int(len(data) * keep)])
    with pytest.raises(InvalidModelFile, match=r"cut\.h5"):
        load_model(path)
