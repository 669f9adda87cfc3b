"""ONNX files changed by chance become models, or give one clear error."""

import time
import warnings

import pytest

from tests.exporting.onnx_mutations import changed_bytes, changed_messages, sound_files
from visualnn.models import load_model
from visualnn.serialization import InvalidModelFile


@pytest.mark.parametrize("change", [changed_bytes, changed_messages])
@pytest.mark.parametrize("part", range(4))
def test_changed_files(change, part, tmp_path):
    path = tmp_path / "x.onnx"
    for seed in range(40 * part, 40 * (part + 1)):
        path.write_bytes(change(seed))
        begun = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                load_model(path)
            except InvalidModelFile as problem:
                assert str(problem).startswith("x.onnx: "), seed
        assert time.perf_counter() - begun < 30, seed


def test_files_that_nobody_changed_are_read(tmp_path):
    for i, data in enumerate(sound_files()):
        (tmp_path / f"{i}.onnx").write_bytes(data)
        assert load_model(tmp_path / f"{i}.onnx").count_params()
