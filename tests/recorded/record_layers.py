"""Record what Keras's layers give, for tests/layers/test_recorded.py.

    KERAS_BACKEND=jax python tests/recorded/record_layers.py

It runs the cases of tests/layers/cases.py and writes layers.npz (numbers) and layers.json.
"""

from __future__ import annotations

import importlib.util
import json
import pathlib
import sys

import keras
import numpy as np

HERE = pathlib.Path(__file__).parent


def load_cases():
    path = HERE.parent / "layers" / "cases.py"
    spec = importlib.util.spec_from_file_location("cases", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["cases"] = module
    spec.loader.exec_module(module)
    return module.CASES


def record(case, numbers: dict, facts: dict) -> None:
    keras.backend.clear_session()
    layer = case.make(keras)
    args, kwargs = case.arguments()
    layer(*args, **kwargs)  # builds it
    layer.set_weights(case.weights(layer))
    if hasattr(layer, "reset_state") and getattr(layer, "stateful", False):
        layer.reset_state()
    outputs = layer(*args, **kwargs)
    for i, y in enumerate(keras.tree.flatten(outputs)):
        numbers[f"{case.name}|{i}"] = np.asarray(y)
    for i, w in enumerate(layer.weights):
        if not w.trainable:
            numbers[f"{case.name}|after{i}"] = np.asarray(w)
    masks = [getattr(y, "_keras_mask", None) for y in keras.tree.flatten(outputs)]
    facts[case.name] = {
        "config": keras.saving.serialize_keras_object(layer)["config"],
        "build_config": layer.get_build_config(),
        "weights": [[w.path, list(w.shape), str(w.dtype), bool(w.trainable)] for w in layer.weights],
        "variables": len(layer.variables),
        "losses": [float(x) for x in layer.losses],
        "masks": [None if m is None else np.asarray(m).tolist() for m in masks],
        "supports_masking": layer.supports_masking,
        "dtypes": [str(np.asarray(y).dtype) for y in keras.tree.flatten(outputs)],
    }


def main() -> None:
    numbers: dict = {}
    facts: dict = {}
    for case in load_cases():
        try:
            record(case, numbers, facts)
        except Exception as problem:
            raise RuntimeError(f"{case.name}: {problem}") from problem
    np.savez_compressed(HERE / "layers.npz", **numbers)
    (HERE / "layers.json").write_text(json.dumps(facts, indent=0, default=list) + "\n")


if __name__ == "__main__":
    main()
