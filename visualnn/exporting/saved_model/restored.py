"""What a SavedModel is when it is loaded: objects, variables and functions, without any class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from visualnn.engine import Plan
from visualnn.exporting.saved_model.arguments import described, fits
from visualnn.exporting.saved_model.run import PROBLEMS, FunctionLibrary
from visualnn.exporting.saved_model.structured import NamedSpec
from visualnn.graph.trace import trace
from visualnn.module import Module
from visualnn.primitives.primitive import outside_recording, recorder
from visualnn.primitives.tensor import Tensor
from visualnn.serialization import InvalidModelFile
from visualnn.spec import ShapeError, Spec
from visualnn.structure import flatten
from visualnn.variable import Variable

_MOST_PLANS = 16


class Restored(Module):
    """An object of a SavedModel: its attributes are those it had, its methods those traced.

    Args:
        kind: What the file says it is.
    """

    def __init__(self, kind: str = ""):
        super().__init__()
        self._kind = kind
        self._held: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        held = vars(self).get("_held", {})
        if name in held:
            return held[name]
        known = ", ".join(sorted(held)) or "none"
        raise AttributeError(f"The loaded object has no {name!r}. Its attributes are: {known}.")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._held})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the object gave for these arguments when it was saved."""
        function = self._held.get("__call__")
        if function is None:
            named = [name for name, x in self._held.items() if isinstance(x, RestoredFunction)]
            raise TypeError(
                "The loaded object cannot be called: it was saved without a traced `__call__`. "
                f"Its functions are: {', '.join(sorted(named)) or 'none'}."
            )
        return function(*args, **kwargs)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every variable held, in the order in which it was listed, if it was."""
        return self._listed("variables", super().variables)

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        return self._listed("trainable_variables", super().trainable_variables)

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        return self._listed("non_trainable_variables", super().non_trainable_variables)

    def _listed(self, name: str, otherwise: tuple) -> tuple[Variable, ...]:
        found = self._held.get(name)
        if isinstance(found, list) and all(isinstance(x, Variable) for x in found):
            return tuple(found)
        return tuple(otherwise)

    def checkpoint_children(self) -> Iterator[tuple[str, Any]]:
        """What it holds, by the names it had."""
        return iter(self._held.items())

    def __repr__(self) -> str:
        return f"<loaded object: {', '.join(sorted(self._held))}>"


class RestoredTrace:
    """One trace of a function.

    Args:
        library: The functions of the file.
        name: The function that it is.
        bound: The variables and constants that it takes behind its arguments.
        arguments: What it takes: positional arguments, and arguments by name, with specs.
        outputs: What it gives, nested, with specs.
    """

    def __init__(
        self,
        library: FunctionLibrary,
        name: str,
        bound: list[Any],
        arguments: tuple[tuple, dict[str, Any]],
        outputs: Any,
    ):
        self.name = name
        self.arguments = arguments
        self.outputs = outputs
        self.specs = [x for x in flatten(arguments) if isinstance(x, NamedSpec)]
        self._library = library
        self._bound = bound
        self._plans: dict[Any, Plan] = {}

    @property
    def variables(self) -> list[Variable]:
        """The variables that it reads or assigns."""
        return [x for x in self._bound if isinstance(x, Variable)]

    def __call__(self, tensors: list[Any]) -> Any:
        """The results for tensors of its specs, nested as they were."""
        if recorder.get() is None:
            made: list[Any] = [x.view(Tensor) for x in self._computed(tensors)]
        else:
            made = self._results(tensors)
        return _packed(self.outputs, iter(made))

    def _computed(self, arrays: list[Any]) -> list[Any]:
        """The numbers of the results.

        Raises:
            ShapeError: When arrays of these sizes do not go through the function.
        """
        plan = self._plan(arrays)
        try:
            return plan(*arrays)
        except PROBLEMS as problem:
            raise ShapeError(
                f"{self.name} cannot be computed for {described(tuple(arrays), {})}: {problem}"
            ) from problem

    def _results(self, tensors: list[Any]) -> list[Any]:
        made = self._library.run(self.name, [*tensors, *self._bound])
        wanted = sum(isinstance(x, Spec) for x in flatten(self.outputs))
        if len(made) != wanted:
            raise InvalidModelFile(
                f"The function {self.name!r} gives {len(made)} tensors instead of {wanted}."
            )
        return made

    def _plan(self, arrays: list[Any]) -> Plan:
        """The graph of the function for these arguments: one for all, where that is possible."""
        key: Any = ()
        if any(x.any_rank for x in self.specs):
            self._plans.setdefault("open", None)  # type: ignore[arg-type] - ranks must be known
        if key not in self._plans and "open" not in self._plans:
            try:
                self._plans[key] = self._traced(self.specs)
            except InvalidModelFile:
                self._plans["open"] = None  # type: ignore[assignment] - sizes must be known
        if key not in self._plans:
            key = tuple(np.shape(x) for x in arrays)
            if key not in self._plans:
                if len(self._plans) > _MOST_PLANS:
                    self._plans = {"open": None}  # type: ignore[dict-item]
                self._plans[key] = self._traced([Spec.of(x) for x in arrays])
        return self._plans[key]

    def _traced(self, specs: list[Any]) -> Plan:
        given = [Spec(x.sizes, x.dtype) for x in specs]
        with outside_recording():
            return Plan(trace(lambda *xs: self._results(list(xs)), *given, name=self.name))

    def __str__(self) -> str:
        args, kwargs = self.arguments
        said = [_said(x) for x in args] + [f"{key}={_said(x)}" for key, x in kwargs.items()]
        return f"({', '.join(said)})"


def _said(x: Any) -> str:
    if isinstance(x, NamedSpec):
        return f"{x.name}: {Spec.__str__(x)}" if x.name else Spec.__str__(x)
    if isinstance(x, dict):
        return f"{{{', '.join(f'{key!r}: {_said(y)}' for key, y in x.items())}}}"
    if isinstance(x, list | tuple):
        return f"[{', '.join(map(_said, x))}]"
    return repr(x)


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    """A structure with tensors in the places of specs."""
    if isinstance(structure, dict):
        made = {key: _packed(structure[key], leaves) for key in sorted(structure)}
        return {key: made[key] for key in structure}
    if isinstance(structure, list | tuple):
        items = [_packed(x, leaves) for x in structure]
        return items if isinstance(structure, list) else tuple(items)
    return next(leaves) if isinstance(structure, Spec) else structure


class RestoredFunction:
    """A function of a SavedModel: it computes what was traced, and nothing else.

    Args:
        name: What it is called in messages.
        parameters: The names of its positional parameters.
        defaults: The values of the last of them.
        traces: What was traced.
    """

    def __init__(
        self, name: str, parameters: list[str], defaults: tuple, traces: list[RestoredTrace]
    ):
        self.name = name
        self.parameters = parameters
        self.defaults = defaults
        self.traces = traces

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The results of the trace that fits the arguments.

        Raises:
            ValueError: When none does; the message lists those that exist.
        """
        args, kwargs = self._bound(args, kwargs)
        for casts in (False, True):
            for one in self.traces:
                found: list[Any] = []
                if fits(one.arguments, (args, kwargs), found, casts):
                    return one(found)
        raise ValueError(
            f"{self.name} was not traced for the signature {described(args, kwargs)} before it "
            "was saved. The signatures that exist are: "
            f"{'; '.join(map(str, self.traces)) or 'none'}."
        )

    def _bound(self, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
        """The arguments as traces have them: by place as far as possible, defaults filled in."""
        names = self.parameters
        if len(args) > len(names):
            return args, kwargs
        rest = dict(kwargs)
        first = len(names) - len(self.defaults)
        found = list(args)
        for place in range(len(args), len(names)):
            if names[place] in rest:
                found.append(rest.pop(names[place]))
            elif place >= first:
                found.append(self.defaults[place - first])
            else:
                break
        return tuple(found), rest

    def __repr__(self) -> str:
        return f"<loaded function {self.name}: {'; '.join(map(str, self.traces))}>"


class RestoredSignature:
    """A signature: it takes tensors by name, and gives them by name.

    Args:
        name: What it is called.
        trace: What it computes.
    """

    def __init__(self, name: str, trace: RestoredTrace):
        self.name = name
        self.trace = trace

    @property
    def structured_input_signature(self) -> tuple[tuple, dict[str, Any]]:
        """What it takes: positional arguments, of which there are none, and those by name."""
        return self.trace.arguments

    @property
    def structured_outputs(self) -> Any:
        """What it gives."""
        return self.trace.outputs

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The results, by name.

        Raises:
            ValueError: When the arguments do not fit.
        """
        names = sorted(self.trace.arguments[1])
        if len(args) == len(names) == 1:
            args, kwargs = (), {names[0]: args[0]}
        found: list[Any] = []
        if args or not fits(self.trace.arguments, ((), kwargs), found, True):
            raise ValueError(
                f"The signature {self.name!r} takes {self.trace}, by name, but got "
                f"{described(args, kwargs)}."
            )
        return self.trace(found)


class Signatures(dict):
    """The signatures of a SavedModel, by name."""

    def __missing__(self, name: str) -> Any:
        known = ", ".join(map(repr, sorted(self))) or "none"
        raise KeyError(f"There is no signature {name!r}. The signatures that exist are: {known}.")
