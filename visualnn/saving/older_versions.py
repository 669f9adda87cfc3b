"""What is written in an older way, so that Keras 3.0 and all that came after it read our files.

``get_config`` is that of Keras 3.15.  In a file, settings that older versions do not know are left
out where they say what goes without saying, and dtype policies are written by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from visualnn.serialization import deep_recursion, to_snake_case

_SCALED = {"input_axes": None, "output_axes": None}
_ATTENTION = {"sliding_window": None, "use_gate": False, "seed": None}
_LOOKUP = {"oov_method": "floormod", "salt": None}

NEWER_SETTINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("keras.initializers", "GlorotNormal"): _SCALED,
    ("keras.initializers", "GlorotUniform"): _SCALED,
    ("keras.initializers", "HeNormal"): _SCALED,
    ("keras.initializers", "HeUniform"): _SCALED,
    ("keras.initializers", "LecunNormal"): _SCALED,
    ("keras.initializers", "LecunUniform"): _SCALED,
    ("keras.initializers", "VarianceScaling"): _SCALED,
    ("keras.layers", "BatchNormalization"): {
        "renorm": False,
        "renorm_clipping": None,
        "renorm_momentum": 0.99,
    },
    ("keras.layers", "Dense"): {"quantization_config": None},
    ("keras.layers", "EinsumDense"): {"quantization_config": None},
    ("keras.layers", "Embedding"): {"quantization_config": None},
    ("keras.layers", "GroupQueryAttention"): _ATTENTION,
    ("keras.layers", "InputLayer"): {"ragged": False, "optional": False},
    ("keras.layers", "IntegerLookup"): _LOOKUP,
    ("keras.layers", "MultiHeadAttention"): _ATTENTION,
    ("keras.layers", "RandomFlip"): {"data_format": "channels_last"},
    ("keras.layers", "StringLookup"): _LOOKUP,
    ("keras.layers", "ZeroPadding1D"): {"data_format": "channels_last"},
    ("keras.losses", "Dice"): {"axis": None},
    ("keras.losses", "SparseCategoricalCrossentropy"): {"axis": -1},
    ("keras.losses", "Tversky"): {"axis": None},
    ("keras.metrics", "SparseCategoricalCrossentropy"): {"ignore_class": None},
    ("keras.metrics", "SparseTopKCategoricalAccuracy"): {"from_sorted_ids": False},
    ("keras.src.ops.core", "AssociativeScan"): {"axis": 0},
    ("keras.src.ops.core", "ConvertToTensor"): {"ragged": None},
    ("keras.src.ops.core", "Scan"): {"length": None},
    ("keras.src.ops.core", "ScatterUpdate"): {"reduction": None},
    ("keras.src.ops.image", "CropImages"): {"data_format": None},
    ("keras.src.ops.image", "PadImages"): {"data_format": None},
    ("keras.src.ops.image", "Resize"): {
        "crop_to_aspect_ratio": False,
        "pad_to_aspect_ratio": False,
        "fill_mode": "constant",
        "fill_value": 0.0,
    },
    ("keras.src.ops.linalg", "Cholesky"): {"upper": False},
    ("keras.src.ops.nn", "DotProductAttention"): {
        "flash_attention": None,
        "attn_logits_soft_cap": None,
    },
    ("keras.src.ops.nn", "MultiHot"): {"sparse": False},
    ("keras.src.ops.nn", "Normalize"): {"epsilon": None},
    ("keras.src.ops.nn", "OneHot"): {"sparse": False},
    ("keras.src.ops.numpy", "Argmax"): {"keepdims": False},
    ("keras.src.ops.numpy", "Argmin"): {"keepdims": False},
    ("keras.src.ops.numpy", "Array"): {"dtype": None},
    ("keras.src.ops.numpy", "Bincount"): {"sparse": False},
    ("keras.src.ops.numpy", "Full"): {"dtype": None},
    ("keras.src.ops.numpy", "FullLike"): {"dtype": None},
    ("keras.src.ops.numpy", "Isclose"): {"equal_nan": False},
    ("keras.src.ops.numpy", "NanToNum"): {"nan": 0.0, "posinf": None, "neginf": None},
    ("keras.src.ops.numpy", "OnesLike"): {"dtype": None},
    ("keras.src.ops.numpy", "SearchSorted"): {"side": "left"},
    ("keras.src.ops.numpy", "ZerosLike"): {"dtype": None},
}
"""Settings that came after Keras 3.0, with what they are by default.

