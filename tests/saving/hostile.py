"""Files made to do harm, with payloads that do none: each would leave a mark, or tell a secret.

Every function makes one file in a folder and returns its path.  ``MARK`` in a record stands for
the path of the mark, ``SECRET`` for that of a file whose text must not be found in the model.
"""

from __future__ import annotations

import base64
import io
import json
import marshal
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py

from visualnn.layers import Dense, Input
from visualnn.models import Sequential

FILES: dict[str, Callable[[Path], Path]] = {}
"""What makes each file, by the file's name without its ending."""


def file(*names: str) -> Callable:
    """The decorated function makes files; one for each name, which it is given."""

    def register(make: Callable) -> Callable:
        for name in names:
            FILES[name] = lambda folder, name=name: make(folder, name)
        return make

    return register


def good(folder: Path, name: str = "good") -> Path:
    """A file that does no harm."""
    path = folder / f"{name}.keras"
    model = Sequential([Input((3,)), Dense(2, name="d")], name="good")
    model.compile("sgd", "mse")
    model.save(path)
    return path


def changed(
    folder: Path, name: str, record: Callable | None = None, weights: Callable | None = None
) -> Path:
    """The good file with its record or its weights changed in place."""
    source, target = good(folder, f"{name}_good"), folder / f"{name}.keras"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            if member == "config.json" and record is not None:
                config = json.loads(data)
                config = record(config) or config
                data = filled(config, folder).encode()
            if member == "model.weights.h5" and weights is not None:
                stream = io.BytesIO(data)
                with h5py.File(stream, "r+") as file:
                    weights(file, folder)
                data = stream.getvalue()
            new.writestr(member, data)
    source.unlink()
    return target


def filled(config: Any, folder: Path) -> str:
    """JSON with the paths of the mark and the secret in it."""
    text = json.dumps(config)
    return text.replace("MARK", str(folder / "mark")).replace("SECRET", str(folder / "secret.txt"))


def layer_of(config: dict) -> dict:
    """The record of the only layer with weights."""
    return config["config"]["layers"][1]


def layer(class_name: str, module: str = "keras.layers", **config: Any) -> dict:
    """A record of a layer."""
    return {
        "module": module,
        "class_name": class_name,
        "config": {"name": "bad", "trainable": True, "dtype": "float32", **config},
        "registered_name": None,
    }


def function(name: str, module: str = "builtins") -> dict:
    """A record of a function."""
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


# ---------------------------------------------------------------------- Python code (CVE-2024-3660)

_CODE = base64.b64encode(
    marshal.dumps(compile("lambda x: open('mark', 'w')", "<payload>", "eval"))
).decode()
LAMBDAS = {
    "record": {
        "class_name": "__lambda__",
        "config": {"code": _CODE, "defaults": None, "closure": None},
    },
    "list": [_CODE, None, None],
    "old_record": {"class_name": "__lambda__", "config": {"value": [_CODE, None, None]}},
}


def in_lambda_layer(config: dict, code: Any) -> None:
    config["config"]["layers"].append(layer("Lambda", function=code, arguments={}))


def in_lambda_layer_without_module(config: dict, code: Any) -> None:
    record = layer("Lambda", function=code, function_type="lambda", arguments={})
    config["config"]["layers"].append({k: record[k] for k in ("class_name", "config")})


def in_activation(config: dict, code: Any) -> None:
    layer_of(config)["config"]["activation"] = code


def in_initializer(config: dict, code: Any) -> None:
    layer_of(config)["config"]["kernel_initializer"] = code


def in_regularizer(config: dict, code: Any) -> None:
    layer_of(config)["config"]["kernel_regularizer"] = code


def in_constraint(config: dict, code: Any) -> None:
    layer_of(config)["config"]["kernel_constraint"] = code


def in_loss(config: dict, code: Any) -> None:
    config["compile_config"]["loss"] = code


def in_metric_of_a_dict(config: dict, code: Any) -> None:
    config["compile_config"]["metrics"] = {"d": [code]}


