"""The same model gives the same bytes, whenever, wherever and however often it is saved."""

import os
import subprocess
import sys
import textwrap

import pytest

import visualnn as keras
from tests.interop.models import MODELS
from tests.saving.fixtures import Fixture
from visualnn.saving import load_model

FORMATS = {"m.keras": {}, "m.h5": {}, "folder": {"zipped": False}, "m.weights.h5": None}


def contents(path):
    """The bytes of a file, or of all files in a folder by name."""
    if path.is_file():
        return path.read_bytes()
    return {x.relative_to(path): x.read_bytes() for x in sorted(path.rglob("*")) if x.is_file()}


def saved(model, path, how):
    model.save_weights(path) if how is None else model.save(path, **how)
    return contents(path)


@pytest.fixture(autouse=True)
def one_date(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", MODELS)
def test_saved_twice(name, kind, tmp_path):
    model, _, _ = MODELS[name](keras)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (saved(model, tmp_path / x / kind, FORMATS[kind]) for x in "ab")
    assert first == second
    assert saved(model, tmp_path / "a" / kind, FORMATS[kind]) == first, "over the old one"


@pytest.mark.parametrize("kind", ["m.keras", "folder"])
@pytest.mark.parametrize("name", ["lookup_assets", "nested_models", "transformer_block"])
def test_saved_and_loaded_and_saved(name, kind, tmp_path):
    load_model(Fixture(name).path(".keras")).save(tmp_path / "first.keras")
    keras.utils.clear_session()  # what is inside of layers is named by counting
    model = load_model(tmp_path / "first.keras")
    first = saved(model, tmp_path / kind, FORMATS[kind])
    keras.utils.clear_session()
    again = load_model(tmp_path / kind)
    (tmp_path / "b").mkdir()
    assert saved(again, tmp_path / "b" / kind, FORMATS[kind]) == first


SCRIPT = textwrap.dedent("""
    import sys
    import visualnn as keras
    from tests.interop.models import MODELS
    keras.utils.set_random_seed(3)
    for name, make in MODELS.items():
        keras.utils.clear_session()
        model, _, _ = make(keras)
        model.save(f"{sys.argv[1]}/{name}.keras")
        model.save(f"{sys.argv[1]}/{name}.h5")
""")


def test_in_several_processes(tmp_path):
    """No addresses, and no order of sets, which differ from process to process."""
    for i in range(2):
        (tmp_path / str(i)).mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": str(i), "PYTHONPATH": os.getcwd()}
        subprocess.run(
            [sys.executable, "-c", SCRIPT, tmp_path / str(i)], env=environment, check=True
        )
    assert contents(tmp_path / "0") == contents(tmp_path / "1")


def test_the_date_is_told(tmp_path, monkeypatch):
    import json
    import re

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.save(tmp_path / "fixed", zipped=False)
    said = json.loads((tmp_path / "fixed" / "metadata.json").read_text())["date_saved"]
    assert said == "2023-11-14@22:13:20"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    model.save(tmp_path / "now", zipped=False)
    said = json.loads((tmp_path / "now" / "metadata.json").read_text())["date_saved"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d@\d\d:\d\d:\d\d", said) and said[:4] != "2023"
