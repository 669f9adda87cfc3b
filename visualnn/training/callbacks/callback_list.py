"""Several callbacks as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from visualnn.training.callbacks.callback import HOOKS, Callback, Logs, uses
from visualnn.training.callbacks.history import History
from visualnn.training.callbacks.progress import ProgbarLogger


class CallbackList:
    """Calls several callbacks, one after the other, at each moment that they have a use for.

    Args:
        callbacks: The callbacks, one or several; a ``CallbackList`` is taken as it is.
        add_history: Whether to add a ``History``, where there is none.
        add_progbar: Whether to add a ``ProgbarLogger``, where there is none.
        model: The model that is trained.
        **params: How it is trained.
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ):
        self.callbacks = _as_list(callbacks)
        for callback in self.callbacks:
            if isinstance(callback, type) or not hasattr(callback, "set_model"):
                raise TypeError(
                    f"{callback!r} is not a callback: derive its class from "
                    "`visualnn.callbacks.Callback`."
                    + (" A class was given: make an object of it." * isinstance(callback, type))
                )
        self._history = self._first(History)
        if add_history and self._history is None:
            self._history = History()
            self.callbacks.append(self._history)
        if add_progbar and self._first(ProgbarLogger) is None:
            self.callbacks.append(ProgbarLogger())
        self._hooks: dict[str, list[Callable]] = {}
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    @classmethod
    def of(cls, callbacks: Any, **settings: Any) -> CallbackList:
        """A list of callbacks; one that a user made is used as it is."""
        return callbacks if isinstance(callbacks, CallbackList) else cls(callbacks, **settings)

    @property
    def history(self) -> History | None:
        """The callback that notes the course of training."""
        return self._history

    def append(self, callback: Callback) -> None:
        """Add one more."""
        self.callbacks.append(callback)
        self._hooks.clear()

    def set_params(self, params: dict[str, Any]) -> None:
        """Tell all callbacks how the model is going to be trained."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Tell all callbacks which model is going to be trained."""
        if self._history is not None:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    def uses(self, hook: str) -> bool:
        """Whether any of them does something at this moment."""
        return bool(self._methods(hook))

    def want_each(self, *hooks: str) -> bool:
        """Whether any of them must be told of each batch, at one of these moments."""
        wanting = [c for c in self.callbacks if getattr(c, "every_batch", True)]
        return any(uses(callback, hook) for callback in wanting for hook in hooks)

    def _methods(self, hook: str) -> list[Callable]:
        if hook not in self._hooks:
            self._hooks[hook] = [getattr(c, hook) for c in self.callbacks if uses(c, hook)]
        return self._hooks[hook]

    def _first(self, kind: type) -> Any:
        return next((c for c in self.callbacks if isinstance(c, kind)), None)

    def __getattr__(self, hook: str) -> Callable[..., None]:
        """``on_epoch_end`` and so on: the same moment of every callback that has a use for it."""
        if hook not in _MOMENTS:
            raise AttributeError(f"CallbackList has no attribute {hook!r}.")

        def tell(*args: Any, logs: Logs = None) -> None:
            given = args if isinstance(args[-1] if args else None, dict) else (*args, logs)
            filled = (*given[:-1], {} if given[-1] is None else given[-1])
            for method in self._methods(hook):
                method(*filled)

        self.__dict__[hook] = tell
        return tell


_MOMENTS = (*HOOKS, "on_batch_begin", "on_batch_end")


def _as_list(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    if isinstance(callbacks, Iterable):
        found: list[Any] = []
        for callback in callbacks:
            found.extend(_as_list(callback) if isinstance(callback, list | tuple) else [callback])
        return found
    return [callbacks]
