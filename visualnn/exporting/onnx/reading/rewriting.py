"""Several nodes that other programs write for what is one operator: taken together before reading.

The trees are written as in :mod:`visualnn.exporting.onnx.patterns`, with operators of ONNX.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from visualnn.exporting.onnx.reading.file import FileGraph, FileNode

_EITHER_ORDER = frozenset({"Add", "Mul"})


@dataclasses.dataclass(frozen=True)
class _Found:
    """What a tree was found to be: the names of its texts, its nodes, and those with labels."""

    names: dict[str, str] = dataclasses.field(default_factory=dict)
    nodes: tuple[FileNode, ...] = ()
    labelled: dict[str, FileNode] = dataclasses.field(default_factory=dict)


class _Finder:
    """Finds trees in the nodes of a graph."""

    def __init__(self, graph: FileGraph):
        self.makers = {name: node for node in graph.nodes for name in node.outputs if name}
        self.constants = dict(graph.constants)
        for node in graph.nodes:
            value = node.attributes.get("value")
            if node.op == "Constant" and isinstance(value, np.ndarray):
                self.constants[node.outputs[0]] = value

    def number(self, name: str) -> float | None:
        """The only number of a constant."""
        array = self.constants.get(name)
        if array is None or array.size != 1 or array.dtype.kind not in "fiu":
            return None
        return float(array.reshape(()))

    def find(self, tree: Any, name: str, before: _Found) -> Iterator[_Found]:
        """Every way in which what a name stands for can be a tree."""
        if isinstance(tree, float | int):
            number = self.number(name)
            if number is not None and np.isclose(number, tree, rtol=1e-4):
                yield before
            return
        if isinstance(tree, str):
            if tree.startswith("$") and name not in self.constants:
                return
            if tree.startswith("#") and self.number(name) is None:
                return
            if before.names.get(tree, name) == name:
                yield dataclasses.replace(before, names={**before.names, tree: name})
            return
        op, *parts = tree
        op, _, label = op.partition(":")
        node = self.makers.get(name)
        if node is None or node.op != op or node.domain or len(node.inputs) < len(parts):
            return
        labelled = {**before.labelled, label: node} if label else before.labelled
        here = dataclasses.replace(before, nodes=(*before.nodes, node), labelled=labelled)
        orders = [node.inputs[: len(parts)]]
        if op in _EITHER_ORDER:
            orders.append(orders[0][::-1])
        for inputs in orders:
            yield from self._all(list(zip(parts, inputs, strict=True)), here)

    def _all(self, pairs: list[tuple[Any, str]], before: _Found) -> Iterator[_Found]:
        if not pairs:
            yield before
            return
        for found in self.find(*pairs[0], before):
            yield from self._all(pairs[1:], found)

    def axes(self, node: FileNode) -> list[int] | None:
        """The axes of a reduction."""
        if "axes" in node.attributes:
            return list(node.attributes["axes"])
        array = self.constants.get(node.inputs[1]) if len(node.inputs) > 1 else None
        return None if array is None else [int(n) for n in array.reshape(-1)]


def rewritten(graph: FileGraph) -> list[FileNode]:
    """The nodes of a graph, some of them taken together."""
    finder = _Finder(graph)
    uses = Counter(name for node in graph.nodes for name in node.inputs)
    uses.update(graph.outputs)
    for node in graph.nodes:  # what bodies use stays as it is
        waiting = node.bodies()
        while waiting:
            body = waiting.pop()
            uses.update(body.outputs)
            for inner in body.nodes:
                uses.update(name for name in inner.inputs)
                waiting.extend(inner.bodies())
    gone: set[int] = set()
    made: dict[int, FileNode] = {}
    for node in reversed(graph.nodes):
        if id(node) in gone:
            continue
        for tree, rule in _TREES:
            if node.op != tree[0]:
                continue
            found = next(_sound(finder, tree, node, uses, gone), None)
            joined = None if found is None else rule(finder, node, found)
            if found is not None and joined is not None:
                gone.update(id(each) for each in found.nodes)
                made[id(node)] = joined
                break
    kept = []
    for node in graph.nodes:
        if id(node) in made:
            kept.append(made[id(node)])
        elif id(node) not in gone:
            kept.append(node)
    return kept


def _sound(
    finder: _Finder, tree: Any, node: FileNode, uses: Counter, gone: set[int]
) -> Iterator[_Found]:
    """The ways in which a node is a tree of which nobody else reads the inside."""
    for found in finder.find(tree, node.outputs[0], _Found()):
        own = {id(each): each for each in found.nodes}
        inner = Counter(name for each in own.values() for name in each.inputs)
        hidden = [each for each in own.values() if each is not node]
        alone = all(uses[each.outputs[0]] == inner[each.outputs[0]] for each in hidden)
        if alone and not any(id(each) in gone for each in hidden):
            yield found


def _joined(op: str, node: FileNode, inputs: list[str], **settings: Any) -> FileNode:
    return FileNode(op, "", inputs, node.outputs, node.name, settings)


def _gelu(finder: _Finder, node: FileNode, found: _Found) -> FileNode:
    return _joined("Gelu", node, [found.names["x"]])


def _swish(finder: _Finder, node: FileNode, found: _Found) -> FileNode:
    return _joined("Swish", node, [found.names["x"]])


def _layer_norm(finder: _Finder, node: FileNode, found: _Found) -> FileNode | None:
    """A normalization of the last axis."""
    reductions = [found.labelled["mean"], found.labelled["spread"]]
    if any(finder.axes(each) != [-1] for each in reductions):
        return None
    if any(not each.attributes.get("keepdims", 1) for each in reductions):
        return None
    names = [found.names[key] for key in ("x", "$gamma", "$beta")]
    epsilon = finder.number(found.names["#epsilon"])
    return _joined("LayerNormalization", node, names, epsilon=epsilon)


_ROOT = 2**0.5
_ERRORS = [("Erf", ("Div", "x", _ROOT)), ("Erf", ("Mul", "x", 1 / _ROOT))]
_CENTRED = ("Sub", "x", ("ReduceMean:mean", "x"))
_SPREADS = [("Pow", _CENTRED, 2), ("Mul", _CENTRED, _CENTRED)]

_TREES: list[tuple[Any, Callable[[_Finder, FileNode, _Found], FileNode | None]]] = [
    *((("Mul", ("Mul", "x", ("Add", error, 1)), 0.5), _gelu) for error in _ERRORS),
    *((("Mul", ("Mul", "x", 0.5), ("Add", error, 1)), _gelu) for error in _ERRORS),
    *((("Mul", "x", ("Mul", ("Add", error, 1), 0.5)), _gelu) for error in _ERRORS),
    (("Mul", "x", ("Sigmoid", "x")), _swish),
    *(
        (
            (
                "Add",
                (
                    "Mul",
                    ("Div", _CENTRED, ("Sqrt", ("Add", ("ReduceMean:spread", spread), "#epsilon"))),
                    "$gamma",
                ),
                "$beta",
            ),
            _layer_norm,
        )
        for spread in _SPREADS
    ),
]
