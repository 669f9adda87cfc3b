"""Whole models, and weights layer by layer, in ``.h5`` files as Keras 2 wrote them.

The weights are found by the order of layers, or by their names.  Source: keras.md section 14.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np

from visualnn.optimizers import Optimizer
from visualnn.saving.arrays import Source, StoredArray
from visualnn.saving.hdf5 import names_of, open_hdf5, text_of
from visualnn.saving.keras2 import modern
from visualnn.saving.older_versions import without_lists_of_one
from visualnn.saving.weights_file import read_optimizer, report
from visualnn.serialization import (
    InvalidModelFile,
    deserialize_keras_object,
    find_builtin,
    place,
    read_json,
    reading,
)
from visualnn.serialization.registry import find_custom

MODEL = "model_config"
TRAINING = "training_config"
WEIGHTS = "model_weights"
OPTIMIZER = "optimizer_weights"
OWN = "top_level_model_weights"

_OLD_SLOT = re.compile(r"/(m|v|vhat|rms|mg|momentum|accumulator|accum_grad|accum_var)(_\d+)?:0$")


def load_legacy_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """Read a whole model from an ``.h5`` file.

    Args:
        filepath: The path, or a file object that is open for reading.
        custom_objects: Your own classes and functions by name.
        compile: Whether to compile it as it was when it was saved, with the optimizer's state.
        safe_mode: Accepted for Keras's sake: Python code in a file is refused in any case.

    Raises:
        InvalidModelFile: When the file is damaged, or holds what is not a model or not known.
        FileNotFoundError: When there is no such file.
    """
    with open_hdf5(filepath) as source:
        record = _record(source, compile, custom_objects)
        with reading(custom_objects, safe_mode), place(MODEL):
            model = deserialize_keras_object(record)
        if not hasattr(model, "get_weights"):
            raise InvalidModelFile("It describes no model.", MODEL)
        with place(WEIGHTS):
            _read_layers(model, source, WEIGHTS, False, False)
        if compile and isinstance(getattr(model, "optimizer", None), Optimizer):
            with place(OPTIMIZER):
                _read_optimizer_state(model.optimizer, source)
    return model


def load_legacy_weights(
    model: Any, filepath: Any, by_name: bool = False, skip_mismatch: bool = False
) -> None:
    """Give a model the weights in an ``.h5`` file, of weights alone or of a whole model.

    Args:
        model: The model.
        filepath: The path.
        by_name: Whether layers are found by their names, and those of other names are left.
        skip_mismatch: Whether what does not fit is left as it is, with a warning.

    Raises:
        ValueError: When they do not fit.
        InvalidModelFile: When the file is damaged.
    """
    with open_hdf5(filepath) as source:
        group = source.group(WEIGHTS)
        if group is None and not names_of(source.root, "layer_names"):
            raise InvalidModelFile(
                "It has no weights by layers. If it is a `.weights.h5` file, let its name end so."
            )
        where = "" if group is None else WEIGHTS
        with place(where or "layer_names"):
            _read_layers(model, source, where, by_name, skip_mismatch)


def holds_layers(filepath: Any) -> bool:
    """Whether a file lists its layers by name, as only legacy files do."""
    with open_hdf5(filepath) as source:
        return bool(names_of(source.root, "layer_names")) or MODEL in source.file.attrs


# ---------------------------------------------------------------------- records


def _record(source: Source, compile: bool, custom_objects: dict[str, Any] | None) -> dict[str, Any]:
    """The model's record in the form of today, with what it is compiled with."""
    text = text_of(source.root, MODEL)
    if text is None:
        raise InvalidModelFile(
            "It holds no model, at most weights: make the model, and `model.load_weights(...)`."
        )
    with place(MODEL):
        record = read_json(text)
        if not isinstance(record, dict) or "class_name" not in record:
            raise InvalidModelFile("It does not describe a model.")
    training = text_of(source.root, TRAINING) if compile else None
    version = text_of(source.root, "keras_version")
    record.pop("compile_config", None)
    with reading(custom_objects):
        with place(MODEL):
            record = without_lists_of_one(modern(record, version), version)
        if training is not None:
            with place(TRAINING):
                config = read_json(training)
                if not isinstance(config, dict):
                    raise InvalidModelFile("It must be an object.")
                holder = {"module": "keras", "class_name": "", "config": {}}
                said = {**holder, "compile_config": _compile_config(config)}
                record["compile_config"] = modern(said, version)["compile_config"]
    return record


def _compile_config(config: dict[str, Any]) -> dict[str, Any]:
    """What ``compile`` was given, of what a file says of training."""
    found = {key: x for key, x in config.items() if key != "optimizer_config" and x is not None}
    for key, namespace in (("loss", "losses"), ("metrics", "metrics")):
        if key in found:
            found[key] = _in_namespace(found[key], namespace)
    if "weighted_metrics" in found:
        found["weighted_metrics"] = _in_namespace(found["weighted_metrics"], "metrics")
    for key in ("metrics", "weighted_metrics"):
        if isinstance(found.get(key), list) and len(found[key]) == 1:
            inner = found[key][0]
            found[key] = inner if isinstance(inner, list) else found[key]
    optimizer = config.get("optimizer_config")
    if optimizer is not None:
        found["optimizer"] = _in_namespace(optimizer, "optimizers")
    return found


