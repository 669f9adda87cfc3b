"""Rows of tables, such as of embeddings, written into memory that is there."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.engine.kernels import kernel
from visualnn.graph.graph import Node
from visualnn.primitives.indexing import put_rows, take_rows


def _is_of_numbers(node: Node) -> bool:
    return node.output.dtype in ("float32", "float64") and node.output.dtype == node.inputs[0].dtype


@kernel("take", when=_is_of_numbers, any_dtype=True)
def _(writer: Any, node: Node, out: np.ndarray, x: Any, places: Any, *, axis: int) -> None:
    writer.globals["take_rows"] = take_rows
    writer.call("take_rows", x, places, out=out, more=f", axis={axis}")


@kernel("put_sum", when=_is_of_numbers, any_dtype=True)
def _(
    writer: Any, node: Node, out: np.ndarray, updates: Any, places: Any, like: Any, *, axis: int
) -> None:
    writer.globals["put_rows"] = put_rows
    writer.call("put_rows", updates, places, out=out, more=f", axis={axis}")
