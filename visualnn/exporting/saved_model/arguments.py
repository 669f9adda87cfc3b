"""The arguments of loaded functions: whether they are what a trace takes, and as which tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.exporting.saved_model.structured import NamedSpec
from visualnn.graph.graph import Value
from visualnn.primitives.conversion import cast, numpy_dtype
from visualnn.spec import Spec, is_float
from visualnn.structure import flatten
from visualnn.variable import Variable


def fits(wanted: Any, given: Any, found: list[Any], casts: bool) -> bool:
    """Whether an argument is what a trace takes; tensors are collected in flattened order."""
    if isinstance(wanted, NamedSpec):
        tensor = _as_tensor(wanted, given, casts)
        found.append(tensor)
        return tensor is not None
    if isinstance(wanted, dict):
        same = isinstance(given, dict) and given.keys() == wanted.keys()
        return same and all(fits(wanted[key], given[key], found, casts) for key in sorted(wanted))
    if isinstance(wanted, list | tuple):
        same = isinstance(given, list | tuple) and len(given) == len(wanted)
        return same and all(fits(a, b, found, casts) for a, b in zip(wanted, given, strict=True))
    if isinstance(given, np.ndarray | Value | Variable):
        return False
    return type(given) is type(wanted) and given == wanted


def _as_tensor(wanted: NamedSpec, given: Any, casts: bool) -> Any:
    """An argument as a tensor of a spec; ``None`` if it does not fit."""
    if given is None or isinstance(given, str | dict):
        return None
    if isinstance(given, Variable):
        given = given.value
    if not isinstance(given, np.ndarray | Value | np.generic):
        try:
            array = np.asarray(given)
        except ValueError:  # rows of different lengths
            return None
        if array.dtype.kind not in "fiub":
            return None
        if array.dtype.kind == "f" or is_float(wanted.dtype):
            array = array.astype(numpy_dtype(wanted.dtype if is_float(wanted.dtype) else "float32"))
        elif array.dtype.kind != "b" and wanted.dtype.startswith(("int", "uint")):
            array = array.astype(numpy_dtype(wanted.dtype))
        given = array
    spec = Spec.of(given)
    alike = wanted.any_rank or (
        len(spec.sizes) == len(wanted.sizes)
        and all(
            a is None or b is None or a == b for a, b in zip(spec.shape, wanted.shape, strict=True)
        )
    )
    if not alike:
        return None
    if spec.dtype == wanted.dtype:
        return given if isinstance(given, Value) else np.asarray(given)
    if not (casts and _may_become(spec.dtype, wanted.dtype)):
        return None
    if isinstance(given, Value):
        return cast(given, dtype=wanted.dtype)
    return np.asarray(given, numpy_dtype(wanted.dtype))


def _may_become(dtype: str, wanted: str) -> bool:
    """Whether numbers are cast where a signature wants others: never fractions to whole ones."""
    if is_float(wanted):
        return dtype != "string"
    whole = ("int", "uint")
    return dtype.startswith(whole) and wanted.startswith(whole)


def described(args: tuple, kwargs: dict[str, Any]) -> str:
    """What was given, for messages."""

    def said(x: Any) -> str:
        if isinstance(x, np.ndarray | Value | Variable):
            return str(Spec.of(x))
        if isinstance(x, dict):
            return f"{{{', '.join(f'{key!r}: {said(y)}' for key, y in x.items())}}}"
        if isinstance(x, list | tuple) and flatten(x) and len(flatten(x)) < 20:
            return f"[{', '.join(map(said, x))}]"
        return repr(x) if len(repr(x)) < 60 else type(x).__name__

    return f"({', '.join([*map(said, args), *(f'{k}={said(x)}' for k, x in kwargs.items())])})"
