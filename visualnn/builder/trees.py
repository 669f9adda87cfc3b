"""The arguments of a call: trees of dicts and lists whose leaves are constants or references.

A path leads from the root to a leaf, such as ``("args", 0, 1)`` or ``("kwargs", "mask")``.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from visualnn.builder.frozen import FrozenDict

Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Ref:
    """A tensor: one output of a call, by its number among the flattened outputs."""

    call: str
    output: int = 0


def is_record(value: Any) -> bool:
    """Whether a dict stands for one constant, such as an array or a slice, and is no structure."""
    return isinstance(value, dict) and "class_name" in value and "config" in value


def references(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Ref]]:
    """The references in a tree with the paths that lead to them, from left to right."""
    if isinstance(tree, Ref):
        yield path, tree
    elif isinstance(tree, tuple):
        for i, item in enumerate(tree):
            yield from references(item, (*path, i))
    elif isinstance(tree, dict) and not is_record(tree):
        for key, item in tree.items():
            yield from references(item, (*path, key))


def at(tree: Any, path: Path) -> Any:
    """What lies at the end of a path; ``None`` where there is nothing."""
    for part in path:
        if isinstance(part, int):
            tree = tree[part] if isinstance(tree, tuple) and part < len(tree) else None
        else:
            tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def replaced(tree: Any, path: Path, value: Any) -> Any:
    """The same tree with another value at the end of a path, which is made where it is missing."""
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(part, int):
        items: list[Any] = list(tree) if isinstance(tree, tuple) else []
        items += [None] * (part + 1 - len(items))
        items[part] = replaced(items[part], rest, value)
        return tuple(items)
    entries: dict[Any, Any] = tree if isinstance(tree, dict) else {}
    return FrozenDict({**entries, part: replaced(entries.get(part), rest, value)})


def map_references(function: Callable[[Ref], Any], tree: Any) -> Any:
    """The same tree with a function applied to each reference."""
    if isinstance(tree, Ref):
        return function(tree)
    if isinstance(tree, tuple):
        return tuple(map_references(function, item) for item in tree)
    if isinstance(tree, dict) and not is_record(tree):
        return FrozenDict({k: map_references(function, x) for k, x in tree.items()})
    return tree
