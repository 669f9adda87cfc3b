"""Models as pictures: ``plot_model`` and ``model_to_dot``."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from visualnn import activations
from visualnn.layers.connectivity import ConnectedOperation, KerasTensor, calls_of
from visualnn.models.dot import Cluster, Dot, Edge, Node
from visualnn.models.model import Model
from visualnn.structure import flatten, map_structure

_SPLINES = ("ortho", "curved", "polyline", "spline", "line")
_DIRECTIONS = ("TB", "LR", "BT", "RL")


@dataclass(frozen=True)
class _Shown:
    """What is said of each layer."""

    shapes: bool
    dtype: bool
    names: bool
    activations: bool
    trainable: bool
    nested: bool


@dataclass(frozen=True)
class _Ends:
    """The boxes that the inputs of a model lead to, and those that its outputs come from."""

    inputs: list[str]
    outputs: list[str]


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """Make a graph of the layers of a model; a notebook shows it as a picture.

    Args:
        model: The model.
        show_shapes: Whether to say the shapes of inputs and outputs.
        show_dtype: Whether to say the dtypes of outputs.
        show_layer_names: Whether to say the names of layers.
        rankdir: Where arrows lead: ``TB`` down, ``LR`` to the right, ``BT`` up, ``RL`` to the left.
        expand_nested: Whether to show the layers of models inside, in a frame.
        dpi: How many dots an inch has in a picture.
        subgraph: Whether to return it in a frame, as a part of another graph.
        show_layer_activations: Whether to say the activations.
        show_trainable: Whether to say if training changes the weights.
        splines: How Graphviz draws arrows.
        **kwargs: Refused.

    Returns:
        A graph with the methods of pydot's ``Dot``, or of its ``Cluster``: ``to_string``,
        ``get_nodes``, ``get_edges``, ``get_subgraphs``, ``write``.

    Raises:
        ValueError: When the model has not been built, or an argument is not known.
    """
    if kwargs:
        raise ValueError(f"model_to_dot does not know {', '.join(map(repr, kwargs))}.")
    if not isinstance(model, Model):
        raise ValueError(f"model_to_dot takes a model, but a {type(model).__name__} came.")
    if not model.built:
        raise ValueError(
            f"The model {model.name!r} has not been built: its shapes are not known. Call "
            "`model.build(input_shape)`, or call it on some data."
        )
    for name, value, known in (
        ("rankdir", rankdir, _DIRECTIONS),
        ("splines", splines, _SPLINES),
    ):
        if value not in known:
            raise ValueError(f"`{name}` must be one of {', '.join(known)}, but is {value!r}.")
    shown = _Shown(
        show_shapes,
        show_dtype,
        show_layer_names,
        show_layer_activations,
        show_trainable,
        expand_nested,
    )
    if subgraph:
        graph: Cluster = Cluster(model.name)
    else:
        graph = Dot(model.name, rankdir=rankdir, dpi=dpi, splines=splines)
    _add_model(graph, model, shown)
    return graph


def plot_model(
    model: Any,
    to_file: Any = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """Draw the layers of a model into a file.

    Graphviz's program ``dot`` draws it where it is installed.  Without it, there are ``.svg`` and
    ``.dot`` files, and with matplotlib ``.png`` and ``.pdf``.

    Args:
        model: The model.
        to_file: The file; what its name ends with says the format.
        show_shapes: Whether to say the shapes of inputs and outputs.
        show_dtype: Whether to say the dtypes of outputs.
        show_layer_names: Whether to say the names of layers.
        rankdir: Where arrows lead: ``TB`` down, ``LR`` to the right, ``BT`` up, ``RL`` to the left.
        expand_nested: Whether to show the layers of models inside, in a frame.
        dpi: How many dots an inch has.
        show_layer_activations: Whether to say the activations.
        show_trainable: Whether to say if training changes the weights.
        splines: How Graphviz draws arrows.
        **kwargs: Refused.

    Returns:
        The picture, as a notebook shows it; ``None`` without IPython, or of a format it cannot
        show.

    Raises:
        ValueError: When the model has not been built, or an argument is not known.
        ImportError: When the format needs the program ``dot``, and it is not installed.
    """
    if kwargs:
        raise ValueError(f"plot_model does not know {', '.join(map(repr, kwargs))}.")
    graph = model_to_dot(
        model,
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        rankdir=rankdir,
        expand_nested=expand_nested,
        dpi=dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
    )
    to_file = os.fspath(to_file)
    ending = os.path.splitext(to_file)[1].lstrip(".").lower()
    if not ending:
        to_file, ending = f"{to_file}.png", "png"
    graph.write(to_file, ending)
    if ending not in ("svg", "png", "jpg", "jpeg", "gif"):
        return None
    if importlib.util.find_spec("IPython") is None:
        return None
    from IPython import display

    return display.SVG(to_file) if ending == "svg" else display.Image(to_file)


# ---------------------------------------------------------------------- from models to boxes


def _add_model(graph: Cluster, model: Any, shown: _Shown) -> _Ends:
    """Put the layers of a model into a graph, with their arrows."""
    if _is_program(model):
        graph.parts.append(_node(model, calls_of(model), shown))
        return _Ends([str(id(model))], [str(id(model))])
    operations = model.layers if model.is_stack else model.graph.operations
    ends = {}
    for operation in operations:
        if shown.nested and _has_layers(operation):
            inner = Cluster(operation.name)
            graph.parts.append(inner)
            ends[id(operation)] = _add_model(inner, operation, shown)
        else:
            graph.parts.append(_node(operation, _calls(model, operation), shown))
            ends[id(operation)] = _Ends([str(id(operation))], [str(id(operation))])
    if model.is_stack:
        around = [ends[id(layer)] for layer in operations]
        graph.edges += [Edge(_at(a.outputs, 0), _at(b.inputs, 0)) for a, b in pairwise(around)]
        return _Ends(around[0].inputs, around[-1].outputs) if around else _Ends([], [])
    arrows = {}  # in their order, each once
    for operation in operations:
        for call in _calls(model, operation):
            for i, x in enumerate(call.tensors):
                arrows[Edge(_source(x, ends), _at(ends[id(operation)].inputs, i))] = None
    graph.edges += arrows
    return _Ends(
        [_source(x, ends) for x in model.graph.input_tensors],
        [_source(x, ends) for x in model.graph.output_tensors],
    )


def _is_program(model: Any) -> bool:
    """Whether a model computes by a program of its own, so that it is one box."""
    return model.graph is None and not model.is_stack


def _calls(model: Any, operation: Any) -> list:
    """The calls of a layer or operation that belong to a model; a stack may have no graph."""
    return calls_of(operation) if model.graph is None else model.graph.calls_of(operation)


def _has_layers(operation: Any) -> bool:
    """Whether something is a model whose layers can be shown."""
    if not isinstance(operation, Model):
        return False
    return bool(operation.layers) if operation.is_stack else operation.graph is not None


def _source(x: KerasTensor, ends: dict[int, _Ends]) -> str:
    """The box that a tensor comes from."""
    assert x.made_by is not None
    return _at(ends[id(x.made_by.operation)].outputs, x.tensor_index)


def _at(names: list[str], index: int) -> str:
    return names[min(index, len(names) - 1)]


def _node(operation: Any, calls: list, shown: _Shown) -> Node:
    """The box of a layer or an operation."""
    is_operation = isinstance(operation, ConnectedOperation)
    kind = operation.operation.class_name if is_operation else type(operation).__name__
    title, kind = (operation.name, kind) if shown.names else (kind, "")
    rows = []
    if shown.activations and not is_operation and hasattr(operation, "activation"):
        rows.append([("Activation", _activation(operation.activation))])
    cells = []
    call = calls[0] if calls else None
    is_input = call is not None and not call.tensors
    if shown.shapes:
        if not is_input:
            cells.append(("Input shape", "?" if call is None else _nested(call.args, "shape")))
        cells.append(("Output shape", "?" if call is None else _nested(call.outputs, "shape")))
    if shown.dtype:
        cells.append(("Output dtype", "?" if call is None else _nested(call.outputs, "dtype")))
    if shown.trainable and not is_operation and operation.weights:
        cells.append(("", "Trainable" if operation.trainable else "Non-trainable"))
    return Node(str(id(operation)), title, kind, [*rows, *([cells] if cells else [])])


def _nested(tensors: Any, what: str) -> str:
    """The shapes or dtypes of tensors, nested as they are; alone where there is one."""
    if isinstance(tensors, tuple):
        tensors = [x for x in tensors if any(isinstance(y, KerasTensor) for y in flatten(x))]
    if isinstance(tensors, list) and len(tensors) == 1:
        tensors = tensors[0]
    found = map_structure(
        lambda x: _Said(str(getattr(x, what))) if isinstance(x, KerasTensor) else _Said("-"),
        tensors,
    )
    return str(found)


class _Said(str):
    """A text that stands in lists without quotes."""

    __repr__ = str.__str__


def _activation(activation: Any) -> str:
    """What an activation is called."""
    if activation is None:
        return "linear"
    if hasattr(activation, "get_config"):
        return activation.name
    found = activations.serialize(activation)
    if isinstance(found, dict):
        found = found.get("config", found.get("class_name"))
    return str(found)
