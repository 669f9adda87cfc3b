"""Our files in Keras 3.0, 3.3, 3.6 and 3.9, and theirs here: a model for each case of each layer.

``VISUALNN_OLDER_KERAS`` lists interpreters that have those versions, divided as ``PATH`` is;
without it an environment is made for each, with pip.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import visualnn
from tests.interop.models import MODELS, data_for
from tests.layers import cases, sequence_cases  # noqa: F401 - they fill the list
from tests.layers.case import CASES
from tests.recorded.record_older_keras import VERSIONS, recorded
from visualnn.models import Model
from visualnn.saving import load_model
from visualnn.saving.older_versions import NEWER_SETTINGS
from visualnn.structure import flatten

ROOT = pathlib.Path(__file__).parents[2]
GIVEN = [path for path in os.environ.get("VISUALNN_OLDER_KERAS", "").split(os.pathsep) if path]
NEEDS = ("jax==0.4.30", "jaxlib==0.4.30", "numpy<2", "h5py")

_SCORES = "attention settings"  # up to 3.6 a graph has one output of it, the scores are none

KNOWN = {
    "3.0": (
        "sliced",  # its own `x[...]` does not load there, either, nor do its own files with
        "dot",
        "bidirectional",
        "rnn stacked",  # several outputs of these three are not found again
        _SCORES,
        "multi head attention",
    ),
    "3.3": ("rnn stacked", _SCORES),  # outputs in lists in lists are no model there
    "3.6": (_SCORES,),
}
"""What an older version cannot load, by how the names of the cases begin."""

COMPUTED_OTHERWISE = {
    "multi head attention masked",  # where all is masked, older versions attend to everything
    "group query attention masked",  # a graph with this mask is not found again
    "rnn stacked masked",  # fails in their own `call`
    "layer normalization rms",  # 3.0 makes no second weight with `rms_scaling`
}
"""Cases that load, but that older versions run in another way, or not at all."""


@pytest.fixture(scope="module", params=GIVEN or VERSIONS)
def interpreter(request, tmp_path_factory):
    """The Python of one older Keras."""
    if GIVEN:
        return request.param
    folder = tmp_path_factory.mktemp(f"keras-{request.param}")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(folder / "bin" / "python")
    wanted = [f"keras=={request.param}.*", *NEEDS]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def run(python, *arguments):
    """What a module prints last, as JSON, with JAX and our root folder."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [python, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def model_of(case):
    """The layer of a case, in a functional model, with inputs for it."""
    visualnn.utils.clear_session()
    layer = case.make(visualnn)
    args, kwargs = case.arguments()
    tensors = flatten(args)
    inputs = [
        visualnn.Input(x.shape[1:], dtype=x.dtype.name, name=f"x{i}") for i, x in enumerate(tensors)
    ]
    given = [inputs] if case.listed else inputs
    outputs = layer(*given, **{k: v for k, v in kwargs.items() if k != "training"})
    return Model(inputs if len(inputs) > 1 else inputs[0], outputs, name="model"), tensors


def classes_of(path):
    """The names of all classes that a file uses."""
    found = set()
    waiting = [json.loads(zipfile.ZipFile(path).read("config.json"))]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "class_name" in value and str(value.get("module")).startswith("keras."):
                found.add(f"{value['module']}.{value['class_name']}")
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found - {"keras.src.models.functional.Functional"}


def has_newer_settings(path):
    """Whether a setting is there that older versions do not know, so that it says something."""
    waiting = [json.loads(zipfile.ZipFile(path).read("config.json"))]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            name = value.get("module"), value.get("class_name")
            if NEWER_SETTINGS.get(name, {}).keys() & value.get("config", {}).keys():
                return True
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False


def save(model, inputs, folder, name):
    model.save(folder / f"{name}.keras", keras_version="3.0")
    outputs = flatten(model.predict(inputs, verbose=0))
    inputs = flatten(inputs)
    arrays = {f"x{i:02}": x for i, x in enumerate(inputs)}
    arrays.update({f"y{i:02}": np.asarray(y) for i, y in enumerate(outputs)})
    np.savez(folder / f"{name}.npz", **arrays)


def test_files_go_there_and_back(interpreter, tmp_path):
    version = ".".join(
        run(
            interpreter,
            "-c",
            "import keras; print(repr(keras.__version__).replace(chr(39), chr(34)))",
        ).split(".")[:2]
    )
    known = recorded()[version]
    names = {}
    for number, case in enumerate(CASES):
        if case.name in COMPUTED_OTHERWISE or case.name.startswith(KNOWN.get(version, ())):
            continue
        try:
            model, inputs = model_of(case)
        except (ValueError, TypeError):  # not for a functional model
            continue
        name = f"case{number:04}"
        save(model, inputs if len(inputs) > 1 else inputs[0], tmp_path, name)
        newer = {x for x in classes_of(tmp_path / f"{name}.keras") if x not in known}
        newer = {x for x in newer if x.startswith("keras.") and ".ops." not in x}
        newer -= {"keras.DTypePolicy", "keras.Sequential"}
        if newer or has_newer_settings(tmp_path / f"{name}.keras"):
            (tmp_path / f"{name}.keras").unlink()
        else:
            names[name] = case.name
    assert len(names) > 150
    for name, make in MODELS.items():
        model, shapes, targets = make(visualnn)
        x = data_for(shapes)
        if targets is not None:
            model.train_on_batch(x, targets(6))
        if not name.startswith(KNOWN.get(version, ())):
            save(model, x, tmp_path, name)
    found = run(interpreter, "-m", "tests.long.in_older_keras", str(tmp_path))
    failed = {names.get(name, name): said for name, said in found["failed"].items()}
    failed = {name: said for name, said in failed.items() if not is_its_own(said)}
    assert not failed, "\n".join(f"{name}: {said[-600:]}" for name, said in failed.items())
    for path in sorted((tmp_path / "back").glob("*.keras")):
        arrays = np.load(tmp_path / f"{path.stem}.npz")
        inputs = [arrays[name] for name in sorted(arrays.files) if name[0] == "x"]
        expected = [arrays[name] for name in sorted(arrays.files) if name[0] == "y"]
        with its_own_warning(version, path.stem):
            model = load_model(path)
        given = inputs if len(inputs) > 1 else inputs[0]
        if isinstance(model.input, dict):
            given = dict(zip(sorted(model.input), inputs, strict=True))
        check(model, given, expected)
    for name, make in MODELS.items():
        fresh, shapes, _ = make(visualnn)
        expected = list(np.load(tmp_path / "made" / f"{name}.npz").values())
        if fresh.compiled:
            fresh.optimizer.build(fresh.trainable_variables)
        fresh.load_weights(tmp_path / "made" / f"{name}.weights.h5")
        check(fresh, data_for(shapes), expected)
        for ending in ("keras", "h5"):
            model = load_model(tmp_path / "made" / f"{name}.{ending}")
            check(model, data_for(shapes), expected)


def is_its_own(said):
    """Whether a failure is about what that version lacks, and not about the file."""
    return any(text in said for text in ("requires TensorFlow", "No module named 'tensorflow'"))


def its_own_warning(version, name):
    """Keras 3.0 keeps the state of its optimizer for frozen weights, too, and warns of that."""
    if (version, name) == ("3.0", "frozen"):
        return pytest.warns(UserWarning, match="the file has 10 variables for it, the model 6")
    return contextlib.nullcontext()


def check(model, inputs, expected):
    for found, y in zip(flatten(model.predict(inputs, verbose=0)), expected, strict=True):
        np.testing.assert_allclose(found, y, rtol=1e-3, atol=1e-4)