def _in_namespace(value: Any, namespace: str) -> Any:
    """Records with the module they belong to, where they name none."""
    if isinstance(value, list):
        return [_in_namespace(item, namespace) for item in value]
    if not isinstance(value, dict):
        return value
    name = value.get("class_name")
    if "class_name" not in value or "config" not in value:
        return {key: _in_namespace(item, namespace) for key, item in value.items()}
    if "module" in value or not isinstance(name, str) or find_custom(name) is not None:
        return value
    plain = name.removeprefix("Custom>")
    config = value["config"]
    if isinstance(config, dict):
        config = {key: _schedule(x) if key == "learning_rate" else x for key, x in config.items()}
    if find_builtin(f"keras.{namespace}", plain) is None:
        return value
    return {"module": f"keras.{namespace}", "class_name": plain, "config": config}


def _schedule(value: Any) -> Any:
    if isinstance(value, dict) and "class_name" in value and "module" not in value:
        return {"module": "keras.optimizers.schedules", **value}
    return value


# ---------------------------------------------------------------------- weights


class _Listed:
    """Arrays by numbers, as an optimizer reads them: those that an attribute lists."""

    def __init__(self, arrays: list[StoredArray]):
        self.arrays = arrays

    def keys(self) -> list[str]:
        return [str(i) for i in range(len(self.arrays))]

    def __len__(self) -> int:
        return len(self.arrays)

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def shape(self, key: str) -> tuple[int, ...]:
        return self.arrays[int(key)].shape

    def __getitem__(self, key: str) -> np.ndarray:
        return self.arrays[int(key)].read()


def _arrays(source: Source, where: str) -> list[StoredArray]:
    """The arrays that a group lists by ``weight_names``, in that order, none of them read yet."""
    group = source.group(where)
    if group is None:
        raise InvalidModelFile(f"There is no group {where}.")
    found = []
    for name in names_of(group, "weight_names"):
        path = f"{where}/{name}"
        parts = [part for part in path.split("/") if part]
        if "." in parts or not name:
            raise InvalidModelFile(f"{name!r} is not the name of an array.")
        holder = source.group("/".join(parts[:-1]))
        if holder is None or parts[-1] not in holder:
            raise InvalidModelFile(f"There is no array {path}.")
        found.append(holder[parts[-1]])
    return found


def weights_in_order(layer: Any) -> list[Any]:
    """The weights of a layer as such files order them: all that is trained, then the others."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _read_layers(
    model: Any, source: Source, where: str, by_name: bool, skip_mismatch: bool
) -> None:
    group = source.group(where)
    if group is None:
        raise InvalidModelFile("The weights are missing.")
    stored = {}
    for name in names_of(group, "layer_names"):
        stored[name] = _arrays(source, f"{where}/{name}".lstrip("/"))
    if not by_name and not model.built:
        raise ValueError(
            f"{model.name!r} is not built, so the weights in the file cannot be given to it. "
            "Call it on data first."
        )
    pairs = _by_name(model, stored) if by_name else _by_order(model, stored)
    own = [*model._trainable_variables, *model._non_trainable_variables]
    if own and source.group(f"{where}/{OWN}".lstrip("/")) is not None:
        pairs.append((model, own, _arrays(source, f"{where}/{OWN}".lstrip("/"))))
    failed: dict[int, tuple[str, Any, str]] = {}
    fitting = []
    for layer, variables, arrays in pairs:
        said = _misfit(variables, arrays)
        if said:
            failed[id(layer)] = (layer.name, layer, said)
        else:
            fitting += zip(variables, arrays, strict=True)
    if failed and not skip_mismatch:
        report(failed, skip_mismatch)
    for variable, array in fitting:
        variable.assign(array.read())
    if failed:
        report(failed, skip_mismatch)


def _misfit(variables: list[Any], arrays: list[StoredArray]) -> str:
    """Why arrays cannot be the values of variables, if they cannot."""
    if len(variables) != len(arrays):
        return f"it has {len(variables)} weights, but {len(arrays)} were saved"
    for variable, array in zip(variables, arrays, strict=True):
        if tuple(variable.shape) != array.shape:
            return (
                f"the variable {variable.path!r} has the shape {tuple(variable.shape)}, "
                f"but {array.shape} was saved"
            )
    return ""


def _by_order(model: Any, stored: dict[str, list]) -> list[tuple[Any, list, list]]:
    layers = [(layer, weights_in_order(layer)) for layer in model.layers]
    layers = [(layer, weights) for layer, weights in layers if weights]
    arrays = [found for found in stored.values() if found]
    if len(layers) != len(arrays):
        raise ValueError(
            f"The weights in the file do not fit the model: they are those of {len(arrays)} "
            f"layers, and {len(layers)} layers of {model.name!r} have weights. "
            "With `by_name=True` layers are found by their names."
        )
    return [(*pair, found) for pair, found in zip(layers, arrays, strict=True)]


def _by_name(model: Any, stored: dict[str, list]) -> list[tuple[Any, list, list]]:
    return [
        (layer, weights_in_order(layer), stored[layer.name])
        for layer in model.layers
        if layer.name in stored and (stored[layer.name] or weights_in_order(layer))
    ]


def _read_optimizer_state(optimizer: Optimizer, source: Source) -> None:
    group = source.group(OPTIMIZER)
    if group is None:
        return
    if any(_OLD_SLOT.search(name) for name in names_of(group, "weight_names")):
        warnings.warn(
            f"The state of the optimizer {optimizer.name!r} is not loaded: it is one of the "
            "first kind that Keras 2 had, with another order.",
            stacklevel=4,
        )
        return
    reader: Any = _Listed(_arrays(source, OPTIMIZER))
    notice = read_optimizer(optimizer, reader)
    if notice:
        warnings.warn(notice, stacklevel=4)
