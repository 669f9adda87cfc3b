"""The numbers of a tensor in a file, or in a file beside it, of which nothing is believed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.exporting.onnx.messages import BY_NUMBER
from visualnn.primitives.conversion import numpy_dtype
from visualnn.serialization import InvalidModelFile

_FIXED = {"float_data": ("<f4", ("float32",)), "double_data": ("<f8", ("float64",))}
_WHOLE = {
    "int32_data": (
        "int32", "int16", "int8", "uint16", "uint8", "bool", "float16", "bfloat16",
    ),
    "int64_data": ("int64",),
    "uint64_data": ("uint32", "uint64"),
}  # fmt: skip
_RANKS = 32


def array_of(message: dict[str, Any], folder: Path) -> np.ndarray:
    """The array of a ``TensorProto``.

    Raises:
        InvalidModelFile: When its shape, its dtype and its numbers do not fit together.
    """
    name = message.get("name", "") or "a constant"
    dtype = BY_NUMBER.get(message.get("data_type", 0))
    shape = [int(size) for size in message.get("dims", ())]
    if dtype is None:
        raise InvalidModelFile(f"{name!r} has the unknown dtype {message.get('data_type', 0)}.")
    if len(shape) > _RANKS or any(size < 0 for size in shape):
        raise InvalidModelFile(f"{name!r} has the impossible shape {shape}.")
    count = math.prod(shape)
    if dtype == "string":
        texts = message.get("string_data", [])
        _check(name, shape, dtype, count, len(texts))
        return np.array([x.decode("utf-8", "replace") for x in texts], object).reshape(shape)
    kind = numpy_dtype(dtype)
    if message.get("data_location") == 1:
        data = _from_outside(name, message.get("external_data", ()), count * kind.itemsize, folder)
        return np.frombuffer(data, kind).reshape(shape)
    if "raw_data" in message:
        data = message["raw_data"]
        _check(name, shape, dtype, count * kind.itemsize, len(data))
        return np.frombuffer(data, kind).reshape(shape)
    return _listed(name, message, shape, dtype)


def _check(name: str, shape: list[int], dtype: str, wanted: int, found: int) -> None:
    if wanted != found:
        raise InvalidModelFile(
            f"{name!r} should be {dtype}{shape}, but its data have another length ({found})."
        )


def _listed(name: str, message: dict[str, Any], shape: list[int], dtype: str) -> np.ndarray:
    count = math.prod(shape)
    for key, (kind, dtypes) in _FIXED.items():
        if dtype in dtypes:
            data = b"".join(message.get(key, ()))
            _check(name, shape, dtype, count * np.dtype(kind).itemsize, len(data))
            return np.frombuffer(data, kind).astype(dtype).reshape(shape)
    for key, dtypes in _WHOLE.items():
        if dtype in dtypes:
            numbers = _numbers(name, b"".join(message.get(key, ())))
            _check(name, shape, dtype, count, len(numbers))
            if dtype in ("float16", "bfloat16"):  # their bits
                return numbers.astype(np.uint16).view(numpy_dtype(dtype)).reshape(shape)
            return numbers.view(np.int64).astype(dtype).reshape(shape)
    raise InvalidModelFile(f"{name!r} has no data.")


def _numbers(name: str, data: bytes) -> np.ndarray:
    """Whole numbers written seven bits in a byte, as 64 bits each."""
    raw = np.frombuffer(data, np.uint8)
    if not raw.size:
        return np.empty(0, np.uint64)
    ends = np.flatnonzero(raw < 0x80)
    if not ends.size or ends[-1] != raw.size - 1:
        raise InvalidModelFile(f"{name!r} ends amid a number.")
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > 10:
        raise InvalidModelFile(f"{name!r} holds a number of more than 64 bits.")
    found = np.zeros(ends.size, np.uint64)
    for place in range(int(lengths.max())):
        has = lengths > place
        bits = (raw[starts[has] + place] & 0x7F).astype(np.uint64)
        found[has] |= bits << np.uint64(7 * place)
    return found


def _from_outside(name: str, entries: Any, wanted: int, folder: Path) -> bytes:
    """Numbers from a file in the folder of the model, or below it, and nowhere else."""
    told = {x.get("key", ""): x.get("value", "") for x in entries}
    location = told.get("location", "")
    if not location or "\0" in location:
        raise InvalidModelFile(f"{name!r} lies in another file, which has no name.")
    inside = folder.resolve()
    path = (inside / location).resolve()
    if Path(location).is_absolute() or not path.is_relative_to(inside):
        raise InvalidModelFile(
            f"{name!r} lies in {location!r}, which is outside the folder of the model; such files "
            "are not read."
        )
    if not path.is_file():
        raise InvalidModelFile(f"{name!r} lies in {location!r}, and there is no such file.")
    try:
        offset, length = int(told.get("offset") or 0), int(told.get("length") or wanted)
    except ValueError:
        raise InvalidModelFile(f"{name!r}: its place in {location!r} is no number.") from None
    if offset < 0 or length != wanted or offset + wanted > path.stat().st_size:
        raise InvalidModelFile(
            f"{name!r} should have {wanted} bytes, but {location!r} does not hold them."
        )
    with open(path, "rb") as file:
        file.seek(offset)
        data = file.read(wanted)
    if len(data) != wanted:
        raise InvalidModelFile(f"{location!r} ends before {name!r} does.")
    return data
