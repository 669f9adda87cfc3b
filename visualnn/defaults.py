"""What is used where nothing is said: the dtype of floats, the small number, the data format."""

from __future__ import annotations

from typing import Any

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_FORMATS = ("channels_last", "channels_first")

_defaults: dict[str, Any] = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
}


def floatx() -> str:
    """The dtype of floating-point numbers."""
    return _defaults["floatx"]


def set_floatx(value: str) -> None:
    """Set the dtype of floating-point numbers.

    Raises:
        ValueError: When it is not a floating-point dtype.
    """
    if value not in _FLOATS:
        raise ValueError(f"floatx must be one of {', '.join(_FLOATS)}, but is {value!r}.")
    _defaults["floatx"] = value


def epsilon() -> float:
    """The small number that keeps quotients and logarithms finite."""
    return _defaults["epsilon"]


def set_epsilon(value: float) -> None:
    """Set the small number that keeps quotients and logarithms finite."""
    _defaults["epsilon"] = float(value)


def image_data_format() -> str:
    """Where images have their channels: ``channels_last`` or ``channels_first``."""
    return _defaults["image_data_format"]


def set_image_data_format(data_format: str) -> None:
    """Set where images have their channels.

    Raises:
        ValueError: When it is neither ``channels_last`` nor ``channels_first``.
    """
    if data_format not in _FORMATS:
        raise ValueError(f"The data format must be one of {_FORMATS}, but is {data_format!r}.")
    _defaults["image_data_format"] = data_format


def backend() -> str:
    """What computes: numpy."""
    return "numpy"