Found by giving our records to Keras 3.0, 3.3, 3.6 and 3.9 (``tests/recorded/older_keras.json``).
"""

OLDER_NAMES = {("keras.initializers", "Orthogonal"): "OrthogonalInitializer"}
"""Classes that Keras 3.0 knows by another name, which those of today understand as well."""


LISTS_OF_ONE = (3, 9)
"""The newest version known to write a model's only input, or output, as a list of one."""

_CANNOT_DO_WITHOUT = (3, 5)
"""Older versions read inputs and outputs in lists or dicts alone."""


def version_of(text: Any) -> tuple[int, ...] | None:
    """A version of Keras as numbers; ``None`` where it is not told."""
    parts = re.match(r"(\d{1,4})\.(\d{1,4})", text) if isinstance(text, str) else None
    return None if parts is None else (int(parts[1]), int(parts[2]))


def for_older_versions(record: Any, keras_version: str) -> Any:
    """The record of a model as every Keras 3 from this version on reads it.

    Up to 3.5, Keras does not read an input, or output, that is not in a list; the newest Keras
    takes a list of one for what it says, so only those who ask for it get one.
    """
    version = version_of(keras_version)
    with deep_recursion():
        return _older(record, version is not None and version <= _CANNOT_DO_WITHOUT)


def without_lists_of_one(record: Any, keras_version: Any) -> Any:
    """The record of a model by an older version, where a list of one stands for the one."""
    version = version_of(keras_version)
    if version is None or not (3, 0) <= version <= LISTS_OF_ONE:
        return record
    waiting = [record]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for key in _ENDS & value.keys():
                ends = value[key]
                if isinstance(ends, list) and len(ends) == 1 and _is_leaf(ends[0]):
                    value[key] = ends[0]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return record


_ENDS = {"input_layers", "output_layers"}
_PLAIN = {str, int, float, bool, type(None)}


def _is_leaf(x: Any) -> bool:
    return isinstance(x, list) and len(x) == 3 and isinstance(x[0], str)


def _older(value: Any, in_lists: bool) -> Any:
    if isinstance(value, dict):
        found = {k: x if type(x) in _PLAIN else _older(x, in_lists) for k, x in value.items()}
        if "class_name" in found and type(found.get("config")) is dict:
            _rewrite(found)
        if isinstance(found.get("layers"), list):
            _mark_shared_layers(found["layers"])
        if "output_layers" in found:
            _without_names_of_operations(found)
            if in_lists:
                found.update({key: [found[key]] for key in _ENDS if _is_leaf(found.get(key))})
        return found
    if isinstance(value, list | tuple):
        return [x if type(x) in _PLAIN else _older(x, in_lists) for x in value]
    return value


def _rewrite(record: dict[str, Any]) -> None:
    """Change the record of one object, whose parts are changed already."""
    name = (str(record.get("module")), str(record["class_name"]))
    config = record["config"]
    for key, default in NEWER_SETTINGS.get(name, {}).items():
        if key in config and type(config[key]) is type(default) and config[key] == default:
            del config[key]
    if name in OLDER_NAMES:
        record["class_name"] = OLDER_NAMES[name]
    policy = config.get("dtype")
    if isinstance(policy, dict) and policy.get("class_name") == "DTypePolicy":
        config["dtype"] = policy["config"]["name"]


def _mark_shared_layers(records: list[Any]) -> None:
    """Number layers that are in several models by a key of our own.

    By Keras's key it would take them for one, too, and then not find their calls: without it, it
    makes several layers, each of which finds the weights.
    """
    for record in records:
        if isinstance(record, dict) and "shared_object_id" in record:
            record["shared_layer_id"] = record.pop("shared_object_id")


def _without_names_of_operations(config: dict[str, Any]) -> None:
    """Leave the names of operations with settings out of these; they stand beside them anyway.

    Up to 3.9, Keras does not take them there.  A newer one makes up a name, so a name stays where
    it says what an output is called, or where the new one could be that of another layer.
    """
    layers = [x for x in config.get("layers", ()) if isinstance(x, dict)]
    ends = {x for key in _ENDS for x in _strings(config.get(key))}
    kept, candidates = set(), []
    for record in layers:
        settings, name = record.get("config"), record.get("name")
        has_settings = isinstance(settings, dict) and bool(settings.keys() - {"name"})
        is_operation = str(record.get("module")).startswith("keras.src.ops.")
        if is_operation and has_settings and name not in ends:
            candidates.append(record)
        else:
            kept.add(_stem(name))
    for record in candidates:
        made_up = to_snake_case(record["class_name"])
        if made_up not in kept:
            record["config"].pop("name", None)


def _stem(name: Any) -> str:
    """A name without the number behind it."""
    return re.sub(r"_\d+$", "", str(name))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)
