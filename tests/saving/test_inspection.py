"""What is told about files, and what becomes of them in another kind of file."""

import math

import h5py
import numpy as np
import pytest

from tests.saving.fixtures import FOLDER
from visualnn import cli
from visualnn.layers import BatchNormalization, Dense, Input
from visualnn.models import Sequential, model_from_json
from visualnn.saving import InvalidModelFile, load_model
from visualnn.saving.conversion import convert_file
from visualnn.saving.inspection import inspect_file

FILES = sorted(
    path.name
    for path in FOLDER.iterdir()
    if path.suffix in (".keras", ".h5", ".json") and path.name != "manifest.json"
)


@pytest.fixture
def model():
    model = Sequential([Input((4,)), Dense(3, activation="relu", name="first"), Dense(2)])
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(np.ones((8, 4)), np.ones((8, 2)), verbose=0)
    return model


def weights_in(report):
    return [row for row in report.arrays if not row[0].startswith("optimizer")]


@pytest.mark.parametrize("name", FILES)
def test_it_refuses_what_loading_refuses(name):
    report = inspect_file(FOLDER / name)
    assert str(report).startswith(f"{name}: ")
    if name.endswith((".weights.h5", ".weights.json")) or "oldweights" in name:
        assert report.arrays and not report.refused
        return
    try:
        if name.endswith(".json"):
            loaded = model_from_json((FOLDER / name).read_text())
        else:
            loaded = load_model(FOLDER / name)
    except InvalidModelFile:
        assert report.refused
        return
    except ValueError as problem:  # seen only when there is a model to compare with
        assert "do not fit" in str(problem)
        return
    assert not report.refused
    assert report.model[1] == loaded.name
    if report.arrays:
        # seeds and the counters of adapted layers are in files, but no parameters
        numbers = sum(math.prod(shape) for _, _, shape, _ in weights_in(report))
        assert numbers >= loaded.count_params()


def test_what_is_told_of_a_model(model, tmp_path):
    path = tmp_path / "m.keras"
    model.save(path)
    report = inspect_file(path)
    assert report.kind == "a Keras model" and report.version and report.date
    assert [row[1:3] for row in report.layers][1] == ("first", "Dense")
    assert ("layers/dense/vars/0", "float32", (4, 3), 48) in report.arrays
    assert report.compiled["loss"] == "mse" and "Adam" in report.compiled["optimizer"]
    said = str(report)
    assert "units=3, activation=relu" in said and "Optimizer's state: 10 arrays" in said


def test_links_and_rings_of_groups_are_told_and_not_followed(model, tmp_path):
    path = tmp_path / "w.weights.h5"
    model.save_weights(path)
    with h5py.File(path, "r+") as file:
        file["layers/ring"] = file["layers"]
        file["layers/away"] = h5py.ExternalLink("/etc/hostname", "/")
        file["layers"].create_dataset("bomb", (10**6, 10**6), "f4")
    report = inspect_file(path)
    assert len(weights_in(report)) == 5
    assert ["link" in reason or "claims" in reason for reason in report.refused] == [True, True]


def test_names_stay_in_their_line(model, tmp_path):
    path = tmp_path / "m.json"
    path.write_text(model.to_json().replace("first", "\\u001b[31mred\\nNothing"))
    said = str(inspect_file(path))
    assert "\x1b" not in said and "\nNothing [" not in said and "red�Nothing" in said


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no", b"\x89HDF\r\n\x1a\n no", b"text"])
@pytest.mark.parametrize("name", ["x.keras", "x.h5", "x.json", "x.weights.json"])
def test_what_is_none_of_these(data, name, tmp_path, capsys):
    path = tmp_path / name
    path.write_bytes(data)
    assert cli.main(["inspect", str(path)]) == 1
    said = capsys.readouterr()
    assert "refused" in said.out or "x." in said.err


def test_the_command_tells_and_says_whether_it_is_whole(model, tmp_path, capsys):
    model.save(tmp_path / "m.keras")
    assert cli.main(["inspect", str(tmp_path / "m.keras")]) == 0
    assert "Nothing in it would be refused" in capsys.readouterr().out
    assert cli.main(["inspect", str(tmp_path / "nowhere.keras")]) == 1
    assert "no file" in capsys.readouterr().err


@pytest.mark.parametrize("first", [".keras", ".h5"])
@pytest.mark.parametrize("second", [".keras", ".h5"])
def test_models_keep_everything(model, first, second, tmp_path, capsys):
    source, target = tmp_path / f"a{first}", tmp_path / f"b{second}"
    model.save(source)
    assert cli.main(["convert", str(source), str(target)]) == 0
    again = load_model(target)
    x = np.random.default_rng(0).normal(size=(5, 4))
    np.testing.assert_allclose(again.predict(x, verbose=0), model.predict(x, verbose=0), 1e-6)
    assert int(again.optimizer.iterations) == 1
    assert cli.main(["convert", str(source), str(target)]) == 1
    assert "--overwrite" in capsys.readouterr().err


def test_architecture_and_weights_part_and_meet(tmp_path, capsys):
    model = Sequential([Input((4,)), BatchNormalization(), Dense(3)])
    model.save(tmp_path / "a.keras")
    for target in ("a.json", "a.weights.h5"):
        assert cli.main(["convert", str(tmp_path / "a.keras"), str(tmp_path / target)]) == 0
    assert "without weights" in capsys.readouterr().out
    assert convert_file(tmp_path / "a.json", tmp_path / "b.h5")
    other = load_model(tmp_path / "b.h5")
    other.load_weights(tmp_path / "a.weights.h5")
    np.testing.assert_array_equal(other.layers[-1].kernel, model.layers[-1].kernel)
    assert cli.main(["convert", str(tmp_path / "a.weights.h5"), str(tmp_path / "c.keras")]) == 1
    assert "weights alone" in capsys.readouterr().err


def test_the_ending_says_the_kind(model, tmp_path):
    model.save(tmp_path / "a.keras")
    for target in ("a.txt", "a", "a.weights.json"):
        with pytest.raises(ValueError, match="ending"):
            convert_file(tmp_path / "a.keras", tmp_path / target)
