"""The values that are not objects of Keras's but have records of their own: arrays, slices, bytes.

Source: keras.md section 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn.primitives.tensor import Tensor
from visualnn.serialization.limits import InvalidModelFile

SPECIAL: dict[str, Callable[[dict], Any]] = {}
"""How these records are read; see :func:`special`."""

_NUMBERS = re.compile(r"u?int(8|16|32|64)|float(16|32|64)|bfloat16|bool")


def special(class_name: str) -> Callable[[Callable], Callable]:
    """Read records of this class name by the decorated function, which gets their config."""

    def register(read: Callable[[dict], Any]) -> Callable[[dict], Any]:
        SPECIAL[class_name] = read
        return read

    return register


def read_special(name: str, config: Any) -> Any:
    """The value that such a record stands for."""
    if not isinstance(config, dict):
        raise InvalidModelFile(f"The config of {name} must be an object.")
    try:
        return SPECIAL[name](config)
    except KeyError as problem:
        raise InvalidModelFile(f"{name} lacks its {problem}.") from problem


@special("__numpy__")
def _read_array(config: dict) -> np.ndarray:
    """The array of nested lists, of numbers only."""
    dtype = config.get("dtype", "float32")
    if not isinstance(dtype, str) or not _NUMBERS.fullmatch(dtype):
        raise InvalidModelFile(f"Arrays of {dtype!r} are not read.", "dtype")
    if dtype == "bfloat16":
        import ml_dtypes

        dtype = ml_dtypes.bfloat16
    try:
        array = np.array(config["value"], dtype)
        return array if array.size or "shape" not in config else array.reshape(config["shape"])
    except (ValueError, TypeError, OverflowError) as problem:
        raise InvalidModelFile(f"This is no array: {problem}.", "value") from problem


@special("__tensor__")
def _read_tensor(config: dict) -> Tensor:
    return _read_array(config).view(Tensor)


@special("__bytes__")
def _read_bytes(config: dict) -> bytes:
    if not isinstance(config["value"], str):
        raise InvalidModelFile("Bytes are written as text.", "value")
    return config["value"].encode("utf-8")


@special("__slice__")
def _read_slice(config: dict) -> slice:
    parts = [config[key] for key in ("start", "stop", "step")]
    if any(part is not None and type(part) is not int for part in parts):
        raise InvalidModelFile("The parts of a slice are whole numbers.")
    return slice(*parts)


@special("__ellipsis__")
def _read_ellipsis(config: dict) -> Any:
    return ...


@special("__lambda__")
def _refuse_lambda(config: dict) -> Any:
    raise InvalidModelFile(
        "It holds a Python lambda, which is not run from a file. Define the function in Python "
        "and pass it by `custom_objects`."
    )


@special("__typespec__")
def _refuse_type_spec(config: dict) -> Any:
    raise InvalidModelFile("It holds a type of TensorFlow's, which is not known here.")
