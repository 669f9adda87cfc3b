"""Records that Keras 2 wrote, as Keras 3 would have written them.

Keys are dropped or renamed and calls are numbered anew; nothing is made yet.  Source: keras.md
section 17, by files that tf-keras wrote.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from visualnn.saving.old_records import with_modules
from visualnn.serialization import InvalidModelFile, deep_recursion, find_builtin, place
from visualnn.serialization.registry import is_keras_module

_TENSOR = "__keras_tensor__"
_CONSTANT = "_CONSTANT_VALUE"
_RECURRENT = {"RNN", "LSTM", "GRU", "SimpleRNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D"}
_MERGING = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"}
_TENSORFLOW_CALLS = {"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer", "ClassMethod"}

_DROPPED = {
    "batch_input_shape",
    "decay",
    "implementation",
    "input_length",
    "is_legacy_optimizer",
    "jit_compile",
    "key_shape",
    "query_shape",
    "softmax_robust_masking",
    "time_major",
    "value_shape",
    "virtual_batch_size",
    "fused",
    "rng_type",
    "force_generator",
}
"""Settings that are gone, of any class."""

_DROPPED_OF = {
    "DepthwiseConv1D": {"filters", "kernel_initializer", "kernel_regularizer", "kernel_constraint"},
    "DepthwiseConv2D": {"filters", "kernel_initializer", "kernel_regularizer", "kernel_constraint"},
    "SeparableConv1D": {"kernel_initializer", "kernel_regularizer", "kernel_constraint"},
    "SeparableConv2D": {"kernel_initializer", "kernel_regularizer", "kernel_constraint"},
    "Lambda": {"module", "function_type", "output_shape_type", "output_shape_module"},
    "LossScaleOptimizer": {"dynamic"},
}
_DROPPED_IF_ONE = {
    "groups": {"Conv2DTranspose", "Conv3DTranspose", "Conv1DTranspose"}
    | {"DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"},
}
_RENAMED = {
    "LeakyReLU": {"alpha": "negative_slope"},
    "InputLayer": {"batch_input_shape": "batch_shape"},
}
_RENAMED_ANYWHERE = {"_learning_rate": "learning_rate", "lr": "learning_rate"}


def modern(record: Any, version: Any = None) -> Any:
    """The record of a model in the form of today; one that has it already is given back.

    Args:
        record: What a file says, as JSON.
        version: The version of Keras that the file names, if it does.

    Raises:
        InvalidModelFile: When it holds what cannot be translated, such as TensorFlow's functions.
    """
    with deep_recursion():
        if isinstance(record, dict) and "module" not in record:
            record = with_modules(record)
        if not is_keras2(record, version):
            return record
        return _translated(record)


def is_keras2(record: Any, version: Any = None) -> bool:
    """Whether a record is one of Keras 2: by the version, or by what only Keras 2 wrote."""
    if version is None and isinstance(record, dict):
        version = record.get("keras_version")
    if isinstance(version, str) and version[:2] in ("1.", "2."):
        return True
    waiting = [record]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            module = value.get("module")
            if isinstance(module, str) and (module.startswith("tf_keras") or ".engine." in module):
                return True
            if "batch_input_shape" in value or _has_old_calls(value):
                return True
            waiting.extend(value.values())
    return False


def _has_old_calls(record: dict[str, Any]) -> bool:
    nodes = record.get("inbound_nodes")
    return isinstance(nodes, list) and any(isinstance(node, list) for node in nodes)


# ---------------------------------------------------------------------- objects


def _translated(value: Any) -> Any:
    """The same with every record in it translated, the innermost first."""
    if isinstance(value, list):
        found = []
        for i, item in enumerate(value):
            with place(i):
                found.append(_translated(item))
        return found
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "Sequential" and isinstance(value.get("config"), list):
        value = {**value, "config": {"layers": value["config"]}}  # the first versions
    if isinstance(value.get("layers"), list) and "output_layers" not in value:
        value = _with_input(value)
    found = {}
    for key, item in value.items():
        with place(key):
            found[key] = _translated(item)
    if isinstance(found.get("class_name"), str) and isinstance(found.get("config"), dict | list):
        return _object(found)
    return found


def _object(record: dict[str, Any]) -> dict[str, Any]:
    name, config = record["class_name"], record["config"]
    if name in _TENSORFLOW_CALLS:
        called = config.get("function") if isinstance(config, dict) else None
        raise InvalidModelFile(
            f"The model calls TensorFlow's function {called or name!r} directly, which a file of "
            "Keras 2 does not say enough of. Use a layer in its place, and save it again."
        )
    if name in ("Policy", "PolicyV1", "PolicyV2") and isinstance(config, dict):
        kept = {"name": config.get("name")}
        return {"module": "keras", "class_name": "DTypePolicy", "config": kept}
    if not isinstance(config, dict):
        return record
    if isinstance(config.get("layers"), list) and "input_layers" in config:
        config = _functional(config)
    module = record.get("module")
    if module is None or is_keras_module(module):
        config = _settings(name, module, config)
    found = {**record, "config": config}
    if isinstance(found.get("compile_config"), dict):
        said = found["compile_config"].items()
        found["compile_config"] = {key: x for key, x in said if x is not None}
    return found


def _settings(name: str, module: Any, config: dict[str, Any]) -> dict[str, Any]:
    """The settings of a built-in class by the names they have today."""
    known = _parameters(find_builtin(module or "keras.layers", name))
    renamed = {**_RENAMED_ANYWHERE, **_RENAMED.get(name, {})}
    dropped = (_DROPPED | _DROPPED_OF.get(name, set())) - renamed.keys()
    found = {}
    for key, value in config.items():
        key = renamed.get(key, key)
        if key in dropped and not (key in known and key not in _DROPPED_OF.get(name, ())):
            continue
        if name in _DROPPED_IF_ONE.get(key, ()) and value == 1:
            continue
        if value is None and known and key not in known:  # says nothing
            continue
        found[key] = value
    axis = found.get("axis")
    if name in ("BatchNormalization", "SyncBatchNormalization") and isinstance(axis, list):
        found["axis"] = axis[0] if len(axis) == 1 else axis
    if found.get("reduction") == "auto":
        found["reduction"] = "sum_over_batch_size"
    if name == "MeanMetricWrapper" and isinstance(found.get("fn"), str):
        found["fn"] = {"module": "builtins", "class_name": "function", "config": found["fn"]}
    return found


def _parameters(cls: Any) -> set[str]:
    """The names of the arguments that a class names; none for what is not known."""
    if not isinstance(cls, type):
        return set()
    return set(inspect.signature(cls).parameters) | {"name", "trainable", "dtype"}


# ---------------------------------------------------------------------- models


def _with_input(config: dict[str, Any]) -> dict[str, Any]:
    """A Sequential with the input that only its first layer tells, as the first versions did."""
    layers = config["layers"]
    first = layers[0] if layers and isinstance(layers[0], dict) else {}
    its = first.get("config")
    shape = its.get("batch_input_shape") if isinstance(its, dict) else None
    if shape is None or its is None or first.get("class_name") == "InputLayer":
        return config
    name = f"{its.get('name', 'layer')}_input"
    record = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": {"batch_shape": shape, "dtype": "float32", "name": name},
        "registered_name": None,
    }
    return {**config, "layers": [record, *layers]}


def _functional(config: dict[str, Any]) -> dict[str, Any]:
    """A functional model with its calls as Keras 3 lists and numbers them."""
    layers = [x for x in config["layers"] if isinstance(x, dict)]
    if not any(_has_old_calls(x) for x in layers):
        return config
    first = {x.get("name"): _first_call(x) for x in layers if isinstance(x.get("name"), str)}

    def tensor(name: str, call: int, index: int) -> dict[str, Any]:
        history = [name, call - first.get(name, 0), index]
        return {"class_name": _TENSOR, "config": {"keras_history": history}}

    changed = []
    for i, record in enumerate(config["layers"]):
        with place("config", "layers", i, "inbound_nodes"):
            if isinstance(record, dict) and _has_old_calls(record):
                nodes = [_call(record, node, tensor, first) for node in record["inbound_nodes"]]
                record = {**record, "inbound_nodes": nodes}
        changed.append(record)
    stacks = {x.get("name") for x in layers if _is_stack(x)}

    def listed(x: Any) -> Any:
        if _is_leaf(x):
            return [x[0], x[1] - first.get(x[0], 0) if x[0] in stacks else x[1], x[2]]
        if isinstance(x, list):
            return [listed(item) for item in x]
        return {key: listed(item) for key, item in x.items()} if isinstance(x, dict) else x

    ends = {key: listed(config.get(key)) for key in ("input_layers", "output_layers")}
    for key, end in ends.items():
        if isinstance(end, list) and len(end) == 1 and _is_leaf(end[0]):
            ends[key] = end[0]  # a list of one was the same as the one
    return {**config, "layers": changed, **ends}


def _is_stack(record: dict[str, Any]) -> bool:
    config = record.get("config")
    return isinstance(config, dict) and "layers" in config and "output_layers" not in config


def _first_call(record: dict[str, Any]) -> int:
    """The number of the first call: models whose input is known count their own as number 0."""
    config = record.get("config")
    layers = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(layers, list) or not layers or not isinstance(layers[0], dict):
        return 0
    return int(not _is_stack(record) or layers[0].get("class_name") == "InputLayer")


def _is_leaf(x: Any) -> bool:
    """Whether this names an output of a call: ``["dense", 0, 0]``, perhaps with arguments."""
    return (
        isinstance(x, list)
        and len(x) in (3, 4)
        and isinstance(x[0], str)
        and all(type(number) is int for number in (x[1:2] if x[0] == _CONSTANT else x[1:3]))
    )


def _call(record: dict, node: Any, tensor: Callable, names: dict) -> dict[str, Any]:
    """One call in the form of today: ``args`` and ``kwargs``."""
    if isinstance(node, dict) and "args" in node:
        return node
    more: dict[str, Any] = {}

    def argument(x: Any) -> Any:
        if _is_leaf(x):
            if len(x) == 4 and isinstance(x[3], dict):
                more.update(x[3])
            return x[2] if x[0] == _CONSTANT else tensor(*x[:3])
        if isinstance(x, list):
            return [argument(item) for item in x]
        if isinstance(x, dict):
            return {key: argument(item) for key, item in x.items()}
        raise InvalidModelFile(f"{x!r} must name a layer, a call and an output of it.")

    def keyword(x: Any) -> Any:
        if _is_leaf(x) and len(x) == 3 and x[0] in names:
            return tensor(*x)
        if isinstance(x, list):
            return [keyword(item) for item in x]
        return x

    first = argument(node)
    kwargs = {key: keyword(x) for key, x in more.items()}
    name = str(record.get("class_name"))
    if isinstance(first, list) and len(first) == 1 and name not in _MERGING:
        first = first[0]
    if name in _RECURRENT and isinstance(first, list):
        first, *states = first
        kwargs["initial_state"] = states if len(states) > 1 else states[0]
    return {"args": [first], "kwargs": kwargs}
