"""Convolutions that take what is done to each channel behind them into their kernels and biases.

So batch normalization disappears, as it should where a model only predicts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.graph import Held, OnnxGraph
from visualnn.exporting.onnx.rows_images import conv
from visualnn.exporting.onnx.rows_reduction import gemm
from visualnn.graph.graph import Node, Value


def by_channel(constant: Constant, rank: int) -> bool:
    """Whether a constant is one number, or one for each place of the last axis."""
    return constant.ndim <= rank and all(size == 1 for size in constant.shape[:-1])


_CHAIN = frozenset({"add", "subtract", "multiply", "divide"})


Chain = list[tuple[Node, Constant]]


def chain_after(
    node: Node, constants: Mapping, users: Mapping, kept: set[Value], plan: Mapping
) -> Chain:
    """What follows a convolution, or a product of matrices, and does the same for each channel."""
    value, chain = node.output, []
    is_product = node.primitive.name == "matmul"
    channels, rank = node.output.spec.sizes[-1], node.output.ndim
    if not isinstance(channels, int) or not node.output.dtype.startswith("float"):
        return []
    if is_product and (rank != 2 or any(x.ndim != 2 for x in node.inputs)):
        return []
    if not is_product and (node.inputs[1] not in constants or node.inputs[0] in constants):
        return []
    while value not in kept and len(users.get(value, ())) == 1:
        (user,) = users[value]
        if user in plan or user.primitive.name not in _CHAIN or user.inputs[0] is user.inputs[1]:
            break
        other = user.inputs[1] if user.inputs[0] is value else user.inputs[0]
        constant = constants.get(other)
        if constant is None or not by_channel(constant, rank):
            break
        if constant.size not in (1, channels) or user.output.spec.sizes != node.output.spec.sizes:
            break
        if user.primitive.name == "divide" and user.inputs[1] is value:
            break
        if is_product and (chain or user.primitive.name != "add" or constant.size == 1):
            break
        chain.append((user, constant))
        value = user.output
    return chain


def writing_of(node: Node, chain: Chain) -> Callable:
    """Writes a convolution, or a product of matrices, with what follows it."""
    channels, dtype = int(node.output.spec.sizes[-1]), node.output.dtype  # type: ignore[arg-type]
    only_bias = len(chain) == 1 and chain[0][0].primitive.name == "add"

    def line() -> tuple[np.ndarray, np.ndarray]:
        """The factor and the offset of each channel."""
        factor, offset = np.ones(channels), np.zeros(channels)
        value = node.output
        for user, constant in chain:
            number = np.broadcast_to(constant.array().reshape(-1), channels).astype(np.float64)
            match user.primitive.name:
                case "add":
                    offset = offset + number
                case "subtract" if user.inputs[0] is value:
                    offset = offset - number
                case "subtract":
                    factor, offset = -factor, number - offset
                case "multiply":
                    factor, offset = factor * number, offset * number
                case _:
                    factor, offset = factor / number, offset / number
            value = user.output
        return factor, offset

    def write(graph: OnnxGraph, held: dict[Value, Held]) -> Any:
        graph.scope = node.name.rpartition("/")[0]
        name = f"{graph.scope}/bias"
        if only_bias and chain[0][1].size == channels:
            shift = chain[0][1].reshaped((channels,))
        else:
            shift = Constant((channels,), dtype, lambda: line()[1].astype(dtype), name)
        a, b = (held[x] for x in node.inputs)
        if node.primitive.name == "matmul":
            return gemm(graph, node, a, b, shift)
        scale = Constant((channels,), dtype, lambda: line()[0].astype(dtype), f"{name}/scale")
        return conv(graph, node, a, b, None if only_bias else scale, shift)

    return write
