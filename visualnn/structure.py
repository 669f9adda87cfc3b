"""Nested structures: tensors in lists, tuples and dicts, as Keras takes them everywhere.

Dicts are flattened in the order of their sorted keys, an ``OrderedDict`` in its own.  A leaf is
anything that is not a list, tuple or dict; ``None`` is a leaf.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any


def flatten(structure: Any) -> list[Any]:
    """The leaves of a structure, from left to right."""
    return list(_leaves(structure))


def _leaves(structure: Any) -> Iterator[Any]:
    if isinstance(structure, dict):
        for key in ordered_keys(structure):
            yield from _leaves(structure[key])
    elif isinstance(structure, list | tuple):
        for item in structure:
            yield from _leaves(item)
    else:
        yield structure


def map_structure(function: Callable, structure: Any, *others: Any) -> Any:
    """A structure of the same form, with ``function`` applied to each leaf.

    Raises:
        ValueError: When the other structures have another form.
    """
    if isinstance(structure, dict):
        _check(all(isinstance(o, dict) and o.keys() == structure.keys() for o in others), structure)
        items = {
            k: map_structure(function, v, *(o[k] for o in others)) for k, v in structure.items()
        }
        return items if type(structure) is dict else type(structure)(items)
    if isinstance(structure, list | tuple):
        _check(
            all(isinstance(o, list | tuple) and len(o) == len(structure) for o in others), structure
        )
        items = [map_structure(function, *xs) for xs in zip(structure, *others, strict=True)]
        return rebuilt(structure, items)
    return function(structure, *others)


def pack_like(structure: Any, leaves: Iterable[Any]) -> Any:
    """A structure of the same form, with these leaves (flattened order)."""
    return _packed(structure, iter(leaves))


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(structure, dict):
        found = {key: _packed(structure[key], leaves) for key in ordered_keys(structure)}
        ordered = {key: found[key] for key in structure}
        return ordered if type(structure) is dict else type(structure)(ordered)
    if isinstance(structure, list | tuple):
        return rebuilt(structure, [_packed(item, leaves) for item in structure])
    return next(leaves)


def rebuilt(structure: list | tuple, items: list) -> Any:
    """A list, tuple or named tuple like this one, of other items."""
    if isinstance(structure, tuple):
        return type(structure)(*items) if hasattr(structure, "_fields") else tuple(items)
    return items


def ordered_keys(structure: dict) -> list:
    """The keys of a dict in the order that its leaves have."""
    if isinstance(structure, OrderedDict):
        return list(structure)
    try:
        return sorted(structure)
    except TypeError:  # keys of several types
        return list(structure)


def _check(same: bool, structure: Any) -> None:
    if not same:
        raise ValueError(f"A structure like {structure!r} was expected.")
