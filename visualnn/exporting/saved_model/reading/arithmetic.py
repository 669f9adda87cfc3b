"""Arithmetic, comparisons and functions of each element by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from visualnn import ops
from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.rows import Sizes, dtype_of, rank_of, reads, tensor
from visualnn.spec import Spec


def _plain(function: Callable) -> Callable:
    return lambda node, *inputs: function(*inputs)


for _names, _function in {
    ("AddV2", "Add"): ops.add,
    ("Sub",): ops.subtract,
    ("Mul",): ops.multiply,
    ("FloorDiv",): ops.floor_divide,
    ("FloorMod",): ops.mod,
    ("Pow",): ops.power,
    ("Maximum",): ops.maximum,
    ("Minimum",): ops.minimum,
    ("DivNoNan",): ops.divide_no_nan,
    ("Atan2",): ops.arctan2,
    ("BitwiseAnd",): ops.bitwise_and,
    ("BitwiseOr",): ops.bitwise_or,
    ("BitwiseXor",): ops.bitwise_xor,
    ("LogicalAnd",): ops.logical_and,
    ("LogicalOr",): ops.logical_or,
    ("Equal",): ops.equal,
    ("NotEqual",): ops.not_equal,
    ("Less",): ops.less,
    ("LessEqual",): ops.less_equal,
    ("Greater",): ops.greater,
    ("GreaterEqual",): ops.greater_equal,
    ("SelectV2",): ops.where,
    ("Neg",): ops.negative,
    ("Abs",): ops.absolute,
    ("Sign",): ops.sign,
    ("Exp",): p.exp,
    ("Expm1",): p.expm1,
    ("Log",): p.log,
    ("Log1p",): p.log1p,
    ("Sqrt",): p.sqrt,
    ("Square",): ops.square,
    ("Rsqrt",): ops.rsqrt,
    ("Reciprocal",): ops.reciprocal,
    ("Sin",): p.sin,
    ("Cos",): p.cos,
    ("Tan",): p.tan,
    ("Tanh",): p.tanh,
    ("Sinh",): p.sinh,
    ("Cosh",): p.cosh,
    ("Asin",): p.arcsin,
    ("Acos",): p.arccos,
    ("Atan",): p.arctan,
    ("Asinh",): p.arcsinh,
    ("Acosh",): p.arccosh,
    ("Atanh",): p.arctanh,
    ("Erf",): p.erf,
    ("Erfc",): p.erfc,
    ("Erfinv",): p.erfinv,
    ("Lgamma",): p.lgamma,
    ("Sigmoid",): p.sigmoid,
    ("Floor",): ops.floor,
    ("Ceil",): ops.ceil,
    ("Round", "Rint"): p.round,
    ("Invert",): p.bitwise_not,
    ("LogicalNot",): ops.logical_not,
    ("IsNan",): ops.isnan,
    ("IsInf",): ops.isinf,
    ("IsFinite",): ops.isfinite,
    ("Softplus",): ops.softplus,
    ("Softsign",): ops.softsign,
    ("Relu",): p.relu,
    ("Relu6",): ops.relu6,
    ("Elu",): ops.elu,
    ("Selu",): ops.selu,
    ("StopGradient",): p.stop_gradient,
}.items():
    reads(*_names)(_plain(_function))


@reads("RealDiv", "Div")
def _(node, x, y):
    if dtype_of(x).startswith(("int", "uint")) and node.operation == "Div":
        return ops.floor_divide(x, y)
    return ops.true_divide(x, y)


@reads("MulNoNan")
def _(node, x, y):
    return ops.where(ops.equal(y, 0), ops.zeros_like(y), ops.multiply(x, y))


@reads("SquaredDifference")
def _(node, x, y):
    return ops.square(ops.subtract(x, y))


@reads("AddN")
def _(node, values):
    total = values[0]
    for x in values[1:]:
        total = ops.add(total, x)
    return total


@reads("ClipByValue")
def _(node, x, low, high):
    return ops.minimum(ops.maximum(x, low), high)


@reads("L2Loss")
def _(node, x):
    return ops.multiply(ops.sum(ops.square(x)), 0.5)


@reads("LeakyRelu")
def _(node, x):
    return ops.leaky_relu(x, negative_slope=node.get("alpha", 0.2))


@reads("Digamma")
def _(node, x):
    return p.polygamma(x, order=0)


@reads("Polygamma")
def _(node, order, x):
    return p.polygamma(x, order=int(np.asarray(order).ravel()[0]))


@reads("BesselI0")
def _(node, x):
    return p.bessel_i(x, order=0)


@reads("BesselI1")
def _(node, x):
    return p.bessel_i(x, order=1)


@reads("Select")
def _(node, condition, a, b):
    rank, given = rank_of(a), rank_of(condition)
    if 0 < given < rank:  # a truth value for each row
        condition = p.expand_dims(condition, axes=tuple(range(given, rank)))
    return ops.where(condition, a, b)


@reads("Cast", sizes=True)
def _(node, x):
    wanted = str(node.get("DstT"))
    if isinstance(x, Sizes):
        if wanted in ("int32", "int64"):
            return x
        x = tensor(x)
    return x if dtype_of(x) == wanted else p.cast(x, dtype=wanted)


@reads("Identity", "Snapshot", "EnsureShape", "PreventGradient", sizes=True)
def _(node, x):
    return x


@reads("IdentityN", sizes=True)
def _(node, values):
    return list(values)


@reads("Complex")
def _(node, real, imaginary):
    return Complex(real, imaginary)


class Complex:
    """Complex numbers as two tensors."""

    def __init__(self, real: Any, imaginary: Any):
        self.real, self.imaginary = real, imaginary

    @property
    def spec(self) -> Spec:
        """What is known of either part."""
        return Spec.of(self.real)


@reads("Real")
def _(node, x):
    return x.real


@reads("Imag")
def _(node, x):
    return x.imaginary if isinstance(x, Complex) else ops.zeros_like(x)
