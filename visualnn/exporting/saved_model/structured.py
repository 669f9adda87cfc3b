"""Nested Python values in a file, ``StructuredValue``: what functions take and give."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from visualnn.exporting.saved_model.attributes import Sizes, Type, dtype_name, sizes_of
from visualnn.spec import Spec
from visualnn.wire.tensorflow import DTYPE_NUMBERS, shape


class NamedSpec(Spec):
    """What is known of a tensor that has a name, as arguments and results have.

    Args:
        shape: Its sizes.
        dtype: Its dtype.
        name: Its name.
        any_rank: Whether not even the number of axes is known.
    """

    __slots__ = ("any_rank", "name")

    def __init__(
        self, shape: Any = (), dtype: Any = "float32", name: str = "", any_rank: bool = False
    ):
        super().__init__(shape, dtype)
        self.name = name
        self.any_rank = any_rank


class Unsaid:
    """A value of a kind that is not known here; nothing equals it."""

    def __repr__(self) -> str:
        return "a value that is not known here"

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


def structured(x: Any) -> dict[str, Any]:
    """A nested value as the message.

    Raises:
        ValueError: When it is of a kind that files do not have.
    """
    if x is None:
        return {"none_value": {}}
    if isinstance(x, bool | np.bool_):
        return {"bool_value": bool(x)}
    if isinstance(x, int | np.integer):
        return {"int64_value": int(x)}
    if isinstance(x, float | np.floating):
        return {"float64_value": float(x)}
    if isinstance(x, Type):
        return {"tensor_dtype_value": DTYPE_NUMBERS[x]}
    if isinstance(x, str):
        return {"string_value": x}
    if isinstance(x, Spec):
        spec = {"name": plain_name(getattr(x, "name", None) or ""), "shape": shape(x.shape)}
        return {"tensor_spec_value": {**spec, "dtype": DTYPE_NUMBERS[x.dtype]}}
    if isinstance(x, dict):
        return {"dict_value": {"fields": {str(key): structured(y) for key, y in x.items()}}}
    if isinstance(x, list | tuple):
        kind = "list_value" if isinstance(x, list) else "tuple_value"
        return {kind: {"values": [structured(y) for y in x]}}
    raise ValueError(
        f"The argument {x!r} of a function cannot be saved: use tensors, numbers, texts and None, "
        "in lists, tuples and dicts."
    )


def named_tuple(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """A named tuple as the message."""
    pairs = [{"key": key, "value": structured(x)} for key, x in fields.items()]
    return {"named_tuple_value": {"name": name, "values": pairs}}


def unstructured(message: dict[str, Any]) -> Any:
    """The nested value of a message; a named tuple becomes a dict.

    Raises:
        InvalidModelFile: When it is damaged.
    """
    for field, read in _READERS.items():
        if field in message:
            return read(message[field])
    return Unsaid()


def _spec(message: dict[str, Any]) -> Any:
    sizes = sizes_of(message.get("shape", {}))
    dtype = dtype_name(message.get("dtype", 0))
    return NamedSpec(sizes or (), dtype, message.get("name", ""), sizes is None)


def _listed(message: dict[str, Any]) -> list[Any]:
    return [unstructured(x) for x in message.get("values", [])]


_READERS = {
    "none_value": lambda x: None,
    "bool_value": bool,
    "int64_value": int,
    "float64_value": float,
    "string_value": str,
    "tensor_shape_value": lambda x: sizes_of(x) or Sizes(),
    "tensor_dtype_value": lambda x: Type(dtype_name(x)),
    "tensor_spec_value": _spec,
    "bounded_tensor_spec_value": _spec,
    "list_value": _listed,
    "tuple_value": lambda x: tuple(_listed(x)),
    "dict_value": lambda x: {k: unstructured(y) for k, y in x.get("fields", {}).items()},
    "named_tuple_value": lambda x: {
        pair.get("key", ""): unstructured(pair.get("value", {})) for pair in x.get("values", [])
    },
}


def plain_name(name: str) -> str:
    """A name as arguments of functions may have it."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)
