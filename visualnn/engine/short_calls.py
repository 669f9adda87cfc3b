"""Small products by the function that begins soonest.

For a small product, ``matmul`` takes longer to find out what to do than to do it: with matrices of
a few thousand numbers, ``dot`` is half a microsecond sooner.  Both then call the same routine of
the linear-algebra library, so that not a bit is different.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from visualnn.engine.calls import Line
from visualnn.graph.graph import Value

_MOST = 1 << 20  # multiplications: then the half microsecond does not count any more
_PRODUCT = re.compile(r"matmul\((\w+), (\w+), out=(\w+)\)")
_EXACT = ("float32", "float64")


class _Known(NamedTuple):
    """What is known of an operand."""

    shape: tuple[int, ...]
    dtype: str


def shorten(lines: Sequence[Line], arrays: dict[str, Any], values: dict[str, Value]) -> None:
    """Let small products begin sooner.

    Args:
        lines: The statements of a plan, which are changed.
        arrays: What is there before the plan runs, by its name.
        values: What comes when it runs, by its name.
    """
    for line in lines:
        match = _PRODUCT.fullmatch(line.text)
        if match is None or line.head is not None:
            continue
        out = arrays.get(match[3])
        operands = [_known(name, arrays, values) for name in match.groups()]
        if out is not None and out.flags.c_contiguous and _is_small(operands):
            line.text = f"dot({', '.join(match.groups()[:2])}, out={match[3]})"


def _known(name: str, arrays: dict[str, Any], values: dict[str, Value]) -> _Known | None:
    thing = arrays.get(name)
    if isinstance(thing, np.ndarray):
        return _Known(thing.shape, thing.dtype.name)
    if name in values and all(isinstance(size, int) for size in values[name].spec.sizes):
        return _Known(values[name].spec.numbers, values[name].dtype)
    return None


def _is_small(operands: Sequence[_Known | None]) -> bool:
    """Whether these are two matrices or vectors of one precision, and few numbers."""
    a, b, out = operands
    if a is None or b is None or out is None or {a.dtype, b.dtype, out.dtype} - {*_EXACT}:
        return False
    if not (a.dtype == b.dtype == out.dtype) or not {len(a.shape), len(b.shape)} <= {1, 2}:
        return False
    columns = b.shape[1] if len(b.shape) == 2 else 1
    return int(np.prod(a.shape)) * columns <= _MOST
