"""Weights in files, edited without the code of the model."""

import numpy as np
import pytest

from visualnn.layers import BatchNormalization, Dense, Input
from visualnn.models import Sequential
from visualnn.saving import KerasFileEditor, load_model


def network(units=3):
    inner = Sequential([Input((4,)), Dense(units), BatchNormalization()])
    return Sequential([Input((4,)), inner, Dense(2)])


@pytest.fixture(params=[".keras", ".weights.h5"])
def edited(request, tmp_path):
    """A model, and an editor of its file."""
    model, path = network(), tmp_path / f"m{request.param}"
    (model.save if request.param == ".keras" else model.save_weights)(path)
    return model, KerasFileEditor(path)


def test_the_tree_holds_every_array_once(edited, capsys):
    model, editor = edited
    layers = editor.weights_dict["layers"]
    np.testing.assert_array_equal(layers["dense"]["0"], model.layers[-1].kernel)
    np.testing.assert_array_equal(layers["sequential"]["layers"]["dense"]["1"], np.zeros(3))
    assert len(layers["sequential"]["layers"]["batch_normalization"]) == 4
    editor.summary()
    assert "└─ 1: float32[2]" in capsys.readouterr().out


def test_a_model_that_fits_and_one_that_does_not(edited, capsys):
    model, editor = edited
    assert editor.compare(model) == {"status": "success", "error_count": 0, "match_count": 11}
    found = editor.compare(network(5))
    assert (found["status"], found["error_count"]) == ("error", 7)
    assert "(4, 5) in the model, (4, 3) in the file" in capsys.readouterr().out
    model.add(Dense(7))
    assert editor.compare(model)["error_count"] == 1


def test_what_is_edited_is_saved_and_loads(edited, tmp_path):
    model, editor = edited
    editor.rename_object("layers/dense", "dense_9")
    editor.rename_object("dense_9", "dense")
    editor.add_weights("layers/dense", {"0": np.ones((3, 2), "float32")})
    editor.add_object("layers/extra", {"0": np.ones(3)})
    editor.delete_weight("extra", "0")
    editor.delete_object("layers/extra")
    editor.save(tmp_path / "new.weights.h5")
    model.load_weights(tmp_path / "new.weights.h5")
    np.testing.assert_array_equal(model.layers[-1].kernel, np.ones((3, 2)))
    editor.resave_weights(tmp_path / "again.weights.h5")
    same = KerasFileEditor(tmp_path / "again.weights.h5")
    assert same.compare(model)["status"] == "success"


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda e: e.rename_object("dense", "x"), "several objects 'dense'"),
        (lambda e: e.rename_object("layers/dense", "a/b"), "no path"),
        (lambda e: e.rename_object("layers/dense", "sequential"), "beside"),
        (lambda e: e.delete_object("nothing"), "There is no object 'nothing'.*layers/dense"),
        (lambda e: e.delete_object(""), "not the name"),
        (lambda e: e.add_object("a/b", {"0": np.ones(3)}), "no object 'a'"),
        (lambda e: e.add_object("a", [np.ones(3)]), "dict of arrays"),
        (lambda e: e.add_weights("layers/dense", {"0": "text"}), "array of numbers"),
        (lambda e: e.delete_weight("layers/dense", "7"), r"no array '7'.*\['0', '1'\]"),
        (lambda e: e.save("there.keras"), "weights.h5"),
    ],
)
def test_refusals_change_nothing(edited, change, said):
    model, editor = edited
    with pytest.raises(ValueError, match=said):
        change(editor)
    assert editor.compare(model)["status"] == "success"


def test_other_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        KerasFileEditor(tmp_path / "none.keras")
    with pytest.raises(ValueError, match="must end in"):
        KerasFileEditor(tmp_path / "some.txt")


def test_the_config_comes_along(tmp_path):
    model = network()
    model.save(tmp_path / "m.keras")
    editor = KerasFileEditor(tmp_path / "m.keras")
    assert editor.config["class_name"] == "Sequential"
    assert editor.metadata["keras_version"]
    assert load_model(tmp_path / "m.keras").count_params() == model.count_params()
