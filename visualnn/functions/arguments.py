"""The arguments of a traced function: which are tensors, and what makes another trace.

Tensors count by dtype and shape, all else by value: Python numbers, texts, objects.  Lists of
numbers count as float32 tensors if they are nested or hold fractions, as nobody can compute with
lists; flat lists of whole numbers, as shapes are, are left to the function.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from visualnn.functions.tensor_spec import TensorSpec
from visualnn.graph.graph import Value
from visualnn.primitives.conversion import numpy_dtype
from visualnn.primitives.operators import Symbolic
from visualnn.primitives.tensor import Tensor
from visualnn.spec import Spec
from visualnn.structure import ordered_keys, rebuilt
from visualnn.variable import Variable, autocast_dtype

ambient: list[Callable[[], Any]] = [autocast_dtype]
"""What is not given to a function but changes what it computes, such as whether a model trains."""


_TEXTS = np.dtype(object)


class TensorKind(NamedTuple):
    """What is known of a tensor among the arguments; a size is ``None`` where it may be any."""

    shape: tuple[int | None, ...]
    dtype: Any

    def serves(self, other: Any) -> bool:
        """Whether a trace for this kind can be given tensors of the other."""
        return (
            isinstance(other, TensorKind)
            and self.dtype == other.dtype
            and len(self.shape) == len(other.shape)
            and all(a in (None, b) for a, b in zip(self.shape, other.shape, strict=True))
        )


class NotAnArgumentError(TypeError):
    """An argument is a tensor of the layer graph, with which a function is connected, not run."""


def kind_of(x: Any, tensors: list[Any]) -> Any:
    """What makes traces differ in an argument; the tensors in it are added to a list."""
    kind = type(x)
    if kind is Tensor or kind is np.ndarray:
        tensors.append(x)
        return TensorKind(x.shape, x.dtype if x.dtype.kind not in "OUS" else _TEXTS)
    if kind in (float, int, bool, str, type(None)):
        return kind, x if x == x else "nan"
    if isinstance(x, Spec):
        tensors.append(x)
        return TensorKind(x.shape, _numpy(x.dtype))
    if isinstance(x, Variable):
        return "variable", id(x)
    if isinstance(x, Symbolic):
        raise NotAnArgumentError
    if isinstance(x, dict):
        keys = ordered_keys(x)
        return kind, tuple(keys), tuple([kind_of(x[key], tensors) for key in keys])
    if isinstance(x, list | tuple):
        if kind is list and _is_array(x):
            array = np.array(x, "float32")
            tensors.append(array)
            return TensorKind(array.shape, array.dtype)
        return kind, tuple([kind_of(item, tensors) for item in x])
    if isinstance(x, Value):
        array = np.asarray(x)  # of a tape that has ended: it has numbers
        tensors.append(x)
        return TensorKind(array.shape, array.dtype)
    if hasattr(x, "__array__") and hasattr(x, "dtype"):
        return kind_of(np.asarray(x).view(np.ndarray), tensors)
    try:
        hash(x)
    except TypeError:
        return "object", id(x)
    return kind, x


def filled(x: Any, tensors: Iterator[Any]) -> Any:
    """An argument with its tensors replaced by others, in the same order."""
    if isinstance(x, dict):
        made = {key: filled(x[key], tensors) for key in ordered_keys(x)}
        ordered = {key: made[key] for key in x}
        return ordered if type(x) is dict else type(x)(ordered)
    if isinstance(x, list | tuple) and not (type(x) is list and _is_array(x)):
        return rebuilt(x, [filled(item, tensors) for item in x])
    return next(tensors) if _is_tensor(x) else x


def _is_tensor(x: Any) -> bool:
    if isinstance(x, np.ndarray | Spec | Value) or type(x) is list:
        return True
    return hasattr(x, "__array__") and hasattr(x, "dtype") and not isinstance(x, Variable)


def _is_array(x: list | tuple) -> bool:
    """Whether a list is a table of numbers, not a few whole numbers that may be a shape."""
    shape = _shape_of(x)
    if shape is None or 0 in shape:
        return False
    if len(shape) > 1:
        return True
    return any(isinstance(item, float) for item in x)


def _shape_of(x: Any) -> tuple[int, ...] | None:
    """The shape of nested lists of numbers; ``None`` if they are none, or of different lengths."""
    if isinstance(x, float | int) and not isinstance(x, bool):
        return ()
    if type(x) is not list:
        return None
    if not x:
        return (0,)
    first = _shape_of(x[0])
    if first is None or any(_shape_of(item) != first for item in x[1:]):
        return None
    return (len(x), *first)


def _numpy(dtype: str) -> Any:
    return _TEXTS if dtype == "string" else numpy_dtype(dtype)


def serves(general: Any, kind: Any) -> bool:
    """Whether a trace for one kind of arguments can be given those of another."""
    if isinstance(general, TensorKind):
        return general.serves(kind)
    if isinstance(general, tuple) and isinstance(kind, tuple) and not isinstance(kind, TensorKind):
        return len(general) == len(kind) and all(map(serves, general, kind))
    return type(general) is type(kind) and bool(general == kind)


class DifferentError(ValueError):
    """Two kinds of arguments differ in more than sizes."""


def opened(kind: Any, other: Any) -> Any:
    """The kind that serves both, in which sizes that differ are left open.

    Raises:
        DifferentError: When they differ in more.
    """
    if isinstance(kind, TensorKind) and isinstance(other, TensorKind):
        if kind.dtype == other.dtype and len(kind.shape) == len(other.shape):
            sizes = zip(kind.shape, other.shape, strict=True)
            return TensorKind(tuple(a if a == b else None for a, b in sizes), kind.dtype)
    elif type(kind) is tuple and type(other) is tuple and len(kind) == len(other):
        return tuple(opened(a, b) for a, b in zip(kind, other, strict=True))
    elif type(kind) is type(other) and kind == other:
        return kind
    raise DifferentError


def tensor_kinds(kind: Any) -> Iterator[TensorKind]:
    """The kinds of all tensors among some arguments."""
    if isinstance(kind, TensorKind):
        yield kind
    elif type(kind) is tuple:
        for item in kind:
            yield from tensor_kinds(item)


class Parameters:
    """The parameters of a Python function, to which arguments are bound.

    Args:
        function: The function, or a method that is bound already.
        input_signature: The specs of the positional arguments, nested like them, if they are said.

    Raises:
        TypeError: When the input signature has more arguments than the function.
    """

    def __init__(self, function: Callable, input_signature: Any = None):
        self.signature = inspect.signature(function)
        self.names = list(self.signature.parameters)
        self.input_signature = None if input_signature is None else tuple(input_signature)
        has_more = any(p.kind is p.VAR_POSITIONAL for p in self.signature.parameters.values())
        if self.input_signature and len(self.input_signature) > len(self.names) and not has_more:
            raise TypeError(
                f"`input_signature` has {len(self.input_signature)} arguments, but the function "
                f"takes only {', '.join(self.names) or 'none'}."
            )

    def bound(self, args: tuple, kwargs: dict[str, Any]) -> inspect.BoundArguments:
        """The arguments by parameter, with defaults filled in.

        Raises:
            TypeError: When they do not fit the parameters, or the input signature.
        """
        if self.input_signature is not None and not args and not kwargs:
            args = self.input_signature
        found = self.signature.bind(*args, **kwargs)
        found.apply_defaults()
        return self.converted(found)

    def converted(self, found: inspect.BoundArguments) -> inspect.BoundArguments:
        """The arguments with the dtypes of the input signature, if there is one.

        Raises:
            TypeError: When they do not fit it.
        """
        if self.input_signature is None:
            return found
        given = zip(self.input_signature, found.args, self._places(), strict=False)
        said = [_as_said(spec, x, name) for spec, x, name in given]
        return self.signature.bind(*said, *found.args[len(said) :], **found.kwargs)

    def _places(self) -> Iterator[str]:
        """The names of positional arguments; those beyond the parameters have numbers."""
        for name, parameter in self.signature.parameters.items():
            if parameter.kind is parameter.VAR_POSITIONAL:
                yield from (f"{name}_{i}" for i in itertools.count())
            yield name

    def named(self, bound: inspect.BoundArguments) -> list[str]:
        """A name for each tensor: that of its parameter, with keys and numbers behind."""
        found: list[str] = []
        for name, x in bound.arguments.items():
            parameter = self.signature.parameters[name]
            if parameter.kind is parameter.VAR_KEYWORD:
                for key, item in x.items():
                    found += _names(item, str(key))
            else:
                found += _names(x, name)
        return found


def _names(x: Any, name: str) -> Iterator[str]:
    if isinstance(x, dict):
        for key in ordered_keys(x):
            yield from _names(x[key], f"{name}_{key}")
    elif isinstance(x, list | tuple) and not (type(x) is list and _is_array(x)):
        for i, item in enumerate(x):
            yield from _names(item, f"{name}_{i}")
    elif _is_tensor(x):
        yield x.name if isinstance(x, TensorSpec) and x.name else name


def _as_said(said: Any, x: Any, name: str) -> Any:
    """An argument as the input signature says, nested like it."""
    if isinstance(said, dict) and isinstance(x, dict) and said.keys() == x.keys():
        return {key: _as_said(said[key], x[key], name) for key in x}
    if isinstance(said, list | tuple) and isinstance(x, list | tuple) and len(said) == len(x):
        items = [_as_said(a, b, name) for a, b in zip(said, x, strict=True)]
        return rebuilt(said, items)
    if not isinstance(said, Spec):
        raise TypeError(
            f"The argument {name!r} is {x!r}, but the input signature says {said!r} of it."
        )
    if isinstance(x, Spec):
        fits = TensorSpec(said.sizes, said.dtype).is_compatible_with(x)
    else:
        if not isinstance(x, Value):
            try:
                x = np.asarray(x, None if said.dtype == "string" else _numpy(said.dtype))
            except (TypeError, ValueError):
                raise TypeError(
                    f"The argument {name!r} is {x!r}, but the input signature says {said!r}."
                ) from None
        shape = tuple(np.shape(x))
        fits = len(shape) == len(said.shape) and all(
            a in (None, b) for a, b in zip(said.shape, shape, strict=True)
        )
    if not fits:
        raise TypeError(
            f"The argument {name!r} has the shape {tuple(x.shape)}, but the input signature says "
            f"{tuple(said.shape)}. Leave sizes open by None, or call the function without a "
            "signature to have it traced for each shape."
        )
    return x
