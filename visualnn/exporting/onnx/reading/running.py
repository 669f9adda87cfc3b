"""Running nodes of a file on traced tensors, and what of them is kept in settings and weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import ops
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileGraph, FileNode
from visualnn.exporting.onnx.reading.readers import READERS, refused
from visualnn.exporting.onnx.reading.values import Held, Size, Sizes
from visualnn.graph.graph import Value
from visualnn.primitives.tensor import Tensor

_LARGE = 64


class Running(Context):
    """Computes nodes one after the other, on values of a trace."""

    def __init__(self, opset: int, values: dict[str, Any]):
        super().__init__(opset, False, values)

    def run(self, node: FileNode) -> None:
        """Compute one node."""
        xs = [self.values[name] if name else None for name in node.inputs]
        made = READERS[node.op](self, node, *xs)
        results = list(made) if isinstance(made, list | tuple) else [made]
        for name, result in zip(node.outputs, results, strict=False):
            if name:
                self.values[name] = as_value(result)
        for name in node.outputs[len(results) :]:
            if name:
                raise refused(node, f"its output {name!r} is not read.")

    def inside(self, body: FileGraph, given: dict[str, Any]) -> list[Any]:
        inner = Running(self.opset, {**self.values, **body.constants, **given})
        for node in body.nodes:
            inner.run(node)
        return [inner.tensor(inner.values[name]) for name in body.outputs]


def as_value(x: Any) -> Any:
    """What a reader returned, as what stands for a name."""
    if isinstance(x, Sizes):
        return x.simplest()
    if isinstance(x, Held):
        return x
    if isinstance(x, np.ndarray) and not isinstance(x, Tensor):
        return x
    return Held(x) if isinstance(x, Value) else np.array(x)


def bound(
    on: Context, values: dict[str, Any]
) -> tuple[list[Any], list[np.ndarray], dict[str, Any]]:
    """What a layer takes as inputs, keeps as weights, and keeps in its settings.

    Returns:
        The tensors, the arrays, and for each name ``["input", 0]``, ``["weight", 0]``,
        ``["array", ...]`` or ``["sizes", ...]``.
    """
    tensors: list[Any] = []
    weights: list[np.ndarray] = []
    operands: dict[str, Any] = {}

    def place(tensor: Any) -> int:
        for i, known in enumerate(tensors):
            if known is tensor:
                return i
        tensors.append(tensor)
        return len(tensors) - 1

    for name, x in values.items():
        if isinstance(x, Held):
            operands[name] = ["input", place(on.tensor(x))]
        elif isinstance(x, Sizes):
            entries = [
                [place(one.tensor), one.axis] if isinstance(one, Size) else one for one in x.entries
            ]
            operands[name] = ["sizes", entries, x.single]
        elif x.size > _LARGE and x.dtype.kind in "fiu":
            operands[name] = ["weight", len(weights)]
            weights.append(x)
        else:
            operands[name] = ["array", array_record(x)]
    return tensors, weights, operands


def unbound(operands: dict[str, Any], tensors: list[Any], weights: list[Any]) -> dict[str, Any]:
    """The values of the names again, given the inputs and the weights of a layer."""
    found: dict[str, Any] = {}
    for name, (kind, what, *more) in operands.items():
        if kind == "input":
            found[name] = as_value(tensors[what])
        elif kind == "weight":
            found[name] = as_value(ops.convert_to_tensor(weights[what]))
        elif kind == "sizes":
            entries = [Size(tensors[x[0]], x[1]) if isinstance(x, list) else x for x in what]
            found[name] = Sizes(entries, *more)
        else:
            found[name] = array_of_record(what)
    return found


# --------------------------------------------------------------------------- as JSON


def array_record(x: np.ndarray) -> dict[str, Any]:
    """An array as JSON; numbers that are not finite are texts there."""
    values = x.reshape(-1).tolist()
    if x.dtype.kind == "f" or x.dtype.name == "bfloat16":
        values = [v if np.isfinite(v) else str(v) for v in map(float, values)]
    return {"dtype": x.dtype.name, "shape": list(x.shape), "values": values}


def array_of_record(record: dict[str, Any]) -> np.ndarray:
    """The array of a record."""
    from visualnn.primitives.conversion import numpy_dtype

    values = [float(v) if isinstance(v, str) else v for v in record["values"]]
    return np.array(values, numpy_dtype(record["dtype"])).reshape(record["shape"])


def node_record(node: FileNode) -> dict[str, Any]:
    """A node as JSON."""
    settings = {key: _setting_record(x) for key, x in node.attributes.items()}
    return {
        "op": node.op,
        "inputs": list(node.inputs),
        "outputs": list(node.outputs),
        "name": node.name,
        "settings": settings,
    }


def _setting_record(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        return {"array": array_record(x)}
    if isinstance(x, FileGraph):
        return {
            "graph": {
                "name": x.name,
                "nodes": [node_record(node) for node in x.nodes],
                "constants": {key: array_record(y) for key, y in x.constants.items()},
                "inputs": [[name, dtype, shape] for name, dtype, shape in x.inputs],
                "outputs": list(x.outputs),
            }
        }
    return x


def node_of_record(record: dict[str, Any]) -> FileNode:
    """The node of a record."""
    settings = {key: _setting_of_record(x) for key, x in record["settings"].items()}
    return FileNode(
        record["op"], "", list(record["inputs"]), list(record["outputs"]), record["name"], settings
    )


def _setting_of_record(x: Any) -> Any:
    if isinstance(x, dict) and "array" in x:
        return array_of_record(x["array"])
    if isinstance(x, dict):
        graph = x["graph"]
        inputs = [(n, d, None if s is None else tuple(s)) for n, d, s in graph["inputs"]]
        constants = {key: array_of_record(y) for key, y in graph["constants"].items()}
        nodes = [node_of_record(y) for y in graph["nodes"]]
        return FileGraph(graph["name"], nodes, constants, inputs, list(graph["outputs"]))
    return x
