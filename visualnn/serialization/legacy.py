"""Records in the form of Keras 2: a class name and a config, without a module.

New files hold the records of :mod:`visualnn.serialization.writing`; these are for code that writes
the old ones itself.
"""

from __future__ import annotations

from typing import Any

from visualnn.serialization.reading import deserialize_keras_object as read
from visualnn.serialization.registry import BUILTINS, get_registered_name, get_registered_object


def serialize_keras_object(instance: Any) -> Any:
    """The class name and the config of an object; of a function, its name.

    Raises:
        ValueError: When it has neither.
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        config = {key: _old_value(value) for key, value in instance.get_config().items()}
        return {"class_name": get_registered_name(type(instance)), "config": config}
    if hasattr(instance, "__name__"):
        return get_registered_name(instance)
    raise ValueError(f"{instance!r} cannot be written: it has no method `get_config` and no name.")


def _old_value(value: Any) -> Any:
    if isinstance(value, str) or not hasattr(value, "get_config"):
        return value
    return serialize_keras_object(value)


def deserialize_keras_object(
    identifier: Any,
    module_objects: dict[str, Any] | None = None,
    custom_objects: dict[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """The object that a class name and a config, or a name, describe; a function is itself.

    Args:
        identifier: The record, or the name of a class or function.
        module_objects: The classes and functions to choose from, by name.
        custom_objects: Classes and functions of the user's, by name.
        printable_module_name: What the object is called in messages.

    Raises:
        ValueError: When there is nothing of that name.
    """
    known = {**(module_objects or {}), **(custom_objects or {})}
    if identifier is None or (callable(identifier) and not isinstance(identifier, type)):
        return identifier
    if isinstance(identifier, dict):
        name, config = identifier.get("class_name"), identifier.get("config")
        if not isinstance(name, str) or not isinstance(config, dict):
            raise ValueError(
                f"{identifier!r} is not the record of {_article(printable_module_name)}: it must "
                "have a `class_name` and a `config`."
            )
        cls = _named(name, known)
        if cls is None:
            raise ValueError(_unknown(name, printable_module_name))
        return read({"class_name": name, "config": config}, {**known, name: cls})
    if isinstance(identifier, str):
        found = _named(identifier, known)
        if found is None:
            raise ValueError(_unknown(identifier, printable_module_name))
        return found() if isinstance(found, type) else found
    raise ValueError(f"{identifier!r} is not the record of {_article(printable_module_name)}.")


def _named(name: str, known: dict[str, Any]) -> Any:
    """What a name stands for: what was passed, what was registered, or what is built in."""
    found = get_registered_object(name, known)
    if found is None:
        found = next((x for (_, known_name), x in BUILTINS.items() if known_name == name), None)
    return found


def _unknown(name: str, what: str) -> str:
    return (
        f"There is no {what} named {name!r}. If it is yours, pass it: "
        f"`custom_objects={{{name!r}: ...}}`."
    )


def _article(what: str) -> str:
    return f"{'an' if what[:1] in 'aeiou' else 'a'} {what}"
