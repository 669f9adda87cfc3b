"""What a function of ``ops`` is: plain Python over primitives that can also be connected.

On arrays, and on the values of a traced graph, a function simply runs.  Given a ``KerasTensor`` it
becomes an operation node of the layer graph, which is saved by the class name that Keras gives it
(source: ``operation_classes`` in Keras's public API).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from visualnn.graph import SymbolicError
from visualnn.ops import late
from visualnn.primitives.operators import FUNCTIONS, Symbolic
from visualnn.primitives.primitive import recorder

OPERATIONS: dict[tuple[str, str], Operation] = {}
_MODULES: set[str] = set()


class Operation:
    """A function of ``ops`` with what a saved file needs to know of it.

    Attributes:
        function: The plain function.
        name: Its name in ``ops``.
        module: The file of Keras it counts as part of, such as ``keras.src.ops.numpy``.
        class_name: Its class in a saved file, such as ``Reshape``.
        settings: The parameters that belong to the operation itself (its saved ``config``), in
            order; the others are arguments of each call.
        signature: The parameters of the function.
    """

    def __init__(self, function: Callable, file: str, class_name: str, settings: tuple[str, ...]):
        self.function = function
        self.name = function.__name__
        self.module = file if file.startswith("keras.") else f"keras.src.ops.{file}"
        self.class_name = class_name
        self.settings = settings
        self.signature = inspect.signature(function)

    def __repr__(self) -> str:
        return f"<operation {self.name}>"


def operation(
    file: str, class_name: str, *settings: str, waits: bool = True
) -> Callable[[Callable], Callable]:
    """Make a function one that can be connected.

    Args:
        file: The file of Keras that it counts as part of: numpy, nn, core, math, linalg, image;
            with the whole module in front where it is not one of ``ops``.
        class_name: Its class name in a saved file.
        *settings: The parameters kept in the saved config; the others are call arguments.
        waits: Whether it may wait for sizes and numbers that are not known yet, where it cannot
            be traced without (see :mod:`visualnn.ops.late`).
    """

    def decorate(plain: Callable) -> Callable:
        function = waiting(plain) if waits else plain
        known = Operation(function, file, class_name, settings)
        OPERATIONS[known.module, class_name] = known
        _MODULES.add(known.module)

        def run_or_connect(*args: Any, **kwargs: Any) -> Any:
            for x in args:
                kind = type(x)
                if kind is list or kind is tuple or kind is dict or issubclass(kind, Symbolic):
                    if (tensor := first_symbolic((args, kwargs))) is not None:
                        return tensor.connect(known, args, kwargs)
                    break
            else:
                if kwargs and (tensor := first_symbolic(kwargs)) is not None:
                    return tensor.connect(known, args, kwargs)
            return function(*args, **kwargs)

        connected: Any = functools.update_wrapper(run_or_connect, plain)
        connected.operation = known
        FUNCTIONS[function.__name__] = connected
        return connected

    return decorate


def is_operation_module(module: str | None) -> bool:
    """Whether a saved file means a function by this module, not a layer."""
    return (module or "").startswith(("keras.src.ops.", "keras.ops.")) or module in _MODULES


def waiting(function: Callable) -> Callable:
    """The same function, that becomes a node which waits where it cannot be traced yet."""

    @functools.wraps(function)
    def run_or_wait(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (ValueError, SymbolicError) as problem:
            if recorder.get() is None:
                raise
            return late.call(function, args, kwargs, problem)

    return run_or_wait


def first_symbolic(structure: Any) -> Symbolic | None:
    """The first tensor of the layer graph in a structure."""
    if isinstance(structure, Symbolic):
        return structure
    if isinstance(structure, dict):
        structure = structure.values()
    elif not isinstance(structure, list | tuple):
        return None
    for item in structure:
        if (found := first_symbolic(item)) is not None:
            return found
    return None
