"""The public namespaces: every name of Keras's that is here, and few others."""

import importlib
import subprocess
import sys
import types

import pytest

import visualnn
from tests.api.write_modules import NAMES, OURS, SOURCES, file_of, formatted, found, text_of
from visualnn.install import install_as_keras


@pytest.mark.parametrize("namespace", SOURCES)
def test_modules_are_written_anew_when_names_are_added(namespace):
    written = file_of(namespace).read_text()
    assert written == formatted(text_of(namespace)), "run `python -m tests.api.write_modules`"


@pytest.mark.parametrize("namespace", SOURCES)
def test_names_are_found_where_keras_has_them(namespace):
    public = importlib.import_module(f"visualnn.{namespace}")
    for name in found(namespace):
        assert hasattr(public, name), name
    api = importlib.import_module(f"visualnn.api.{file_of(namespace).stem}")
    helpers = {"Any", "importlib"}
    names = {
        name
        for name, thing in vars(api).items()
        if not (name.startswith("_") or name in helpers or isinstance(thing, types.ModuleType))
    }
    ours = {name for place, name in OURS if place == namespace}
    assert names <= {*NAMES[namespace], *ours}


def test_the_root_has_what_scripts_begin_with():
    for name in ("Input", "Model", "Sequential", "Layer", "Variable", "KerasTensor", "ops"):
        assert hasattr(visualnn, name)
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = visualnn.nonsense


def run(script):
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout


def test_it_stands_in_for_keras():
    script = """
import visualnn
visualnn.install_as_keras()
import keras
import keras.layers as L
from keras import layers, ops
from keras.layers import Dense
from keras.optimizers.schedules import CosineDecay
from keras.utils import to_categorical
from keras.callbacks import EarlyStopping
from keras.saving import register_keras_serializable
from keras.ops.numpy import where
from keras.preprocessing.sequence import pad_sequences
from keras.datasets import mnist
import keras.datasets.imdb
assert keras.ops.nn.relu is keras.ops.relu and keras.preprocessing.sequence
assert L is layers and keras.layers.Dense is Dense is visualnn.layers.Dense
assert keras.optimizers.schedules.CosineDecay is CosineDecay
assert keras.config.backend() == "numpy" and int(keras.__version__[0]) == 3
assert keras.Model is visualnn.Model
assert mnist is keras.datasets.mnist is visualnn.datasets.mnist
assert keras.datasets.imdb is visualnn.datasets.imdb
try:
    import keras.engine
except ModuleNotFoundError:
    print("all held")
"""
    assert run(script) == "all held\n"


def test_a_real_keras_that_is_loaded_is_replaced(monkeypatch):
    for name in ("keras", "keras.src"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    try:
        keras = install_as_keras()
        assert sys.modules["keras"] is keras and "keras.src" not in sys.modules
    finally:
        for name in [n for n in sys.modules if n == "keras" or n.startswith("keras.")]:
            del sys.modules[name]


def test_classes_as_ones():
    from visualnn.utils import normalize, pad_sequences, to_categorical

    assert to_categorical([0, 2, 1]).tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert to_categorical([[1], [0]], 3).shape == (2, 3)
    with pytest.raises(ValueError, match="from 0 to 1 when there are 2"):
        to_categorical([2], 2)
    assert normalize([[3.0, 4.0], [0.0, 0.0]]).tolist() == [[0.6, 0.8], [0.0, 0.0]]
    assert pad_sequences([[1], [2, 3, 4]], maxlen=2).tolist() == [[0, 1], [3, 4]]
    padded = pad_sequences([[1], [2, 3, 4]], padding="post", truncating="post", value=9, maxlen=2)
    assert padded.tolist() == [[1, 9], [2, 3]]
    with pytest.raises(ValueError, match="must be 'pre' or 'post'"):
        pad_sequences([[1]], padding="left")
