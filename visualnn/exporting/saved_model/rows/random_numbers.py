"""Random numbers: the same distributions, and other numbers, as functions of the same keys."""

from __future__ import annotations

from typing import Any

from visualnn.exporting.saved_model.attributes import Type
from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Ref


def _shape_and_seed(
    graph: FunctionBody, node: Any, key: Ref, unknown: tuple[Ref, ...]
) -> tuple[Ref, Ref]:
    return graph.sizes(node.settings["shape"], unknown), graph.cast(key, "int64")


@TENSORFLOW.row("random_uniform", "random_normal")
def _(graph, node, key, *unknown):
    kinds = {"random_uniform": "StatelessRandomUniform", "random_normal": "StatelessRandomNormal"}
    drawn = _shape_and_seed(graph, node, key, unknown)
    return graph.add(kinds[node.primitive.name], *drawn, dtype=Type(node.output.dtype))


@TENSORFLOW.row("random_integers")
def _(graph, node, key, *unknown):
    wanted = node.output.dtype
    dtype = wanted if wanted in ("int32", "int64", "uint32", "uint64") else "uint32"
    drawn = _shape_and_seed(graph, node, key, unknown)
    return graph.cast(graph.add("StatelessRandomUniformFullInt", *drawn, dtype=Type(dtype)), wanted)


@TENSORFLOW.row("random_gamma")
def _(graph, node, key, alpha, *unknown):
    shape, seed = _shape_and_seed(graph, node, key, unknown)
    dtype = node.output.dtype if node.output.dtype in ("float32", "float64") else "float32"
    alpha = graph.add("BroadcastTo", graph.cast(alpha, dtype), shape)
    return graph.cast(graph.add("StatelessRandomGammaV2", shape, seed, alpha), node.output.dtype)


@TENSORFLOW.row("random_binomial")
def _(graph, node, key, counts, chances, *unknown):
    shape, seed = _shape_and_seed(graph, node, key, unknown)
    given = (graph.add("BroadcastTo", graph.cast(x, "float64"), shape) for x in (counts, chances))
    drawn = graph.add("StatelessRandomBinomial", shape, seed, *given, dtype=Type("float64"))
    return graph.cast(drawn, node.output.dtype)
