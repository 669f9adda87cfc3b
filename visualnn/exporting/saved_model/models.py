"""The functions of models and layers: what they compute in training and otherwise, traced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from visualnn.exporting.saved_model.functions import (
    SavedFunction,
    Trace,
    open_batch,
    parameters_of,
    traced,
)
from visualnn.graph.graph import SymbolicError
from visualnn.layers.arguments import accepts
from visualnn.layers.layer import Layer
from visualnn.spec import ShapeError, Spec
from visualnn.structure import flatten, map_structure

CALL = "__call__"


def takes_training(layer: Any) -> bool:
    """Whether a layer can be told if it is training; models tell the layers inside."""
    return hasattr(layer, "train_step") or accepts(type(layer).call, "training")


def as_specs(signature: Any) -> Any:
    """Specs in the places of whatever has a shape and a dtype, names kept.

    Raises:
        ValueError: When something has no shape.
    """

    def spec(x: Any) -> Any:
        shape = getattr(x, "shape", None)
        if shape is None:
            raise ValueError(
                f"`input_signature` must be made of specs with a shape, such as "
                f"`visualnn.TensorSpec((None, 10))`, but holds {x!r}."
            )
        dtype = getattr(x, "dtype", None)
        name = getattr(x, "name", None)
        name = None if str(name).startswith("keras_tensor") else name
        return named(Spec(shape, str(getattr(dtype, "name", dtype) or "float32")), name)

    return map_structure(spec, signature)


def named(spec: Spec, name: Any) -> Spec:
    """A spec with a name, if there is one."""
    from visualnn.exporting.saved_model.structured import NamedSpec

    return NamedSpec(spec.sizes, spec.dtype, str(name)) if name else spec


def arguments_of(layer: Any, signature: Any = None) -> tuple[list[Any], list[str]]:
    """What a model or layer is called on, nested specs, and the names of these arguments.

    Args:
        layer: The model or layer.
        signature: The specs of its positional arguments, if not those that it is known to take.

    Raises:
        ValueError: When it is not known.
    """
    names = parameters_of(type(layer).call)[0][1:]
    graph = getattr(layer, "graph", None)
    if signature is not None:
        given = list(signature) if isinstance(signature, list | tuple) else [signature]
        if graph is not None and len(given) != 1:
            given = [given]
        return as_specs(given), names[: len(given)]
    if graph is not None:
        specs = map_structure(
            lambda x: named(Spec(x.shape, x.dtype), x.made_by.operation.name), graph.inputs
        )
        return [specs], names[:1]
    first = layer._called_on
    if first is None or not first.specs:
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r} was not called yet, so that nobody knows what "
            "it takes: call it on data, or give `input_signature`."
        )
    chosen = [name for name in names if name in first.specs]
    if list(first.specs) != chosen:
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r} was called on {', '.join(first.specs)}, which "
            "are not parameters of its `call` that stand in a row: give `input_signature`."
        )
    return [open_batch(first.specs[name]) for name in chosen], chosen


def call_function(
    layer: Any, signature: Any = None, phases: Sequence[bool] = (False, True)
) -> SavedFunction:
    """What calling a model or layer computes: a trace for inference, and one for training.

    Raises:
        ValueError: When a layer cannot be traced, or what it takes is not known.
    """
    specs, names = arguments_of(layer, signature)
    told = takes_training(layer)

    def computed(*args: Any) -> Any:
        if not told:
            return layer(*args)
        *tensors, training = args
        return layer(*tensors, training=training)

    wanted = phases if told else phases[:1]
    parameters = [*names, "training"] if told else list(names)
    traces = []
    for training in wanted:
        given = [*specs, training] if told else specs
        traces.append(_traced(layer, computed, given, parameters))
    return SavedFunction(CALL, parameters, (False,) if told else (), [], traces)


def serving_function(layer: Any, signature: Any = None, name: str = "serve") -> SavedFunction:
    """What a model or layer predicts, as a function of its inputs alone."""
    specs, names = arguments_of(layer, signature)
    how = {"training": False} if takes_training(layer) else {}
    made = _traced(layer, lambda *args: layer(*args, **how), specs, names)
    return SavedFunction(name, list(names), (), [], [made])


def _traced(layer: Any, function: Any, args: list[Any], names: list[str]) -> Trace:
    """A trace with an unknown batch; if the layer needs the batch, with the one it was built for.

    The second way is only for what a layer was called on, never for a signature that was given.
    """
    try:
        return traced(function, args, names, layer.name)
    except (ShapeError, SymbolicError):
        known = layer._called_on
        if known is None or getattr(layer, "graph", None) is not None:
            raise
        specs = [x for x in flatten(list(known.specs.values())) if isinstance(x, Spec)]
        if any(None in spec.shape for spec in specs):
            raise
        given = iter(specs)
        fixed = map_structure(lambda x: next(given) if isinstance(x, Spec) else x, args)
        return traced(function, fixed, names, layer.name)


def is_layer(x: Any) -> bool:
    """Whether something is a layer or a model."""
    return isinstance(x, Layer)
