"""What the layers of one model call share: whether it trains, and where it began."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from visualnn.functions.arguments import ambient


@dataclass
class CallContext:
    """One call of an outermost layer.

    Attributes:
        entry: The layer that was called first.
        training: Whether the model trains; ``None`` if nobody said so.
    """

    entry: Any
    training: bool | None = None


_context: ContextVar[CallContext | None] = ContextVar("call", default=None)


def current_call() -> CallContext | None:
    """The call we are in."""
    return _context.get()


def _training() -> bool | None:
    here = _context.get()
    return None if here is None else here.training


ambient.append(_training)  # it is not given to functions that are called inside a layer


@contextmanager
def calling(layer: Any, training: bool | None) -> Iterator[CallContext]:
    """Everything inside belongs to a call of ``layer``; an inner call may change ``training``."""
    outer = _context.get()
    here = CallContext(layer if outer is None else outer.entry, training)
    token = _context.set(here)
    try:
        yield here
    finally:
        _context.reset(token)


@contextmanager
def fresh_call() -> Iterator[None]:
    """What is called inside begins anew, as when shapes are inferred in the middle of a call."""
    token = _context.set(None)
    try:
        yield
    finally:
        _context.reset(token)
