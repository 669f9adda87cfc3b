"""Lists and dicts that tell their layer what is put into them.

A layer holds its variables and inner layers in the order in which it got them, whether they were
assigned to an attribute or put into a list or dict that is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Track = Callable[[Any], Any]


class TrackedList(list):
    """A list that reports every element it gets."""

    def __init__(self, items: Any = (), track: Track = lambda x: x):
        self._track = track
        super().__init__(track(x) for x in items)

    def append(self, item: Any) -> None:
        super().append(self._track(item))

    def insert(self, index: Any, item: Any) -> None:
        super().insert(index, self._track(item))

    def extend(self, items: Any) -> None:
        super().extend(self._track(x) for x in items)

    def __iadd__(self, items: Any):
        self.extend(items)
        return self

    def __setitem__(self, index: Any, item: Any) -> None:
        found = [self._track(x) for x in item] if isinstance(index, slice) else self._track(item)
        super().__setitem__(index, found)

    def __reduce__(self):
        return list, (list(self),)


class TrackedDict(dict):
    """A dict that reports every value it gets."""

    def __init__(self, items: Any = (), track: Track = lambda x: x):
        self._track = track
        super().__init__({key: track(x) for key, x in dict(items).items()})

    def __setitem__(self, key: Any, item: Any) -> None:
        super().__setitem__(key, self._track(item))

    def update(self, *items: Any, **more: Any) -> None:
        for key, item in dict(*items, **more).items():
            self[key] = item

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def __reduce__(self):
        return dict, (dict(self),)


class TrackedSet(set):
    """A set that reports every element it gets."""

    def __init__(self, items: Any = (), track: Track = lambda x: x):
        self._track = track
        super().__init__(track(x) for x in items)

    def add(self, item: Any) -> None:
        super().add(self._track(item))

    def update(self, *groups: Any) -> None:
        for group in groups:
            for item in group:
                self.add(item)

    def __reduce__(self):
        return set, (set(self),)


def tracked(value: Any, track: Track) -> Any:
    """The value, with plain containers replaced by ones that report to ``track``."""
    kind = type(value)
    if kind in (TrackedList, TrackedDict, TrackedSet) and value._track != track:
        outer = value._track  # it belongs to another layer: from now on, both are told
        value._track = lambda x: track(outer(x))
        for item in list(value.values() if kind is TrackedDict else value):
            track(item)
        return value
    if kind is list:
        return TrackedList(value, track)
    if kind is dict:
        return TrackedDict(value, track)
    if kind is set:
        return TrackedSet(value, track)
    if isinstance(value, tuple):
        items = [track(x) for x in value]
        return kind(*items) if hasattr(value, "_fields") else tuple(items)
    return value
