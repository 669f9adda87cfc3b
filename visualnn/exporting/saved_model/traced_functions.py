"""Functions that were traced by ``visualnn.function``, as a SavedModel holds them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from visualnn.exporting.saved_model.functions import SavedFunction, Trace, parameters_of
from visualnn.exporting.saved_model.structured import structured
from visualnn.functions import ConcreteFunction, Function
from visualnn.module import Module


def is_traced(x: Any) -> bool:
    """Whether something is a traced function, or one of its traces."""
    return isinstance(x, Function | ConcreteFunction)


def saved_function(name: str, function: Any) -> SavedFunction:
    """A traced function with its traces, as far as their arguments can be saved.

    Raises:
        ValueError: When there is no trace.
    """
    if isinstance(function, ConcreteFunction):
        args, kwargs = function.structured_input_signature
        names = list(function._parameters.names[: len(args)])
        return SavedFunction(name, names, (), list(kwargs), [Trace(function.graph, args, kwargs)])
    concrete = function.concrete_functions
    if not concrete and function.input_signature is not None:
        concrete = [function.get_concrete_function()]
    traces = [one for one in map(_trace, concrete) if _can_be_saved(one)]
    if not traces:
        raise ValueError(
            f"The function {name!r} was not traced yet: call it, or give it an `input_signature`."
        )
    positional, defaults, keywords = parameters_of(function.python_function)
    return SavedFunction(name, positional, defaults, keywords, traces)


def _trace(concrete: ConcreteFunction) -> Trace:
    args, kwargs = concrete.structured_input_signature
    return Trace(concrete.graph, args, kwargs)


def _can_be_saved(one: Trace) -> bool:
    """Whether a file can say for which arguments it was traced."""
    try:
        structured((one.args, one.kwargs))
    except ValueError:
        return False
    return True


def traced_functions(owner: Any) -> Iterator[tuple[str, SavedFunction]]:
    """The traced functions among the methods and attributes of an object, by name."""
    if not isinstance(owner, Module):
        return
    names = {*vars(owner), *(name for base in type(owner).__mro__ for name in vars(base))}
    for name in sorted(names):
        if not isinstance(inspect.getattr_static(owner, name, None), Function):
            continue
        function = getattr(owner, name)
        if function.concrete_functions or function.input_signature is not None:
            yield name, saved_function(name, function)
