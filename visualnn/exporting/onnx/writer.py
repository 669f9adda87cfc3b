"""An ONNX model as a file: written piece by piece, so that no weight is in memory twice.

A message may have 2 GB at most.  Where the weights are more, they lie in a file of their own beside
the model, each at a place that the model tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.graph import OnnxNode
from visualnn.exporting.onnx.messages import (
    DTYPES,
    FLOAT,
    FLOATS,
    GRAPH,
    INT,
    INTS,
    IR_VERSIONS,
    MESSAGES,
    STRING,
    STRINGS,
)
from visualnn.primitives.conversion import numpy_dtype
from visualnn.saving.atomic import replacing
from visualnn.wire.protobuf import varint

_LARGEST = (1 << 31) - (1 << 20)  # bytes of a message, and some room
_ALIGNED = 4096
_SMALL = 1024  # bytes of weights that stay in the model
_EXTERNAL = 1


def write_model(path: Path, opset: int, graph: dict[str, Any]) -> None:
    """Write a model, whole or not at all.

    Args:
        path: The file.
        opset: The version of the operators.
        graph: The fields of the graph: ``node`` and ``initializer`` as nodes and constants.
    """
    weights: dict[str, Constant] = graph["initializer"]
    rest = MESSAGES.encode("GraphProto", _graph({**graph, "initializer": []}))
    total = len(rest) + sum(_bytes(x) + len(name) + 64 for name, x in weights.items())
    head = {"ir_version": IR_VERSIONS[opset], "producer_name": "visualnn"}
    tail = {"opset_import": [{"domain": "", "version": opset}]}
    if total <= _LARGEST:
        with replacing(path) as temporary, open(temporary, "wb") as file:
            _write(file, head, tail, graph, weights, {})
        return
    data = path.with_name(path.name + ".data")
    places = _places(weights)
    with replacing(data) as beside, replacing(path) as temporary:
        with open(beside, "wb") as file:
            for name, (offset, _) in places.items():
                file.seek(offset)
                file.write(_content(weights[name]))
        told = {
            name: [
                {"key": "location", "value": data.name},
                {"key": "offset", "value": str(offset)},
                {"key": "length", "value": str(length)},
            ]
            for name, (offset, length) in places.items()
        }
        with open(temporary, "wb") as file:
            _write(file, head, tail, graph, weights, told)


def _write(
    file: BinaryIO, head: dict, tail: dict, graph: dict, weights: dict[str, Constant], places: dict
) -> None:
    """The fields in the order of their numbers; the graph is never there as a whole."""
    file.write(MESSAGES.encode("ModelProto", head))
    before = MESSAGES.encode("GraphProto", _graph({k: graph[k] for k in ("node", "name")}))
    after = MESSAGES.encode("GraphProto", {k: graph[k] for k in ("input", "output")})
    lengths = [_tensor_size(name, x, places.get(name)) for name, x in weights.items()]
    whole = len(before) + len(after) + sum(1 + len(varint(n)) + n for n in lengths)
    file.write(varint(7 << 3 | 2) + varint(whole))
    file.write(before)
    for (name, x), length in zip(weights.items(), lengths, strict=True):
        file.write(varint(5 << 3 | 2) + varint(length))
        for piece in _tensor(name, x, places.get(name)):
            file.write(piece)
    file.write(after)
    file.write(MESSAGES.encode("ModelProto", tail))


def _places(weights: dict[str, Constant]) -> dict[str, tuple[int, int]]:
    """Where each large weight lies in the file beside the model, and how long it is."""
    found, place = {}, 0
    for name, x in weights.items():
        if x.dtype != "string" and _bytes(x) > _SMALL:
            found[name] = (place, _bytes(x))
            place = -(-(place + _bytes(x)) // _ALIGNED) * _ALIGNED
    return found


def _bytes(x: Constant) -> int:
    if x.dtype == "string":
        return sum(len(text) + 10 for text in _texts(x))
    return x.size * numpy_dtype(x.dtype).itemsize


def _texts(x: Constant) -> list[bytes]:
    values = x.array().reshape(-1).tolist()
    return [value if isinstance(value, bytes) else str(value).encode() for value in values]


def _content(x: Constant) -> memoryview:
    array = np.ascontiguousarray(x.array())
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]


def _tensor_head(name: str, x: Constant) -> bytes:
    head: dict[str, Any] = {"dims": x.shape, "data_type": DTYPES[x.dtype], "name": name}
    if x.dtype == "string":
        head["string_data"] = _texts(x)
    return MESSAGES.encode("TensorProto", head)


def _tensor_size(name: str, x: Constant, place: list | None) -> int:
    head = len(_tensor_head(name, x))
    if place is not None:
        return head + len(_outside(place))
    if x.dtype == "string":
        return head
    return head + 1 + len(varint(_bytes(x))) + _bytes(x)


def _outside(place: list) -> bytes:
    return MESSAGES.encode("TensorProto", {"external_data": place, "data_location": _EXTERNAL})


def _tensor(name: str, x: Constant, place: list | None) -> Iterator[bytes | memoryview]:
    yield _tensor_head(name, x)
    if place is not None:
        yield _outside(place)
    elif x.dtype != "string":
        yield varint(9 << 3 | 2) + varint(_bytes(x))
        yield _content(x)


# --------------------------------------------------------------------------- nodes


def _graph(graph: dict[str, Any]) -> dict[str, Any]:
    """The fields of a graph, its nodes as messages."""
    return {**graph, "node": [_node(node) for node in graph["node"]]}


def _node(node: OnnxNode) -> dict[str, Any]:
    attributes = [_attribute(name, node.attributes[name]) for name in sorted(node.attributes)]
    found: dict[str, Any] = {
        "input": node.inputs,
        "output": node.outputs,
        "name": node.name,
        "op_type": node.op,
    }
    if attributes:
        found["attribute"] = attributes
    return found


def _attribute(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"name": name, "g": _graph(value), "type": GRAPH}
    if isinstance(value, str):
        return {"name": name, "s": value.encode(), "type": STRING}
    if isinstance(value, float):
        return {"name": name, "f": value, "type": FLOAT}
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], str):
            return {"name": name, "strings": [x.encode() for x in value], "type": STRINGS}
        if value and isinstance(value[0], float):
            return {"name": name, "floats": value, "type": FLOATS}
        return {"name": name, "ints": [int(x) for x in value], "type": INTS}
    return {"name": name, "i": int(value), "type": INT}
