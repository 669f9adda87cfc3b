"""What stands in the settings of a node, ``AttrValue``: numbers, dtypes, tensors, functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from visualnn.primitives.conversion import numpy_dtype
from visualnn.serialization import InvalidModelFile
from visualnn.wire.tensorflow import DTYPE_NAMES, DTYPE_NUMBERS, shape


class Type(str):
    """A dtype, by its name, where a text could stand as well."""

    __slots__ = ()


class FunctionName(str):
    """The name of a function of the library."""

    __slots__ = ()


class Sizes(tuple):
    """A shape; ``None`` for what is not known."""

    __slots__ = ()


def attribute(value: Any) -> dict[str, Any]:
    """A Python value as an ``AttrValue``."""
    if isinstance(value, list):
        return {"list": _listed(value)}
    if isinstance(value, np.ndarray):
        return {"tensor": tensor(value)}
    for kind, field in _FIELDS:
        if isinstance(value, kind):
            return {field: _coded(value)}
    raise TypeError(f"{value!r} cannot be a setting of a node.")


_FIELDS = (
    (Type, "type"),
    (FunctionName, "func"),
    (Sizes, "shape"),
    (str, "s"),
    (bytes, "s"),
    (bool, "b"),
    (int, "i"),
    (float, "f"),
)


def _listed(values: list) -> dict[str, Any]:
    if not values:
        return {}
    field = next(field for kind, field in _FIELDS if isinstance(values[0], kind))
    return {field: [_coded(value) for value in values]}


def _coded(value: Any) -> Any:
    if isinstance(value, Type):
        return DTYPE_NUMBERS[value]
    if isinstance(value, FunctionName):
        return {"name": str(value)}
    return shape(value) if isinstance(value, Sizes) else value


def setting(value: dict[str, Any]) -> Any:
    """An ``AttrValue`` as a Python value."""
    if "list" in value:
        return next((list(map(_decoded(f), x)) for f, x in value["list"].items()), [])
    field = next(iter(value), None)
    return None if field is None else _decoded(field)(value[field])


def _decoded(field: str) -> Any:
    return {
        "type": lambda number: Type(dtype_name(number)),
        "func": lambda name: FunctionName(name.get("name", "")),
        "shape": sizes_of,
        "tensor": array_of,
        "s": lambda text: text.decode("utf-8", "replace"),
    }.get(field, lambda value: value)


def dtype_name(number: int) -> str:
    """The name of a dtype.

    Raises:
        InvalidModelFile: When there is none with this number.
    """
    if number not in DTYPE_NAMES:
        raise InvalidModelFile(f"The dtype number {number} of TensorFlow has no equal here.")
    return DTYPE_NAMES[number]


def sizes_of(proto: dict[str, Any]) -> Sizes | None:
    """The sizes of a ``TensorShapeProto``; ``None`` if even their number is not known."""
    if proto.get("unknown_rank"):
        return None
    sizes = [dim.get("size", 0) for dim in proto.get("dim", [])]
    return Sizes(None if size < 0 else size for size in sizes)


# ---------------------------------------------------------------------- tensors


def tensor(array: np.ndarray) -> dict[str, Any]:
    """An array as a ``TensorProto``."""
    sizes = shape(array.shape)
    if array.dtype.kind in "OUS":
        texts = [x if isinstance(x, bytes) else str(x).encode() for x in array.ravel().tolist()]
        return {"dtype": DTYPE_NUMBERS["string"], "tensor_shape": sizes, "string_val": texts}
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    number = DTYPE_NUMBERS[array.dtype.name]
    return {"dtype": number, "tensor_shape": sizes, "tensor_content": little.tobytes()}


_VALUES = {
    "float32": "float_val",
    "float64": "double_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "uint32": "uint32_val",
    "uint64": "uint64_val",
    "float16": "half_val",
    "bfloat16": "half_val",
    "string": "string_val",
}
_MOST_REPEATED = 1 << 26


def array_of(proto: dict[str, Any]) -> np.ndarray:
    """The array of a ``TensorProto``.

    Raises:
        InvalidModelFile: When it does not have the bytes that its shape needs.
    """
    name = dtype_name(proto.get("dtype", 0))
    sizes = sizes_of(proto.get("tensor_shape", {}))
    if sizes is None or None in sizes:
        raise InvalidModelFile("A constant has no shape.")
    count = math.prod(sizes)
    if name == "string":
        texts = proto.get("string_val", [])
        return _repeated(np.array(texts or [b""], object), sizes, count)
    if name in ("resource", "variant"):
        raise InvalidModelFile(f"A constant cannot be a {name}.")
    dtype = numpy_dtype(name)
    content = proto.get("tensor_content")
    if content is not None and len(content) == count * dtype.itemsize:
        return np.frombuffer(content, dtype.newbyteorder("<")).astype(dtype).reshape(sizes)
    if content:
        raise InvalidModelFile(
            f"A constant of {count} elements of {name} has {len(content)} bytes."
        )
    values = proto.get(_VALUES.get(name, "int_val"), [])
    if name in ("float16", "bfloat16"):
        found = np.array(values or [0], np.uint16).view(dtype)
    else:
        found = np.array(values or [0]).astype(dtype)
    return _repeated(found, sizes, count)


def _repeated(values: np.ndarray, sizes: Sizes, count: int) -> np.ndarray:
    """Values of a shape; where there are too few, the last one is repeated, as is the rule."""
    if len(values) > max(count, 1) or count > _MOST_REPEATED:
        raise InvalidModelFile(f"A constant of {count} elements has {len(values)} values.")
    if count == 0:
        return values[:0].reshape(sizes)
    return np.concatenate([values, np.repeat(values[-1:], count - len(values))]).reshape(sizes)
