"""The arguments of a layer's ``call``: which are tensors, and what ``build`` is told of them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn.graph import EagerGraph, Value
from visualnn.layers.connectivity import KerasTensor
from visualnn.primitives.conversion import numpy_dtype
from visualnn.primitives.operators import operate
from visualnn.primitives.primitive import recorder
from visualnn.primitives.tensor import Tensor
from visualnn.spec import is_float
from visualnn.structure import flatten, map_structure
from visualnn.variable import Variable


@functools.lru_cache(maxsize=4096)
def signature_of(function: Callable) -> inspect.Signature:
    """The parameters of a method's function, without ``self``."""
    parameters = list(inspect.signature(function).parameters.values())
    return inspect.Signature(parameters[1:])


def parameters_of(function: Callable) -> dict[str, inspect.Parameter]:
    """The parameters of a method's function by name, without ``self``."""
    return dict(signature_of(function).parameters)


def accepts(function: Callable, name: str) -> bool:
    """Whether a method has a parameter of this name."""
    return name in signature_of(function).parameters


@functools.lru_cache(maxsize=4096)
def accepts_keyword(function: Callable, name: str) -> bool:
    """Whether a method can be given a keyword of this name."""
    parameters = signature_of(function).parameters
    return name in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def is_tensor(x: Any) -> bool:
    """Whether a leaf is tensor-like."""
    return isinstance(x, np.ndarray | Value | KerasTensor | Variable)


def converted(x: Any, dtype: str | None, convert_numbers: bool) -> Any:
    """An argument of ``call`` as the layer gets it: arrays as tensors, floats in its dtype."""
    if convert_numbers and isinstance(x, list | tuple) and _is_nested_numbers(x):
        numbers = np.asarray(x)
        kind = dtype or "float32" if numbers.dtype.kind == "f" else "int32"
        return numbers.astype(numpy_dtype(kind)).view(Tensor)
    return map_structure(lambda leaf: _converted_leaf(leaf, dtype, convert_numbers), x)


def _converted_leaf(x: Any, dtype: str | None, convert_numbers: bool) -> Any:
    recording = recorder.get()
    if isinstance(recording, EagerGraph):  # a copy would not be what is watched
        x = recording.watched.get(id(x), x)
    if isinstance(x, np.ndarray):
        if x.dtype.kind in "OUS":
            return x
        tensor = x if isinstance(x, Tensor) else x.view(Tensor)
        if dtype and is_float(tensor.dtype.name) and tensor.dtype.name != dtype:
            mask = tensor._keras_mask
            tensor = tensor.view(np.ndarray).astype(numpy_dtype(dtype)).view(Tensor)
            tensor._keras_mask = mask
        return tensor
    if isinstance(x, Value):
        if dtype and x.dtype != dtype and is_float(x.dtype):
            mask, x = x._keras_mask, operate("cast", x, dtype)
            x._keras_mask = mask
        return x
    if convert_numbers and isinstance(x, float | int) and not isinstance(x, bool):
        return np.asarray(x, numpy_dtype(dtype or "float32")).view(Tensor)
    return x


def _is_nested_numbers(x: Any) -> bool:
    while isinstance(x, list | tuple) and x:
        x = x[0]
    return isinstance(x, float | int) and not isinstance(x, bool)


def refuse_settings_by_place(layer: Any, args: tuple) -> None:
    """Have whatever is no tensor given by name, or ``layer(x, True)`` might mean anything.

    Raises:
        ValueError: When a number, a truth value or a text stands behind the first argument.
    """
    for place, x in enumerate(args[1:], 1):
        if isinstance(x, bool | int | float | str):
            names = list(signature_of(type(layer).call).parameters)
            name = names[place] if place < len(names) else "..."
            raise ValueError(
                f"{type(layer).__name__} {layer.name!r}: only tensors can be given by their place. "
                f"Give {x!r} by name: `{name}={x!r}`."
            )


class Arguments:
    """The arguments of one call, by name.

    Attributes:
        args: The positional ones.
        kwargs: The keywords.
        named: Every argument that was given, by parameter name (``*args`` and ``**kwargs`` too).
        training: What is said about training, which every layer may be told.
        tensors: Those that hold tensors, in the order of the signature.
    """

    def __init__(self, layer: Any, args: tuple, kwargs: dict[str, Any]):
        self._signature = signature = signature_of(type(layer).call)
        self.training = kwargs.get("training")
        if "training" in kwargs and not accepts_keyword(type(layer).call, "training"):
            kwargs = {name: x for name, x in kwargs.items() if name != "training"}
        self.args, self.kwargs = args, kwargs
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as problem:
            takes = ", ".join(map(str, signature.parameters.values()))
            said = f"{type(layer).__name__} {layer.name!r} takes ({takes}), but: {problem}."
            raise TypeError(said) from None
        self.named: dict[str, Any] = {}
        for name, value in bound.arguments.items():
            kind = signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                self.named.update({f"{name}_{i}": x for i, x in enumerate(value)})
            elif kind is inspect.Parameter.VAR_KEYWORD:
                self.named.update(value)
            else:
                self.named[name] = value
        self._leaves = {name: flatten(value) for name, value in self.named.items()}
        self.tensors = {
            name: value for name, value in self.named.items() if _all_tensors(self._leaves[name])
        }

    def has(self, kind: type) -> bool:
        """Whether a leaf of this kind is among the arguments."""
        return any(isinstance(x, kind) for leaves in self._leaves.values() for x in leaves)

    def give(self, name: str, value: Any) -> None:
        """Fill in an argument that the caller left out, or gave as ``None``."""
        place = list(self._signature.parameters).index(name)
        if place < len(self.args):
            self.args = (*self.args[:place], value, *self.args[place + 1 :])
        else:
            self.kwargs[name] = value
        self.named[name] = value

    @property
    def first(self) -> Any:
        """The first argument."""
        return next(iter(self.named.values()), None)

    def shapes(self) -> dict[str, Any]:
        """The shape, or nested shapes, of each argument with tensors, as ``<name>_shape``."""
        return {
            f"{name}_shape": map_structure(lambda x: None if x is None else tuple(x.shape), value)
            for name, value in self.tensors.items()
            if not name.endswith("mask")
        }


def _all_tensors(leaves: list) -> bool:
    """Whether there are tensors and nothing else, ``None`` aside."""
    return any(map(is_tensor, leaves)) and all(x is None or is_tensor(x) for x in leaves)
