"""What a block costs to run: how many operations on numbers, and how much memory for its outputs.

Counted in the graph of its primitives, so that it is true of every layer, also of the user's own.
A multiplication and an addition are two operations; moving numbers about is none.
"""

# pyright: strict, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# (live layers have no types)

from __future__ import annotations

import math
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.builder.analysis import Analysis
from visualnn.builder.document import Document
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.inference import Given, Tensor, live_layer, read_constant
from visualnn.builder.records import LayerRecord
from visualnn.builder.trees import is_record
from visualnn.graph import Graph, trace
from visualnn.primitives.primitive import outside_recording
from visualnn.spec import Spec

_MOVES = {
    "reshape", "transpose", "broadcast_to", "broadcast_like", "slice", "put_slice", "pad",
    "concatenate", "take", "take_points", "cast", "stop_gradient", "size", "iota", "constant",
    "identity",
}  # fmt: skip
_MOST_KEPT = 5_000


@dataclass(frozen=True)
class Cost:
    """What a block costs for one example.

    Attributes:
        operations: Additions, multiplications and the like.
        bytes: What its outputs take.
        exact: Whether all sizes are known; else the unknown ones count once.
    """

    operations: int
    bytes: int
    exact: bool


def cost_of(analysis: Analysis, call: str) -> Cost | None:
    """What a block costs; nothing as long as it is not known what comes out."""
    document = analysis.document
    outputs = analysis.outcomes[call].outputs
    given = analysis.given_to(call)
    if outputs is None:
        return None
    size = sum(_bytes(tensor) for tensor in outputs)
    known = all(None not in tensor.shape[1:] for tensor in outputs)
    record = document.record(call)
    if record.is_input or given is None:
        return Cost(0, size, known)
    return Cost(_operations(record, given), size, known)


def _bytes(tensor: Tensor) -> int:
    count = math.prod(1 if size is None else size for size in tensor.shape)
    if tensor.dtype == "bfloat16":
        return 2 * count
    return count if tensor.dtype == "string" else count * np.dtype(tensor.dtype).itemsize


_found: OrderedDict[Any, int] = OrderedDict()


def _operations(record: LayerRecord, given: Given) -> int:
    key = (record.class_name, record.module, record.config.without({"name"}), given)
    found = _found.get(key)
    if found is None:
        found = _counted(record, given)
        _found[key] = found
        if len(_found) > _MOST_KEPT:
            _found.popitem(last=False)
    return found


def _counted(record: LayerRecord, given: Given) -> int:
    """How many operations a layer does, counted in its graph."""
    layer = live_layer(record)
    specs: list[Spec] = []
    args, kwargs = _with_places(given.args, specs), _with_places(dict(given.kwargs), specs)

    def forward(*tensors: Any) -> Any:
        return layer(*_filled(args, tensors), **_filled(kwargs, tensors))

    with outside_recording():
        graph = trace(forward, *specs, name="cost")
    return operations_in(graph)


@dataclass(frozen=True)
class _Place:
    number: int


def _with_places(tree: Any, specs: list[Spec]) -> Any:
    """Arguments with places for tensors, whose specs are listed."""
    if isinstance(tree, Tensor):
        shape = tuple(1 if size is None else size for size in tree.shape)
        specs.append(Spec(shape, tree.dtype))
        return _Place(len(specs) - 1)
    if isinstance(tree, tuple):
        return [_with_places(item, specs) for item in tree]
    if isinstance(tree, dict) and not is_record(tree):
        return {key: _with_places(item, specs) for key, item in tree.items()}
    return tree if not isinstance(tree, FrozenDict) else read_constant(tree)


def _filled(tree: Any, tensors: tuple[Any, ...]) -> Any:
    if isinstance(tree, _Place):
        return tensors[tree.number]
    if isinstance(tree, list):
        return [_filled(item, tensors) for item in tree]
    if isinstance(tree, dict):
        return {key: _filled(item, tensors) for key, item in tree.items()}
    return tree


def operations_in(graph: Graph) -> int:
    """How many operations on numbers a graph does."""
    return sum(_of_node(node) for node in graph.nodes)


def _of_node(node: Any) -> int:
    name, settings = node.primitive.name, node.settings
    made = [_size(value.spec.shape) for value in node.outputs]
    given = [value.spec.shape for value in node.inputs]
    match name:
        case "matmul":
            return 2 * made[0] * _size(given[0][-1:])
        case "einsum":
            return 2 * _einsum(settings["equation"], given)
        case "conv" | "conv_kernel":
            kernel = given[1] if name == "conv" else node.outputs[0].spec.shape
            places = made[0] if name == "conv" else _size(given[1])
            return 2 * places * _size(kernel[:-1])
        case "conv_transpose":
            return 2 * _size(given[0]) * _size((*given[1][:-2], given[1][-2]))
        case "max_pool" | "average_pool":
            return made[0] * _size(settings["size"])
        case "sum" | "max" | "argmax":
            return _size(given[0])
        case "scan":
            body, steps = settings["body"], _steps(settings, given)
            return steps * operations_in(body) if isinstance(body, Graph) else 0
        case "while_loop" | "cond":
            bodies = (settings.get(key) for key in ("body", "then", "otherwise"))
            return max((operations_in(x) for x in bodies if isinstance(x, Graph)), default=0)
        case _:
            return 0 if name in _MOVES else sum(made)


def _steps(settings: Any, given: list[tuple[int | None, ...]]) -> int:
    carries = settings["carries"]
    if settings.get("sequences"):
        return _size(given[carries][:1])
    return int(settings.get("length") or 1)


def _einsum(equation: str, given: list[tuple[int | None, ...]]) -> int:
    sizes: dict[str, int] = {}
    for letters, shape in zip(equation.split("->")[0].split(","), given, strict=True):
        names = re.sub(r"[^A-Za-z]", "", letters)
        for letter, size in zip(names[::-1], shape[::-1], strict=False):
            sizes[letter] = max(sizes.get(letter, 1), 1 if size is None else size)
    return math.prod(sizes.values())


def _size(shape: Any) -> int:
    return math.prod(1 if size is None else int(size) for size in shape)


def totals(document: Document, analysis: Analysis) -> Cost:
    """What a whole drawing costs for one example, as far as it is known."""
    found = [cost for call in document.calls if (cost := cost_of(analysis, call)) is not None]
    return Cost(
        sum(cost.operations for cost in found),
        sum(cost.bytes for cost in found),
        all(cost.exact for cost in found) and len(found) == len(document.calls),
    )
