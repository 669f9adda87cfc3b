"""What users may do at certain moments of training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

HOOKS = (
    "on_epoch_begin",
    "on_epoch_end",
    "on_train_begin",
    "on_train_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_begin",
    "on_test_end",
    "on_test_batch_begin",
    "on_test_batch_end",
    "on_predict_begin",
    "on_predict_end",
    "on_predict_batch_begin",
    "on_predict_batch_end",
)

Logs = dict[str, Any] | None


class Callback:
    """Something that is told how training goes.

    Override the methods that matter.  ``logs`` holds the loss and the metrics by name; batches are
    numbered within their epoch.

    Attributes:
        model: The model that is trained.
        params: How: ``verbose``, ``epochs`` and ``steps``.
        validation_data: Kept for old code; always ``None``.
        every_batch: Whether it must be told of every batch.  Where nobody must, short steps run
            without stopping, and this is told of the last of each few milliseconds.
    """

    every_batch: bool = True

    def __init__(self) -> None:
        self.params: dict[str, Any] | None = None
        self.validation_data = None
        self._model: Any = None

    @property
    def model(self) -> Any:
        return self._model

    def set_params(self, params: dict[str, Any]) -> None:
        """Note how the model is going to be trained."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Note which model is going to be trained."""
        self._model = model

    def on_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Another name of ``on_train_batch_begin``."""

    def on_batch_end(self, batch: int, logs: Logs = None) -> None:
        """Another name of ``on_train_batch_end``."""

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """An epoch begins."""

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """An epoch is over; ``logs`` has its means, of the validation too as ``val_...``."""

    def on_train_begin(self, logs: Logs = None) -> None:
        """``fit`` begins."""

    def on_train_end(self, logs: Logs = None) -> None:
        """``fit`` is over; ``logs`` are those of the last epoch."""

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """A batch of training begins."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """A batch of training is over; ``logs`` has the means of the epoch so far."""
        self.on_batch_end(batch, logs=logs)

    def on_test_begin(self, logs: Logs = None) -> None:
        """``evaluate``, or the validation in ``fit``, begins."""

    def on_test_end(self, logs: Logs = None) -> None:
        """``evaluate``, or the validation in ``fit``, is over."""

    def on_test_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """A batch of ``evaluate`` or of the validation begins."""

    def on_test_batch_end(self, batch: int, logs: Logs = None) -> None:
        """A batch of ``evaluate`` or of the validation is over."""

    def on_predict_begin(self, logs: Logs = None) -> None:
        """``predict`` begins."""

    def on_predict_end(self, logs: Logs = None) -> None:
        """``predict`` is over."""

    def on_predict_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """A batch of ``predict`` begins."""

    def on_predict_batch_end(self, batch: int, logs: Logs = None) -> None:
        """A batch of ``predict`` is over; ``logs["outputs"]`` has what came out."""


def uses(callback: Any, hook: str) -> bool:
    """Whether a callback does anything at a certain moment."""
    method = getattr(callback, hook, None)
    if method is None:
        return False
    if getattr(method, "__func__", None) is not getattr(Callback, hook):
        return True
    alias = hook.replace("_train_batch_", "_batch_")
    return alias != hook and uses(callback, alias)


class LambdaCallback(Callback):
    """Calls functions at certain moments.

    Args:
        on_epoch_begin: Called with ``(epoch, logs)``.
        on_epoch_end: Called with ``(epoch, logs)``.
        on_train_begin: Called with ``(logs)``.
        on_train_end: Called with ``(logs)``.
        on_train_batch_begin: Called with ``(batch, logs)``.
        on_train_batch_end: Called with ``(batch, logs)``.
        **kwargs: Functions for the other moments, by the names of the methods of ``Callback``.
    """

    def __init__(
        self,
        on_epoch_begin: Callable | None = None,
        on_epoch_end: Callable | None = None,
        on_train_begin: Callable | None = None,
        on_train_end: Callable | None = None,
        on_train_batch_begin: Callable | None = None,
        on_train_batch_end: Callable | None = None,
        **kwargs: Any,
    ):
        super().__init__()
        named = dict(
            on_epoch_begin=on_epoch_begin,
            on_epoch_end=on_epoch_end,
            on_train_begin=on_train_begin,
            on_train_end=on_train_end,
            on_train_batch_begin=on_train_batch_begin,
            on_train_batch_end=on_train_batch_end,
        )
        given = {name: function for name, function in named.items() if function is not None}
        vars(self).update({**kwargs, **given})
