"""A file as the inputs and outputs of connected layers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.dtype_policies.policy import DTypePolicy, with_dtype_policy
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileGraph, FileNode, read_file
from visualnn.exporting.onnx.reading.node_layer import ONNXOperation
from visualnn.exporting.onnx.reading.readers import (
    LAYERS,
    READERS,
    NeedsLayerError,
    check_inputs,
    refused,
)
from visualnn.exporting.onnx.reading.rewriting import rewritten
from visualnn.exporting.onnx.reading.running import bound
from visualnn.exporting.onnx.reading.values import Held, Sizes, dtype_of
from visualnn.layers.connectivity import KerasTensor
from visualnn.layers.input_layer import Input
from visualnn.primitives.tensor import Tensor
from visualnn.serialization import InvalidModelFile

_LARGE = 64  # numbers; more are weights of a layer, not settings of an operation
_WORTH = 1 << 13  # numbers from which something else is computed while the file is read
_MOST = 1 << 27
_MISFITS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, TypeError,
    ValueError,
)  # fmt: skip
_NEVER_LARGER = frozenset(
    [
        "Abs",
        "Add",
        "And",
        "Cast",
        "Ceil",
        "Clip",
        "Concat",
        "Constant",
        "Div",
        "Equal",
        "Exp",
        "Floor",
        "Flatten",
        "Greater",
        "Identity",
        "Less",
        "Log",
        "Max",
        "Min",
        "Mul",
        "Neg",
        "Not",
        "Or",
        "Pow",
        "Reciprocal",
        "Relu",
        "Reshape",
        "Round",
        "Sign",
        "Slice",
        "Split",
        "Sqrt",
        "Squeeze",
        "Sub",
        "Transpose",
        "Unsqueeze",
        "Where",
        "Expand",
        "Tile",
        "ConstantOfShape",
        "Shape",
        "DequantizeLinear",
    ]
)


def read_onnx(path: Any) -> tuple[Any, Any, str]:
    """The inputs, the outputs and the name of the model in a file.

    Nothing in the file is executed, and nothing outside its folder is read.

    Raises:
        InvalidModelFile: When it is damaged, or uses operators that are not known; they are named.
        FileNotFoundError: When there is no such file.
    """
    path = Path(os.fspath(path))
    try:
        found = read_file(path)
        _check_operators(found.graph)
        found.graph.nodes = rewritten(found.graph)
        return _Importer(found.opset, found.graph).made()
    except InvalidModelFile as problem:
        raise problem.inside(path.name) from None
    except _MISFITS as problem:
        raise InvalidModelFile(f"It does not fit together: {problem}", path.name) from problem


def _check_operators(graph: FileGraph) -> None:
    """Refuse operators that nothing reads, all at once."""
    unknown: dict[tuple[str, str], FileNode] = {}
    for node in _all_nodes(graph):
        if node.domain or node.op not in READERS:
            unknown.setdefault((node.domain, node.op), node)
    if unknown:
        said = "; ".join(node.title for node in list(unknown.values())[:8])
        several = "s" * (len(unknown) > 1)
        raise InvalidModelFile(
            f"It uses {len(unknown)} operator{several} that cannot be read: {said}."
        )


def _all_nodes(graph: FileGraph) -> Iterable[FileNode]:
    waiting = [graph]
    while waiting:
        for node in waiting.pop().nodes:
            yield node
            waiting.extend(node.bodies())


class _Importer(Context):
    """Connects layers as the nodes of a file say."""

    def __init__(self, opset: int, graph: FileGraph):
        super().__init__(opset, True, dict(graph.constants))
        self.graph = graph
        self.users: dict[str, list[FileNode]] = {}
        for node in _all_nodes(graph):
            for name in filter(None, node.inputs):
                self.users.setdefault(name, []).append(node)
        self.done: set[int] = set()
        self.outer = {id(node) for node in graph.nodes}

    def made(self) -> tuple[Any, Any, str]:
        """The inputs, the outputs, and the name."""
        inputs = []
        for name, dtype, shape in self.graph.inputs:
            if shape is None:
                raise InvalidModelFile(f"Of the shape of the input {name!r} nothing is known.")
            label = name.replace("/", "_").replace(":", "_") or "input"
            self.names.add(label)
            if dtype == "string":
                raise InvalidModelFile(f"The input {name!r} takes texts, which are not read.")
            inputs.append(Input(batch_shape=shape, dtype=dtype, name=label))
            self.values[name] = Held(inputs[-1])
        if not inputs:
            raise InvalidModelFile("It has no inputs.")
        for node in self.graph.nodes:
            if id(node) not in self.done:
                self.make(node)
        outputs = []
        for name in self.graph.outputs:
            found = self.values[name]
            if not isinstance(found, Held):
                raise InvalidModelFile(f"The output {name!r} does not depend on the inputs.")
            with with_dtype_policy(DTypePolicy(_fraction([found]))):
                outputs.append(self.tensor(found))
        one = len(inputs) == 1, len(outputs) == 1
        name = self.graph.name.replace("/", "_") or "onnx_model"
        return inputs[0] if one[0] else inputs, outputs[0] if one[1] else outputs, name

    def make(self, node: FileNode) -> None:
        """Connect what one node is, or compute it if it is always the same."""
        xs = [self.values[name] if name else None for name in node.inputs]
        try:
            with with_dtype_policy(DTypePolicy(_fraction(xs))):
                self._connect(node, xs)
        except InvalidModelFile:
            raise
        except _MISFITS as problem:
            said = str(problem) or type(problem).__name__
            raise refused(node, f"it does not fit together: {said}") from problem

    def _connect(self, node: FileNode, xs: list[Any]) -> None:
        check_inputs(node, xs)
        if not node.bodies() and not any(isinstance(x, Held | Sizes) for x in xs):
            self._fold(node, xs)
            return
        if node.op in LAYERS:
            made = LAYERS[node.op](self, node, *xs)
            if made is not None:
                self._keep(node, made)
                return
        large = any(isinstance(x, np.ndarray) and x.size > _LARGE for x in xs)
        if not large and not node.bodies():
            try:
                self._keep(node, READERS[node.op](self, node, *xs))
                return
            except NeedsLayerError:
                pass
        self._wrap(node)

    def _fold(self, node: FileNode, xs: list[Any]) -> None:
        total = sum(x.size for x in xs if x is not None)
        if total > _WORTH and node.op not in _NEVER_LARGER:
            raise refused(node, f"it computes something of {total} constant numbers alone.")
        try:
            self._keep(node, READERS[node.op](self, node, *xs))
        except NeedsLayerError:
            raise refused(node, "what it computes is not known before the model runs.") from None
        made = (self.values[name] for name in node.outputs if name)
        self.folded += sum(x.size for x in made if isinstance(x, np.ndarray))
        if self.folded > _MOST:
            raise refused(node, f"more than {_MOST} numbers would have to be computed ahead.")

    def _keep(self, node: FileNode, made: Any) -> None:
        results = list(made) if isinstance(made, list | tuple) else [made]
        for name, result in zip(node.outputs, results, strict=False):
            if name and result is not None:
                self.values[name] = _as_value(result)
        for name in node.outputs[len(results) :]:
            if name:
                raise refused(node, f"its output {name!r} is not read.")

    def _wrap(self, node: FileNode) -> None:
        """Make a layer that computes what the node says."""
        names = list(dict.fromkeys([*filter(None, node.inputs), *free_names(node)]))
        tensors, weights, operands = bound(self, {name: self.values[name] for name in names})
        if not tensors:
            raise refused(node, "it depends on no input of the model.")
        layer = ONNXOperation(
            node, self.opset, operands, [(x.shape, x.dtype.name) for x in weights],
            name=self.name(node),
        )  # fmt: skip
        made = layer(tensors)
        layer.set_weights(weights)
        kept = [name for name in node.outputs if name]
        results = list(made) if isinstance(made, list | tuple) else [made]
        for name, tensor in zip(kept, results, strict=True):
            self.values[name] = Held(tensor)


def free_names(node: FileNode) -> list[str]:
    """What the bodies of a node use of the names around them."""
    found: dict[str, None] = {}
    waiting = [(body, frozenset[str]()) for body in node.bodies()]
    while waiting:
        body, known = waiting.pop()
        own = set(known) | set(body.constants) | {name for name, _, _ in body.inputs}
        for inner in body.nodes:
            own.update(inner.outputs)
        for inner in body.nodes:
            found.update((name, None) for name in inner.inputs if name and name not in own)
            waiting.extend((x, frozenset(own)) for x in inner.bodies())
        found.update((name, None) for name in body.outputs if name not in own)
    return list(found)


def _fraction(xs: list[Any]) -> str:
    """The dtype of the fractions among what a node takes: layers for them compute in it."""
    dtypes = (dtype_of(x) for x in xs if isinstance(x, Held))
    return next((dtype for dtype in dtypes if dtype.startswith(("float", "bfloat"))), "float32")


def _as_value(x: Any) -> Any:
    if isinstance(x, Sizes):
        return x.simplest()
    if isinstance(x, Held | np.ndarray) and not isinstance(x, Tensor):
        return x
    if isinstance(x, KerasTensor):
        return Held(x)
    return np.array(x)
