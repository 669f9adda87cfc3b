"""Records as objects, by a closed table: a file can name only what is there already.

What is not a model raises :class:`InvalidModelFile`, whose message names the place.  Python code
in a file is never run, whatever ``safe_mode`` says.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from visualnn.ops.operation import is_operation_module
from visualnn.serialization.limits import (
    DEEPEST,
    InvalidModelFile,
    UnknownObject,
    deep_recursion,
    place,
)
from visualnn.serialization.registry import (
    CustomObjectScope,
    current_scope_objects,
    find_builtin,
    find_builtin_function,
    find_custom,
    find_custom_by_last_part,
    is_keras_module,
    known_names,
)
from visualnn.serialization.special_values import SPECIAL, read_special

_NAME = re.compile(r"[^/\\\x00-\x1f]{1,1024}")
_OWN_NAME = re.compile(r"[^\\\x00-\x1f]{0,1024}")  # layers refuse '/' by themselves

_REFUSED = {
    "Lambda": "a Lambda layer holds Python code, which is not run from a file",
    "TorchModuleWrapper": "it holds a pickled PyTorch module, which could run any code",
    "TFSMLayer": "it names a TensorFlow model outside this file",
    "JaxLayer": "it holds Python code, which is not run from a file",
    "FlaxLayer": "it holds Python code, which is not run from a file",
}

_REACHING_OUT = {"TFSMLayer"}
"""Classes of ours that read other files, and so are made by hand only."""

_VALUES = {*SPECIAL, "__keras_tensor__"} - {"__lambda__"}
"""Records of values, not of objects; the second stands where a model calls its layers."""


@dataclass
class Reading:
    """What holds for everything that is read together."""

    custom_objects: dict[str, Any] = field(default_factory=dict)
    safe_mode: bool = True
    shared: dict[int, Any] = field(default_factory=dict)
    depth: int = 0


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading(custom_objects: dict | None = None, safe_mode: bool = True) -> Iterator[Reading]:
    """Read what follows together: with these classes, and with one table of shared objects.

    Inside another reading, that one goes on, with more classes.
    """
    outer = _reading.get()
    passed = {**current_scope_objects(), **(custom_objects or {})}
    if outer is None:
        now = Reading(passed, safe_mode)
    else:
        now = Reading(
            {**passed, **outer.custom_objects}, outer.safe_mode, outer.shared, outer.depth
        )
    token = _reading.set(now)
    try:
        with deep_recursion(), CustomObjectScope(now.custom_objects):
            yield now
    finally:
        _reading.reset(token)


def deserialize_keras_object(
    config: Any,
    custom_objects: dict[str, Any] | None = None,
    safe_mode: bool = True,
    *,
    namespace: str | None = None,
    **kwargs: Any,
) -> Any:
    """The object that a record describes; of a structure of records, the same of objects.

    Args:
        config: The record.
        custom_objects: Your own classes and functions by name.
        safe_mode: Accepted for Keras's sake: code in a file is refused in any case.
        namespace: Where to look for records without a module, such as ``layers``.
        **kwargs: ``module_objects``, as Keras accepts it: more classes by name.

    Raises:
        InvalidModelFile: When it is not the record of something known here.
    """
    passed = {**(kwargs.get("module_objects") or {}), **(custom_objects or {})}
    with reading(passed, safe_mode) as now:
        now.depth += 1
        if now.depth > DEEPEST:
            raise InvalidModelFile(f"Objects are nested more than {DEEPEST:,} deep.")
        try:
            return _read(config, namespace)
        except RecursionError as problem:
            raise InvalidModelFile("It is nested too deep to be read.") from problem


def _read(value: Any, namespace: str | None = None) -> Any:
    if isinstance(value, list):
        return _read_list(value)
    if not isinstance(value, dict):
        return value
    if "class_name" not in value or "config" not in value:
        return _read_dict(value)
    name, config = value["class_name"], value["config"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidModelFile(f"{name!r} is not the name of a class.", "class_name")
    if name in SPECIAL:
        with place("config"):
            return read_special(name, config)
    if name == "function":
        return find_function(config, namespace)
    return _read_object(value, namespace)


def _read_list(values: list) -> list:
    found = []
    for i, value in enumerate(values):
        with place(i):
            found.append(_read(value))
    return found


def _read_dict(values: dict) -> dict:
    found = {}
    for key, value in values.items():
        with place(key):
            found[key] = _read(value)
    return found


# ---------------------------------------------------------------------- objects


def _read_object(record: dict, namespace: str | None) -> Any:
    now = _reading.get()
    assert now is not None
    number = record.get("shared_object_id", record.get("shared_layer_id"))
    if isinstance(number, int) and number in now.shared:
        return now.shared[number]
    cls = find_class(record, namespace)
    config = record["config"]
    if not isinstance(config, dict):
        raise InvalidModelFile(f"The config of {_title(record)} must be an object.", "config")
    name = config.get("name")
    if isinstance(name, str) and (not _OWN_NAME.fullmatch(name) or name in (".", "..")):
        raise InvalidModelFile(f"{name!r} cannot be a name.", "config", "name")
    made = _make(cls, config, record)
    build_config = record.get("build_config")
    if build_config and not getattr(made, "built", True) and hasattr(made, "build_from_config"):
        with _faults_of(record, "build_config"):
            made.build_from_config(build_config)
            made.built = True
    compile_config = record.get("compile_config")
    if compile_config and hasattr(made, "compile_from_config"):
        with _faults_of(record, "compile_config"):
            made.compile_from_config(compile_config)
    if isinstance(number, int):
        now.shared[number] = made
    return made


def _make(cls: Any, config: dict, record: dict) -> Any:
    from_config = getattr(cls, "from_config", None)
    if from_config is None:
        raise InvalidModelFile(f"{_title(record)} has no method `from_config`.")
    with _faults_of(record, "config"):
        return from_config(dict(config))


@contextmanager
def _faults_of(record: dict, key: str) -> Iterator[None]:
    """Tell the problems inside as problems of this part of the file."""
    try:
        with place(key):
            yield
    except (InvalidModelFile, RecursionError):
        raise
    except MemoryError as problem:
        raise InvalidModelFile(f"{_title(record)} does not fit into memory.", key) from problem
    except Exception as problem:
        said = f"{_title(record)} cannot be made from this: {_sentence(problem)}"
        raise InvalidModelFile(said, key) from problem


def _sentence(problem: Exception) -> str:
    if isinstance(problem, KeyError):
        return f"the key {problem} is missing."
    return str(problem) or type(problem).__name__


def _title(record: dict) -> str:
    config = record.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    return f"{record['class_name']} {name!r}" if isinstance(name, str) else record["class_name"]


def find_class(record: dict, namespace: str | None = None) -> type:
    """The class of a record: the user's, by its registered name or as it was passed, or ours.

    Raises:
        InvalidModelFile: When there is none.
    """
    found = _look_up(record, namespace)
    if found is None:
        raise UnknownObject(_unknown(record, namespace), "class_name")
    return found


def _look_up(record: dict, namespace: str | None) -> Any:
    name = record["class_name"]
    module = record.get("module")
    registered = record.get("registered_name", name)
    if isinstance(registered, str) and registered:
        custom = find_custom(registered)
        if isinstance(custom, type):
            return custom
    if not is_keras_module(module):
        custom = find_custom(name)
        if isinstance(custom, type):
            return custom
    if name.rpartition(">")[2] in _REACHING_OUT:
        return None
    if module is None and "registered_name" not in record:
        for space in (namespace,) if namespace else ("layers", "models"):
            found = find_builtin(f"keras.{space}", name.rpartition(">")[2])
            if isinstance(found, type):
                return found
    found = find_builtin(module, name) if isinstance(module, str) else None
    if isinstance(found, type) and registered not in (None, "", name):
        raise InvalidModelFile(
            f"{name} of {module} is built in, but the record says that it is {registered!r}.",
            "registered_name",
        )
    return found if isinstance(found, type) else None


def _unknown(record: dict, namespace: str | None) -> str:
    name, module = record["class_name"], record.get("module")
    if name == "__lambda__":
        return "It holds a Python lambda, which is not run from a file."
    if name in _REFUSED:
        return f"{_title(record)} is refused: {_REFUSED[name]}."
    if is_keras_module(module):
        space = str(module).removeprefix("keras.").split(".")[0]
        return f"{module}.{name} is not known here.{_similar(name, space)}"
    if module is None and namespace:
        return f"There is nothing named {name!r} in {namespace}.{_similar(name, namespace)}"
    return (
        f"The class {name!r} is not one of Keras's. If it is yours, pass it, "
        f"`custom_objects={{{name!r}: {name}}}`, or decorate it with "
        "`@visualnn.saving.register_keras_serializable()`."
    )


def _similar(name: str, namespace: str) -> str:
    close = difflib.get_close_matches(name, known_names(namespace), 1)
    return f" Is {close[0]!r} meant?" if close else ""


def unknown_classes(record: Any, custom_objects: dict | None = None) -> list[str]:
    """What in a record nothing is known for, one sentence each, without making anything.

    The configs of users' own classes are not looked into: what is in them is their business.
    """
    problems: dict[str, None] = {}
    waiting = [record]
    with reading(custom_objects):
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(reversed(value))
            elif isinstance(value, dict):
                waiting.extend(reversed(list(_parts(value, problems))))
    return list(problems)


def _parts(value: dict, problems: dict[str, None]) -> Iterator[Any]:
    name = value.get("class_name")
    if isinstance(name, str) and "config" in value:
        if is_operation_module(value.get("module")) or name in _VALUES:
            return
        try:
            if name == "function":
                find_function(value["config"])
                return
            cls = _look_up(value, None)
        except InvalidModelFile as problem:
            problems[problem.problem] = None
            return
        if cls is None:
            problems[_unknown(value, None)] = None
            return
        if not (cls.__module__ or "").startswith("visualnn"):
            return
    yield from value.values()


def find_function(name: Any, namespace: str | None = None) -> Callable:
    """The function of this name: the user's, or one of ours, first of all of a namespace.

    Raises:
        InvalidModelFile: When there is none.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidModelFile(f"{name!r} is not the name of a function.", "config")
    found = find_custom(name) or find_builtin_function(name, namespace)
    found = found or find_custom_by_last_part(name)
    if not callable(found):
        raise UnknownObject(
            f"The function {name!r} is not known. If it is yours, pass it, "
            f"`custom_objects={{{name!r}: ...}}`, or decorate it with "
            "`@visualnn.saving.register_keras_serializable()`.",
            "config",
        )
    return found
