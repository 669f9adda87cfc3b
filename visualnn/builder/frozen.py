"""Values that never change: what JSON holds, frozen, so that documents can share their parts."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from visualnn.serialization.limits import deep_recursion

K = TypeVar("K")
V = TypeVar("V")


def _refuse(self: object, *args: object, **kwargs: object) -> NoReturn:
    raise TypeError("A document never changes; a command makes the next one.")


class FrozenDict(dict[K, V]):
    """A dict that never changes.  JSON writes it like any other."""

    _hash: int | None = None

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[reportIncompatibleVariableOverride]
        if self._hash is None:
            self._hash = hash(frozenset(self.items()))
        return self._hash

    def __copy__(self) -> FrozenDict[K, V]:
        return self

    def __deepcopy__(self, memo: object) -> FrozenDict[K, V]:
        return self

    def having(self, key: K, value: V) -> FrozenDict[K, V]:
        """The same, with one more or one other entry."""
        return FrozenDict({**self, key: value})

    def without(self, keys: set[K] | frozenset[K]) -> FrozenDict[K, V]:
        """The same, without some entries."""
        return FrozenDict({key: value for key, value in self.items() if key not in keys})


EMPTY: FrozenDict[Any, Any] = FrozenDict()


def freeze(value: Any) -> Any:
    """A JSON value with its dicts and lists frozen; tuples stand for lists."""
    with deep_recursion():
        return _frozen(value)


def _frozen(value: Any) -> Any:
    if isinstance(value, FrozenDict):
        return value
    if isinstance(value, dict):
        return FrozenDict({key: _frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value


def thaw(value: Any, leaf: Callable[[Any], Any] = lambda leaf: leaf) -> Any:
    """A copy that may be changed: plain dicts and lists, with a function applied to the leaves."""
    with deep_recursion():
        return _thawed(value, leaf)


def _thawed(value: Any, leaf: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _thawed(item, leaf) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_thawed(item, leaf) for item in value]
    return leaf(value)
