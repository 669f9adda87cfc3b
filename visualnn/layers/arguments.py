"""The arguments of a layer's ``call``: which are tensors, and what ``build`` is told of them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn.graph import Value
from visualnn.layers.connectivity import KerasTensor
from visualnn.primitives.operators import operate
from visualnn.primitives.tensor import Tensor
from visualnn.structure import flatten, map_structure
from visualnn.variable import Variable


@functools.lru_cache(maxsize=4096)
def parameters_of(function: Callable) -> dict[str, inspect.Parameter]:
    """The parameters of a method's function, without ``self``."""
    found = dict(inspect.signature(function).parameters)
    found.pop(next(iter(found)), None)
    return found


def accepts(function: Callable, name: str) -> bool:
    """Whether a method has a parameter of this name, or takes any keyword."""
    return name in parameters_of(function)


def is_tensor(x: Any) -> bool:
    """Whether a leaf is tensor-like."""
    return isinstance(x, np.ndarray | Value | KerasTensor | Variable)


def is_tensor_argument(x: Any) -> bool:
    """Whether an argument holds tensors and nothing else (``None`` aside)."""
    leaves = [leaf for leaf in flatten(x) if leaf is not None]
    return bool(leaves) and all(map(is_tensor, leaves))


def converted(x: Any, dtype: str | None, convert_numbers: bool) -> Any:
    """An argument of ``call`` as the layer gets it: arrays as tensors, floats in its dtype."""

    def convert(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray):
            if leaf.dtype.kind in "OUS":
                return leaf
            if dtype and leaf.dtype.kind == "f" and leaf.dtype != dtype:
                mask = getattr(leaf, "_keras_mask", None)
                leaf = leaf.astype(_numpy_dtype(dtype)).view(Tensor)
                leaf._keras_mask = mask
            return leaf if isinstance(leaf, Tensor) else leaf.view(Tensor)
        if isinstance(leaf, Value):
            if dtype and leaf.dtype != dtype and leaf.dtype.startswith(("float", "bfloat")):
                mask, leaf = leaf._keras_mask, operate("cast", leaf, dtype)
                leaf._keras_mask = mask
            return leaf
        if convert_numbers and isinstance(leaf, float | int) and not isinstance(leaf, bool):
            kind = dtype or "float32" if isinstance(leaf, float) else "int32"
            return np.asarray(leaf, kind).view(Tensor)
        return leaf

    if convert_numbers and isinstance(x, list) and _is_nested_numbers(x):
        return converted(np.asarray(x, dtype or "float32"), dtype, False)
    return map_structure(convert, x)


def _is_nested_numbers(x: Any) -> bool:
    while isinstance(x, list | tuple) and x:
        x = x[0]
    return isinstance(x, float | int) and not isinstance(x, bool)


def _numpy_dtype(dtype: str) -> Any:
    if dtype == "bfloat16":
        import ml_dtypes

        return ml_dtypes.bfloat16
    return dtype


class Arguments:
    """The arguments of one call, by name.

    Attributes:
        named: Every argument that was given, by parameter name (``*args`` and ``**kwargs`` too).
        tensors: Those that hold tensors, in the order of the signature.
    """

    def __init__(self, layer: Any, args: tuple, kwargs: dict[str, Any]):
        parameters = parameters_of(type(layer).call)
        self.named: dict[str, Any] = {}
        self.tensors: dict[str, Any] = {}
        try:
            bound = inspect.Signature(list(parameters.values())).bind(*args, **kwargs)
        except TypeError as problem:
            said = f"{type(layer).__name__} {layer.name!r} was called wrongly: {problem}."
            raise TypeError(said) from None
        for name, value in bound.arguments.items():
            if parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
                self.named.update({f"{name}_{i}": x for i, x in enumerate(value)})
            elif parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                self.named.update(value)
            else:
                self.named[name] = value
        self.tensors = {n: x for n, x in self.named.items() if is_tensor_argument(x)}

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
