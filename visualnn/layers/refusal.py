"""Saying no to settings that are accepted for Keras's sake only."""

from __future__ import annotations

from typing import Any

_WHAT = {
    "gptq_unpacked_column_size": "quantization by GPTQ",
    "sparse": "sparse output",
    "sliding_window": "a sliding window",
}


def refuse(layer: Any, *names: str) -> None:
    """Refuse settings that are given although what they ask for does not exist here.

    Raises:
        ValueError: Naming the layer and the setting.
    """
    for name in names:
        value = getattr(layer, name)
        if value:
            raise ValueError(
                f"{type(layer).__name__} {layer.name!r}: `{name}={value!r}` asks for "
                f"{_WHAT[name]}, which is not supported."
            )
