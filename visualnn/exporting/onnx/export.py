"""A model as an ONNX file, which predicts what the model predicts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.graph import Held, OnnxGraph, OnnxNode
from visualnn.exporting.onnx.lowering import lower
from visualnn.exporting.onnx.messages import DEFAULT_OPSET, IR_VERSIONS, dtype_number
from visualnn.exporting.onnx.signature import Signature, output_names, signature_of
from visualnn.exporting.onnx.writer import write_model
from visualnn.graph import Graph, trace
from visualnn.layers.arguments import accepts
from visualnn.spec import Spec
from visualnn.structure import flatten, pack_like


def export_onnx(
    model: Any,
    path: Any,
    *,
    input_signature: Any = None,
    opset: int | None = None,
    verbose: bool | None = None,
) -> None:
    """Write what a model predicts as an ONNX file.

    The same model gives the same bytes always.  Weights beyond 2 GB lie in a file beside it, whose
    name ends in ``.data``.

    Args:
        model: The model, or a layer.
        path: The file.
        input_signature: What it is called on, as ``InputSpec`` or anything with a shape and a
            dtype; models of connected layers know it.  A first size of ``None`` is the batch.
        opset: The version of ONNX's operators, 18 by default.
        verbose: Whether to print what was written.

    Raises:
        ValueError: When the version is not supported, the model does not say what it takes, or a
            layer uses what ONNX has no form for; the sentence names the layer.
        OSError: When the file cannot be written; the old one is left as it was.
    """
    opset = DEFAULT_OPSET if opset is None else opset
    if opset not in IR_VERSIONS:
        known = ", ".join(map(str, IR_VERSIONS))
        raise ValueError(f"ONNX's opset {opset!r} is not supported; these are: {known}.")
    signature = signature_of(model, input_signature)
    source = _traced(model, signature)
    graph = _Export(source, signature, opset).graph(str(getattr(model, "name", "model")))
    write_model(Path(os.fspath(path)), opset, graph)
    if verbose:
        print(
            f"Wrote {os.fspath(path)}: {len(graph['node'])} nodes of ONNX's opset {opset}, "
            f"{sum(x.size for x in graph['initializer'].values())} numbers."
        )


def _traced(model: Any, signature: Signature) -> Graph:
    how = {"training": False} if _takes_training(model) else {}
    name = str(getattr(model, "name", "model"))
    nested, leaves = signature.arguments, flatten(signature.arguments)
    return trace(lambda *xs: model(*pack_like(nested, xs), **how), *leaves, name=name)


def _takes_training(model: Any) -> bool:
    return hasattr(model, "layers") or accepts(type(model).call, "training")


_OPTIONAL_OUTPUTS = ("LSTM", "GRU", "RNN")


class _Export:
    """The ONNX graph of one traced model."""

    def __init__(self, source: Graph, signature: Signature, opset: int):
        self.source = source
        self.inputs = signature.names
        self.outputs = output_names(signature, source.output_structure, len(source.outputs))
        self.onnx = OnnxGraph(opset)
        self.symbols: dict[Any, str] = {}

    def graph(self, name: str) -> dict[str, Any]:
        """The fields of the graph, with nodes and constants that are still to be written."""
        onnx, source = self.onnx, self.source
        for reserved in (*self.inputs, *self.outputs):
            onnx.unique(reserved)
        _shorten(source, f"{name}/")
        held = {
            value: Held(value.spec, given)
            for value, given in zip(source.inputs, self.inputs, strict=True)
        }
        for variable, value in source.variables.items():
            spec = value.spec
            constant = Constant(spec.numbers, spec.dtype, variable.stored, variable.path)
            held[value] = Held(spec, constant=constant)
        made = lower(onnx, source, held, source.outputs)
        onnx.scope = ""
        self._name_outputs([onnx.plain(x) for x in made])
        nodes, used = _needed(onnx.nodes, set(self.outputs))
        return {
            "node": nodes,
            "name": name,
            "initializer": {k: x for k, x in onnx.initializers.items() if k in used},
            "input": [
                self._told(x, value.spec)
                for x, value in zip(self.inputs, source.inputs, strict=True)
            ],
            "output": [
                self._told(x, value.spec)
                for x, value in zip(self.outputs, source.outputs, strict=True)
            ],
        }

    def _name_outputs(self, made: Sequence[str]) -> None:
        """Let the nodes that make the outputs call them by their names."""
        own = {name for node in self.onnx.nodes for name in node.outputs}
        changed: dict[str, str] = {}
        for name, wanted in zip(made, self.outputs, strict=True):
            if name in own and name not in changed:
                changed[name] = wanted
        _rename(self.onnx.nodes, changed)
        for name, wanted in zip(made, self.outputs, strict=True):
            if changed.get(name) != wanted:
                node = self.onnx.unique("Identity")
                self.onnx.nodes.append(
                    OnnxNode("Identity", [changed.get(name, name)], [wanted], node, {})
                )

    def _told(self, name: str, spec: Spec) -> dict[str, Any]:
        """The type of an input or output; unknown sizes have names, equal ones the same."""
        dims = [self._dim(name, axis, size) for axis, size in enumerate(spec.sizes)]
        kind = {"elem_type": dtype_number(spec.dtype), "shape": {"dim": dims}}
        return {"name": name, "type": {"tensor_type": kind}}

    def _dim(self, name: str, axis: int, size: Any) -> dict[str, Any]:
        if isinstance(size, int):
            return {"dim_value": size}
        if size not in self.symbols:
            first = axis == 0 and "batch" not in self.symbols.values() and name in self.inputs
            self.symbols[size] = "batch" if first else f"{name}_{axis}"
        return {"dim_param": self.symbols[size]}


def _shorten(source: Graph, prefix: str) -> None:
    """Leave the name of the model out of the names of its operations."""
    for node in source.nodes:
        node.name = node.name.removeprefix(prefix)
        for body in node.settings.values():
            if isinstance(body, Graph):
                _shorten(body, prefix)
    for value in source.constants:
        value.name = value.name.removeprefix(prefix)
    for node in source.nodes:
        for value in node.outputs:
            value.name = value.name.removeprefix(prefix)


def _bodies(node: OnnxNode) -> Iterable[dict[str, Any]]:
    return (x for x in node.attributes.values() if isinstance(x, dict))


def _rename(nodes: Iterable[OnnxNode], changed: dict[str, str]) -> None:
    for node in nodes:
        node.inputs = [changed.get(name, name) for name in node.inputs]
        node.outputs = [changed.get(name, name) for name in node.outputs]
        for body in _bodies(node):
            _rename(body["node"], changed)


def _needed(nodes: Sequence[OnnxNode], wanted: set[str]) -> tuple[list[OnnxNode], set[str]]:
    """The nodes that lead to some names, and all names that are used."""
    kept = []
    for node in reversed(nodes):
        if wanted.isdisjoint(node.outputs):
            continue
        if node.op in _OPTIONAL_OUTPUTS:
            node.outputs = [name if name in wanted else "" for name in node.outputs]
            while not node.outputs[-1]:
                node.outputs.pop()
        wanted.update(node.inputs)
        for body in _bodies(node):
            names = {x["name"] for x in body["output"]}
            body["node"], inside = _needed(body["node"], names)
            wanted |= inside
        kept.append(node)
    return kept[::-1], wanted
