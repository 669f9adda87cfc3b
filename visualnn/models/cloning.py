"""Copies of models with weights of their own, and models from JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn.layers.connectivity import ConnectedOperation, KerasTensor
from visualnn.layers.input_layer import Input, InputLayer
from visualnn.models.model import Functional, Model
from visualnn.models.sequential import Sequential
from visualnn.saving.keras2 import modern
from visualnn.serialization import deserialize_keras_object, read_json
from visualnn.structure import flatten, map_structure


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """The model that a JSON text describes, with weights of its own.

    Args:
        json_string: What ``model.to_json()`` gave.
        custom_objects: Your own classes and functions by name.
    """
    return deserialize_keras_object(modern(read_json(json_string)), custom_objects)


def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: Callable | None = None,
    call_function: Callable | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model of the same layers, with weights of its own.

    Args:
        model: The model.
        input_tensors: Tensors to build it on, in place of inputs of its own.
        clone_function: Makes a layer of a layer; by default from its config.
        call_function: Called with ``(layer, *args, **kwargs)`` in place of calling the new layer.
        recursive: Whether models inside are cloned layer by layer, too.
        **kwargs: ``cache``, as Keras accepts it.
    """
    cache: dict[int, Any] = kwargs.pop("cache", None) or {}
    if kwargs:
        raise ValueError(f"clone_model does not know {', '.join(kwargs)}.")

    def clone(layer: Any) -> Any:
        if id(layer) not in cache:
            cache[id(layer)] = made(layer)
        return cache[id(layer)]

    def made(layer: Any) -> Any:
        if recursive and isinstance(layer, Functional | Sequential):
            return clone_model(
                layer,
                clone_function=clone_function,
                call_function=call_function if isinstance(layer, Functional) else None,
                recursive=True,
                cache=cache,
            )
        if isinstance(layer, InputLayer):
            return layer.from_config(layer.get_config())
        return (clone_function or _by_config)(layer)

    if isinstance(model, Sequential):
        return _cloned_stack(model, input_tensors, clone, clone_function)
    if model.graph is None:
        if clone_function is not None or input_tensors is not None:
            raise ValueError(
                f"{type(model).__name__} {model.name!r} says in its `call` what it computes, so it "
                "is cloned by its config only: without `clone_function` and `input_tensors`."
            )
        return _by_config(model)
    return _cloned_graph(model, input_tensors, clone, call_function)


def _by_config(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())


def _cloned_stack(
    model: Sequential, input_tensors: Any, clone: Callable, clone_function: Callable | None
) -> Sequential:
    layers = [clone(layer) for layer in model.layers]
    if input_tensors is not None:
        tensors = flatten(input_tensors)
        if len(tensors) != 1:
            raise ValueError("A Sequential model has one input; give one tensor.")
        return Sequential([_as_input(tensors[0]), *layers], name=model.name)
    held = model._input_layer
    begin = [] if held is None else [held.from_config(held.get_config())]
    return Sequential([*begin, *layers], name=model.name, trainable=model.trainable)


def _cloned_graph(
    model: Model, input_tensors: Any, clone: Callable, call_function: Callable | None
) -> Functional:
    graph = model.graph
    assert graph is not None
    here: dict[int, KerasTensor] = {}
    if input_tensors is None:
        for x in graph.input_tensors:
            here[id(x)] = clone(x.made_by.operation).output  # type: ignore[union-attr]
    else:
        tensors = flatten(input_tensors)
        if len(tensors) != len(graph.input_tensors):
            raise ValueError(
                f"{model.name!r} has {len(graph.input_tensors)} inputs, "
                f"but {len(tensors)} tensors were given."
            )
        here.update(zip(map(id, graph.input_tensors), map(_as_input, tensors), strict=True))
    for call in graph.calls:
        args, kwargs = map_structure(
            lambda x: here[id(x)] if isinstance(x, KerasTensor) else x, (call.args, call.kwargs)
        )
        operation = call.operation
        new = operation if isinstance(operation, ConnectedOperation) else clone(operation)
        if isinstance(operation, ConnectedOperation):
            new = ConnectedOperation(operation.operation, operation.config, operation.name)
        made = call_function(new, *args, **kwargs) if call_function else new(*args, **kwargs)
        outputs = [x for x in flatten(made) if isinstance(x, KerasTensor)]
        here.update(zip(map(id, call.output_tensors), outputs, strict=True))
    inputs, outputs = (
        map_structure(lambda x: here[id(x)], structure)
        for structure in (graph.inputs, graph.outputs)
    )
    return Functional(inputs, outputs, name=model.name, trainable=model.trainable)


def _as_input(x: Any) -> KerasTensor:
    """A tensor to begin a model with; an array tells the shape of one."""
    if isinstance(x, KerasTensor):
        return x
    return Input(batch_shape=tuple(x.shape), dtype=getattr(x.dtype, "name", x.dtype))
