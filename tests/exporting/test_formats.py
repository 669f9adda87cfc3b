"""Exporting from the command line, and the table of formats."""

import numpy as np
import pytest

from visualnn import Input, Sequential, cli, layers, saved_model
from visualnn.exporting.formats import ENDINGS, FORMATS, export_model, format_of


@pytest.fixture
def model(tmp_path):
    made = Sequential([Input((3,)), layers.Dense(2, activation="relu")])
    made.save(tmp_path / "net.keras")
    return made


def test_the_command_exports(model, tmp_path, capsys):
    source, x = str(tmp_path / "net.keras"), np.ones((2, 3), "float32")
    assert cli.main(["export", source]) == 0
    artifact = saved_model.load(tmp_path / "net_exported")
    np.testing.assert_allclose(artifact.serve(x), model(x), rtol=1e-6)
    assert cli.main(["export", source]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert cli.main(["export", source, "--overwrite"]) == 0
    assert cli.main(["export", source, str(tmp_path / "other.onnx"), "--opset", "17"]) == 0
    assert cli.main(["export", source, "--format", "onnx"]) == 0
    assert (tmp_path / "net.onnx").stat().st_size > 100
    assert cli.main(["export", str(tmp_path / "missing.keras")]) == 1
    assert "missing.keras" in capsys.readouterr().err


def test_every_format_has_an_ending():
    assert ENDINGS.keys() == FORMATS.keys()
    assert [format_of(f"x{ending}") for ending in ENDINGS.values()] == list(FORMATS)


def test_openvino_says_what_it_needs(model, tmp_path, monkeypatch):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install"):
        export_model(model, tmp_path / "m.xml", "openvino")
