"""Numbers of eight bits: rounded to steps that are as large as the greatest number needs."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn.ops.operation import operation

Axes = int | tuple[int, ...] | None


def abs_max_quantize(
    inputs: Any,
    axis: Axes,
    value_range: tuple[int, int] = (-127, 127),
    dtype: str = "int8",
    epsilon: float = 1e-7,
    to_numpy: bool = False,
) -> tuple[Any, Any]:
    """Multiply by the scale that makes the greatest number the end of a range, and round.

    Args:
        inputs: The tensor.
        axis: The axes over which the greatest number is looked for; ``None`` for all.
        value_range: The range of the whole numbers.
        dtype: The dtype of the whole numbers.
        epsilon: Added to the greatest number, so that nothing is divided by zero.
        to_numpy: Whether to compute with arrays, outside of any graph.

    Returns:
        The whole numbers, and the scale, with axes of size one: ``inputs`` is their quotient.
    """
    if to_numpy:
        inputs = np.asarray(inputs)
    inputs = ops.convert_to_tensor(inputs)
    axis = tuple(axis) if isinstance(axis, list) else axis
    kept = str(inputs.dtype)
    wide = inputs if kept in ("float32", "float64") else ops.cast(inputs, "float32")
    low, high = value_range
    scale = high / (ops.max(ops.abs(wide), axis=axis, keepdims=True) + epsilon)
    scale = ops.cast(scale, kept)
    whole = ops.round(inputs * scale)
    whole = ops.clip(whole, max(low, 0) if dtype.startswith("uint") else low, high)
    return ops.cast(whole, dtype), scale


@operation(
    "keras.src.quantizers.quantizers",
    "FakeQuantWithMinMaxVars",
    *("num_bits", "narrow_range", "axis"),
)
def fake_quant_with_min_max_vars(
    inputs: Any,
    min_vals: Any,
    max_vals: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    axis: int | None = None,
) -> Any:
    """Round to the steps of whole numbers of few bits, and stay with fractions.

    The range is moved a little, so that zero is one of the steps.  The gradient goes through where
    an input is inside the range; what is outside moves the end of the range that is near it.
    Source: Jacob et al. 2017, https://arxiv.org/abs/1712.05877, section 3.

    Args:
        inputs: The tensor.
        min_vals: The least number, or one for every channel.
        max_vals: The greatest number, or one for every channel.
        num_bits: How many bits the whole numbers have.
        narrow_range: Whether the least whole number is left out.
        axis: The axis of the channels, if each has a range of its own.
    """
    inputs = ops.convert_to_tensor(inputs)
    kept = str(inputs.dtype)
    least, greatest = (ops.cast(x, "float32") for x in (min_vals, max_vals))
    rank = len(inputs.shape)
    if axis is None:
        shape, others = (1,) * rank, tuple(range(rank))
    else:
        axis = axis % rank
        shape = tuple(-1 if i == axis else 1 for i in range(rank))
        others = tuple(i for i in range(rank) if i != axis)
    first, last = float(narrow_range), float(2**num_bits - 1)

    @ops.custom_gradient
    def rounded(x: Any, least: Any, greatest: Any) -> Any:
        low, high = ops.reshape(least, shape), ops.reshape(greatest, shape)
        steps = (last - first) / (high - low)
        step = (high - low) / (last - first)
        zero = ops.clip(ops.round(first - low * steps), first, last)
        bottom, top = (first - zero) * step, (last - zero) * step
        inside = ops.minimum(ops.maximum(x, bottom), top)
        result = ops.floor((inside - bottom) * steps + 0.5) * step + bottom

        def backward(upstream: Any) -> Any:
            def share(where: Any, like: Any) -> Any:
                part = ops.sum(ops.where(where, upstream, 0.0), axis=others)
                return ops.reshape(part, like.shape)

            through = ops.logical_and(x >= bottom, x <= top)
            below, above = share(x < bottom, least), share(x > top, greatest)
            return ops.where(through, upstream, 0.0), below, above

        return result, backward

    return ops.cast(rounded(ops.cast(inputs, "float32"), least, greatest), kept)
