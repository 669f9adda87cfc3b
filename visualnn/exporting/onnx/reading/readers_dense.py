"""Products of matrices, normalization of the last axis, and tables: dense layers and embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import layers, ops
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import fitting, layer_for, reads, refused
from visualnn.exporting.onnx.reading.readers_images import called
from visualnn.exporting.onnx.reading.values import Held, rank_of


def _following(on: Any, node: FileNode) -> FileNode | None:
    """The only node that takes what a node makes, if it is not an output."""
    name = node.outputs[0]
    users = getattr(on, "users", {}).get(name, [])
    if (
        len(users) != 1
        or name in on.graph.outputs
        or not any(x is users[0] for x in on.graph.nodes)
    ):
        return None
    return users[0]


def _dense(on: Context, node: FileNode, x: Held, kernel: np.ndarray, bias: Any) -> Held:
    fitting(node, x.shape[-1], kernel.shape[0], "numbers")
    layer = layers.Dense(kernel.shape[1], use_bias=bias is not None, name=on.name(node))
    weights = [kernel, *([] if bias is None else [bias])]
    return Held(called(layer, on.tensor(x), weights))


@layer_for("MatMul")
def _(on: Any, node: FileNode, a: Any, b: Any) -> Any:
    """A dense layer, with the bias that is added to it right behind."""
    if not isinstance(a, Held) or not isinstance(b, np.ndarray) or b.ndim != 2 or a.rank < 2:
        return None
    if a.shape[-1] is None:
        return None
    after, bias = _bias_behind(on, node, 1)
    if bias is not None and bias.shape != (b.shape[1],):
        bias = None
    made = _dense(on, node, a, b, bias)
    if bias is not None and after is not None:
        on.values[after.outputs[0]] = made
        on.done.add(id(after))
    return made


@reads("MatMul")
def _(on: Context, node: FileNode, a: Any, b: Any) -> Any:
    return ops.matmul(on.tensor(a), on.tensor(b))


@layer_for("Gemm")
def _(on: Context, node: FileNode, a: Any, b: Any, c: Any = None) -> Any:
    found = node.attributes
    if not isinstance(a, Held) or not isinstance(b, np.ndarray) or found.get("transA"):
        return None
    if c is not None and not isinstance(c, np.ndarray):
        return None
    kernel = b.T if found.get("transB") else b
    kernel = kernel if found.get("alpha", 1.0) == 1 else kernel * np.float32(found["alpha"])
    if kernel.ndim != 2 or a.rank != 2:
        raise refused(node, "it takes matrices.")
    bias = None
    if c is not None:
        if c.size not in (1, kernel.shape[1]) or (c.ndim == 2 and c.shape[0] != 1):
            return None
        bias = np.broadcast_to(
            c.reshape(-1) * c.dtype.type(found.get("beta", 1.0)), kernel.shape[1]
        )
    return _dense(on, node, a, kernel, bias)


@reads("Gemm")
def _(on: Context, node: FileNode, a: Any, b: Any, c: Any = None) -> Any:
    found = node.attributes
    a, b = on.tensor(a), on.tensor(b)
    a = ops.transpose(a) if found.get("transA") else a
    b = ops.transpose(b) if found.get("transB") else b
    made = ops.multiply(ops.matmul(a, b), found.get("alpha", 1.0))
    if c is None:
        return made
    return ops.add(made, ops.multiply(on.tensor(c), found.get("beta", 1.0)))


@layer_for("Einsum")
def _(on: Any, node: FileNode, *xs: Any) -> Any:
    """A dense layer of any axes, with the bias that is added to it right behind."""
    equation = node.attributes.get("equation", "").replace(" ", "")
    inputs, _, out = equation.partition("->")
    if len(xs) != 2 or "." in equation or not out or inputs.count(",") != 1:
        return None
    x, kernel = xs
    own, weights = inputs.split(",")
    if not isinstance(x, Held) or not isinstance(kernel, np.ndarray) or kernel.dtype.kind != "f":
        return None
    if own[:1] != out[:1] or own[0] in weights or kernel.ndim != len(weights):
        return None
    sizes: dict[str, Any] = dict(zip(own, x.shape, strict=True))
    for letter, size in zip(weights, kernel.shape, strict=True):
        fitting(node, sizes.setdefault(letter, size), size, f"numbers along {letter!r}")
    shape = tuple(sizes[letter] for letter in out[1:])
    after, bias = _bias_behind(on, node, len(out))
    axes = _bias_axes(bias, shape, out) if bias is not None else None
    layer = layers.EinsumDense(equation, shape, bias_axes=axes, name=on.name(node))
    kept = bias if axes is not None else None
    made = Held(layer(on.tensor(x)))
    given = [kernel, *([] if kept is None else [kept])]
    pairs = zip(given, layer.weights, strict=True)
    layer.set_weights([array.reshape(weight.shape) for array, weight in pairs])
    if kept is not None and after is not None:
        on.values[after.outputs[0]] = made
        on.done.add(id(after))
    return made


def _bias_behind(on: Any, node: FileNode, rank: int) -> tuple[FileNode | None, Any]:
    """A constant that is added right behind a node, and the node that adds it."""
    after = _following(on, node)
    if after is None or after.op != "Add":
        return None, None
    other = [name for name in after.inputs if name != node.outputs[0]]
    found = on.values.get(other[0]) if len(other) == 1 else None
    if not isinstance(found, np.ndarray) or not 0 < found.ndim <= rank:
        return None, None
    return after, found


def _bias_axes(bias: np.ndarray, shape: tuple, out: str) -> str | None:
    """The letters of the axes of a bias: those along which it has the size of the result."""
    missing = len(out) - bias.ndim
    whole = (1,) * missing + bias.shape
    if whole[0] != 1:
        return None
    found = ""
    for letter, size, wanted in zip(out[1:], whole[1:], shape, strict=True):
        if size == wanted and size != 1:
            found += letter
        elif size != 1:
            return None
    return found or None


@reads("Einsum")
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    equation = node.attributes.get("equation", "").replace(" ", "")
    return ops.einsum(equation, *(on.tensor(x) for x in xs))


@layer_for("Gather")
def _(on: Context, node: FileNode, table: Any, places: Any) -> Any:
    """An embedding: rows of a matrix of weights."""
    if not isinstance(table, np.ndarray) or not isinstance(places, Held):
        return None
    if table.ndim != 2 or node.attributes.get("axis", 0) or table.dtype.kind != "f":
        return None
    if not table.size or not places.rank:
        return None
    layer = layers.Embedding(*table.shape, name=on.name(node))
    return Held(called(layer, on.tensor(places), [table]))


@layer_for("LayerNormalization")
def _(on: Context, node: FileNode, x: Any, scale: Any, bias: Any = None) -> Any:
    if not isinstance(x, Held) or not isinstance(scale, np.ndarray) or isinstance(bias, Held):
        return None
    axis = node.attributes.get("axis", -1) % x.rank
    several = len([name for name in node.outputs if name]) > 1
    if axis != x.rank - 1 or scale.shape != (x.shape[-1],) or several:
        return None
    layer = layers.LayerNormalization(
        epsilon=float(str(np.float32(node.attributes.get("epsilon", 1e-5)))),
        center=bias is not None,
        name=on.name(node),
    )
    return Held(called(layer, on.tensor(x), [scale, *([] if bias is None else [bias])]))


@reads("LayerNormalization", "RMSNormalization")
def _(on: Context, node: FileNode, x: Any, scale: Any, bias: Any = None) -> Any:
    rank = rank_of(x)
    axes = tuple(range(node.attributes.get("axis", -1) % rank, rank))
    tensor = on.tensor(x)
    if node.op == "LayerNormalization":
        tensor = ops.subtract(tensor, ops.mean(tensor, axis=axes, keepdims=True))
    spread = ops.mean(ops.square(tensor), axis=axes, keepdims=True)
    root = ops.sqrt(ops.add(spread, node.attributes.get("epsilon", 1e-5)))
    made = ops.multiply(ops.divide(tensor, root), on.tensor(scale))
    return made if bias is None else ops.add(made, on.tensor(bias))
