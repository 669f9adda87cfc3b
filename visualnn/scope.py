"""Where we are: names inside names, and what made an operation.

Everything recorded inside ``with scope("encoder")`` is named ``encoder/...``.  Names are for
reading; what a program needs to know of an operation (the layer call that made it, the phase of
training, the forward operation it belongs to) is kept as data, in an :class:`Origin`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

PHASES = ("forward", "loss", "backward", "update", "metrics")


@dataclass(frozen=True)
class Origin:
    """What made an operation."""

    call: str = ""  # the layer call, such as "encoder/dense_1"
    phase: str = "forward"
    line: str = ""  # the user's source line, such as "model.py:12"
    forward: Any = None  # the node whose gradient this is part of
    checkpoint: Any = None  # the part of the computation that is done again, see checkpoints.py


_scopes: ContextVar[tuple[str, ...]] = ContextVar("scopes", default=())
_NOTHING = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=_NOTHING)


_owner: ContextVar[Any] = ContextVar("owner", default=None)


@contextmanager
def scope(name: str, owner: Any = None) -> Iterator[None]:
    """Put what is recorded inside under a name.

    Args:
        name: The name.
        owner: The object that is called so.  Where it is the innermost owner already, as when a
            layer makes a weight while it is built, the scope is not entered a second time.
    """
    if owner is not None and _owner.get() is owner:
        yield
        return
    token, owner_token = _scopes.set((*_scopes.get(), name)), _owner.set(owner)
    try:
        yield
    finally:
        _owner.reset(owner_token)
        _scopes.reset(token)


def current_owner() -> Any:
    """The object whose scope is the innermost one, if that is one of an object."""
    return _owner.get()


@contextmanager
def owned_by(owner: Any) -> Iterator[None]:
    """Let the scope we are in be one of another object, or of none."""
    token = _owner.set(owner)
    try:
        yield
    finally:
        _owner.reset(token)


class name_scope:  # noqa: N801 - Keras's name
    """Puts the name in front of the paths of variables and operations made inside ``with``.

    Args:
        name: The name.
        **kwargs: ``deduplicate``, as Keras accepts it.

    Raises:
        ValueError: When it is no text, or holds a slash.
    """

    def __init__(self, name: str, **kwargs: Any):
        if not isinstance(name, str) or "/" in name:
            raise ValueError(f"{name!r} is not a name for a scope: a text without '/' is.")
        self.name = name
        self.deduplicate = kwargs.pop("deduplicate", True)
        self._entered: list[Any] = []

    def __enter__(self) -> name_scope:
        entered = scope(self.name)
        entered.__enter__()
        self._entered.append(entered)
        return self

    def __exit__(self, *problem: Any) -> None:
        self._entered.pop().__exit__(*problem)


@contextmanager
def absolute_scope(path: str) -> Iterator[None]:
    """Put what is recorded inside under exactly this path."""
    token = _scopes.set(tuple(path.split("/")) if path else ())
    try:
        yield
    finally:
        _scopes.reset(token)


def current_scope() -> str:
    """Where we are, such as ``encoder/dense_1``."""
    return "/".join(_scopes.get())


@contextmanager
def origin(**what: Any) -> Iterator[None]:
    """Mark what is recorded inside: ``call``, ``phase``, ``forward`` or ``checkpoint``."""
    token = _origin.set(replace(_origin.get(), **what))
    try:
        yield
    finally:
        _origin.reset(token)


def current_origin() -> Origin:
    """What is being made right now."""
    return _origin.get()
