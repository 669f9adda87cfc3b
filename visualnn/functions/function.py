"""``@visualnn.function``: Python that is run once to see what it computes, and then runs fast."""

from __future__ import annotations

import functools
import gc
import re
import sys
import threading
import types
import warnings
import weakref
from collections.abc import Callable
from typing import Any

from visualnn.functions.arguments import (
    DifferentError,
    NotAnArgumentError,
    Parameters,
    ambient,
    kind_of,
    opened,
    serves,
    tensor_kinds,
)
from visualnn.functions.concrete import ConcreteFunction
from visualnn.graph.eager import EagerGraph
from visualnn.module import Module, call_scope
from visualnn.primitives.primitive import recorder
from visualnn.variable import being_made

_MANY = 5  # traces, after which something must be said
_eagerly = False

# what TensorFlow takes and what changes nothing here
_WITHOUT_MEANING = {
    *("autograph", "jit_compile", "experimental_implements", "experimental_autograph_options"),
    *("experimental_attributes", "experimental_compile", "experimental_follow_type_hints"),
}


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Run the Python code of functions at every call, to look into them, instead of their traces.

    Args:
        run_eagerly: Whether to do so from now on.
    """
    global _eagerly
    _eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether the Python code of functions runs at every call."""
    return _eagerly


