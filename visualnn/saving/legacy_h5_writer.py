"""Whole models written to ``.h5`` files as Keras 2 did, for programs that read only those.

Source: keras.md section 14, by files that Keras 3.15 wrote.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from visualnn.optimizers import Optimizer
from visualnn.saving.atomic import replacing
from visualnn.saving.legacy_h5 import MODEL, OPTIMIZER, OWN, TRAINING, WEIGHTS, weights_in_order
from visualnn.saving.older_versions import for_older_versions
from visualnn.serialization import (
    deep_recursion,
    find_builtin,
    serialize_keras_object,
    shared_objects,
    write_json,
)
from visualnn.variable import step_boundary

_LARGEST_ATTRIBUTE = 64_512  # bytes that HDF5 has for one


def save_legacy_model(
    model: Any, path: Path, keras_version: str, include_optimizer: bool = True
) -> None:
    """Write a model with its weights and the optimizer's state, whole or not at all.

    Raises:
        ValueError: When the model is not built.
        OSError: When the file cannot be written; the old one is left as it was.
    """
    if not model.built:
        raise ValueError(
            f"{model.name!r} is not built, so a `.h5` file, which holds it by its weights, cannot "
            "be written yet: call it on data first, or save it to a `.keras` file."
        )
    with shared_objects(numbered=False):
        record = for_older_versions(serialize_keras_object(model), keras_version)
    training = None
    if include_optimizer:
        training = _training_config(model, record.get("compile_config"))
    with replacing(path) as temporary, h5py.File(temporary, "w", libver="earliest") as file:
        file.attrs["keras_version"] = keras_version
        file.attrs["backend"] = "numpy"
        with deep_recursion():
            file.attrs[MODEL] = write_json(_without_modules(record))
        if training is not None:
            file.attrs[TRAINING] = write_json(training)
        with step_boundary:
            _write_layers(model, file.create_group(WEIGHTS), keras_version)
            optimizer: Any = getattr(model, "optimizer", None)
            if training is not None and isinstance(optimizer, Optimizer):
                if not optimizer.built:
                    optimizer.build(model.trainable_variables)
                _write_variables(file.create_group(OPTIMIZER), optimizer.variables)


# ---------------------------------------------------------------------- records


def _without_modules(record: Any) -> Any:
    """The record of a model, or of a layer in it, by the name of its class alone."""
    config = dict(record["config"])
    if isinstance(config.get("layers"), list):
        config["layers"] = [_without_modules(layer) for layer in config["layers"]]
    kept = {key: record[key] for key in ("name", "inbound_nodes") if key in record}
    registered = record.get("registered_name")
    return {"class_name": registered or record["class_name"], "config": config, **kept}


def _training_config(model: Any, config: Any) -> dict[str, Any] | None:
    """What ``compile`` was given; the loss by its full name, for Keras knows no other here."""
    if not config or not config.get("optimizer"):
        return None
    found = {key: _plain(value) for key, value in config.items() if key != "optimizer"}
    found["loss"] = _full_names(found.get("loss"))
    optimizer = config["optimizer"]
    if isinstance(optimizer, str):
        optimizer = serialize_keras_object(getattr(model.optimizer, "inner_optimizer", None))
        optimizer = optimizer or serialize_keras_object(model.optimizer)
    name = optimizer.get("registered_name") or optimizer["class_name"]
    found["optimizer_config"] = {"class_name": name, "config": optimizer["config"]}
    return found


def _plain(value: Any) -> Any:
    """Functions by their names."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        if value.get("class_name") == "function":
            return value["config"]
        if "class_name" in value:
            return value
        return {key: _plain(item) for key, item in value.items()}
    return value


def _full_names(value: Any) -> Any:
    """Losses by the names of their functions: ``mse`` is ``mean_squared_error``."""
    if isinstance(value, str):
        found = find_builtin("keras.losses", value)
        return found.__name__ if callable(found) and not isinstance(found, type) else value
    if isinstance(value, list):
        return [_full_names(item) for item in value]
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _full_names(item) for key, item in value.items()}
    return value


# ---------------------------------------------------------------------- weights


def _write_layers(model: Any, group: h5py.Group, keras_version: str) -> None:
    _write_names(group, "layer_names", [layer.name for layer in model.layers])
    group.attrs["backend"] = "numpy"
    group.attrs["keras_version"] = keras_version
    for layer in model.layers:
        _write_variables(group.create_group(layer.name), weights_in_order(layer))
    own = [*model._trainable_variables, *model._non_trainable_variables]
    _write_variables(group.create_group(OWN), own)


def _write_variables(group: h5py.Group, variables: list[Any]) -> None:
    """Arrays by the paths of variables, of which each is made unlike the others."""
    names: dict[str, None] = {}
    for variable in variables:
        name, number = variable.path, 0
        while name in names or name in group:
            number += 1
            name = f"{variable.path}_{number}"
        names[name] = None
        array = np.asarray(variable.stored())
        if array.dtype.name == "bfloat16":  # HDF5 has no such numbers; float32 holds them exactly
            array = array.astype("float32")
        group.create_dataset(name, data=array)
    _write_names(group, "weight_names", list(names))


def _write_names(group: h5py.Group, name: str, values: list[str]) -> None:
    """A list of names, in numbered parts where it is too long for one attribute."""
    encoded = [value.encode() for value in values]
    longest = max(map(len, encoded), default=1)
    if longest * len(encoded) <= _LARGEST_ATTRIBUTE // 4:
        group.attrs.create(name, values, dtype=h5py.string_dtype())
        return
    each = max(1, _LARGEST_ATTRIBUTE // longest)
    parts = -(-len(encoded) // each)
    for number, part in enumerate(np.array_split(np.array(encoded, f"S{longest}"), parts)):
        group.attrs[f"{name}{number}"] = part
