"""Runs in an older Keras: loads our files, predicts, trains, and saves models of its own.

``python -m tests.long.in_older_keras FOLDER`` prints one line of JSON: what failed, by file.
"""

from __future__ import annotations

import json
import pathlib
import sys
import warnings
from typing import Any

import keras
import numpy as np

from tests.interop.models import MODELS, data_for


def flat(outputs: Any) -> list[np.ndarray]:
    """The outputs of a model, one after the other, dicts by their sorted keys."""
    if isinstance(outputs, dict):
        return [x for key in sorted(outputs) for x in flat(outputs[key])]
    if isinstance(outputs, list | tuple):
        return [x for item in outputs for x in flat(item)]
    return [np.asarray(outputs)]


def check(path: pathlib.Path, folder: pathlib.Path) -> None:
    """A file of ours predicts as it did here, and comes back from this Keras."""
    arrays = np.load(path.with_suffix(".npz"))
    inputs = [arrays[name] for name in sorted(arrays.files) if name[0] == "x"]
    model = keras.saving.load_model(path)
    given = inputs if len(inputs) > 1 else inputs[0]
    if len(inputs) > 1 and {x.name for x in model.inputs} == {"a", "b"}:
        given = dict(zip("ab", inputs, strict=True))
    outputs = flat(model.predict(given, verbose=0))
    expected = [arrays[name] for name in sorted(arrays.files) if name[0] == "y"]
    for found, y in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(found, y, rtol=1e-3, atol=1e-4)
    model.save(folder / "back" / path.name)


def make(name: str, folder: pathlib.Path) -> None:
    """One of the models, made, trained and saved by this Keras in every format."""
    model, shapes, targets = MODELS[name](keras)
    x = data_for(shapes)
    if targets is not None:
        model.train_on_batch(x, targets(6))
    for ending in ("keras", "h5", "weights.h5"):
        save = model.save_weights if ending == "weights.h5" else model.save
        save(str(folder / f"{name}.{ending}"))
    np.savez(folder / f"{name}.npz", *flat(model.predict(x, verbose=0)))


def main() -> None:
    """Check what is in the folder, and fill its folder ``made``."""
    warnings.simplefilter("ignore")
    folder = pathlib.Path(sys.argv[1])
    (folder / "back").mkdir()
    (folder / "made").mkdir()
    failed = {}
    tasks = [(check, path, folder) for path in sorted(folder.glob("*.keras"))]
    tasks += [(make, name, folder / "made") for name in MODELS]
    for task, what, where in tasks:
        try:
            task(what, where)
        except Exception as problem:
            failed[str(getattr(what, "stem", what))] = f"{type(problem).__name__}: {problem}"
    print(json.dumps({"version": keras.__version__, "failed": failed}))


if __name__ == "__main__":
    main()
