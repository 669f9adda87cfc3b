"""Ask real Keras what its layers give and keep it beside this file, in layers.npz and
layers.json, and their signatures in layer_signatures.json.

Run with an interpreter that has Keras and JAX: ``KERAS_BACKEND=jax python -m
tests.recorded.record_layers`` from the root of the repository.
"""

from __future__ import annotations

import inspect
import json
import pathlib
from typing import Any

import keras
import numpy as np

from tests.layers import cases, sequence_cases  # noqa: F401 - they fill the list
from tests.layers.case import CASES, Case

HERE = pathlib.Path(__file__).parent


def record(case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """The numbers and the facts of one case."""
    keras.backend.clear_session()
    layer = case.make(keras)
    args, kwargs = case.arguments()
    layer(*args, **kwargs)  # builds it
    layer.set_weights(case.weights(layer))
    if hasattr(layer, "finalize_state"):
        layer.finalize_state()
    if getattr(layer, "stateful", False):
        layer.reset_state()
    outputs = keras.tree.flatten(layer(*args, **kwargs))
    numbers = {f"{case.name}|{i}": np.asarray(y) for i, y in enumerate(outputs)}
    for i, w in enumerate(layer.weights):
        if not w.trainable:
            numbers[f"{case.name}|weight {i}"] = np.asarray(w)
    masks = [getattr(y, "_keras_mask", None) for y in outputs]
    return numbers, {
        "config": keras.saving.serialize_keras_object(layer)["config"],
        "build_config": layer.get_build_config(),
        "weights": [[w.path, w.shape, w.dtype, w.trainable] for w in layer.weights],
        "random_states": len(layer.variables) - len(layer.weights),
        "losses": [float(x) for x in layer.losses],
        "masks": [None if m is None else np.asarray(m).tolist() for m in masks],
        "supports_masking": layer.supports_masking,
    }


def signatures() -> dict[str, Any]:
    """The parameters of every layer, of its constructor and its ``call``, with their defaults."""
    found = {}
    for name, cls in sorted(vars(keras.layers).items()):
        if inspect.isclass(cls) and issubclass(cls, keras.Layer) and cls is not keras.Layer:
            found[name] = [parameters(cls.__init__), parameters(cls.call)]
    return found


def parameters(function: Any) -> list:
    """The parameters of a method, without ``self``; those without a default say so."""
    found = list(inspect.signature(function).parameters.values())[1:]
    return [[_stars(p) + p.name] if p.default is p.empty else [p.name, p.default] for p in found]


def _stars(parameter: inspect.Parameter) -> str:
    kinds = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
    return kinds.get(parameter.kind, "")


def main() -> None:
    """Record all cases, and the signatures."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(facts, separators=(',', ':'))}"
        for name, facts in signatures().items()
    ]
    (HERE / "layer_signatures.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    numbers: dict[str, Any] = {}
    lines = []
    for case in CASES:
        found, facts = record(case)
        numbers.update(found)
        lines.append(f"{json.dumps(case.name)}: {json.dumps(facts, separators=(',', ':'))}")
    np.savez_compressed(HERE / "layers.npz", **numbers)
    (HERE / "layers.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print("layers", len(lines))


if __name__ == "__main__":
    main()
