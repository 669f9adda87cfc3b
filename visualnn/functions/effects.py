"""What a traced function does besides giving results: layers inside it note losses.

A trace runs without the layers, so it computes these values, too, and hands them to the layers.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Effects = list[tuple[weakref.WeakMethod, Any]]

_effects: ContextVar[Effects | None] = ContextVar("effects", default=None)


def note(receiver: Callable[[list[Any]], None], value: Any) -> None:
    """Let a method of an object be given this value whenever the trace being made runs."""
    effects = _effects.get()
    if effects is not None:
        effects.append((weakref.WeakMethod(receiver), value))


@contextmanager
def noting() -> Iterator[Effects]:
    """Collect what is noted inside."""
    effects: Effects = []
    token = _effects.set(effects)
    try:
        yield effects
    finally:
        _effects.reset(token)


def give(effects: Effects, values: list[Any]) -> None:
    """Give objects that are still there the values that were computed for them."""
    given: dict[weakref.WeakMethod, list[Any]] = {}
    for (receiver, _), value in zip(effects, values, strict=True):
        given.setdefault(receiver, []).append(value)
    for receiver, found in given.items():
        method = receiver()
        if method is not None:
            method(found)
