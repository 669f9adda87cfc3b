"""The rows of ONNX: what each primitive becomes, and which ones have no form there.

A row gets the graph that is written, our node, and a :class:`~visualnn.exporting.onnx.graph.Held`
for each input; it returns a ``Held``, the name of a tensor with the axes of our value, or a list
of these.
"""

from __future__ import annotations

from visualnn.exporting.lowering import Lowering

ONNX = Lowering("ONNX")

TRAINING = frozenset(
    {
        "average_pool_spread",
        "conv_kernel",
        "max_pool_pick",
        "max_pool_spread",
        "put_slice",
        "put_sum",
        "sum_like",
    }
)
"""Primitives that only gradients are made of: a model that predicts has none."""

WITHOUT = frozenset(
    {
        "bessel_i",
        "by_function",
        "cholesky",
        "eigh",
        "erfinv",
        "lgamma",
        "polygamma",
        "qr",
        "random_binomial",
        "random_gamma",
        "solve",
        "svd",
    }
)
"""Primitives that ONNX has no operators for: factors of matrices, tables of words, and the like."""

WIDER = {
    **dict.fromkeys(("bool", "int8", "uint8", "int16", "uint16"), "int32"),
    "uint32": "int64",
}
"""The dtypes that runtimes have no arithmetic for, and what is computed with instead."""
