"""How operations write their results into memory that is there already.

A kernel gets a writer, the node, the array for its result, and what stands for its inputs: arrays
that are there already, or names of what comes when the plan runs.  It writes a call for each step.
An operation without a kernel runs as its primitive says and makes memory of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn.engine.image_blocks import add_up
from visualnn.engine.passes import uses
from visualnn.engine.small_products import product
from visualnn.graph.graph import Node
from visualnn.spec import known

_SAME_AS_IN_NUMPY = (
    *("absolute", "add", "arctan2", "bitwise_and", "bitwise_not", "bitwise_or", "cos", "divide"),
    *("equal", "exp", "expm1", "floor", "floor_divide", "less", "less_equal", "log", "log1p"),
    *("maximum", "minimum", "multiply", "negative", "power", "remainder", "sign", "sin", "sqrt"),
    *("subtract", "tanh"),
)
UFUNCS: dict[str, Callable] = {name: getattr(np, name) for name in _SAME_AS_IN_NUMPY}
"""Primitives that are exactly one elementwise numpy function."""

KERNELS: dict[str, Callable] = {}
"""For primitives by name, the function that writes their calls."""

CONDITIONS: dict[str, Callable[[Node], bool]] = {}
"""For kernels that do not know all cases, which nodes they know."""

_FRACTIONS = ("float32", "float64")


ANY_DTYPE: set[str] = set()
"""Kernels that are not only for fractions."""


def kernel(
    *names: str, when: Callable[[Node], bool] | None = None, any_dtype: bool = False
) -> Callable:
    """The decorated function is the kernel of primitives of these names."""

    def register(write: Callable) -> Callable:
        KERNELS.update(dict.fromkeys(names, write))
        if when is not None:
            CONDITIONS.update(dict.fromkeys(names, when))
        if any_dtype:
            ANY_DTYPE.update(names)
        return write

    return register


def can_write_into(node: Node) -> bool:
    """Whether the result of a node can be written into memory that is there."""
    name = node.primitive.name
    if node.is_tuple or node.output.dtype in ("string", "bfloat16") or not has_known_sizes(node):
        return False
    if name in UFUNCS:
        return True
    if name == "cast":
        return node.inputs[0].dtype not in ("string", "bfloat16")
    if name not in KERNELS or not CONDITIONS.get(name, lambda node: True)(node):
        return False
    return name in ANY_DTYPE or all(x.dtype in _FRACTIONS for x in (*node.inputs, node.output))


def has_known_sizes(node: Node) -> bool:
    """Whether the sizes of all that a node works on are numbers."""
    return all(known(size) for x in (*node.inputs, *node.outputs) for size in x.spec.sizes)


def shaped(x: np.ndarray, shape: tuple) -> np.ndarray:
    """An array in another shape; itself if it has it, so that it keeps its name."""
    return x if x.shape == shape else x.reshape(shape)


# --------------------------------------------------------------------------- elementwise


_LONG_ROW = 4096  # elements


def long_enough(shape: tuple) -> tuple:
    """The last axes, of which there are enough elements to go through them in long runs."""
    for start in range(len(shape) - 1, 0, -1):
        if math.prod(shape[start:]) >= _LONG_ROW:
            return shape[start:]
    return shape


_MANY = 1 << 15
_FEW = 1 << 12
_SMALL = 60.0  # e to this, times the length of a row, is far from the largest number of float32


def call_by_rows(writer: Any, node: Node, function: str, out: np.ndarray, inputs: list) -> bool:
    """An operation on a large array and a short vector for its last axis, such as a bias.

    numpy goes through the array in pieces as long as the vector, which is slow where that is short.
    So the vector is repeated to a long row first.

    Returns:
        Whether this was such an operation.
    """
    shapes = [x.spec.numbers for x in node.inputs]
    whole = node.output.spec.numbers  # of which out may be a block
    count = out.shape[-1] if out.ndim > 1 else 0
    large = [i for i, s in enumerate(shapes) if s == whole]
    short = [i for i, s in enumerate(shapes) if math.prod(s) == count and s[-1:] == (count,)]
    many = _MANY if writer.roll is None else _MANY // 4
    if len(large) != 1 or len(short) != 1 or out.size < many or not 1 < count <= _LONG_ROW // 4:
        return False
    x, rows = inputs[large[0]], out.size // count
    is_whole = isinstance(x, np.ndarray) and x.flags.c_contiguous and out.flags.c_contiguous
    repeats = next((n for n in range(_LONG_ROW // count, 3, -1) if rows % n == 0), 0)
    if not is_whole or not repeats or node.inputs[short[0]].dtype != node.output.dtype:
        return False
    tile = writer.scratch((repeats, count), out.dtype, "row")
    vector = writer.view(inputs[short[0]], "reshape", (count,))
    writer.once(f"copyto({writer.text(tile)}, {vector})")
    long = (rows // repeats, repeats * count)
    operands = [x.reshape(long), tile.reshape(-1)]
    writer.call(function, *operands[:: 1 if large[0] == 0 else -1], out=shaped(out, long))
    return True


@kernel("relu")
def _(writer: Any, node: Node, out: np.ndarray, x: Any) -> None:
    # a field of zeros is compared four times as fast as a single one
    writer.call("maximum", x, writer.filled(0, long_enough(out.shape), out.dtype), out=out)


@kernel("cast")
def _(writer: Any, node: Node, out: np.ndarray, x: Any, *, dtype: str) -> None:
    writer.copy(x, out)


@kernel("sigmoid")
def _(writer: Any, node: Node, out: np.ndarray, x: Any) -> None:
    one = writer.filled(1, (), out.dtype)
    if out.size <= _FEW:  # then a field of ones takes less time than to look at a single one
        turned = out.ndim == 2 and out.T.flags.c_contiguous
        one = writer.filled(1, out.shape[::-1] if turned else out.shape, out.dtype)
        one = one.T if turned else one
    writer.call("negative", x, out=out)
    writer.call("exp", out, out=out)
    writer.call("add", out, one, out=out)
    writer.call("divide", one, out, out=out)


# --------------------------------------------------------------------------- sums


@kernel("sum")
def _(
    writer: Any, node: Node, out: np.ndarray, x: Any, *, axes: tuple, keepdims: bool = False
) -> None:
    _sum(writer, node, out, x, tuple(axes), keepdims)


@kernel("sum_like")
def _(writer: Any, node: Node, out: np.ndarray, x: Any, like: Any) -> None:
    before, after = node.inputs[0].spec.numbers, node.output.spec.numbers
    ones = (1,) * (len(before) - len(after)) + after
    axes = tuple(i for i, (m, n) in enumerate(zip(before, ones, strict=True)) if m != n)
    in_blocks = 0 not in axes and len(before) == len(after)  # perhaps a part of the batch
    kept = (len(out), *ones[1:]) if in_blocks else ones
    _sum(writer, node, shaped(out, kept), x, axes, keepdims=True)


def _sum(writer: Any, node: Node, out: np.ndarray, x: Any, axes: tuple, keepdims: bool) -> None:
    if 0 in axes and writer.is_in_parts:
        add_up(writer, out, lambda out: _sum_all(writer, node, out, x, axes, keepdims))
        return
    _sum_all(writer, node, out, x, axes, keepdims)


def _sum_all(writer: Any, node: Node, out: np.ndarray, x: Any, axes: tuple, keepdims: bool) -> None:
    shape = x.shape if isinstance(x, np.ndarray) else node.inputs[0].spec.numbers
    rows = math.prod(shape[i] for i in axes)
    leading = axes == tuple(range(len(axes))) and len(axes) < len(shape)
    if leading and isinstance(x, np.ndarray) and x.flags.c_contiguous and rows and x.size:
        # rows are added up much faster by a product with ones
        ones = writer.filled(1, (rows,), out.dtype)
        writer.call("matmul", ones, shaped(x, (rows, x.size // rows)), out=shaped(out, (out.size,)))
        return
    is_whole = isinstance(x, np.ndarray) and x.flags.c_contiguous and out.flags.c_contiguous
    if is_whole and len(axes) == len(shape) and 0 < x.size <= _FEW and uses("sums"):
        ones = writer.filled(1, (x.size,), out.dtype)
        writer.call("matmul", x.reshape(-1), ones, out=shaped(out, ()))
        return
    trailing = axes == tuple(range(len(shape) - len(axes), len(shape))) and len(axes) < len(shape)
    if trailing and is_whole and rows and x.size and uses("sums"):
        ones = writer.filled(1, (rows,), out.dtype)
        writer.call("matmul", shaped(x, (x.size // rows, rows)), ones, out=shaped(out, (out.size,)))
        return
    if isinstance(x, np.ndarray) and uses("sums") and _sum_in_memory_order(writer, out, x, axes):
        return
    which = axes[0] if len(axes) == 1 else axes
    more = ", keepdims=True" if keepdims else ""
    writer.call("add.reduce", x, out=out, more=f", axis={which}{more}")


def _sum_in_memory_order(writer: Any, out: np.ndarray, x: np.ndarray, axes: tuple) -> bool:
    """Sum an array without gaps whose axes are turned, all but one: first its last axes in memory.

    Returns:
        Whether it was one.
    """
    order = sorted(range(x.ndim), key=lambda i: -x.strides[i])
    left = [i for i in range(x.ndim) if i not in axes]
    there = x.transpose(order)
    is_whole = there.flags.c_contiguous and out.flags.c_contiguous and x.size > 0
    if is_whole and order[: len(left)] == left:
        last = x.size // out.size
        ones = writer.filled(1, (last,), x.dtype)
        writer.call("matmul", there.reshape(out.size, last), ones, out=shaped(out, (out.size,)))
        return True
    if not is_whole or len(left) != 1:
        return False
    at = order.index(left[0])
    before, count = math.prod(there.shape[:at]), there.shape[at]
    after = x.size // (before * count)
    rows = shaped(out, (count,))
    if after == 1:
        rows = there.reshape(before, count)
    else:
        if before > 1:
            rows = writer.scratch((before, count), x.dtype, "rows")
        ones = writer.filled(1, (after,), x.dtype)
        writer.call("matmul", there.reshape(before * count, after), ones, out=rows.reshape(-1))
    if before > 1 or after == 1:
        writer.call("matmul", writer.filled(1, (before,), x.dtype), rows, out=shaped(out, (count,)))
    return True


@kernel("max")
def _(
    writer: Any, node: Node, out: np.ndarray, x: Any, *, axes: tuple, keepdims: bool = False
) -> None:
    more = ", keepdims=True" if keepdims else ""
    writer.call("maximum.reduce", x, out=out, more=f", axis={tuple(axes)}{more}")


@kernel("softmax")
def _(writer: Any, node: Node, out: np.ndarray, x: Any, *, axes: tuple) -> None:
    shape = tuple(1 if i in axes else n for i, n in enumerate(out.shape))
    column = writer.scratch(shape, out.dtype, "each")
    which = axes[0] if len(axes) == 1 else tuple(axes)
    count = math.prod(out.shape[i] for i in axes)
    if out.size and count <= 1 << 16 and uses("range"):
        writer.globals["exp_without_overflow"] = exp_without_overflow
        writer.call("exp_without_overflow", x, which, column, out=out)
    else:
        writer.call("maximum.reduce", x, out=column, more=f", axis={which}, keepdims=True")
        writer.call("subtract", x, column, out=out)
        writer.call("exp", out, out=out)
    _sum(writer, node, column, out, tuple(axes), keepdims=True)
    writer.call("divide", out, column, out=out)


def exp_without_overflow(x: np.ndarray, axis: Any, column: np.ndarray, out: np.ndarray) -> None:
    """``exp(x)``, divided by that of the largest of each row unless all numbers are small.

    Softmax does not care about such a factor; to find the largest number of short rows takes longer
    than all the rest.
    """
    if x.item(x.argmin()) > -_SMALL and x.item(x.argmax()) < _SMALL:
        np.exp(x, out=out)
        return
    np.maximum.reduce(x, axis=axis, keepdims=True, out=column)
    np.subtract(x, column, out=out)
    np.exp(out, out=out)


# --------------------------------------------------------------------------- products


@kernel("matmul")
def _(writer: Any, node: Node, out: np.ndarray, a: Any, b: Any) -> None:
    first, second = (x.spec.numbers for x in node.inputs)
    rows = (math.prod(first[:-1]), first[-1])
    if len(second) == 2 and len(first) > 2 and _is_view(a, rows) and out.flags.c_contiguous:
        # one large product instead of many small ones
        a = a.reshape(rows) if isinstance(a, np.ndarray) else f"{a}.reshape({rows})"
        out = shaped(out, (rows[0], second[1]))
    if _is_better_turned(a, b, out):
        turned = writer.scratch(out.shape[::-1], out.dtype, "turned")
        writer.call("matmul", b.T, a.T, out=turned)
        writer.copy(turned.T, out)
        return
    maker = node.inputs[1].node
    product(writer, a, b, out, turned=maker is not None and maker.primitive.name == "transpose")


def _is_better_turned(a: Any, b: Any, out: np.ndarray) -> bool:
    """Whether BLAS is faster at ``b.T @ a.T``: where a few rows are long, and ``b`` lies turned."""
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        return False
    if a.ndim != 2 or b.ndim != 2:
        return False
    rows, columns, inner = *out.shape, a.shape[1]
    is_long = 2 * rows <= columns and 4 * columns <= inner
    return is_long and b.T.flags.c_contiguous and out.flags.c_contiguous


def _is_view(x: Any, shape: tuple) -> bool:
    """Whether an array has this shape without being copied; what comes later may be copied."""
    return not isinstance(x, np.ndarray) or np.may_share_memory(x, x.reshape(shape))


# --------------------------------------------------------------------------- joining


@kernel("concatenate")
def _(writer: Any, node: Node, out: np.ndarray, *xs: Any, axis: int) -> None:
    start = 0
    for x, value in zip(xs, node.inputs, strict=True):
        stop = start + value.spec.numbers[axis]
        there = out[(slice(None),) * axis + (slice(start, stop),)]
        writer.copy(x, there)
        start = stop


@kernel("pack")
def _(writer: Any, node: Node, out: np.ndarray, *xs: Any, size: int) -> None:
    start = 0
    for x, value in zip(xs, node.inputs, strict=True):
        stop = start + math.prod(value.spec.numbers)
        writer.copy(x, out[start:stop].reshape(value.spec.numbers))
        start = stop
