"""One trace of a function: a graph, ready to run for one kind of arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from visualnn.engine import Plan
from visualnn.functions.arguments import (
    Parameters,
    TensorKind,
    filled,
    kind_of,
    serves,
    tensor_kinds,
)
from visualnn.functions.effects import give, noting
from visualnn.functions.tensor_spec import TensorSpec
from visualnn.graph.eager import EagerGraph
from visualnn.graph.graph import Value
from visualnn.graph.replay import replay
from visualnn.graph.trace import trace
from visualnn.module import outermost
from visualnn.primitives.primitive import outside_recording
from visualnn.primitives.tensor import Tensor
from visualnn.spec import Spec
from visualnn.structure import map_structure, ordered_keys, rebuilt
from visualnn.variable import Variable


class ConcreteFunction:
    """A function as it is for one kind of arguments.

    Called, it runs the graph; Python code is not run again.

    Attributes:
        graph: The operations, whose inputs are the tensors among the arguments.
        structured_input_signature: The arguments, positional ones and those by name: specs for
            tensors, and other values as they were.
        structured_outputs: The results, nested as the function returns them: specs, and ``None``.
        kind: What makes this trace differ from others.
    """

    def __init__(
        self, function: Callable, name: str, parameters: Parameters, bound: Any, kind: Any
    ):
        self.name = name
        self.kind = kind
        self._parameters = parameters
        specs = _specs(kind, parameters.named(bound))
        args, kwargs = bound.args, bound.kwargs
        found = iter(specs)
        self.structured_input_signature = tuple(filled((args, kwargs), found))

        def call(*values: Value) -> Any:
            given, named = filled((args, kwargs), iter(values))
            return map_structure(self._checked, function(*given, **named))

        with outside_recording(), outermost(), noting() as effects:
            self.graph = graph = trace(call, *specs, name=name)
        self._effects = [x for x in effects if getattr(x[1], "graph", None) is graph]
        outputs = [*graph.outputs, *(value for _, value in self._effects)]
        for value, spec in zip(graph.inputs, specs, strict=True):
            value.name = spec.name or value.name
        graph.nodes = graph.needed_for([*outputs, *graph.updates.values()])
        results = iter(graph.outputs)
        self.structured_outputs = _nested(
            graph.output_structure, lambda: TensorSpec.of(next(results).spec)
        )
        self._plan = Plan(graph, outputs)

    def _checked(self, x: Any) -> Any:
        """A result, if it is one that a graph can give."""
        if x is None or hasattr(x, "dtype") or isinstance(x, float | int | str | bytes):
            return x
        raise TypeError(
            f"{self.name} returns {x!r}, but functions return tensors, nested in lists, tuples and "
            "dicts. Keep other objects as attributes."
        )

    @property
    def inputs(self) -> list[Value]:
        """The inputs of the graph."""
        return self.graph.inputs

    @property
    def outputs(self) -> list[Value]:
        """The outputs of the graph."""
        return self.graph.outputs

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables that it reads or assigns."""
        return tuple(self.graph.variables)

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those of them that training may change."""
        return tuple(v for v in self.variables if v.trainable)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it on tensors; arguments that are no tensors need not be given again.

        Raises:
            TypeError: When the arguments are of another kind.
        """
        tensors: list[Any] = []
        bound = self._bound(args, kwargs)
        kind = kind_of((bound.args, bound.kwargs), tensors)
        if not serves(self.kind[0], kind):
            raise TypeError(
                f"{self.name} was traced for {self.pretty_printed_signature(verbose=False)}, which "
                "these arguments are not."
            )
        return self.run(tensors)

    def _bound(self, args: tuple, kwargs: dict[str, Any]) -> inspect.BoundArguments:
        """The arguments by parameter; those left out are as they were when it was traced."""
        signature = self._parameters.signature
        before, named = self.structured_input_signature
        given = signature.bind_partial(*args, **kwargs).arguments
        merged = {**signature.bind_partial(*before, **named).arguments, **given}
        ordered = {name: merged[name] for name in signature.parameters if name in merged}
        found = inspect.BoundArguments(signature, ordered)  # type: ignore[arg-type] - a dict does
        return self._parameters.converted(found)

    def run(self, tensors: Sequence[Any]) -> Any:
        """The results for the tensors among some arguments, nested as the function returns them."""
        arrays = self._plan(*[np.asarray(x) for x in tensors])
        if self._effects:
            count = len(self.graph.outputs)
            give(self._effects, [x.view(Tensor) for x in arrays[count:]])
        results = iter(arrays)
        return _nested(self.graph.output_structure, lambda: next(results).view(Tensor))

    def record(self, tensors: Sequence[Any], onto: EagerGraph) -> Any:
        """Do what the graph does once more on a tape, which can differentiate it then."""
        graph = self.graph
        known = {x: onto.lift(array) for x, array in zip(graph.inputs, tensors, strict=True)}
        known.update({x: onto.lift(array) for x, array in graph.constants.items()})
        known.update({x: onto.read(variable) for variable, x in graph.variables.items()})
        replay(graph.nodes, onto, known)
        for variable, x in graph.updates.items():
            onto.assign(variable, known[x])
        give(self._effects, [known[value] for _, value in self._effects])
        results = iter(graph.outputs)
        return _nested(graph.output_structure, lambda: known[next(results)])

    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """The arguments and results, for reading.

        Args:
            verbose: Whether on several lines, with shapes and dtypes.
        """
        args, kwargs = self.structured_input_signature
        bound = self._parameters.signature.bind_partial(*args)
        shown = {**bound.arguments, **kwargs}
        said = ", ".join(f"{name}={_short(x)}" for name, x in shown.items())
        if not verbose:
            return f"{self.name}({said})"
        lines = [f"{self.name}({', '.join(shown)})"]
        if shown:
            lines += ["  Args:", *(f"    {name}: {_short(x)}" for name, x in shown.items())]
        return "\n".join([*lines, "  Returns:", f"    {_short(self.structured_outputs)}"])

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self.pretty_printed_signature(verbose=False)}>"


def _specs(kind: Any, names: list[str]) -> list[TensorSpec]:
    """A spec for each tensor, with the names of the parameters."""
    found = iter(names)
    return [TensorSpec(x.shape, _dtype(x), next(found)) for x in tensor_kinds(kind)]


def _dtype(kind: TensorKind) -> Any:
    return "string" if kind.dtype.kind == "O" else kind.dtype


def _nested(structure: Any, make: Callable[[], Any]) -> Any:
    """A structure of results; ``make`` gives them one by one, in the order of sorted keys."""
    if structure is ...:
        return make()
    if isinstance(structure, dict):
        made = {key: _nested(structure[key], make) for key in ordered_keys(structure)}
        ordered = {key: made[key] for key in structure}
        return ordered if type(structure) is dict else type(structure)(ordered)
    if isinstance(structure, list | tuple):
        return rebuilt(structure, [_nested(item, make) for item in structure])
    return None


def _short(x: Any) -> str:
    """A spec as a user calls it, nested as it is."""
    if isinstance(x, Spec):
        return f"{x.dtype} Tensor, shape={x.shape}"
    if isinstance(x, dict):
        return "{" + ", ".join(f"{key!r}: {_short(item)}" for key, item in x.items()) + "}"
    if isinstance(x, list | tuple):
        items = ", ".join(map(_short, x))
        return (
            f"[{items}]" if isinstance(x, list) else f"({items},)" if len(x) == 1 else f"({items})"
        )
    return repr(x)
