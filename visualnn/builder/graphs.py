"""Op graphs for the viewer, of a graph or of a model, in the colours of the layers' families."""

# pyright: strict, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# (live models have no types)

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.builder.families import FAMILIES, Family, family_of_class
from visualnn.graph import Graph, trace
from visualnn.graph.outline import OpHelp, OpView, Place, outline
from visualnn.primitives.primitive import outside_recording
from visualnn.spec import Spec
from visualnn.structure import map_structure
from visualnn.training.arrays import arrays_of
from visualnn.training.batch import Batch


@dataclass(frozen=True)
class GraphView:
    """The op graph with all that the viewer shows."""

    name: str
    ops: tuple[OpView, ...]
    outputs: tuple[Place, ...]
    help: tuple[OpHelp, ...]
    families: tuple[Family, ...]


def graph_view(graph: Graph, model: Any = None) -> GraphView:
    """A graph as the viewer shows it.

    Args:
        graph: The graph.
        model: The model that made it, which knows the families of its layers.
    """
    families = _families(model) if model is not None else {}

    def family_of(call: str) -> str:
        return families.get(call.rpartition("/")[2], "")

    found = outline(graph, family_of)
    used = {op.family for op in found.ops}
    shown = tuple(family for family in FAMILIES if family.name in used)
    return GraphView(graph.name, found.ops, found.outputs, found.help, shown)


def _families(model: Any) -> dict[str, str]:
    """The family of every layer inside a model, by its name."""
    layers: list[Any] = model._flatten_layers(include_self=False)
    return {layer.name: _family(layer) for layer in layers}


def _family(layer: Any) -> str:
    if hasattr(layer, "compile"):
        return "Model"
    return "Input" if type(layer).__name__ == "InputLayer" else family_of_class(type(layer))


def forward_graph(model: Any, x: Any = None) -> Graph:
    """The op graph of a model's forward pass, for any number of examples.

    Args:
        model: The model.
        x: Some inputs, for a model that does not declare them; only their shapes matter.

    Raises:
        ValueError: When the shapes of the model's inputs are not known.
    """
    if x is not None:
        specs = map_structure(_spec_of_any_number, x)
    else:
        try:
            specs = map_structure(lambda tensor: tensor.spec, model.input)
        except AttributeError as problem:
            raise ValueError(
                f"The shapes that go into {model.name!r} are not known, because it does not begin "
                "with an Input: show some inputs with it, as in visualnn.show(model, x)."
            ) from problem
    with outside_recording():
        return trace(lambda x: model(x), specs, name=model.name)


def _spec_of_any_number(array: Any) -> Spec:
    """The spec of an array of examples, for any number of them."""
    array = np.asarray(array)
    return Spec((None, *array.shape[1:]), str(array.dtype))


def training_graph(model: Any, x: Any = None, y: Any = None) -> Graph:
    """The graph of a whole training step: forward, loss, gradients, update and metrics.

    Args:
        model: A compiled model.
        x: Some inputs; only their shapes matter.
        y: Some targets; without them, targets that the loss would take.
    """
    if x is None or y is None:
        x = map_structure(_example, model.input)
        y = map_structure(lambda tensor: _target(tensor, model.loss), model.output)
    x, y, _ = arrays_of(x, y, None)
    return model.make_train_function().graph(Batch.of((x, y)).form)


def _example(tensor: Any) -> np.ndarray[Any, Any]:
    """Nothing, in the shape of an input."""
    return np.zeros([1 if size is None else size for size in tensor.shape], tensor.dtype)


def _target(tensor: Any, loss: Any) -> np.ndarray[Any, Any]:
    """Nothing, in the shape that a loss takes beside an output."""
    name = loss if isinstance(loss, str) else getattr(loss, "name", "") or ""
    if "sparse" in name:
        return _example(tensor)[..., 0].astype("int32")
    return _example(tensor)


def graph_of(thing: Any, x: Any = None, y: Any = None) -> GraphView:
    """What the viewer shows of a model or a graph: of a compiled model the whole training step."""
    if isinstance(thing, Graph):
        return graph_view(thing)
    if not hasattr(thing, "_flatten_layers"):
        raise TypeError(f"A model or a graph can be shown, but this is {thing!r:.80}.")
    if getattr(thing, "compiled", False) and thing.loss is not None:
        return graph_view(training_graph(thing, x, y), thing)
    return graph_view(forward_graph(thing, x), thing)