class Function:
    """A Python function that is traced for each kind of arguments and then runs as a graph.

    What Python does, as printing or appending to a list, is done while it is traced only.  Inside
    another function that is being traced it is plain Python; on a tape its trace is recorded.

    Args:
        python_function: The function.
        input_signature: Specs of the positional arguments; then there is one trace.
        reduce_retracing: Whether sizes are left open as soon as a second one comes.
        name: What it is called.
    """

    def __init__(
        self,
        python_function: Callable,
        input_signature: Any = None,
        reduce_retracing: bool = False,
        name: str | None = None,
    ):
        functools.update_wrapper(self, python_function, updated=())
        self.python_function = python_function
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self._reduce = reduce_retracing
        given = name or getattr(python_function, "__name__", None) or "function"
        self._name = re.sub(r"\W", "", str(given)) or "function"
        self._bound: dict[int, tuple[weakref.ref, _Traces]] = {}
        self._traces = _Traces()
        self._parameters: Parameters | None = None

    # ------------------------------------------------------------------ methods

    def __get__(self, instance: Any, owner: type | None = None) -> Function:
        """The function as a method of an object, which has traces of its own."""
        if instance is None:
            return self
        key = id(instance)
        if key not in self._bound:
            gone = functools.partial(self._bound.pop, key)
            reference = weakref.ref(instance, lambda _: gone(None))
            self._bound[key] = reference, _Traces()
        bound = object.__new__(type(self))
        vars(bound).update(vars(self))
        bound.python_function = types.MethodType(self.python_function, instance)
        bound._parameters, bound._traces = None, self._bound[key][1]
        return bound

    @property
    def parameters(self) -> Parameters:
        """The parameters, of a method those behind ``self``."""
        if self._parameters is None:
            if self._traces.parameters is None:
                self._traces.parameters = Parameters(self.python_function, self.input_signature)
            self._parameters = self._traces.parameters
        return self._parameters

    # ------------------------------------------------------------------ calling

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the trace for arguments of this kind, or make one.

        Raises:
            TypeError: When the arguments do not fit the parameters, or the input signature.
            ValueError: When variables are made in another than the first call.
        """
        graph = recorder.get()
        on_tape = isinstance(graph, EagerGraph)
        if _eagerly or (graph is not None and not on_tape):
            return self._python(*args, **kwargs)
        tensors: list[Any] = []
        try:
            concrete = self._concrete(args, kwargs, tensors)
        except NotAnArgumentError:
            return self._python(*args, **kwargs)
        return concrete.record(tensors, graph) if on_tape else concrete.run(tensors)

    def _python(self, *args: Any, **kwargs: Any) -> Any:
        """Run the Python code, in the scope of the module whose ``__call__`` it is."""
        owner = getattr(self.python_function, "__self__", None)
        if self._name == "__call__" and isinstance(owner, Module):
            with call_scope(owner):
                return self.python_function(*args, **kwargs)
        return self.python_function(*args, **kwargs)

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The trace for arguments of this kind, which is made if there is none.

        Args:
            *args: Arguments, in which specs may stand for tensors.
            **kwargs: Arguments by name, likewise.
        """
        return self._concrete(args, kwargs, [], exactly=True)

    def _concrete(
        self, args: tuple, kwargs: dict[str, Any], tensors: list[Any], exactly: bool = False
    ) -> ConcreteFunction:
        bound = self.parameters.bound(args, kwargs)
        kind = (kind_of((bound.args, bound.kwargs), tensors), tuple([x() for x in ambient]))
        traces = self._traces
        found = traces.found.get(kind)
        if found is not None:
            return found
        with traces.lock:
            if self.input_signature is not None:
                exactly = False
                said = self.parameters.bound(self.input_signature, {})
                if serves(said_kind := kind_of((said.args, said.kwargs), []), kind[0]):
                    bound, kind = said, (said_kind, kind[1])
            if not exactly:
                for one in traces.every:
                    if serves(one.kind, kind):
                        traces.found[kind] = one
                        return one
            elif kind in traces.found:
                return traces.found[kind]
            return self._traced(bound, kind, exactly)

    # ------------------------------------------------------------------ tracing

    def _traced(self, bound: Any, kind: Any, exactly: bool) -> ConcreteFunction:
        traces = self._traces
        made: list[Any] = []
        token = being_made.set(made)
        given = kind
        if self._reduce and not exactly:
            kind = self._opened(kind)
        try:
            concrete = ConcreteFunction(self._python, self._name, self.parameters, bound, kind)
        finally:
            being_made.reset(token)
        self._check_made(made, concrete)
        traces.count += 1
        traces.every.append(concrete)
        traces.found[kind] = traces.found[given] = concrete
        self._warn_of_many(concrete)
        return concrete

    def _opened(self, kind: Any) -> Any:
        """The kind with sizes left open in which it differs from that of the newest like trace."""
        for one in reversed(self._traces.every):
            try:
                return opened(kind, one.kind)
            except DifferentError:
                continue
        return kind

    def _check_made(self, made: list[Any], concrete: ConcreteFunction) -> None:
        """Refuse variables that are made at every call, which a trace cannot do."""
        graph = concrete.graph
        if made and not self._traces.count:
            gc.collect()  # layers that nobody holds refer to themselves
        while made:
            variable = made.pop()
            if self._traces.count:
                raise ValueError(
                    f"{self._name} made the variable {variable.path!r} in another than its first "
                    "call. Variables are made once: in `__init__`, or where it was checked that "
                    "there is none yet."
                )
            # held by this name, the argument of getrefcount, the graph, and for updates the plan
            own = 2 + (variable in graph.variables) + 2 * (variable in graph.updates)
            if variable in graph.variables and sys.getrefcount(variable) <= own:
                raise ValueError(
                    f"{self._name} makes the variable {variable.path!r} and keeps it nowhere, so "
                    "every call would make a new one. Make it once, and hold it as an attribute."
                )

    def _warn_of_many(self, concrete: ConcreteFunction) -> None:
        """Tell why a function is traced again and again, once."""
        traces = self._traces
        if traces.count <= _MANY or traces.has_warned:
            return
        changed = _changing_values([one.kind[0] for one in traces.every[-_MANY - 1 :]])
        if not changed:
            return
        traces.has_warned = True
        args, kwargs = concrete.structured_input_signature
        bound = self.parameters.signature.bind_partial(*args, **kwargs)
        before = traces.every[-2].structured_input_signature
        earlier = self.parameters.signature.bind_partial(*before[0], **before[1])
        reasons = [
            f"{name} ({earlier.arguments.get(name)!r}, then {x!r})"
            for name, x in bound.arguments.items()
            if kind_of(x, []) != kind_of(earlier.arguments.get(name), [])
        ]
        warnings.warn(
            f"{self._name} was traced {traces.count} times, because Python values among its "
            f"arguments change: {', '.join(reasons)}. Every value makes a new trace, which is "
            "slow; give numbers that change as arrays.",
            stacklevel=5,
        )

    # ------------------------------------------------------------------ what there is

    @property
    def concrete_functions(self) -> list[ConcreteFunction]:
        """The traces, in the order in which they were made."""
        return list(self._traces.every)

    def experimental_get_tracing_count(self) -> int:
        """How often it was traced."""
        return self._traces.count

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The arguments and results of every trace, for reading.

        Args:
            verbose: Whether on several lines, with shapes and dtypes.
        """
        between = "\n\n" if verbose else "\n"
        return between.join(x.pretty_printed_signature(verbose) for x in self._traces.every)

    def checkpoint_children(self) -> tuple:
        """What a checkpoint sees in it: nothing."""
        return ()

    def __deepcopy__(self, memo: dict) -> Function:
        return Function(self.python_function, self.input_signature, self._reduce, self._name)

    def __repr__(self) -> str:
        return f"<Function {self._name}: {self._traces.count} traces>"


class _Traces:
    """The traces of a function, or of a method of one object."""

    def __init__(self) -> None:
        self.found: dict[Any, ConcreteFunction] = {}
        self.every: list[ConcreteFunction] = []
        self.count = 0
        self.has_warned = False
        self.parameters: Parameters | None = None
        self.lock = threading.RLock()


def _changing_values(kinds: list[Any]) -> bool:
    """Whether traces are for the same tensors, and differ in Python values alone."""
    tensors = [list(tensor_kinds(kind)) for kind in kinds]
    return all(x == tensors[0] for x in tensors) and len(set(kinds)) == len(kinds)


def function(
    func: Callable | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    **kwargs: Any,
) -> Any:
    """Make a Python function one that is traced once for each kind of arguments.

    ::

        @visualnn.function
        def add(x, y):
            return x + y

    A trace is a graph of operations, which runs faster than Python and can be drawn and saved.
    Tensors count by shape and dtype, Python values by their value.

    Args:
        func: The function; without it, a decorator is returned.
        input_signature: ``TensorSpec`` of the positional arguments, nested like them.
        autograph: Accepted for TensorFlow's sake: use ``ops.cond`` and loops of ``ops``.
        jit_compile: Accepted for TensorFlow's sake.
        reduce_retracing: Whether sizes are left open as soon as a second one comes.
        **kwargs: Further arguments of TensorFlow's that change nothing here.

    Raises:
        TypeError: When an argument is not known.
    """
    del autograph, jit_compile
    reduce_retracing = kwargs.pop("experimental_relax_shapes", None) or reduce_retracing
    unknown = set(kwargs) - _WITHOUT_MEANING
    if unknown:
        raise TypeError(f"`function` does not know {', '.join(sorted(unknown))}.")

    def decorated(python_function: Callable) -> Function:
        return Function(python_function, input_signature, bool(reduce_retracing))

    return decorated if func is None else decorated(func)