def in_learning_rate(config: dict, code: Any) -> None:
    config["compile_config"]["optimizer"]["config"]["learning_rate"] = code


def in_a_wrapper(config: dict, code: Any) -> None:
    inner = layer("Dense", units=2, activation=code)
    config["config"]["layers"].append(layer("TimeDistributed", layer=inner))


def in_dtype(config: dict, code: Any) -> None:
    layer_of(config)["config"]["dtype"] = code


PLACES = (
    in_lambda_layer,
    in_lambda_layer_without_module,
    in_activation,
    in_initializer,
    in_regularizer,
    in_constraint,
    in_loss,
    in_metric_of_a_dict,
    in_learning_rate,
    in_a_wrapper,
    in_dtype,
)
CALLS = {
    "system": function("system", "os"),
    "eval": function("eval"),
    "popen": {"module": "subprocess", "class_name": "Popen", "config": {"args": ["touch", "MARK"]}},
    "get_file": function("get_file", "keras.utils"),
    "unsafe": function("enable_unsafe_deserialization", "keras.config"),
    "load_model": function("load_model", "keras.saving"),
    "probe": {"module": "sandboxed_import_probe", "class_name": "Probe", "config": {}},
}


def _with(place: Callable, code: Any) -> Callable:
    return lambda folder, name: changed(folder, name, lambda config: place(config, code))


for _place in PLACES:
    for _kind, _code in {**LAMBDAS, **CALLS}.items():
        file(f"{_kind}_{_place.__name__}")(_with(_place, _code))


# ---------------------------------------------------------------------- classes that run or read


@file("torch_module_wrapper_pickle")
def _(folder, name):
    pickled = base64.b64encode(b"cos\nsystem\n(S'touch mark'\ntR.").decode()
    return changed(
        folder,
        name,
        lambda c: c["config"]["layers"].append(layer("TorchModuleWrapper", module=pickled)),
    )


@file("tfsm_layer_external", "jax_layer", "flax_layer")
def _(folder, name):
    kind = {"tfsm_layer_external": "TFSMLayer", "jax_layer": "JaxLayer", "flax_layer": "FlaxLayer"}
    record = layer(kind[name], filepath="SECRET", call_endpoint="serve")
    return changed(folder, name, lambda c: c["config"]["layers"].append(record))


VOCABULARIES = {
    "stringlookup_vocab_path": layer("StringLookup", vocabulary="SECRET"),
    "stringlookup_vocab_url": layer("StringLookup", vocabulary="http://127.0.0.1:9/words"),
    "integerlookup_vocab_path": layer("IntegerLookup", vocabulary="SECRET"),
    "textvectorization_vocab_path": layer("TextVectorization", vocabulary="SECRET"),
    "idf_weights_path": layer(
        "TextVectorization", vocabulary=["a"], idf_weights="SECRET", output_mode="tf_idf"
    ),
}


@file(*VOCABULARIES)
def _(folder, name):
    return changed(folder, name, lambda c: c["config"]["layers"].__setitem__(1, VOCABULARIES[name]))


@file("yaml_config")
def _(folder, name):
    path = folder / f"{name}.json"
    path.write_text('!!python/object/apply:os.system ["touch mark"]')
    return path


@file("class_confusion")
def _(folder, name):
    return changed(folder, name, lambda c: layer_of(c).update(registered_name="os>system"))


# ---------------------------------------------------------------------- names (CVE-2026-12479)

NAMES = {
    "layer_name_parent": "../../outside",
    "layer_name_absolute": "/tmp/outside",
    "layer_name_backslash": "..\\outside",
    "layer_name_dots": "..",
    "layer_name_nul_newline": "a\0b\n<script>",
}


@file(*NAMES)
def _(folder, name):
    return changed(folder, name, lambda c: layer_of(c)["config"].update(name=NAMES[name]))


@file("model_name_absolute")
def _(folder, name):
    return changed(folder, name, lambda c: c["config"].update(name="/tmp/outside"))
