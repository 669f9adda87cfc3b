"""Which class a name stands for: ours by a closed table, users' by what they registered.

Nothing is ever imported because a file names it, but for our own modules in the table ``LATER``.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from visualnn.serialization.naming import to_snake_case


@dataclass(frozen=True)
class PublicName:
    """What a built-in class or function is called in a saved file."""

    module: str
    class_name: str
    registered_name: str | None = None


BUILTINS: dict[tuple[str, str], Any] = {}
"""Every built-in class and function, by its namespace and any of its names."""

NAMES: dict[Any, PublicName] = {}
"""What each built-in class and function is called in a saved file."""

NAMESPACES = (
    "layers",
    "models",
    "optimizers.schedules",
    "optimizers",
    "losses",
    "metrics",
    "activations",
    "initializers",
    "regularizers",
    "constraints",
    "distillation",
    "dtype_policies",
    "quantizers",
    "random",
    "utils",
)
"""The public namespaces that saved files refer to."""

_FUNCTION_NAMESPACES = (
    "activations",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
)

# old names of folders inside Keras, and what lay in them
_OLD_FOLDERS = {
    "engine": ("models", "layers"),
    "mixed_precision": ("dtype_policies", "optimizers"),
    "backend": ("random", "dtype_policies"),
}


def public(module: str, *aliases: str, name: str | None = None, also: tuple[str, ...] = ()) -> Any:
    """Make a class or function known to saved files under Keras's name.

    Args:
        module: The module written into files, such as ``keras.layers``.
        *aliases: Other names that are understood.
        name: Its name, if not the Python one.
        also: Other namespaces it is found in, such as ``keras.models``.
    """

    def register(thing: Any) -> Any:
        known = name or thing.__name__
        for namespace in _namespaces(module) + sum(map(_namespaces, also), ()):
            for alias in (known, *aliases):
                BUILTINS[namespace, alias] = thing
        NAMES[thing] = PublicName(module, known, known if ".src." in module else None)
        return thing

    return register


def find_builtin(module: str | None, name: str) -> Any:
    """The built-in class or function with this name in a module of Keras, whatever its age."""
    for namespace in _namespaces(module or ""):
        if (namespace, name) in BUILTINS:
            return BUILTINS[namespace, name]
    return None


def find_builtin_function(name: str, namespace: str | None = None) -> Any:
    """The built-in function with this name, first of all in one namespace."""
    for space in ((namespace,) if namespace else ()) + _FUNCTION_NAMESPACES:
        found = BUILTINS.get((space, name))
        if found is not None and not inspect.isclass(found):
            return found
    return None


def is_keras_module(module: Any) -> bool:
    """Whether a record's module is one of Keras's own, of any age."""
    return isinstance(module, str) and module.split(".")[0] in ("keras", "tf_keras", "tensorflow")


def _namespaces(module: str) -> tuple[str, ...]:
    """The public namespaces that a module path of any version of Keras stands for."""
    if not is_keras_module(module):
        return ()
    parts = [part for part in module.split(".")[1:] if part not in ("src", "api", "python")]
    if parts[:1] == ["keras"]:  # tensorflow.keras
        parts = parts[1:]
    if not parts:
        return ("", "models", "dtype_policies")
    if "schedules" in parts:
        return ("optimizers.schedules",)
    for part in parts:  # keras.src.backend.torch.optimizers.torch_adam
        if part in NAMESPACES:
            return (part,)
    return next((_OLD_FOLDERS[part] for part in parts if part in _OLD_FOLDERS), ())


# ---------------------------------------------------------------------- users' own classes

_custom: dict[str, Any] = {}
_custom_names: dict[Any, str] = {}
_scope: ContextVar[dict[str, Any] | None] = ContextVar("custom_objects", default=None)


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable:
    """Make a class or function of yours known to saved files as ``package>name``.

    Args:
        package: A name of yours that sets it apart from others'.
        name: Its name, by default the Python one.

    Raises:
        ValueError: When a class has no ``get_config``.
    """

    def register(thing: Any) -> Any:
        if inspect.isclass(thing) and not hasattr(thing, "get_config"):
            raise ValueError(
                f"{thing.__name__} cannot be registered: a class that is saved needs a method "
                "`get_config` that returns the arguments of its constructor."
            )
        key = f"{package}>{name or thing.__name__}"
        _custom[key] = thing
        _custom_names[thing] = key
        return thing

    return register


def get_custom_objects() -> dict[str, Any]:
    """The registered classes and functions by name: the dictionary itself, to read or change."""
    return _custom


def get_registered_name(thing: Any) -> str:
    """The name that a class or function was registered by, or else its Python name."""
    return _custom_names.get(thing) or thing.__name__


def get_registered_object(
    name: str, custom_objects: dict | None = None, module_objects: dict | None = None
) -> Any:
    """What was registered by this name, if anything: in the scope, for good, or in the argument."""
    for table in (current_scope_objects(), _custom, custom_objects, module_objects):
        if table and name in table:
            return table[name]
    return None


def current_scope_objects() -> dict[str, Any]:
    """The objects of the innermost ``custom_object_scope``."""
    return _scope.get() or {}


class CustomObjectScope:
    """Makes classes and functions of yours known by name inside the block, in this thread.

    A scope inside a scope hides the outer one, as in Keras.

    Args:
        custom_objects: The classes and functions by name.
    """

    def __init__(self, custom_objects: dict[str, Any] | None):
        self.custom_objects = custom_objects or {}
        self._tokens: list = []

    def __enter__(self) -> CustomObjectScope:
        self._tokens.append(_scope.set(dict(self.custom_objects)))
        return self

    def __exit__(self, *problem: Any) -> None:
        _scope.reset(self._tokens.pop())


custom_object_scope = CustomObjectScope


LATER = {"visualnn>ONNXOperation": "visualnn.exporting.onnx.reading"}
"""Where our own classes are defined that few files have, by the names they are registered by."""


def find_custom(name: str, custom_objects: dict | None = None) -> Any:
    """A user's class or function by its registered or its plain name.

    Objects that the caller passed, by scope or argument, are also found by the part of the name
    after ``package>``: who passes a class means it.
    """
    if name in LATER:
        importlib.import_module(LATER[name])
    found = get_registered_object(name, custom_objects)
    if found is not None:
        return found
    plain = name.rpartition(">")[2]
    for table in (current_scope_objects(), custom_objects or {}):
        for key, thing in table.items():
            if plain in (key, key.rpartition(">")[2]):
                return thing
    return None


def find_custom_by_last_part(name: str) -> Any:
    """A registered function by the part of its name after ``package>``."""
    return next((x for key, x in _custom.items() if key.rpartition(">")[2] == name), None)


def known_names(namespace: str) -> list[str]:
    """The names of all built-in things in a namespace, for suggestions."""
    return sorted(name for space, name in BUILTINS if space == namespace)


def default_name(thing: Any) -> str:
    """The snake-case name of a class, such as ``mean_squared_error``."""
    cls = thing if inspect.isclass(thing) else type(thing)
    return to_snake_case(cls.__name__)
