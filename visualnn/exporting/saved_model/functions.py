"""Functions that a SavedModel offers: what they take, and their traces, one for each way to call.

``training=False`` and ``training=True`` are two traces of one function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from visualnn.exporting.saved_model.structured import NamedSpec, plain_name
from visualnn.graph.graph import Graph
from visualnn.graph.trace import trace
from visualnn.primitives.primitive import outside_recording
from visualnn.spec import Spec
from visualnn.structure import flatten, map_structure, pack_like


@dataclass
class Trace:
    """A function traced for arguments of some specs.

    Attributes:
        graph: What it computes; its inputs are the specs, in the order in which they are flattened.
        args: The positional arguments, defaults filled in: specs for tensors, or plain values.
        kwargs: The arguments by name.
        outputs: The results, nested: specs, and ``None``.
    """

    graph: Graph
    args: tuple
    kwargs: dict[str, Any]
    outputs: Any = None

    def __post_init__(self) -> None:
        found = iter(self.graph.outputs)
        numbers = iter(range(len(self.graph.outputs)))
        self.outputs = _filled(
            self.graph.output_structure,
            lambda key: _output(next(found).spec, key or f"output_{next(numbers)}"),
        )

    @property
    def inputs(self) -> list[NamedSpec]:
        """The specs among the arguments, flattened."""
        return [x for x in flatten((self.args, self.kwargs)) if isinstance(x, Spec)]  # type: ignore[misc]


def _output(spec: Spec, name: str) -> NamedSpec:
    return NamedSpec(spec.sizes, spec.dtype, name)


def _filled(structure: Any, make: Callable[[str], Any], key: str = "") -> Any:
    """A structure with specs in the places of tensors; in dicts they are called by their keys."""
    if isinstance(structure, dict):
        made = {k: _filled(structure[k], make, str(k)) for k in sorted(structure)}
        return {k: made[k] for k in structure}
    if isinstance(structure, list | tuple):
        items = [_filled(x, make) for x in structure]
        return items if isinstance(structure, list) else tuple(items)
    return None if structure is None else make(key)


@dataclass(eq=False)
class SavedFunction:
    """A function with its traces.

    Attributes:
        name: What it is called.
        parameters: The names of its positional parameters.
        defaults: The values of the last of them, where they have some.
        keywords: The names of parameters that are given by name only.
        traces: At least one.
    """

    name: str
    parameters: list[str]
    defaults: tuple = ()
    keywords: list[str] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)

    def checkpoint_children(self) -> tuple:
        """What a checkpoint sees in it: nothing."""
        return ()


def parameters_of(function: Callable) -> tuple[list[str], tuple, list[str]]:
    """The positional parameters of a function, their defaults, and those given by name only."""
    positional, defaults, keywords = [], [], []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            keywords.append(name)
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            positional.append(name)
            if parameter.default is not parameter.empty:
                defaults.append(parameter.default)
    return positional, tuple(defaults), keywords


def traced(function: Callable, args: Sequence[Any], parameters: Sequence[str], name: str) -> Trace:
    """A function traced for positional arguments, nested, in which specs stand for tensors."""
    args = tuple(
        _named(x, parameters[i] if i < len(parameters) else f"args_{i}") for i, x in enumerate(args)
    )
    leaves = flatten(args)
    specs = [x for x in leaves if isinstance(x, NamedSpec)]

    def call(*values: Any) -> Any:
        given = iter(values)
        filled = [next(given) if isinstance(x, NamedSpec) else x for x in leaves]
        return function(*pack_like(args, filled))

    with outside_recording():
        graph = trace(call, *[Spec(x.sizes, x.dtype) for x in specs], name=name)
    for value, spec in zip(graph.inputs, specs, strict=True):
        value.name = spec.name
    return Trace(graph, args, {})


def _named(argument: Any, name: str) -> Any:
    """An argument whose specs have names: their own, or that of the parameter."""
    if isinstance(argument, Spec):
        return _with_name(argument, getattr(argument, "name", None) or name)
    if isinstance(argument, dict):
        return {k: _named(x, str(k)) for k, x in argument.items()}
    if isinstance(argument, list | tuple):
        items = [_named(x, f"{name}_{i}") for i, x in enumerate(argument)]
        return items if isinstance(argument, list) else tuple(items)
    return argument


def _with_name(spec: Spec, name: str) -> NamedSpec:
    return NamedSpec(spec.sizes, spec.dtype, plain_name(str(name)))


def open_batch(specs: Any) -> Any:
    """Specs whose first size, the batch, is not known."""
    return map_structure(
        lambda x: Spec((None, *x.sizes[1:]), x.dtype) if isinstance(x, Spec) and x.sizes else x,
        specs,
    )
