"""An ONNX file as nodes, constants, inputs and outputs, checked before anything is made of it."""

from __future__ import annotations

import dataclasses
import mmap
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.exporting.onnx.messages import BY_NUMBER, MESSAGES
from visualnn.exporting.onnx.reading.tensors import array_of
from visualnn.serialization import InvalidModelFile
from visualnn.wire.protobuf import ProtobufError

OPSETS = range(6, 26)
"""The versions of the operators that are understood."""

_STANDARD = ("", "ai.onnx")
_DEEPEST = 16
_RANKS = 32


@dataclasses.dataclass
class FileNode:
    """A node of a file.

    Attributes:
        op: Its operator.
        domain: Who defined the operator; empty for ONNX itself.
        inputs: The names it takes; empty where an optional one is left out.
        outputs: The names it makes, likewise.
        name: What it is called.
        attributes: Its settings: numbers, texts, arrays, lists, or graphs.
    """

    op: str
    domain: str
    inputs: list[str]
    outputs: list[str]
    name: str
    attributes: dict[str, Any]

    @property
    def title(self) -> str:
        """The node in messages."""
        domain = f" of the domain {self.domain!r}" if self.domain else ""
        return f"node {self.name or ', '.join(self.outputs)!r} ({self.op}{domain})"

    def bodies(self) -> list[FileGraph]:
        """The graphs among its attributes."""
        return [x for x in self.attributes.values() if isinstance(x, FileGraph)]


@dataclasses.dataclass
class FileGraph:
    """A graph of a file.

    Attributes:
        name: What it is called.
        nodes: Its nodes, each after those it needs.
        constants: The numbers that it brings with it.
        inputs: The name, dtype and shape of each input; ``None`` for sizes that are not said, and
            for a shape of which nothing is said.
        outputs: The names of its outputs.
    """

    name: str
    nodes: list[FileNode]
    constants: dict[str, np.ndarray]
    inputs: list[tuple[str, str, tuple | None]]
    outputs: list[str]


@dataclasses.dataclass
class FileModel:
    """The graph of a file, and the version of its operators."""

    graph: FileGraph
    opset: int


def read_file(path: Path) -> FileModel:
    """Read a file.

    Raises:
        InvalidModelFile: When it is damaged, or not an ONNX model.
        FileNotFoundError: When there is none.
    """
    with open(path, "rb") as file:
        if not path.stat().st_size:
            raise InvalidModelFile("The file is empty.")
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # closed when nobody reads it
    try:
        found = MESSAGES.decode("ModelProto", memoryview(whole))
    except ProtobufError as problem:
        raise InvalidModelFile(f"It is not an ONNX model, or damaged: {problem}") from None
    if "graph" not in found or not found["graph"].get("output"):
        raise InvalidModelFile("It is not an ONNX model: it has no graph with outputs.")
    if found.get("functions"):
        names = ", ".join(repr(x.get("name", "")) for x in found["functions"][:3])
        raise InvalidModelFile(f"It defines operators of its own ({names}), which are not read.")
    return FileModel(_Decoder(path.parent).graph(found["graph"], set(), 0), _opset(found))


def _opset(found: dict[str, Any]) -> int:
    versions = {x.get("domain", ""): x.get("version", 0) for x in found.get("opset_import", ())}
    version = next((versions[domain] for domain in _STANDARD if domain in versions), None)
    if version is None:
        raise InvalidModelFile("It does not say which version of ONNX's operators it uses.")
    if version not in OPSETS:
        raise InvalidModelFile(
            f"It uses version {version} of ONNX's operators; {OPSETS[0]} to {OPSETS[-1]} are read."
        )
    return version


class _Decoder:
    """Makes graphs of messages.

    Args:
        folder: Where files with weights may lie.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def graph(self, message: dict[str, Any], around: set[str], depth: int) -> FileGraph:
        """A graph whose nodes also see the names around it."""
        if depth > _DEEPEST:
            raise InvalidModelFile(f"Its loops and branches are nested more than {_DEEPEST} deep.")
        if message.get("sparse_initializer"):
            raise InvalidModelFile("It holds sparse weights, which are not read.")
        constants = {}
        for tensor in message.get("initializer", ()):
            constants[tensor.get("name", "")] = array_of(tensor, self.folder)
        inputs = [
            self._input(x) for x in message.get("input", ()) if x.get("name", "") not in constants
        ]
        known = {*around, *constants, *(name for name, _, _ in inputs)}
        nodes = []
        for node in message.get("node", ()):
            nodes.append(self._node(node, known, depth))
            for name in filter(None, nodes[-1].outputs):
                if name in known:
                    raise InvalidModelFile(f"{nodes[-1].title} makes {name!r}, which is there.")
                known.add(name)
        outputs = [x.get("name", "") for x in message.get("output", ())]
        for name in outputs:
            if name not in known:
                raise InvalidModelFile(f"Nothing makes the output {name!r}.")
        return FileGraph(message.get("name", ""), nodes, constants, inputs, outputs)

    def _input(self, message: dict[str, Any]) -> tuple[str, str, tuple | None]:
        name, kind = message.get("name", ""), message.get("type", {})
        if not name:
            raise InvalidModelFile("An input has no name.")
        tensor = kind.get("tensor_type")
        if tensor is None:
            if kind.get("sequence_type") is not None:
                raise InvalidModelFile(f"The input {name!r} is a sequence; only tensors are read.")
            return name, "float32", None
        dtype = BY_NUMBER.get(tensor.get("elem_type", 0))
        if dtype is None:
            raise InvalidModelFile(
                f"The input {name!r} has the unknown dtype {tensor.get('elem_type', 0)}."
            )
        if "shape" not in tensor:
            return name, dtype, None
        dims = tensor["shape"].get("dim", ())
        sizes = tuple(dim.get("dim_value") for dim in dims)
        if len(sizes) > _RANKS or any(n is not None and not 0 <= n < 1 << 31 for n in sizes):
            raise InvalidModelFile(f"The input {name!r} has the impossible shape {list(sizes)}.")
        return name, dtype, sizes

    def _node(self, message: dict[str, Any], known: set[str], depth: int) -> FileNode:
        domain = message.get("domain", "")
        node = FileNode(
            message.get("op_type", ""),
            "" if domain in _STANDARD else domain,
            message.get("input", []),
            message.get("output", []),
            message.get("name", ""),
            {},
        )
        for name in filter(None, node.inputs):
            if name not in known:
                raise InvalidModelFile(
                    f"{node.title} takes {name!r}, which nothing before it makes: the nodes are "
                    "not in order, or go round in a circle."
                )
        for attribute in message.get("attribute", ()):
            key = attribute.get("name", "")
            node.attributes[key] = self._attribute(node, attribute, known, depth)
        return node

    def _attribute(self, node: FileNode, found: dict, known: set[str], depth: int) -> Any:
        if found.get("ref_attr_name"):
            raise InvalidModelFile(f"{node.title}: the setting {found['name']!r} refers elsewhere.")
        if "g" in found:
            return self.graph(found["g"], known, depth + 1)
        if "t" in found:
            return array_of(found["t"], self.folder)
        if "graphs" in found or "tensors" in found:
            raise InvalidModelFile(f"{node.title}: lists of tensors or graphs are not read.")
        for key in ("ints", "floats"):
            if found.get(key):
                return found[key]
        if "strings" in found:
            return [_text(x) for x in found["strings"]]
        kind = found.get("type")
        if kind in (6, 7, 8):
            return []
        if "s" in found or kind == 3:
            return _text(found.get("s", b""))
        if "f" in found or kind == 1:
            return found.get("f", 0.0)
        return found.get("i", 0)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
