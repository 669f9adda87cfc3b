"""The graph of a training step, to be drawn, read and measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.graph import Graph
from visualnn.spec import ShapeError, Spec
from visualnn.structure import flatten, map_structure
from visualnn.training.batch import Form
from visualnn.training.step import traced_step


def training_step(model: Any, *specs: Any) -> Graph:
    """The whole step of training as one graph: forward, loss, backward, update and metrics.

    Args:
        model: A compiled model.
        *specs: What is known of the inputs, the targets and the weights of examples, nested like
            them; the first size is the batch, whatever it says.  By default those that the model
            is made for.

    Raises:
        ValueError: When the model is not compiled, or its inputs are not known.
    """
    model._assert_compiled("training_step")
    form = _form(specs or _usual_specs(model))
    model._prepare_training(form)
    return traced_step(model.train_step, form, "train_step")


def _form(specs: tuple) -> Form:
    """The form of batches with these specs."""

    def example(spec: Spec) -> np.ndarray:
        if None in spec.shape[1:]:
            raise ShapeError(
                f"The sizes of one example must be known to trace a training step, but there is "
                f"{spec}. Give `training_step` specs with all sizes but that of the batch."
            )
        sizes = [int(size or 1) for size in spec.shape[1:]]
        return np.empty([1, *sizes] if spec.sizes else [], spec.dtype)

    return Form(map_structure(lambda x: None if x is None else example(x), specs))


def _usual_specs(model: Any) -> tuple[Any, Any]:
    """What the inputs are declared as, and targets that suit outputs and loss."""
    graph = model.graph
    if graph is None:
        raise ValueError(
            f"{model.name!r} does not say what its inputs are. Give `training_step` the specs of "
            "inputs and targets: `training_step(model, Spec((None, 4)), Spec((None, 1)))`."
        )
    inputs = map_structure(lambda x: x.spec, graph.inputs)
    sparse = [_is_sparse(loss) for loss in flatten(model.loss)]
    several = len(sparse) == len(graph.output_tensors)

    def target(i: int, spec: Spec) -> Spec:
        if sparse and (sparse[i] if several else sparse[0]):
            return Spec(spec.sizes[:-1], "int32")
        return Spec(spec.sizes, "float32")

    numbered = iter(range(len(graph.output_tensors)))
    specs = [target(next(numbered), x.spec) for x in graph.output_tensors]
    found = iter(specs)
    return inputs, map_structure(lambda x: next(found), graph.outputs)


def _is_sparse(loss: Any) -> bool:
    """Whether a loss takes classes by number."""
    name = loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", ""))
    return "sparse" in str(name).lower()
