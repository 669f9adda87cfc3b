"""The loops: through epochs and batches, with callbacks, until the end or until somebody stops it.

``fitting`` is a generator that yields after each batch.  ``fit`` goes through it; where there are
no threads, a page can take one batch at a time.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.engine.batch_loop import give_way
from visualnn.structure import flatten, pack_like
from visualnn.training.callbacks import CallbackList
from visualnn.training.control import Interrupts
from visualnn.training.data import Epochs
from visualnn.training.step import StepFunction, numbers


@dataclass
class Validation:
    """What a model is validated with after epochs.

    Attributes:
        data: The batches.
        frequency: After how many epochs, or after which ones.
    """

    data: Epochs
    frequency: Any = 1

    def is_due(self, epoch: int) -> bool:
        """Whether to validate after this epoch, counted from zero."""
        if isinstance(self.frequency, Iterable):
            return epoch + 1 in set(self.frequency)
        return (epoch + 1) % self.frequency == 0


def fitting(
    model: Any,
    data: Epochs,
    validation: Validation | None,
    callbacks: CallbackList,
    epochs: range,
    interrupts: Interrupts,
    one_by_one: bool = True,
) -> Iterator[None]:
    """Train a model; yields after each batch.

    Args:
        model: The model.
        data: The batches.
        validation: What to validate with.
        callbacks: What is told.
        epochs: The numbers of the epochs.
        interrupts: Whether somebody pressed Ctrl-C.
        one_by_one: Whether to yield after each batch, even if short steps could run together.
    """
    control = model.training_control
    model.stop_training = False
    logs: dict[str, Any] = {}
    callbacks.on_train_begin()
    first = vars(model).pop("_initial_epoch", None)  # where a callback says that training goes on
    epochs = epochs if first is None else range(first, epochs.stop)
    try:
        for epoch in epochs:
            model.reset_metrics()
            callbacks.on_epoch_begin(epoch)
            is_first = epoch == epochs.start
            what = model, data, callbacks, interrupts, is_first, one_by_one
            results = yield from _train_epoch(*what)
            if results is None or interrupts.asked or control.is_stopped:
                break
            epoch_logs = numbers(results)
            if validation is not None and validation.is_due(epoch):
                validation.data.restart()
                found = _test_epoch(model, validation.data, callbacks, interrupts)
                if interrupts.asked or control.is_stopped:
                    break
                epoch_logs.update((f"val_{name}", value) for name, value in found.items())
            logs = epoch_logs
            callbacks.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
            if data.is_used_up:
                if epoch + 1 < epochs.stop:
                    _warn_of_end(epoch, epochs)
                break
        if hasattr(model.optimizer, "finalize_variable_values") and len(epochs):
            model.optimizer.finalize_variable_values(model.trainable_weights)
    except (KeyboardInterrupt, GeneratorExit):
        callbacks.on_train_end(logs)
        raise
    finally:
        control.reset()
    callbacks.on_train_end(logs)


def _train_epoch(
    model: Any,
    data: Epochs,
    callbacks: CallbackList,
    interrupts: Interrupts,
    is_first: bool,
    one_by_one: bool,
) -> Any:
    """Train for one epoch; gives the results of its last batch, or ``None`` without batches."""
    control, step = model.training_control, model.make_train_function()
    tells = callbacks.uses("on_train_batch_begin"), callbacks.uses("on_train_batch_end")
    each = one_by_one or callbacks.want_each("on_train_batch_begin", "on_train_batch_end")
    together = model.steps_per_execution

    def begin(batch: int) -> None:
        if tells[0] and batch % together == 0:
            callbacks.on_train_batch_begin(batch)

    results = None
    for count, done, results in _runs(step, data, begin, each):
        if tells[1] and (count > 1 or done % together == 0 or done == data.size):
            callbacks.on_train_batch_end(done - 1, numbers(results))
        yield
        control.wait(interrupts)
        if interrupts.asked or control.is_stopped or model.stop_training:
            break
    if results is None and is_first:
        _no_data(data)
    return results


def _runs(
    step: Any, data: Epochs, begin: Callable[[int], None], each: bool
) -> Iterator[tuple[int, int, Any]]:
    """Run a step on the batches of an epoch.

    Args:
        step: The step.
        data: The batches.
        begin: Called with the number of a batch before it is run, if they are run one by one.
        each: Whether somebody wants to know of each batch, so that they must be.

    Yields:
        How many batches were run, how many of the epoch are done, and the results of the last.
    """
    done = 0
    stretches = None if each or not isinstance(step, StepFunction) else data.stretches()
    if stretches is None:
        for done, batch in enumerate(data.steps(), start=1):
            begin(done - 1)
            yield 1, done, step(batch)
        return
    for stretch in stretches:
        for count, results in step.over(stretch):
            done += count
            yield count, done, results
            give_way()


def testing(
    model: Any, data: Epochs, callbacks: CallbackList, interrupts: Interrupts | None = None
) -> dict[str, Any]:
    """Test a model on the batches of one epoch: its loss and metrics by name."""
    found = _test_epoch(model, data, callbacks, interrupts or Interrupts())
    if not found:
        _no_data(data)
    return found


def _test_epoch(
    model: Any, data: Epochs, callbacks: CallbackList, interrupts: Interrupts
) -> dict[str, Any]:
    control, step = model.training_control, model.make_test_function()
    tells = callbacks.uses("on_test_batch_end")
    each = callbacks.want_each("on_test_batch_begin", "on_test_batch_end")
    model.reset_metrics()
    callbacks.on_test_begin()
    results: Any = {}
    for _, done, results in _runs(step, data, callbacks.on_test_batch_begin, each):
        if tells:
            callbacks.on_test_batch_end(done - 1, numbers(results))
        if interrupts.asked or control.is_stopped or getattr(model, "stop_evaluating", False):
            break
    logs = numbers(results)
    callbacks.on_test_end(logs)
    return logs


def predicting(model: Any, data: Epochs, callbacks: CallbackList) -> Any:
    """The outputs of a model for all batches, one after the other in arrays of the caller's."""
    step = model.make_predict_function()
    tells = callbacks.uses("on_predict_batch_end")
    model.stop_predicting = False
    callbacks.on_predict_begin()
    parts: list[list[np.ndarray]] = []
    outputs: Any = None
    for i, batch in enumerate(data.steps()):
        callbacks.on_predict_batch_begin(i)
        outputs = step(batch)
        parts.append(flatten(outputs))
        callbacks.on_predict_batch_end(i, {"outputs": outputs} if tells else None)
        if model.stop_predicting:
            break
    callbacks.on_predict_end()
    if not parts:
        _no_data(data)
    if len(parts) == 1:
        return outputs
    return pack_like(outputs, [_joined(leaves) for leaves in zip(*parts, strict=True)])


def _joined(parts: tuple) -> Any:
    return None if parts[0] is None else np.concatenate([np.atleast_1d(x) for x in parts])


def _warn_of_end(epoch: int, epochs: range) -> None:
    warnings.warn(
        f"The data ended with epoch {epoch + 1} of {epochs.stop}, and so does training: a "
        "generator can be gone through only once. Give something that can be gone through again.",
        stacklevel=2,
    )


def _no_data(data: Epochs) -> None:
    if data.is_used_up:
        raise ValueError(
            "The generator has no batches left: it can be gone through only once. "
            "Make a new one, or give something that can be gone through again."
        )
    raise ValueError("There are no examples in the data.")
