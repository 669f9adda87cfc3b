"""Fractions of eight bits: their rounding, and the scales that keep numbers in their range."""

from __future__ import annotations

from typing import Any, NamedTuple

from visualnn import ops


class _Format(NamedTuple):
    """What a kind of eight-bit fractions can hold."""

    greatest: float
    fraction_bits: int
    least_exponent: int


_FORMATS = {
    "float8_e4m3fn": _Format(448.0, 3, -6),
    "float8_e5m2": _Format(57344.0, 2, -14),
}


def quantize_and_dequantize(
    inputs: Any, scale: Any, quantized_dtype: str, compute_dtype: str
) -> Any:
    """Round to the nearest fraction of eight bits, in units of ``scale``.

    The gradient is that of the numbers before they were rounded.

    Args:
        inputs: The tensor.
        scale: The unit.
        quantized_dtype: ``float8_e4m3fn`` or ``float8_e5m2``.
        compute_dtype: The dtype of the result.

    Raises:
        ValueError: When it is another dtype.
    """
    kind = _FORMATS.get(str(quantized_dtype))
    if kind is None:
        raise ValueError(
            f"quantize_and_dequantize: {quantized_dtype!r} is not a kind of eight-bit fractions. "
            f"There are {', '.join(_FORMATS)}."
        )
    unit = ops.cast(scale, "float32")
    x = ops.clip(ops.cast(inputs, "float32") / unit, -kind.greatest, kind.greatest)

    @ops.custom_gradient
    def rounded(x: Any) -> Any:
        size = ops.maximum(ops.abs(x), 2.0**kind.least_exponent)
        # just beside a power of two the logarithm may fall on the wrong side: the step is then
        # half or twice as large, but both round to that power
        step = ops.exp2(ops.floor(ops.log2(size)) - kind.fraction_bits)
        return ops.round(x / step) * step, lambda upstream: upstream

    return ops.cast(rounded(x) * unit, compute_dtype)


def compute_float8_scale(amax: Any, scale: Any, dtype_max: float, margin: int = 0) -> Any:
    """The unit in which the greatest number is the greatest fraction of eight bits.

    Args:
        amax: The greatest number so far.
        scale: The unit so far, which stays where the greatest number is zero or infinite.
        dtype_max: The greatest fraction of eight bits.
        margin: How many times the range is doubled for safety.
    """
    amax, scale = (ops.cast(x, "float32") for x in (amax, scale))
    usable = ops.logical_and(amax > 0.0, ops.isfinite(amax))
    return ops.where(usable, ops.where(usable, amax, 1.0) / dtype_max * 2.0**margin, scale)


def compute_float8_amax_history(x: Any, amax_history: Any) -> Any:
    """The last greatest values, moved on by one, with that of ``x`` in front."""
    newest = ops.cast(ops.max(ops.abs(ops.convert_to_tensor(x))), str(amax_history.dtype))
    moved = ops.roll(ops.convert_to_tensor(amax_history), -1)
    return ops.concatenate([ops.reshape(newest, (1,)), moved[1:]])
