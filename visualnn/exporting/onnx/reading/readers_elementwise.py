"""What computes each element by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn import ops
from visualnn.exporting.onnx.messages import BY_NUMBER
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import layer_for, reads, refused
from visualnn.exporting.onnx.reading.values import Held, Sizes, dtype_of
from visualnn.layers.merging import Add, Maximum, Minimum, Multiply, Subtract

_SIMPLE: dict[str, Callable] = {
    "Abs": ops.absolute,
    "Acos": ops.arccos,
    "Acosh": ops.arccosh,
    "Asin": ops.arcsin,
    "Asinh": ops.arcsinh,
    "Atan": ops.arctan,
    "Atanh": ops.arctanh,
    "Ceil": ops.ceil,
    "Cos": ops.cos,
    "Cosh": ops.cosh,
    "Erf": ops.erf,
    "Exp": ops.exp,
    "Floor": ops.floor,
    "IsNaN": ops.isnan,
    "Log": ops.log,
    "Neg": ops.negative,
    "Not": ops.logical_not,
    "Reciprocal": ops.reciprocal,
    "Round": ops.round,
    "Sign": ops.sign,
    "Sin": ops.sin,
    "Sinh": ops.sinh,
    "Sqrt": ops.sqrt,
    "Tan": ops.tan,
    "BitwiseNot": ops.bitwise_not,
    "And": ops.logical_and,
    "Or": ops.logical_or,
    "Xor": ops.logical_xor,
    "BitwiseAnd": ops.bitwise_and,
    "BitwiseOr": ops.bitwise_or,
    "BitwiseXor": ops.bitwise_xor,
    "Greater": ops.greater,
    "GreaterOrEqual": ops.greater_equal,
    "Less": ops.less,
    "LessOrEqual": ops.less_equal,
}
_ARITHMETIC: dict[str, Callable] = {
    "Add": ops.add,
    "Sub": ops.subtract,
    "Mul": ops.multiply,
    "Max": ops.maximum,
    "Min": ops.minimum,
    "Sum": ops.add,
}
_LAYERS = {"Add": Add, "Sub": Subtract, "Mul": Multiply, "Max": Maximum, "Min": Minimum, "Sum": Add}


@reads(*_SIMPLE)
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    return on.each(node, _SIMPLE[node.op], *xs)


@layer_for(*_LAYERS)
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    """A layer that merges tensors, where all have as many axes."""
    if len(xs) < 2 or not all(isinstance(x, Held) for x in xs):
        return None
    if len({(x.rank, x.dtype) for x in xs}) > 1 or not xs[0].rank:
        return None
    if len({x.sizes[0] for x in xs}) > 1 or (node.op == "Sub" and len(xs) != 2):
        return None
    tensors, axes = on.aligned(node, xs)
    return Held(_LAYERS[node.op](name=on.name(node))(tensors), axes)


@reads(*_ARITHMETIC)
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    if any(isinstance(x, Sizes) for x in xs):
        found = _of_sizes(node.op, *xs)
        if found is not None:
            return found
    function = _ARITHMETIC[node.op]
    made = xs[0]
    for x in xs[1:]:
        made = on.each(node, function, made, x)
    return made


def _of_sizes(op: str, a: Any, b: Any) -> Sizes | None:
    """Sums and products that leave a size as it is."""
    if not isinstance(a, Sizes):
        a, b = b, a
    if not isinstance(b, np.ndarray) or b.size != 1:
        return None
    number = int(b.reshape(()))
    if (op == "Mul" and number == 1) or (op in ("Add", "Sub") and number == 0):
        return a
    return None


@reads("Mean")
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    total = xs[0]
    for x in xs[1:]:
        total = on.each(node, ops.add, total, x)
    return on.each(node, ops.divide, total, np.array(len(xs), dtype_of(xs[0])))


@reads("Div")
def _(on: Context, node: FileNode, a: Any, b: Any) -> Any:
    if isinstance(a, Sizes) and isinstance(b, np.ndarray) and b.size == 1 and int(b) == 1:
        return a
    if not dtype_of(a).startswith(("int", "uint")):
        return on.each(node, ops.divide, a, b)

    def towards_zero(a: Any, b: Any) -> Any:
        size = ops.floor_divide(ops.absolute(a), ops.absolute(b))
        return ops.multiply(ops.multiply(ops.sign(a), ops.sign(b)), size)

    return on.each(node, towards_zero, a, b)


@reads("Mod")
def _(on: Context, node: FileNode, a: Any, b: Any) -> Any:
    if not node.attributes.get("fmod"):
        return on.each(node, ops.mod, a, b)

    def like_c(a: Any, b: Any) -> Any:
        rest = ops.mod(ops.absolute(a), ops.absolute(b))
        return ops.multiply(ops.sign(a), rest)

    return on.each(node, like_c, a, b)


@reads("Pow")
def _(on: Context, node: FileNode, base: Any, exponent: Any) -> Any:
    def power(base: Any, exponent: Any) -> Any:
        return ops.cast(ops.power(base, exponent), dtype_of_tensor(base))

    return on.each(node, power, base, exponent)


def dtype_of_tensor(x: Any) -> str:
    """The dtype of a tensor, as its name."""
    return str(getattr(x.dtype, "name", x.dtype))


@reads("IsInf")
def _(on: Context, node: FileNode, x: Any) -> Any:
    up, down = (node.attributes.get(f"detect_{k}", 1) for k in ("positive", "negative"))

    def found(x: Any) -> Any:
        above = ops.logical_and(ops.isinf(x), ops.greater(x, 0))
        below = ops.logical_and(ops.isinf(x), ops.less(x, 0))
        return {(1, 1): ops.isinf(x), (1, 0): above, (0, 1): below}.get(
            (up, down), ops.logical_and(above, below)
        )

    return on.each(node, found, x)


@reads("Equal")
def _(on: Context, node: FileNode, a: Any, b: Any) -> Any:
    for x, y in ((a, b), (b, a)):
        if isinstance(x, Sizes) and isinstance(y, np.ndarray) and (y < 0).all():
            return np.zeros(np.broadcast_shapes((len(x.entries),), y.shape), bool)
    return on.each(node, ops.equal, a, b)


@reads("Where")
def _(on: Context, node: FileNode, test: Any, a: Any, b: Any) -> Any:
    if isinstance(test, np.ndarray) and (isinstance(a, Sizes) or isinstance(b, Sizes)):
        left, right = on.sizes(a), on.sizes(b)
        count = max(len(left), len(right), test.size)
        lists = [x * count if len(x) == 1 else x for x in (left, right)]
        truth = np.broadcast_to(test, (count,))
        return Sizes([x if yes else y for yes, x, y in zip(truth, *lists, strict=True)])
    return on.each(node, ops.where, test, a, b)


@reads("Clip")
def _(on: Context, node: FileNode, x: Any, low: Any = None, high: Any = None) -> Any:
    kind = dtype_of(x)
    low = np.array(node.attributes["min"], kind) if "min" in node.attributes else low
    high = np.array(node.attributes["max"], kind) if "max" in node.attributes else high
    x = x if low is None else on.each(node, ops.maximum, x, low)
    return x if high is None else on.each(node, ops.minimum, x, high)


@reads("Cast", "CastLike")
def _(on: Context, node: FileNode, x: Any, like: Any = None) -> Any:
    dtype = BY_NUMBER.get(node.attributes.get("to", 0)) if like is None else dtype_of(like)
    if dtype is None or dtype == "string":
        raise refused(
            node, f"it casts to the dtype {node.attributes.get('to')}, which is not read."
        )
    if isinstance(x, Sizes) and dtype in ("int32", "int64"):
        return x
    return x if dtype_of(x) == dtype else on.each(node, ops.cast, x, dtype=dtype)


@reads("BitShift")
def _(on: Context, node: FileNode, a: Any, b: Any) -> Any:
    left = node.attributes.get("direction") == "LEFT"
    return on.each(node, ops.left_shift if left else ops.right_shift, a, b)


@reads("Identity")
def _(on: Context, node: FileNode, x: Any) -> Any:
    return x


@reads("Constant")
def _(on: Context, node: FileNode) -> np.ndarray:
    found = node.attributes
    for key, dtype in (("value_float", "float32"), ("value_int", "int64")):
        if key in found:
            return np.array(found[key], dtype)
    for key, dtype in (("value_floats", "float32"), ("value_ints", "int64")):
        if key in found:
            return np.array(found[key], dtype)
    if not isinstance(found.get("value"), np.ndarray):
        raise refused(node, "it has no value.")
    return found["value"]
