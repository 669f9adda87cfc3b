"""What may stand for an object: ``"relu"``, ``"mse"``, a class, a record, or the object itself."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from typing import Any

from visualnn.serialization.limits import InvalidModelFile
from visualnn.serialization.naming import to_snake_case
from visualnn.serialization.reading import deserialize_keras_object
from visualnn.serialization.registry import find_custom, find_custom_by_last_part, public
from visualnn.serialization.writing import serialize_keras_object


class Namespace:
    """The classes and functions of one public namespace by the strings that stand for them.

    Args:
        module: The namespace, such as ``keras.losses``.
        kind: What one of its things is called, such as ``loss``.
        functions: Whether strings stand for functions (``"mse"`` as a loss), not for objects.
        lower: Whether upper and lower case are the same, as with optimizers.
    """

    def __init__(self, module: str, kind: str, functions: bool = False, lower: bool = False):
        self.module = module
        self.name = module.removeprefix("keras.")
        self.kind = kind
        self.functions = functions
        self.lower = lower
        self.table: dict[str, Any] = {}
        self.preferred: dict[str, Any] = {}

    def public(self, *aliases: str, name: str | None = None, listed: bool = True) -> Callable:
        """Make a class or function of this namespace known to files, and by strings.

        Args:
            *aliases: Other strings that stand for it.
            name: Its name, if not the Python one.
            listed: Whether it is offered as a choice.
        """

        def register(thing: Any) -> Any:
            public(self.module, *aliases, name=name)(thing)
            known = name or thing.__name__
            is_class = inspect.isclass(thing)
            if not is_class and not self.functions:
                return thing
            strings = [known, *aliases]
            if is_class and not self.functions:
                strings.append(to_snake_case(known))
            for string in strings:
                self.table[string.lower() if self.lower else string] = thing
            if listed and (self.functions != is_class or not self.functions):
                self.preferred[strings[-1] if is_class and not self.lower else known] = thing
            return thing

        return register

    def choices(self) -> list[str]:
        """The strings to offer, one for each thing."""
        return sorted(self.preferred)

    def find(self, name: str) -> Any:
        """The class or function that a string stands for, or ``None``."""
        found = find_custom(name)
        if found is None:
            found = self.table.get(name.lower() if self.lower else name)
        return find_custom_by_last_part(name) if found is None else found

    def get(self, identifier: Any) -> Any:
        """The object that a string, a class or a record stands for; an object stands for itself.

        Raises:
            ValueError: When there is none.
        """
        if identifier is None:
            return None
        if isinstance(identifier, dict):
            return self.deserialize(identifier)
        if isinstance(identifier, str):
            identifier = self._found(identifier)
        if inspect.isclass(identifier):
            return identifier()
        if callable(identifier) or hasattr(identifier, "get_config"):
            return identifier
        raise ValueError(f"{identifier!r} is not {self._article()}.")

    def _found(self, name: str) -> Any:
        found = self.find(name)
        if found is None:
            close = difflib.get_close_matches(name, self.table, 1)
            hint = (
                f"Is {close[0]!r} meant?" if close else f"There are: {', '.join(self.choices())}."
            )
            raise ValueError(f"{name!r} is not {self._article()}. {hint}")
        return found

    def _article(self) -> str:
        return f"{'an' if self.kind[0] in 'aeiou' else 'a'} {self.kind}"

    def serialize(self, thing: Any) -> Any:
        """The record of a thing of this namespace."""
        return serialize_keras_object(thing)

    def deserialize(self, config: Any, custom_objects: dict | None = None) -> Any:
        """The thing that a record, or a string, describes."""
        if isinstance(config, str):
            return self.get(config)
        found = deserialize_keras_object(config, custom_objects, namespace=self.name)
        if isinstance(found, dict):
            raise InvalidModelFile(f"{config!r} is not the record of {self._article()}.")
        return found
