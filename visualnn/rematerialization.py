"""Asking for less memory by computing values a second time.

Keras can forget values inside a model and compute them again for the gradients.  Here every value
that the gradients need is kept: what is said below is checked and noted, results and gradients are
the same, and so is the memory that training takes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import Any

_MODES = ("full", "activations", "larger_than", "list_of_layers")

_scope: ContextVar[RematScope | None] = ContextVar("rematerialization", default=None)


class RematScope:
    """Says which values of layers made inside ``with`` might be computed a second time.

    It is noted only: every value is kept, as outside.

    Args:
        mode: ``full``, ``activations``, ``larger_than``, ``list_of_layers``, or ``None`` for none.
        output_size_threshold: From how many numbers on, with ``larger_than``.
        layer_names: Which layers, with ``list_of_layers``.

    Raises:
        ValueError: When there is no such mode.
    """

    def __init__(
        self,
        mode: str | None = "full",
        output_size_threshold: int = 1024,
        layer_names: Any = None,
    ):
        if mode is not None and mode not in _MODES:
            raise ValueError(
                f"RematScope: {mode!r} is not a mode. There are {', '.join(_MODES)}, and None."
            )
        self.mode = mode
        self.output_size_threshold = output_size_threshold
        self.layer_names = list(layer_names or ())
        self._tokens: list[Token] = []

    def __enter__(self) -> RematScope:
        self._tokens.append(_scope.set(self))
        return self

    def __exit__(self, *problem: Any) -> None:
        _scope.reset(self._tokens.pop())


def current_scope() -> RematScope | None:
    """The innermost scope we are in."""
    return _scope.get()


def remat(f: Callable) -> Callable:
    """The same function, whose inner values might be computed a second time for the gradients.

    They are kept here: results, gradients and memory are those of ``f``.

    Raises:
        TypeError: When it is no function.
    """
    if not callable(f):
        raise TypeError(f"remat takes a function, but got {f!r}.")

    @functools.wraps(f, updated=())
    def function(*args: Any, **kwargs: Any) -> Any:
        return f(*args, **kwargs)

    return function
