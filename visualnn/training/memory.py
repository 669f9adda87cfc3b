"""How much memory a model takes in training and prediction, told before anything runs."""

from __future__ import annotations

from typing import Any

from visualnn.engine import Plan
from visualnn.engine.needs import Memory
from visualnn.graph import Graph, trace
from visualnn.spec import ShapeError, Spec
from visualnn.structure import map_structure
from visualnn.training.viewing import training_step


def memory_of(model: Any, batch_size: int = 32, training: bool | None = None) -> Memory:
    """The bytes that one step takes at its peak.

    Args:
        model: A model with declared inputs.
        batch_size: How many examples a batch has.
        training: Whether it is a step of training, or one of prediction; by default of training,
            if the model is compiled.

    Raises:
        ValueError: When the model is not compiled and training is asked for, or its inputs are
            not known.
        NotEnoughMemory: When it is more than there is.
    """
    if not isinstance(batch_size, int) or batch_size < 1:
        raise ValueError(f"A batch has one example or more, not {batch_size!r}.")
    training = model.compiled if training is None else training
    graph = training_step(model) if training else _prediction(model)
    return Plan(graph).memory(*(_sized(x.spec, batch_size, model) for x in graph.inputs))


def _prediction(model: Any) -> Graph:
    if model.graph is None:
        raise ValueError(
            f"{model.name!r} does not say what its inputs are, so nobody knows what it takes."
        )
    specs = map_structure(lambda x: x.spec, model.graph.inputs)
    return trace(lambda inputs: model(inputs), specs, name="predict_step")


def _sized(spec: Spec, batch_size: int, model: Any) -> Spec:
    """What an input is when the batch has a size."""
    sizes = [batch_size, *spec.shape[1:]] if spec.shape else []
    if None in sizes:
        raise ShapeError(
            f"{model.name!r} takes inputs of any size, {spec}; what it needs depends on it. Give "
            "its inputs sizes to find out."
        )
    return Spec(sizes, spec.dtype)
