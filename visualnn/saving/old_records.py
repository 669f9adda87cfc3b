"""Records that do not say where their class lies, as ``.h5`` files and old JSON hold them.

Source: keras.md section 14, by files that Keras 2 and 3 wrote.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from visualnn.ops.operation import OPERATIONS
from visualnn.serialization import InvalidModelFile, find_builtin
from visualnn.serialization.registry import NAMES, find_custom

_FIRST = ("numpy", "nn", "core", "math", "linalg", "image")  # where a name is looked for first
_LAYERS_IN = ("layer", "forward_layer", "backward_layer", "cell")


def with_modules(record: Any) -> Any:
    """The same record, and those of the layers in it, with the modules that their classes have.

    In a functional model, what has the name of an operation and none of the settings that every
    layer has is the operation: ``Add`` is ``x + y`` or a layer.
    """
    if not isinstance(record, dict) or not isinstance(record.get("config"), dict | list):
        return record
    config = record["config"]
    if isinstance(config, list):
        config = [with_modules(item) for item in config]
    else:
        config = {key: _inside(key, value) for key, value in config.items()}
    return {**_module_of(record), "config": config}


def _inside(key: str, value: Any) -> Any:
    if key in ("layers", "cells") and isinstance(value, list):
        return [with_modules(item) for item in value]
    if key == "cell" and isinstance(value, list):
        return [with_modules(item) for item in value]
    return with_modules(value) if key in _LAYERS_IN else value


def _module_of(record: dict[str, Any]) -> dict[str, Any]:
    name, config = record.get("class_name"), record["config"]
    if name == "Lambda" and isinstance(config, dict) and isinstance(config.get("function"), list):
        raise InvalidModelFile(
            f"Lambda {config.get('name')!r} holds Python code, which is not run from a file."
        )
    if "module" in record or not isinstance(name, str) or find_custom(name) is not None:
        return record
    if isinstance(config, dict) and "inbound_nodes" in record and "trainable" not in config:
        known = _operations().get(name)
        if known is not None:
            return {"module": known, **record, "registered_name": name}
    for space in ("layers", "models"):
        found = find_builtin(f"keras.{space}", name)
        public = NAMES.get(found) if isinstance(found, type) else None
        if public is not None:
            return {
                "module": public.module,
                **record,
                "class_name": public.class_name,
                "registered_name": public.registered_name,
            }
    return record


@cache
def _operations() -> dict[str, str]:
    """The module of each operation by the name of its class."""
    found: dict[str, str] = {}
    for file in reversed(_FIRST):
        module = f"keras.src.ops.{file}"
        found.update({name: where for where, name in OPERATIONS if where == module})
    return found
