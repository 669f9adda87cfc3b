"""Lists, dicts and sets that tell their layer what is put into them, and what is taken out.

A layer holds its variables and inner layers in the order in which it got them, whether they were
assigned to an attribute or put into a list or dict that is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from visualnn.module import tell

Track = Callable[[Any], Any]
Forget = Callable[[Any], None]


def _nothing(x: Any) -> None:
    """Forget nothing."""


class TrackedList(list):
    """A list that reports every element it gets, and every one it loses."""

    def __init__(self, items: Any = (), track: Track = lambda x: x, forget: Forget = _nothing):
        self._track, self._forget = track, forget
        super().__init__(track(x) for x in items)

    def append(self, item: Any) -> None:
        super().append(self._track(item))
        _tell(self)

    def insert(self, index: Any, item: Any) -> None:
        super().insert(index, self._track(item))
        _tell(self)

    def extend(self, items: Any) -> None:
        super().extend(self._track(x) for x in items)
        _tell(self)

    def __iadd__(self, items: Any):
        self.extend(items)
        return self

    def __setitem__(self, index: Any, item: Any) -> None:
        found = [self._track(x) for x in item] if isinstance(index, slice) else self._track(item)
        super().__setitem__(index, found)

    def __delitem__(self, index: Any) -> None:
        gone = self[index] if isinstance(index, slice) else [self[index]]
        super().__delitem__(index)
        _forget_all(self, gone)

    def remove(self, item: Any) -> None:
        del self[self.index(item)]

    def pop(self, index: Any = -1) -> Any:
        item = self[index]
        del self[index]
        return item

    def clear(self) -> None:
        del self[:]

    def __reduce__(self):
        return list, (list(self),)


class TrackedDict(dict):
    """A dict that reports every value it gets, and every one it loses."""

    def __init__(self, items: Any = (), track: Track = lambda x: x, forget: Forget = _nothing):
        self._track, self._forget = track, forget
        super().__init__({key: track(x) for key, x in dict(items).items()})

    def __setitem__(self, key: Any, item: Any) -> None:
        super().__setitem__(key, self._track(item))
        _tell(self)

    def update(self, *items: Any, **more: Any) -> None:
        for key, item in dict(*items, **more).items():
            self[key] = item

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def __delitem__(self, key: Any) -> None:
        gone = self[key]
        super().__delitem__(key)
        _forget_all(self, [gone])

    def pop(self, key: Any, *default: Any) -> Any:
        if key not in self and default:
            return default[0]
        item = self[key]
        del self[key]
        return item

    def popitem(self) -> tuple[Any, Any]:
        key, item = super().popitem()
        _forget_all(self, [item])
        return key, item

    def clear(self) -> None:
        for key in list(self):
            del self[key]

    def __reduce__(self):
        return dict, (dict(self),)


class TrackedSet(set):
    """A set that reports every element it gets, and every one it loses."""

    def __init__(self, items: Any = (), track: Track = lambda x: x, forget: Forget = _nothing):
        self._track, self._forget = track, forget
        super().__init__(track(x) for x in items)

    def add(self, item: Any) -> None:
        super().add(self._track(item))

    def update(self, *groups: Any) -> None:
        for group in groups:
            for item in group:
                self.add(item)

    def remove(self, item: Any) -> None:
        super().remove(item)
        _forget_all(self, [item])

    def discard(self, item: Any) -> None:
        if item in self:
            self.remove(item)

    def pop(self) -> Any:
        item = super().pop()
        _forget_all(self, [item])
        return item

    def clear(self) -> None:
        for item in list(self):
            self.remove(item)

    def __reduce__(self):
        return set, (set(self),)


def _tell(container: Any) -> None:
    """Let a checkpoint that waits for what the layer of a container gets look at it again."""
    owner = getattr(container._track, "__self__", None)
    if owner is not None and hasattr(owner, "__dict__"):
        tell(owner)


def _forget_all(container: Any, gone: Iterable[Any]) -> None:
    """Report what a container has lost, unless it holds the same thing a second time."""
    forget: Forget = container._forget
    values = container.values() if isinstance(container, dict) else container
    held = {id(x) for x in values}
    for item in gone:
        if id(item) not in held:
            forget(item)


def tracked(value: Any, track: Track, forget: Forget = _nothing) -> Any:
    """The value, with plain containers replaced by ones that report to ``track`` and ``forget``."""
    kind = type(value)
    if kind in (TrackedList, TrackedDict, TrackedSet) and value._track != track:
        held = cast(Any, value)
        outer, outer_forget = held._track, held._forget  # it belongs to another layer, too
        held._track = lambda x: track(outer(x))
        held._forget = lambda x: (outer_forget(x), forget(x))
        for item in list(value.values() if kind is TrackedDict else value):
            track(item)
        return value
    if kind is list:
        return TrackedList(value, track, forget)
    if kind is dict:
        return TrackedDict(value, track, forget)
    if kind is set:
        return TrackedSet(value, track, forget)
    if isinstance(value, tuple):
        items = [track(x) for x in value]
        return kind(*items) if hasattr(value, "_fields") else tuple(items)
    return value
