"""Training, testing and predicting: ``fit``, ``evaluate``, ``predict``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from visualnn.engine.needs import Memory
from visualnn.session import limited_epochs, verbosity
from visualnn.structure import flatten
from visualnn.training.array_like import as_arrays, is_arrays
from visualnn.training.arrays import arrays_of, split, weights_of_classes
from visualnn.training.batch import (
    Batch,
    pack_x_y_sample_weight,
    unpack_x_y_sample_weight,
)
from visualnn.training.blas import one_thread
from visualnn.training.callbacks import CallbackList, History
from visualnn.training.control import Interrupts, TrainingControl
from visualnn.training.data import Epochs, batches_of
from visualnn.training.fitting import Validation, fitting, predicting, testing
from visualnn.training.memory import memory_of
from visualnn.training.step import numbers
from visualnn.training.stepping import Stepping


class Trainer(Stepping):
    """The part of a model that is compiled, trained, tested and asked for predictions."""

    stop_training: bool = False
    stop_predicting: bool = False
    history: History | None = None

    @property
    def training_control(self) -> TrainingControl:
        """Pauses, resumes and stops training from another thread."""
        return self.__dict__.setdefault("_training_control", TrainingControl())

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> History:
        """Train the model.

        Ctrl-C, or the interrupt of a notebook, ends training after the running batch: weights,
        history and callbacks are complete.  A second one ends it at once.

        Args:
            x: The inputs: arrays, alone or in lists and dicts; or batches of ``(x, y)``, by a
                generator, a ``PyDataset``, or anything one can go through.
            y: The targets, for inputs that are arrays.
            batch_size: How many examples a batch has, 32 by default.
            epochs: The number of the last epoch.
            verbose: 0 says nothing, 1 shows a progress bar, 2 a line for each epoch.
            callbacks: What is told of the course of training.
            validation_split: The share of the examples at the end that is not trained with, but
                validated.
            validation_data: ``(x, y)`` or ``(x, y, sample_weight)`` to validate with after epochs.
            shuffle: Whether each epoch goes through the examples in an order of its own.
            class_weight: How much the examples of each class count.
            sample_weight: How much each example counts.
            initial_epoch: The number of the epoch to begin with.
            steps_per_epoch: How many batches an epoch has.
            validation_steps: How many batches to validate with.
            validation_batch_size: How many examples a batch of the validation has.
            validation_freq: After how many epochs to validate, or a list of such epochs.

        Returns:
            The ``History``: loss and metrics of each epoch.

        Raises:
            KeyboardInterrupt: When it was interrupted.
        """
        arguments = dict(locals())
        del arguments["self"]
        interrupts = Interrupts()
        with interrupts.noted(), one_thread():
            for _ in self._fitting(**arguments, interrupts=interrupts, one_by_one=False):
                pass
        interrupts.check()
        assert self.history is not None
        return self.history

    def fit_in_steps(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
        interrupts: Interrupts | None = None,
    ) -> Iterator[None]:
        """``fit``, one batch at a time: every ``next`` trains with one.

        For places without threads, where a page would stand still otherwise.  Closing the iterator
        ends training.
        """
        arguments = dict(locals())
        del arguments["self"]
        return self._fitting(**arguments)

    def _fitting(
        self,
        x: Any,
        y: Any,
        batch_size: int | None,
        epochs: int,
        verbose: Any,
        callbacks: Any,
        validation_split: float,
        validation_data: Any,
        shuffle: Any,
        class_weight: dict[int, float] | None,
        sample_weight: Any,
        initial_epoch: int,
        steps_per_epoch: int | None,
        validation_steps: int | None,
        validation_batch_size: int | None,
        validation_freq: Any,
        interrupts: Interrupts | None,
        one_by_one: bool = True,
    ) -> Iterator[None]:
        """What ``fit`` goes through: it yields after each batch, or after a few short steps."""
        self._assert_compiled("fit")
        if validation_split and validation_data is None:
            if not is_arrays(x):
                raise ValueError(
                    "`validation_split` needs data in arrays. Give `validation_data` instead."
                )
            parts = arrays_of(x, y, sample_weight)
            (x, y, sample_weight), validation_data = split(parts, validation_split)
        epochs = limited_epochs(epochs)
        batches = batches_of(x, y, sample_weight, batch_size, shuffle, class_weight)
        data = Epochs(batches, steps_per_epoch)
        validation = None
        if validation_data is not None:
            size = validation_batch_size or batch_size
            held = _validation_batches(validation_data, size)
            validation = Validation(Epochs(held, validation_steps), validation_freq)
        told = CallbackList.of(
            callbacks,
            add_history=True,
            add_progbar=verbose != 0,
            model=self,
            verbose=verbosity(verbose),
            epochs=epochs,
            steps=data.size,
        )
        numbered = range(initial_epoch, epochs)
        interrupts = interrupts or Interrupts()
        return fitting(self, data, validation, told, numbered, interrupts, one_by_one)

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss and the metrics of the model on some data.

        Args:
            x: The inputs, as ``fit`` takes them.
            y: The targets.
            batch_size: How many examples a batch has, 32 by default.
            verbose: 0 says nothing, 1 shows a progress bar, 2 a line.
            sample_weight: How much each example counts.
            steps: How many batches to take.
            callbacks: What is told.
            return_dict: Whether to return a dict by name.

        Returns:
            The loss, or a list of loss and metrics, or a dict of them.
        """
        self._assert_compiled("evaluate")
        data = Epochs(batches_of(x, y, sample_weight, batch_size), steps)
        told = self._told(callbacks, verbose, data)
        with one_thread():
            logs = testing(self, data, told)
        return self._in_order(logs, return_dict)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The outputs of the model for some inputs, as arrays of the caller's own.

        Args:
            x: The inputs, as ``fit`` takes them.
            batch_size: How many examples a batch has, 32 by default.
            verbose: 0 says nothing, 1 shows a progress bar, 2 a line.
            steps: How many batches to take.
            callbacks: What is told.
        """
        data = Epochs(batches_of(x, batch_size=batch_size), steps)
        with one_thread():
            return predicting(self, data, self._told(callbacks, verbose, data))

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Learn from one batch, and return its loss and metrics, as ``evaluate`` does."""
        self._assert_compiled("train_on_batch")
        batch = _one_batch(x, y, sample_weight, class_weight)
        self.reset_metrics()
        with one_thread():
            results = self.make_train_function()(batch)
        return self._in_order(numbers(results), return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """The loss and the metrics of one batch, as ``evaluate`` returns them."""
        self._assert_compiled("test_on_batch")
        batch = _one_batch(x, y, sample_weight)
        self.reset_metrics()
        with one_thread():
            results = self.make_test_function()(batch)
        return self._in_order(numbers(results), return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch, as arrays of the caller's own."""
        with one_thread():
            return self.make_predict_function()(Batch.of(pack_x_y_sample_weight(as_arrays(x, "x"))))

    def memory(self, batch_size: int = 32, training: bool | None = None) -> Memory:
        """How many bytes a step takes at its peak, before anything runs.

        ``print(model.memory(64))`` tells what for.

        Args:
            batch_size: How many examples a batch has.
            training: Whether to train or to predict; by default to train, if the model is
                compiled.

        Returns:
            The bytes: ``total``, and ``variables``, ``inputs``, ``kept`` (values of layers,
            gradients, scratch), ``passing`` and ``results``.

        Raises:
            ValueError: When inputs are not known, or training is asked for without ``compile``.
            NotEnoughMemory: When it is more than there is.
        """
        return memory_of(self, batch_size, training)

    def _told(self, callbacks: Any, verbose: Any, data: Epochs) -> CallbackList:
        return CallbackList.of(
            callbacks,
            add_progbar=verbose != 0,
            model=self,
            verbose=verbosity(verbose),
            epochs=1,
            steps=data.size,
        )

    def _in_order(self, logs: dict[str, float], return_dict: bool) -> Any:
        """Logs by name, or as a list in the order of the metrics."""
        if return_dict:
            return logs
        names = [name for name in self.metrics_names if name in logs]
        if self._compiled_metrics is not None:
            names += [name for name in self._compiled_metrics.result_names if name in logs]
        names += [name for name in logs if name not in names]
        values = [logs[name] for name in names]
        return values[0] if len(values) == 1 else values


def _validation_batches(data: Any, batch_size: int | None) -> Any:
    if isinstance(data, tuple | list) and len(data) in (2, 3) and not _is_one_input(data):
        x, y, sample_weight = unpack_x_y_sample_weight(tuple(data))
        return batches_of(x, y, sample_weight, batch_size)
    return batches_of(data, batch_size=batch_size)


def _is_one_input(data: Any) -> bool:
    """Whether something is a single list of numbers."""
    return all(isinstance(x, int | float) for x in flatten(data))


def _one_batch(
    x: Any, y: Any, sample_weight: Any, class_weight: dict[int, float] | None = None
) -> Batch:
    x, y, sample_weight = arrays_of(x, y, sample_weight)
    if class_weight is not None:
        if sample_weight is not None:
            raise ValueError("Give `class_weight` or `sample_weight`, not both.")
        sample_weight = weights_of_classes(y, class_weight)
    return Batch.of(pack_x_y_sample_weight(x, y, sample_weight))
