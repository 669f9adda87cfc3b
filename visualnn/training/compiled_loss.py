"""The loss of a model that is compiled: of all its outputs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn import losses, ops
from visualnn.metrics import Mean
from visualnn.structure import flatten
from visualnn.training.outputs import Assignment, Output, outputs_of


def _is_loss(x: Any) -> bool:
    return isinstance(x, str) or callable(x)


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float | np.number) or (hasattr(x, "ndim") and x.ndim == 0)


def is_tensor(x: Any) -> bool:
    """Whether something is one tensor, in whatever mode."""
    return hasattr(x, "shape") and hasattr(x, "dtype")


@dataclass
class _Part:
    """The loss of one output."""

    position: int
    function: Any
    weight: Any
    name: str
    tracker: Any = None


class CompiledLoss:
    """The weighted sum of the losses of all outputs.

    Args:
        loss: A loss for all outputs, or losses nested like them, or by the names of outputs.
        loss_weights: How much each counts, likewise.
        output_names: The names of the layers that make the outputs, if they are known.
    """

    def __init__(
        self, loss: Any, loss_weights: Any = None, output_names: Sequence[str] | None = None
    ):
        self._loss = loss
        self._loss_weights = loss_weights
        self._output_names = output_names
        self._parts: list[_Part] | None = None
        self._outputs: list[Output] = []
        for identifier in flatten(loss):
            _loss_function(identifier)  # what does not exist is said now

    @property
    def metrics(self) -> list[Any]:
        """The mean losses of the outputs, where there are several, in the order of the losses."""
        parts = [part for part in self._parts or () if part.tracker is not None]
        if isinstance(self._loss, dict):
            order = {str(key): i for i, key in enumerate(self._loss)}
            parts.sort(key=lambda part: order.get(self._key(part), len(order)))
        return [part.tracker for part in parts]

    def _key(self, part: _Part) -> str:
        output = self._outputs[part.position]
        return output.keys[0] if output.keys else output.name

    def build(self, predictions: Any) -> None:
        """Find out which loss belongs to which output."""
        self._outputs = outputs_of(predictions, self._output_names)
        assign = Assignment("loss", _is_loss, shared=True)
        found = assign(self._loss, predictions, self._outputs)
        weights = Assignment("loss_weights", _is_number)(
            self._loss_weights, predictions, self._outputs
        )
        parts = [
            _Part(i, _loss_function(loss), weight, _name(output, loss))
            for i, (loss, weight, output) in enumerate(
                zip(found, weights, self._outputs, strict=True)
            )
            if loss is not None
        ]
        if len(parts) > 1:
            used: dict[str, int] = {}
            for part in parts:
                count = used[part.name] = used.get(part.name, -1) + 1
                name = f"{part.name}_loss" if count == 0 else f"{part.name}_loss_{count}"
                part.tracker = Mean(name=name)
        self._parts = parts

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of a batch.

        Raises:
            ValueError: When targets do not fit the outputs, or are missing.
        """
        if self._parts is None:
            self.build(y_pred)
        assert self._parts is not None
        if not self._parts:
            return None
        targets = self._assigned("y", y_true, y_pred, whole=True)
        weights = self._assigned("sample_weight", sample_weight, y_pred, shared=True)
        predictions = flatten(y_pred)
        total = None
        for part in self._parts:
            i = part.position
            if targets[i] is None:
                raise ValueError(
                    "The loss needs targets, but there are none"
                    + (f" for the output {self._outputs[i].name!r}" * bool(self._outputs[i].name))
                    + ". Give `y`, or batches of `(x, y)`."
                )
            value = part.function(targets[i], predictions[i], weights[i])
            if part.tracker is not None:
                part.tracker.update_state(value, sample_weight=ops.shape(predictions[i])[0])
            if part.weight is not None:
                value = value * part.weight
            total = value if total is None else total + value
        return total

    def _assigned(self, what: str, given: Any, y_pred: Any, **rules: Any) -> list[Any]:
        if given is None:
            return [None] * len(self._outputs)
        return Assignment(what, is_tensor, **rules)(given, y_pred, self._outputs)


def _loss_function(identifier: Any) -> Any:
    """A loss object for whatever may stand for one."""
    if identifier is None:
        return None
    found = losses.get(identifier)
    if isinstance(found, losses.Loss) or not callable(found):
        return found
    return losses.LossFunctionWrapper(found, name=getattr(found, "__name__", "loss"))


def _name(output: Output, loss: Any) -> str:
    """What the loss of an output is called in the logs, if there are several."""
    own = loss if isinstance(loss, str) else getattr(loss, "name", None) or loss.__name__
    if output.name and not (output.keys and output.name != output.keys[-1]):
        return output.prefix
    return "/".join([*output.keys, output.name or own])
