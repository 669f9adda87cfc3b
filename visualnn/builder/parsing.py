"""Messages checked field by field before anything is done with them."""

from __future__ import annotations

import dataclasses
import functools
import math
import types
import typing
from typing import Any, TypeVar

from visualnn.builder.frozen import FrozenDict, freeze
from visualnn.builder.sentences import listed

T = TypeVar("T")

_LONGEST_TEXT = 8 * 2**20
_WORDS = {str: "a text", float: "a number", int: "a whole number", bool: "true or false"}


class MessageError(ValueError):
    """A message that is not one; it says what is wrong, in words."""


def parsed(cls: type[T], message: dict[str, Any]) -> T:
    """The dataclass with the values of a message.

    Raises:
        MessageError: When fields are unknown, missing, or of another type.
    """
    fields = typing.cast(Any, dataclasses.fields)(cls)
    names = [field.name for field in fields]
    unknown = [str(name) for name in message if name not in names]
    if unknown:
        raise MessageError(f"{cls.__name__} has no field {listed(unknown)}.")
    missing = [
        field.name
        for field in fields
        if field.name not in message
        and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise MessageError(f"{cls.__name__} needs the field {listed(missing)}.")
    hints = _hints(cls)
    values = {
        name: checked(value, hints[name], f"{cls.__name__}.{name}")
        for name, value in message.items()
    }
    return cls(**values)


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def checked(value: Any, kind: Any, place: str) -> Any:
    """A value as this type, frozen.

    Raises:
        MessageError: When it is of another one.
    """
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return freeze(value)
    if kind in _WORDS:
        return _simple(value, kind, place)
    if origin is typing.Literal and value in options:
        return value
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in options:
            return None
        return checked(value, next(o for o in options if o is not type(None)), place)
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        return parsed(typing.cast(Any, kind), typing.cast(Any, value))
    if origin is dict and isinstance(value, dict):
        entries = typing.cast(dict[Any, Any], value)
        if all(isinstance(key, str) for key in entries):
            items = {key: checked(x, options[1], f"{place}[{key!r}]") for key, x in entries.items()}
            return FrozenDict(items)
    if origin is tuple and isinstance(value, list | tuple):
        items = typing.cast(list[Any], value)
        if options[-1] is ...:
            options = (options[0],) * len(items)
        if len(options) == len(items):
            pairs = zip(items, options, strict=True)
            return tuple(checked(x, o, f"{place}[{i}]") for i, (x, o) in enumerate(pairs))
    raise MessageError(f"{place} cannot be {value!r:.80}.")


def _simple(value: Any, kind: Any, place: str) -> Any:
    if kind is float and type(value) in (int, float) and math.isfinite(value):
        return float(value)
    if kind is str and isinstance(value, str) and len(value) <= _LONGEST_TEXT:
        return str(value)
    if kind in (int, bool) and type(value) is kind:
        return value
    raise MessageError(f"{place} must be {_WORDS[kind]}, but is {value!r:.80}.")
