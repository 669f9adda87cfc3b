"""Asking for less memory by computing values a second time.

What the gradients need of a part of a model is forgotten when the part has run, and computed again
from what went into it just before it is needed.  Results and gradients stay the same; training
takes longer, and less memory: see ``graph/checkpoints.py`` for how, and ``model.memory()`` for how
much.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any

from visualnn.scope import current_origin, origin

_MODES = ("full", "activations", "larger_than", "list_of_layers")

_scope: ContextVar[RematScope | None] = ContextVar("rematerialization", default=None)


@dataclass(eq=False)
class Checkpoint:
    """One run of a part of a computation whose inner values are computed again.

    Attributes:
        mode: ``full``: all of them; ``activations``: all but products, convolutions and loops;
            ``larger_than``: all, if the outputs have more numbers than the threshold;
            ``by_scope``: the part is divided at the ends of its layers, so that what is kept and
            what is computed again at a time are little together.
        threshold: How many numbers.
    """

    mode: str = "full"
    threshold: int = 0


class RematScope:
    """Says which values of layers made inside ``with`` are computed a second time in training.

    What goes into a layer and what comes out is kept, unless the layer around it is computed again
    as a whole.  Where a model runs eagerly, all values are kept.  ``compile(recompute=True)``
    chooses the parts of a model by itself.

    Args:
        mode: ``full``: all that is inside of layers; ``activations``: what follows their products,
            convolutions and loops; ``larger_than``: all, where outputs are large;
            ``list_of_layers``: all, of some layers; ``None``: nothing.
        output_size_threshold: From how many numbers on, of one example, with ``larger_than``.
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

    def _checkpoint(self, name: str) -> Checkpoint | None:
        """What a call of a layer of this name is, if it is computed again."""
        if self.mode is None or (self.mode == "list_of_layers" and name not in self.layer_names):
            return None
        mode = "full" if self.mode == "list_of_layers" else self.mode
        return Checkpoint(mode, self.output_size_threshold)


def current_remat_scope() -> RematScope | None:
    """The innermost scope we are in."""
    return _scope.get()


def checkpoint_of_call(scope: RematScope | None, name: str, by_scope: bool) -> dict[str, Any]:
    """How the operations of a call of a layer are marked, if they are to be computed again.

    Args:
        scope: The scope in which the layer was made.
        name: The name of the layer.
        by_scope: Whether it is a model that was compiled with ``recompute=True``.
    """
    if (scope is None and not by_scope) or current_origin().checkpoint is not None:
        return {}
    if by_scope:
        return {"checkpoint": Checkpoint("by_scope")}
    assert scope is not None
    return {"checkpoint": scope._checkpoint(name)}


def remat(f: Callable) -> Callable:
    """The same function, whose inner values are computed a second time for the gradients.

    Results and gradients are those of ``f``; training a model that uses it takes less memory.

    Raises:
        TypeError: When it is no function.
    """
    if not callable(f):
        raise TypeError(f"remat takes a function, but got {f!r}.")

    @functools.wraps(f, updated=())
    def function(*args: Any, **kwargs: Any) -> Any:
        if current_origin().checkpoint is not None:  # all around it is computed again
            return f(*args, **kwargs)
        with origin(checkpoint=Checkpoint()):
            return f(*args, **kwargs)

    return function
