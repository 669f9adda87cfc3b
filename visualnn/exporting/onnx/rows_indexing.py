"""Taking elements at places that are in tensors, putting them there, and random numbers."""

from __future__ import annotations

import numpy as np

from visualnn.exporting.onnx.graph import Held, OnnxGraph
from visualnn.exporting.onnx.messages import dtype_number
from visualnn.exporting.onnx.rows import ONNX
from visualnn.graph.graph import Node

_HOW = {"add": "add", "mul": "mul", "max": "max", "min": "min", "replace": None}


def _places(graph: OnnxGraph, x: Held, dtypes: tuple[str, ...] = ("int64",)) -> str:
    name = graph.plain(x)
    return name if x.dtype in dtypes else graph.cast(name, x.dtype, "int64")


@ONNX.row("take")
def _(graph: OnnxGraph, node: Node, x: Held, indices: Held) -> str:
    places = _places(graph, indices, ("int32", "int64"))
    return graph.add("Gather", graph.plain(x), places, axis=node.settings["axis"])


@ONNX.row("take_points")
def _(graph: OnnxGraph, node: Node, x: Held, indices: Held) -> str:
    return graph.add("GatherND", graph.plain(x), _places(graph, indices))


@ONNX.row("combine_points")
def _(graph: OnnxGraph, node: Node, x: Held, indices: Held, updates: Held) -> str:
    how = _HOW[node.settings["how"]]
    if how in ("max", "min") and graph.opset < 18:
        raise ValueError(
            f"`{node.name}` keeps the {how}imum of what is put at a point, which ONNX has from "
            "opset 18 on: export with `opset_version=18` or higher."
        )
    points = _places(graph, indices)
    depth = indices.spec.sizes[-1]
    assert isinstance(depth, int)  # its shape rule says so
    there = [
        *(graph.size(indices, axis) for axis in range(indices.ndim - 1)),
        *(graph.size(x, axis) for axis in range(depth, x.ndim)),
    ]
    shape = graph.add("Concat", *there, axis=0) if there else graph.whole()
    fitting = graph.add("Expand", graph.plain(updates), shape)
    return graph.add("ScatterND", graph.plain(x), points, fitting, reduction=how)


# --------------------------------------------------------------------------- random numbers


def _drawn(graph: OnnxGraph, node: Node, unknown: tuple[Held, ...], op: str, dtype: str) -> str:
    """Numbers of the runtime's own generator: ONNX cannot be told which ones."""
    sizes = graph.sizes(node.settings["shape"], unknown)
    if all(isinstance(size, int) for size in sizes):
        return graph.add(op, shape=sizes, dtype=dtype_number(dtype))
    like = graph.add("Expand", graph.number(0, dtype), graph.joined(sizes))
    return graph.add(f"{op}Like", like, dtype=dtype_number(dtype))


def _fine(dtype: str) -> str:
    return "float64" if dtype == "float64" else "float32"


@ONNX.row("random_uniform")
def _(graph: OnnxGraph, node: Node, key: Held, *unknown: Held) -> str:
    dtype = node.output.dtype
    return graph.cast(
        _drawn(graph, node, unknown, "RandomUniform", _fine(dtype)), _fine(dtype), dtype
    )


@ONNX.row("random_normal")
def _(graph: OnnxGraph, node: Node, key: Held, *unknown: Held) -> str:
    dtype = node.output.dtype
    return graph.cast(
        _drawn(graph, node, unknown, "RandomNormal", _fine(dtype)), _fine(dtype), dtype
    )


@ONNX.row("random_integers")
def _(graph: OnnxGraph, node: Node, key: Held, *unknown: Held) -> str:
    even = _drawn(graph, node, unknown, "RandomUniform", "float64")
    scaled = graph.add("Mul", even, graph.constant(np.float64(2.0**32)))
    return graph.cast(graph.cast(scaled, "float64", "int64"), "int64", node.output.dtype)
