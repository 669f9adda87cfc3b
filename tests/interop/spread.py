"""Settings for a class that is declared by its fields, spread over what their types allow."""

from __future__ import annotations

import itertools
import random
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from visualnn.declaration import Field, fields_of


def fields(cls: type) -> dict[str, Field]:
    """The fields of a class by name."""
    return {field.name: field for field in fields_of(cls)}


def values_of(field: Field, known: Mapping[str, list]) -> list[Any]:
    """Values to try for a setting: those that are known for its name, or what its type says."""
    if field.name in known:
        return known[field.name]
    if field.choices:
        return [*field.choices, "nonsense"]
    options = _options(field.annotation)
    found: list[Any] = [None] if type(None) in options else []
    if bool in options:
        found += [True, False]
    elif float in options:
        low, high = field.minimum, field.maximum
        low, high = (0.0 if low is None else float(low)), (2.0 if high is None else float(high))
        found += [low, low + 0.3 * (high - low), high]
        found += [] if field.minimum is None else [low - 1.0]
        found += [] if field.maximum is None else [high + 1.0]
    elif int in options:
        low = 1 if field.minimum is None else int(field.minimum)
        found += [low, low + 1] + ([] if field.minimum is None else [low - 1])
    return found


def _options(annotation: Any) -> tuple:
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return typing.get_args(annotation)
    return (annotation,)


def spread(
    cls: type, known: Mapping[str, list], needed: Mapping[str, Any], more: int = 20
) -> Iterator[dict[str, Any]]:
    """Settings of a class: its defaults, each value of each setting alone, and several together.

    Args:
        cls: The class.
        known: Values to try, by the names of settings; an empty list is a setting left alone.
        needed: The settings without defaults.
        more: How many combinations of settings to draw.
    """
    given = {
        name: values
        for name, field in fields(cls).items()
        if name not in ("name", "dtype") and (values := values_of(field, known))
    }
    yield dict(needed)
    for name, values in given.items():
        for value in values:
            yield {**needed, name: value}
    pairs = list(itertools.combinations(given, 2))
    draw = random.Random(cls.__name__)
    for _ in range(more if pairs else 0):
        names = draw.choice(pairs) if draw.random() < 0.6 else list(given)
        yield {**needed, **{name: draw.choice(given[name]) for name in names}}
