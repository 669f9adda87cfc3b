"""What a model is called on when it is exported, and what its inputs and outputs are called."""

from __future__ import annotations

from typing import Any

from visualnn.spec import Spec, Unknown
from visualnn.structure import flatten, map_structure, ordered_keys


class Signature:
    """The arguments of a model, as specs.

    Attributes:
        arguments: The positional arguments of its call: specs, nested.
        names: The name of each spec.
        outputs: The names of the outputs, where the model says them.
    """

    def __init__(self, arguments: tuple, names: list[str], outputs: list[str] | None):
        self.arguments = arguments
        self.names = names
        self.outputs = outputs


def signature_of(model: Any, given: Any = None) -> Signature:
    """The signature of a model: as given, or as its inputs say.

    All first axes of unknown size are the same batch.

    Raises:
        ValueError: When the model does not say what it takes, or what is given does not fit it.
    """
    graph = getattr(model, "graph", None)
    if given is None and graph is None:
        raise ValueError(
            f"{type(model).__name__} {getattr(model, 'name', '')!r} does not say what it takes, as "
            "models of connected layers do: give `input_signature`, for example "
            '`[visualnn.InputSpec(shape=(None, 28, 28, 1), dtype="float32")]`.'
        )
    batch = Unknown()
    names: list[str] = []
    outputs = None
    if graph is not None:
        names = [x.made_by.operation.name for x in graph.input_tensors]
        outputs = _output_names(graph)
    if given is None:
        arguments: tuple = (graph.inputs,)  # type: ignore[union-attr] - or it was given
    else:
        arguments = _arguments(model, graph, given)
        names = names or _names(arguments)
    leaves = flatten(arguments)
    if len(leaves) != len(names):
        raise ValueError(
            f"`input_signature` describes {len(leaves)} tensors, but the model "
            f"{getattr(model, 'name', '')!r} takes {len(names)}: {', '.join(names)}."
        )
    return Signature(map_structure(lambda x: _spec(x, batch), arguments), names, outputs)


def _arguments(model: Any, graph: Any, given: Any) -> tuple:
    if not isinstance(given, list | tuple):
        return (given,)
    if graph is None:
        return tuple(given)
    found = flatten(given)
    if len(found) != len(graph.input_tensors):
        return (given,)
    if isinstance(graph.inputs, dict) and len(given) == 1 and isinstance(given[0], dict):
        return (given[0],)
    leaves = iter(found)
    return (map_structure(lambda _: next(leaves), graph.inputs),)


def _spec(x: Any, batch: Unknown) -> Spec:
    shape, dtype = getattr(x, "shape", None), getattr(x, "dtype", None)
    if shape is None:
        raise ValueError(
            f"`input_signature` must be made of specs with a shape, such as "
            f"`visualnn.InputSpec(shape=(None, 10))`, but holds {x!r}."
        )
    sizes = [batch if size is None and axis == 0 else size for axis, size in enumerate(shape)]
    return Spec(sizes, str(getattr(dtype, "name", dtype) or "float32"))


def _names(arguments: tuple) -> list[str]:
    """Names for specs: their own, the keys of their dicts, or their places."""
    found: list[str] = []

    def visit(x: Any, path: str) -> None:
        if isinstance(x, dict):
            for key in ordered_keys(x):
                visit(x[key], f"{path}_{key}".lstrip("_"))
        elif isinstance(x, list | tuple):
            for i, item in enumerate(x):
                visit(item, path if len(x) == 1 else f"{path or 'input'}_{i}")
        else:
            own = getattr(x, "name", None)
            found.append(str(own) if own and not str(own).startswith("keras_tensor") else path)

    visit(arguments, "")
    named = [name or "input" for name in found]
    return [name if named.count(name) == 1 else f"{name}_{i}" for i, name in enumerate(named)]


def _output_names(graph: Any) -> list[str]:
    if isinstance(graph.outputs, dict) and len(graph.outputs) == len(graph.output_tensors):
        return [str(key) for key in ordered_keys(graph.outputs)]
    return [x.made_by.operation.name for x in graph.output_tensors]


def output_names(signature: Signature, structure: Any, count: int) -> list[str]:
    """The names of the outputs, each of them different from all others and from the inputs."""
    names = signature.outputs
    if names is None or len(names) != count:
        if isinstance(structure, dict) and len(structure) == count:
            names = [str(key) for key in ordered_keys(structure)]
        else:
            names = ["output"] if count == 1 else [f"output_{i}" for i in range(count)]
    taken, found = set(signature.names), []
    for name in names:
        unused, number = name, 0
        while unused in taken:
            number += 1
            unused = f"{name}_{number}"
        taken.add(unused)
        found.append(unused)
    return found
