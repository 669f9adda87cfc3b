"""Products of matrices."""

from __future__ import annotations

from visualnn.exporting.saved_model.function_body import TENSORFLOW


@TENSORFLOW.row("matmul")
def _(graph, node, a, b):
    plain = all(x.ndim == 2 for x in node.inputs)
    return graph.add("MatMul" if plain else "BatchMatMulV2", a, b)


@TENSORFLOW.row("einsum")
def _(graph, node, a, b):
    return graph.add("Einsum", [a, b], equation=node.settings["equation"])
