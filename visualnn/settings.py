"""What a setting may be: values checked and converted by the type they are declared with."""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from visualnn.serialization import Namespace, serialize_keras_object

Axes = int | tuple[int, ...]
"""One axis or several."""


@dataclass(frozen=True)
class Kind:
    """How settings of one type are converted, saved and chosen.

    Attributes:
        name: What it is called, such as ``initializer``.
        convert: Makes the object from whatever may stand for it.
        serialize: Makes the record of the object.
        choices: The strings to offer.
    """

    name: str
    convert: Callable[[Any], Any]
    serialize: Callable[[Any], Any] = serialize_keras_object
    choices: Callable[[], list[str]] | None = None


KINDS: dict[Any, Kind] = {}
"""The kind of each type that stands for an object, such as ``Initializer``."""


def settings_of(cls: Any, namespace: Namespace) -> None:
    """Let a string, a class or a record stand for an object of this type in declarations."""
    KINDS[cls] = Kind(namespace.kind, namespace.get, namespace.serialize, namespace.choices)
    kind_of.cache_clear()


@functools.lru_cache(maxsize=4096)
def kind_of(annotation: Any) -> Kind | None:
    """The kind of a type, of ``type | None``, or of ``Annotated[type, Kind(...)]``."""
    if typing.get_origin(annotation) is typing.Annotated:
        for note in annotation.__metadata__:
            if isinstance(note, Kind):
                return note
        return kind_of(annotation.__origin__)
    if is_union(annotation):
        kinds = map(kind_of, typing.get_args(annotation))
        return next((kind for kind in kinds if kind), None)
    return KINDS.get(annotation) if isinstance(annotation, type) else None


@functools.lru_cache(maxsize=4096)
def is_union(annotation: Any) -> bool:
    """Whether a type is a choice of types, ``int | None``."""
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def converted(
    value: Any, annotation: Any, minimum: float | None = None, maximum: float | None = None
) -> Any:
    """A value as a setting of this type.

    Raises:
        ValueError: When it cannot be one; the message continues "`units` ...".
    """
    if value is None and _allows_none(annotation):
        return None
    kind = kind_of(annotation)
    if kind is not None:
        return kind.convert(value)
    options = _options_of(annotation)
    for option in options:
        found = _as(value, option)
        if found is not _MISFIT and _within(found, minimum, maximum):
            return found
    said = " or ".join(description(o) for o in options if o is not type(None))
    raise ValueError(f"must be {said}{_limits(minimum, maximum)}, but is {value!r}.")


_MISFIT: Any = object()


@functools.lru_cache(maxsize=4096)
def _options_of(annotation: Any) -> tuple[Any, ...]:
    """The types that a value may be of."""
    return typing.get_args(annotation) if is_union(annotation) else (annotation,)


@functools.lru_cache(maxsize=4096)
def _allows_none(annotation: Any) -> bool:
    if typing.get_origin(annotation) is typing.Annotated:
        return _allows_none(annotation.__origin__)
    return annotation in (None, type(None), Any) or (
        is_union(annotation) and any(_allows_none(o) for o in typing.get_args(annotation))
    )


def _as(value: Any, annotation: Any) -> Any:
    """The value as this one type, or ``_MISFIT``."""
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = value.item()
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return _chosen(value, typing.get_args(annotation))
    if origin is tuple:
        return _as_tuple(value, typing.get_args(annotation))
    if annotation is int:
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        return int(value) if whole else _MISFIT
    if annotation is float:
        return value if isinstance(value, Real) and not isinstance(value, bool) else _MISFIT
    if annotation is bool:
        return bool(value) if value in (True, False) else _MISFIT
    if annotation is str:
        return value if isinstance(value, str) else _MISFIT
    if annotation is type(None):
        return _MISFIT
    if annotation is Any:
        return value
    kind = origin or annotation
    if isinstance(kind, type) and kind not in (object, Callable):
        return value if isinstance(value, kind) else _MISFIT
    return value


def _chosen(value: Any, choices: tuple) -> Any:
    for choice in choices:
        same_word = isinstance(value, str) and isinstance(choice, str)
        if (value.lower() == choice.lower()) if same_word else (value is choice or value == choice):
            return choice
    return _MISFIT


def _as_tuple(value: Any, options: tuple) -> Any:
    """A tuple of the right length; one number stands for as many as are needed."""
    several = isinstance(value, list | tuple | np.ndarray)
    if len(options) == 2 and options[1] is ...:
        if not several:
            return _MISFIT
        options = (options[0],) * len(value)
    if not several:
        value = (value,) * len(options)
    if len(value) != len(options):
        return _MISFIT
    found = tuple(_as(x, option) for x, option in zip(value, options, strict=True))
    return _MISFIT if any(x is _MISFIT for x in found) else found


def _within(value: Any, minimum: float | None, maximum: float | None) -> bool:
    numbers = value if isinstance(value, tuple) else (value,)
    return all(
        not isinstance(x, int | float)
        or ((minimum is None or x >= minimum) and (maximum is None or x <= maximum))
        for x in numbers
    )


def _limits(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum:g} to {maximum:g}"
    if minimum is not None:
        return f", {minimum:g} or more"
    return f", {maximum:g} or less" if maximum is not None else ""


_WORDS = {int: "a whole number", float: "a number", bool: "True or False", str: "a text"}
_COUNTS = {1: "one", 2: "two", 3: "three", 4: "four"}


def description(annotation: Any) -> str:
    """A type in words, such as "two whole numbers"."""
    origin, options = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return "one of " + ", ".join(map(repr, options))
    if origin is tuple and options:
        word = _WORDS.get(options[0], "value").split(" ", 1)[-1]
        count = "several" if options[-1] is ... else _COUNTS.get(len(options), len(options))
        return f"{count} {word}{'' if count == 'one' else 's'}"
    if annotation in _WORDS:
        return _WORDS[annotation]
    return getattr(origin or annotation, "__name__", str(annotation))
