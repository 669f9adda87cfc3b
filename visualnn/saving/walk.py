"""The objects of a model whose variables are saved, each with its path in the file.

Names of layers play no role in paths: attribute names, class names and the order of layers do.
Source: keras.md section 9.1, by files that Keras 3.15 wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from visualnn.layers.layer import Layer
from visualnn.optimizers import Optimizer
from visualnn.serialization import to_snake_case

Saveable = Layer | Optimizer


def walk(root: Any) -> Iterator[tuple[str, Any]]:
    """Every saveable object, the root first, with each path by which it can be reached.

    An object that is found a second time is given again with its other path, because a file may
    hold it there; what is inside it is not walked again.
    """
    seen: set[int] = set()
    stack: list[tuple[str, Any]] = [("", root)]
    while stack:
        path, obj = stack.pop()
        yield path, obj
        if id(obj) in seen:
            continue
        seen.add(id(obj))
        stack.extend(reversed(list(_inside(path, obj, seen))))


def _inside(path: str, obj: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    for attribute, child in _attributes(obj):
        here = f"{path}/{attribute}" if path else attribute
        if isinstance(child, Saveable):
            yield here, child
        else:
            yield from _in_container(here, child)


def _in_container(path: str, container: Any) -> Iterator[tuple[str, Any]]:
    """The saveable objects in a list, tuple, dict or set, by class name and number."""
    stack = [(path, container)]
    while stack:
        here, items = stack.pop()
        used: Counter[str] = Counter()
        found = []
        for item in items.values() if isinstance(items, dict) else items:
            if isinstance(item, Saveable):
                name = to_snake_case(type(item).__name__)
            elif isinstance(item, list | tuple | dict | set):
                name = "container"
            else:
                continue
            number = used[name]
            used[name] += 1
            found.append((f"{here}/{name}_{number}" if number else f"{here}/{name}", item))
        for name, item in found:
            if isinstance(item, Saveable):
                yield name, item
        stack.extend((n, item) for n, item in reversed(found) if not isinstance(item, Saveable))


def _attributes(obj: Any) -> Iterator[tuple[str, Any]]:
    """The attributes that are saveable, or containers with something in them."""
    plan = _plan_of(type(obj))
    layers_first = getattr(obj, "saves_layers_first", False)
    if layers_first:
        yield "layers", obj.layers
    own = vars(obj)
    found = [name for name, x in own.items() if name not in plan.skipped and _holds(x)]
    found += [name for name in plan.properties if name not in own]
    for name in sorted(found, key=_place) if len(found) > 1 else found:
        if layers_first and name == "layers":
            continue
        try:
            value = getattr(obj, name)
        except Exception:
            continue
        if _holds(value):
            yield name, value


def _holds(x: Any) -> bool:
    """Whether this is saveable, or may have something in it that is."""
    return isinstance(x, Saveable) or (isinstance(x, list | tuple | dict | set) and bool(x))


def _place(name: str) -> str:
    """Attributes are sorted by their names, private ones last."""
    return f"~{name}" if name[0] == "_" else name


class _Plan(NamedTuple):
    """Which attributes the objects of a class are not looked through by, and its properties."""

    skipped: frozenset[str]
    properties: tuple[str, ...]


@cache
def _plan_of(cls: type) -> _Plan:
    skipped = _names_of_base(issubclass(cls, Layer)) | _private_defaults(cls)
    skipped |= getattr(cls, "not_saved", frozenset())
    names = [n for n in _class_names(cls) if n not in skipped and not n.startswith("__")]
    return _Plan(skipped | {n for n in dir(cls) if n.startswith("__")}, tuple(names))


@cache
def _class_names(cls: type) -> tuple[str, ...]:
    """The properties of a class; its methods hold nothing."""
    return tuple(name for name in dir(cls) if isinstance(getattr(cls, name, None), property))


@cache
def _private_defaults(cls: type) -> frozenset[str]:
    """What this library keeps for itself: private attributes that its classes have."""
    own = [base for base in cls.__mro__ if base.__module__.startswith("visualnn.")]
    return frozenset(name for base in own for name in vars(base) if name.startswith("_"))


@cache
def _names_of_base(is_layer: bool) -> frozenset[str]:
    """What every layer, or every optimizer, has anyway."""
    return frozenset(dir(Layer())) if is_layer else frozenset(dir(Optimizer))
