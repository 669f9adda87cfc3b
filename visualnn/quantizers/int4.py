"""Numbers of four bits: two of them in a byte, and groups of them with a zero of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops

_BYTES = ("int8", "uint8")


def pack_int4(arr: Any, axis: int = 0, dtype: str = "int8") -> tuple[Any, tuple, int]:
    """Put two neighbours along an axis into one byte, the first in the low four bits.

    Args:
        arr: The whole numbers, in ``dtype``; only their low four bits are kept.
        axis: The axis.
        dtype: ``int8``, from -8 to 7, or ``uint8``, from 0 to 15.

    Returns:
        The bytes, their shape, and how many numbers there were along the axis.

    Raises:
        ValueError: When it is another dtype.
        TypeError: When the numbers are of another dtype.
    """
    _check_bytes(dtype, "pack_int4")
    arr = ops.convert_to_tensor(arr)
    if str(arr.dtype) != dtype:
        raise TypeError(f"pack_int4 wants whole numbers of {dtype}, but got {arr.dtype}.")
    axis = _axis(axis, len(arr.shape), "pack_int4")
    length = arr.shape[axis]
    widths = [(0, length % 2 if i == axis else 0) for i in range(len(arr.shape))]
    bits = ops.bitwise_and(ops.cast(ops.pad(arr, widths), "int32"), 15)
    low, high = (_every_second(bits, axis, start) for start in (0, 1))
    packed = _signed(low + high * 16, 256) if dtype == "int8" else low + high * 16
    packed = ops.cast(packed, dtype)
    return packed, tuple(packed.shape), length


def unpack_int4(packed: Any, orig_len: int, axis: int = 0, dtype: str = "int8") -> Any:
    """The numbers that :func:`pack_int4` put into bytes.

    Args:
        packed: The bytes.
        orig_len: How many numbers there were along the axis.
        axis: The axis.
        dtype: The dtype of the numbers, ``int8`` or ``uint8``.

    Raises:
        ValueError: When it is another dtype.
        TypeError: When ``packed`` does not hold bytes.
    """
    _check_bytes(dtype, "unpack_int4")
    packed = ops.convert_to_tensor(packed)
    if str(packed.dtype) not in _BYTES:
        raise TypeError(f"unpack_int4 wants bytes, int8 or uint8, but got {packed.dtype}.")
    rank = len(packed.shape)
    axis = _axis(axis, rank, "unpack_int4")
    both = ops.bitwise_and(ops.cast(packed, "int32"), 255)
    parts = [ops.bitwise_and(both, 15), both // 16]
    if dtype == "int8":
        parts = [_signed(x, 16) for x in parts]
    shape = [2 * n if i == axis else n for i, n in enumerate(packed.shape)]
    whole = ops.reshape(ops.stack(parts, axis=axis + 1), shape)
    where = tuple(slice(orig_len) if i == axis else slice(None) for i in range(rank))
    return ops.cast(whole[where], dtype)


def abs_max_quantize_grouped_with_zero_point(
    inputs: Any,
    block_size: int,
    value_range: tuple[int, int] = (-8, 7),
    dtype: str = "int8",
    epsilon: float = 1e-7,
    to_numpy: bool = False,
) -> tuple[Any, Any, Any]:
    """Round groups of rows, each to steps from its least to its greatest number.

    Args:
        inputs: A matrix.
        block_size: How many rows a group has; the last one is filled up with zeros.
        value_range: The range of the whole numbers.
        dtype: The dtype of the whole numbers.
        epsilon: Added to the width of a group, so that nothing is divided by zero.
        to_numpy: Whether to compute with arrays, outside of any graph.

    Returns:
        The whole numbers like ``inputs``, and for every group and column the size of a step and
        the whole number that stands for zero: ``inputs`` is ``(whole - zero) * step``.

    Raises:
        ValueError: When it is not a matrix, or the groups have no rows.
    """
    if to_numpy:
        inputs = np.asarray(inputs)
    inputs = ops.convert_to_tensor(inputs)
    if len(inputs.shape) != 2 or block_size < 1:
        raise ValueError(
            "abs_max_quantize_grouped_with_zero_point wants a matrix and groups of one row or "
            f"more, but got the shape {tuple(inputs.shape)} and groups of {block_size!r}."
        )
    rows, columns = inputs.shape
    missing = -rows % block_size
    groups = ops.reshape(ops.pad(inputs, [(0, missing), (0, 0)]), (-1, block_size, columns))
    least = ops.min(groups, axis=1, keepdims=True)
    greatest = ops.max(groups, axis=1, keepdims=True)
    constant = ops.equal(least, greatest)
    least = ops.where(constant, least - 1.0, least)
    greatest = ops.where(constant, greatest + 1.0, greatest)
    low, high = value_range
    step = (greatest - least + epsilon) * np.float32(1.0 / (high - low))
    zero = ops.clip(ops.round(-least / step) + low, low, high)
    whole = ops.clip(ops.round(groups / step) + zero, low, high)
    whole = ops.reshape(whole, (-1, columns))[:rows]
    return (
        ops.cast(whole, dtype),
        ops.squeeze(step, axis=1),
        ops.cast(ops.squeeze(zero, axis=1), "int8"),
    )


def _check_bytes(dtype: str, name: str) -> None:
    if dtype not in _BYTES:
        raise ValueError(f"{name}: `dtype` must be 'int8' or 'uint8', but is {dtype!r}.")


def _axis(axis: int, rank: int, name: str) -> int:
    if not -rank <= axis < rank:
        raise ValueError(f"{name}: there is no axis {axis} in a tensor of {rank} axes.")
    return axis % rank


def _every_second(x: Any, axis: int, start: int) -> Any:
    where = (slice(start, None, 2) if i == axis else slice(None) for i in range(len(x.shape)))
    return x[tuple(where)]


def _signed(x: Any, size: int) -> Any:
    """Numbers from zero up to ``size`` as their bits read with a sign."""
    return ops.where(x >= size // 2, x - size, x)
