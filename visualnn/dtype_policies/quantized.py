"""Policies of layers whose weights are whole numbers of few bits.

What layers compute here is ``int8``.  The policies of the other modes are what a file or a config
says, no more: a layer that is given one refuses it, by a sentence.
"""

from __future__ import annotations

from typing import Any

from visualnn.dtype_policies.policy import DTypePolicy, dtype_policy, dtypes_of
from visualnn.serialization import public

QUANTIZATION_MODES = ("int8", "float8", "int4", "gptq", "awq")
"""Every way to quantize that Keras has."""


@public("keras.dtype_policies")
class QuantizedDTypePolicy(DTypePolicy):
    """The dtypes of a layer whose weights are quantized, such as ``int8_from_float32``.

    Args:
        mode: How they are quantized, such as ``int8``.
        source_name: The policy of everything else; by default the global one.
    """

    def __init__(self, mode: str, source_name: str | None = None):
        source_name = dtype_policy().name if source_name is None else source_name
        self._quantization_mode = self._checked(mode)
        self._mode = mode
        self._source_name = source_name
        self._name = f"{mode}_from_{source_name}"
        self._compute_dtype, self._variable_dtype = dtypes_of(source_name)
        if mode in ("int8", "int4") and self._compute_dtype == "float16":
            raise ValueError(
                f"{self._name!r}: {mode} numbers cannot be multiplied in float16, whose greatest "
                "number is too small for the sums. Use 'mixed_bfloat16' or 'float32'."
            )

    def _checked(self, mode: str) -> str:
        """The way to quantize that a mode names.

        Raises:
            ValueError: When there is none.
        """
        if mode not in QUANTIZATION_MODES:
            raise ValueError(
                f"{mode!r} is not a way to quantize. There are {', '.join(QUANTIZATION_MODES)}."
            )
        return mode

    def get_config(self) -> dict[str, Any]:
        return {"mode": self._mode, "source_name": self._source_name}


@public("keras.dtype_policies")
class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """The dtypes of a layer that multiplies in eight-bit floating-point numbers.

    Args:
        mode: ``float8``.
        source_name: The policy of everything else; by default the global one.
        amax_history_length: How many of the last greatest values are kept, to choose the scale.
    """

    default_amax_history_length = 1024

    def __init__(self, mode: str, source_name: str | None = None, amax_history_length: int = 1024):
        super().__init__(mode, source_name)
        if not isinstance(amax_history_length, int):
            raise TypeError(
                f"`amax_history_length` must be a whole number, but is {amax_history_length!r}."
            )
        self._amax_history_length = amax_history_length

    @property
    def amax_history_length(self) -> int:
        """How many of the last greatest values are kept."""
        return self._amax_history_length

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "amax_history_length": self.amax_history_length}


class _InParts(QuantizedDTypePolicy):
    """A policy whose mode holds numbers, such as ``gptq/4/128``."""

    parts: tuple[str, ...]

    def __init__(self, mode: str, source_name: str | None = None):
        super().__init__(mode, source_name)
        self.mode = mode.partition("/")[0]

    def _checked(self, mode: str) -> str:
        kind = type(self).__name__.removesuffix("DTypePolicy").lower()
        form = "/".join([kind, *(f"<{part}>" for part in self.parts)])
        name, *numbers = mode.split("/") if isinstance(mode, str) else ("",)
        try:
            values = [int(number) for number in numbers]
        except ValueError:
            values = []
        if name != kind or len(values) != len(self.parts):
            raise ValueError(
                f"{mode!r} is not a mode of a {type(self).__name__}: it must be {form!r}, "
                "with whole numbers."
            )
        for part, value in zip(self.parts, values, strict=True):
            self._check_part(part, value, mode)
            setattr(self, part, value)
        return kind

    def _check_part(self, part: str, value: int, mode: str) -> None:
        if value < 1 and value != -1:
            raise ValueError(f"{mode!r}: {part} must be -1 or greater than zero, but is {value}.")


@public("keras.dtype_policies")
class Int4DTypePolicy(_InParts):
    """The dtypes of a layer whose weights have four bits, with a scale for every block of them.

    Args:
        mode: ``int4/<block size>``.
        source_name: The policy of everything else; by default the global one.
    """

    parts = ("block_size",)


@public("keras.dtype_policies")
class GPTQDTypePolicy(_InParts):
    """The dtypes of a layer that was quantized by GPTQ.

    Args:
        mode: ``gptq/<bits of a weight>/<weights in a group>``.
        source_name: The policy of everything else; by default the global one.
    """

    parts = ("weight_bits", "group_size")

    def _check_part(self, part: str, value: int, mode: str) -> None:
        if part == "weight_bits" and value not in (2, 3, 4, 8):
            raise ValueError(f"{mode!r}: a weight has 2, 3, 4 or 8 bits, not {value}.")
        super()._check_part(part, value, mode)


@public("keras.dtype_policies")
class AWQDTypePolicy(_InParts):
    """The dtypes of a layer that was quantized by AWQ.

    Args:
        mode: ``awq/4/<weights in a group>``.
        source_name: The policy of everything else; by default the global one.
    """

    parts = ("weight_bits", "group_size")

    def _check_part(self, part: str, value: int, mode: str) -> None:
        if part == "weight_bits" and value != 4:
            raise ValueError(f"{mode!r}: a weight has 4 bits in AWQ, not {value}.")
        super()._check_part(part, value, mode)


_CLASSES = {
    "float8": QuantizedFloat8DTypePolicy,
    "gptq": GPTQDTypePolicy,
    "awq": AWQDTypePolicy,
}


def quantized_policy(name: str) -> QuantizedDTypePolicy | None:
    """The policy that a text such as ``int8_from_float32`` names; ``None`` if it begins otherwise.

    Raises:
        ValueError: When it begins with a way to quantize, but does not go on like that.
    """
    kind = next((mode for mode in QUANTIZATION_MODES if name.startswith(mode)), None)
    if kind is None:
        return None
    mode, between, source_name = name.partition("_from_")
    if not between:
        raise ValueError(
            f"{name!r} is not a dtype policy: say from which one the weights are quantized, "
            f"as in '{name}_from_float32'."
        )
    if kind == "int4" and "/" in mode:
        return Int4DTypePolicy(mode, source_name)
    return _CLASSES.get(kind, QuantizedDTypePolicy)(mode, source_name)
