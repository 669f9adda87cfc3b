"""What a model does with one batch, in training, testing and predicting.

The methods here are written in the public API and may be overridden.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from visualnn import ops
from visualnn.graph import GradientTape, trace
from visualnn.layers.arguments import accepts
from visualnn.layers.quantization import number_of_changes
from visualnn.primitives.primitive import outside_recording
from visualnn.scope import origin, scope
from visualnn.structure import flatten
from visualnn.training.batch import Form, unpack_x_y_sample_weight
from visualnn.training.compiling import Compiling
from visualnn.training.step import StepFunction


class Stepping(Compiling):
    """The part of a model that learns from a batch, is tested on it, or predicts it."""

    built: bool
    trainable_variables: list[Any]
    losses: list[Any]
    __call__: Callable[..., Any]
    call: Any
    _flatten_layers: Callable[..., list[Any]]

    def train_step(self, data: Any) -> dict[str, Any]:
        """Learn from one batch.

        Args:
            data: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Returns:
            The loss and the metrics by name, over all batches of the epoch so far.
        """
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        with GradientTape() as tape:
            y_pred = self(x, **self._phase_of(training=True))
            loss = self._loss_of(x, y, y_pred, sample_weight, training=True)
            if loss is None:
                raise ValueError(
                    "There is nothing to train for: give `compile` a loss, or let a layer "
                    "`add_loss` something."
                )
            minimized = self.optimizer.scale_loss(loss)
        weights = self.trainable_variables
        if weights:
            gradients = tape.gradient(minimized, weights)
            self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        self._note_loss(loss, x)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Test on one batch; takes and returns what ``train_step`` does."""
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        y_pred = self(x, **self._phase_of(training=False))
        loss = self._loss_of(x, y, y_pred, sample_weight, training=False)
        self._note_loss(0.0 if loss is None else loss, x)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def predict_step(self, data: Any) -> Any:
        """The outputs for one batch."""
        x, _, _ = unpack_x_y_sample_weight(data)
        return self(x, **self._phase_of(training=False))

    def _phase_of(self, training: bool) -> dict[str, bool]:
        """Whether it trains, for a ``call`` that asks; the layers of another are not told, either.

        So it is in Keras: dropout in a model whose ``call`` takes no ``training`` does nothing.
        """
        return {"training": training} if accepts(type(self).call, "training") else {}

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The loss of a batch: the compiled one, and what layers and regularizers add.

        Returns:
            One number, or ``None`` if there is no loss at all.
        """
        del x, training
        parts = []
        if self._compiled_loss is not None:
            parts.append(self._compiled_loss(y, y_pred, sample_weight))
        parts += [ops.sum(ops.cast(part, "float32")) for part in self.losses]
        total = None
        for part in parts:
            if part is not None:
                total = part if total is None else total + part
        return total

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Take a batch into the metrics, and tell the results of all by name."""
        del x
        with origin(phase="metrics"), scope("metrics"):
            if self._compiled_metrics is not None:
                self._compiled_metrics.update_state(y, y_pred, sample_weight)
            return self.get_metrics_result()

    def _loss_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        """``compute_loss``, which users may have written with fewer parameters."""
        more = {}
        if "training" in inspect.signature(self.compute_loss).parameters:
            more["training"] = training
        with origin(phase="loss"), scope("loss"):
            return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, **more)

    def _note_loss(self, loss: Any, x: Any) -> None:
        """Take the loss into its mean; each batch counts by its length."""
        first = next((leaf for leaf in flatten(x) if leaf is not None), None)
        with origin(phase="metrics"), scope("metrics"):
            length = 1 if first is None or not len(first.shape) else ops.shape(first)[0]
            self._loss_tracker.update_state(loss, sample_weight=length)

    # ------------------------------------------------------------------ ready to run

    def make_train_function(self, force: bool = False) -> StepFunction:
        """``train_step``, traced and ready to run on batches."""
        key = ("train", *map(id, self.trainable_variables))  # freezing makes it another graph
        return self._step_function(key, "train_step", self._prepare_training, force)

    def make_test_function(self, force: bool = False) -> StepFunction:
        """``test_step``, traced and ready to run on batches."""
        return self._step_function(("test",), "test_step", self._prepare, force)

    def make_predict_function(self, force: bool = False) -> StepFunction:
        """``predict_step``, traced and ready to run on batches."""
        return self._step_function(("predict",), "predict_step", self._prepare, force)

    def _step_function(self, key: tuple, name: str, prepare: Callable, force: bool) -> StepFunction:
        functions = self.__dict__.setdefault("_steps", {})
        key = (number_of_changes(), *key)
        if force or key not in functions:
            step = getattr(self, name)
            functions[key] = StepFunction(name, step, prepare, eager=self.run_eagerly)
        return functions[key]

    def _prepare_training(self, form: Form) -> None:
        if self.run_eagerly or type(self).train_step is not Stepping.train_step:
            return  # the weights are made where the step needs them
        self._prepare(form)
        if self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)

    def _prepare(self, form: Form) -> None:
        """Make the weights that are not there yet, by calling the model on a batch of this form."""
        if self.run_eagerly or all(layer.built for layer in self._flatten_layers()):
            return
        for name in ("test_step", "predict_step"):
            if getattr(type(self), name) is not getattr(Stepping, name):
                return

        def call(*leaves: Any) -> Any:
            return self(unpack_x_y_sample_weight(form.nested(list(leaves)))[0], training=False)

        with outside_recording():
            trace(call, *form.specs(), name="build")
