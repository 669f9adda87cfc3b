"""Our graph as the nodes of ONNX: what is always the same is computed, the rest written by rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.fusing import Fused, fused
from visualnn.exporting.onnx.graph import Held, OnnxGraph
from visualnn.exporting.onnx.rows import ONNX
from visualnn.graph.graph import Graph, Node, Value
from visualnn.spec import known

_NOT_FOLDED = ("random_", "scan", "cond", "while_loop", "by_function", "with_gradient")
_SAME_NUMBERS = ("reshape", "transpose", "cast")
_FEW = 1 << 16  # elements that may be computed ahead, whatever they are made of


def lower(
    graph: OnnxGraph, source: Graph, held: dict[Value, Held], outputs: Sequence[Value]
) -> list[Held]:
    """Write all that the outputs need, and return what stands for them.

    Args:
        graph: What is written.
        source: Our graph.
        held: What stands for its inputs and variables; it is extended by all else.
        outputs: Values of our graph.

    Raises:
        ValueError: When an operation has no form in ONNX.
    """
    nodes = source.needed_for(list(outputs))
    held.update(_constants(source))
    graph.held = held
    graph.wanted = {x for node in nodes for x in node.inputs} | set(outputs)
    left = [node for node in nodes if not _fold(node, held)]
    plan = fused(left, outputs, {x: y.constant for x, y in held.items() if y.constant is not None})
    scope = graph.scope
    for node in left:
        found = plan.get(node)
        if found is Fused.INSIDE:
            continue
        graph.scope = node.name.rpartition("/")[0] or scope
        if found is None:
            made = ONNX.lower(graph, node, *(held[x] for x in node.inputs))
        else:
            made = found.write(graph, held)
        held.update(_kept(node, made))
    graph.scope = scope
    return [held[x] for x in outputs]


def _constants(source: Graph) -> Iterable[tuple[Value, Held]]:
    for value, array in source.constants.items():
        constant = Constant.of(array, value.name)
        yield value, Held(value.spec, constant=constant)


def _kept(node: Node, made: Any) -> Iterable[tuple[Value, Held]]:
    results = made if isinstance(made, list) else [made]
    for value, result in zip(node.outputs, results, strict=True):
        if isinstance(result, Held):
            yield value, result
        elif result:
            yield value, Held(value.spec, result)


def _fold(node: Node, held: dict[Value, Held]) -> bool:
    """Compute a node ahead if all that it takes is known and it does not make much of little."""
    name = node.primitive.name
    constants = [held[x].constant if x in held else None for x in node.inputs]
    given = [x for x in constants if x is not None]
    if len(given) < len(constants) or name.startswith(_NOT_FOLDED):
        return False
    if not all(known(size) for x in node.outputs for size in x.spec.sizes):
        return False
    room = max([_FEW, *(x.size for x in given)])
    sizes = [int(np.prod(x.spec.numbers, dtype=np.int64)) for x in node.outputs]
    if any(size > room for size in sizes) or any(x.dtype == "string" for x in node.outputs):
        return False
    for i, value in enumerate(node.outputs):
        told = given[0].name if name in _SAME_NUMBERS else value.name
        constant = Constant(value.spec.numbers, value.dtype, _computing(node, given, i), told)
        held[value] = Held(value.spec, constant=constant)
    return True


def _computing(node: Node, given: list[Constant], index: int) -> Any:
    def compute() -> Any:
        with np.errstate(all="ignore"):
            made = node.primitive.forward(*(x.array() for x in given), **node.settings)
        return made[index] if isinstance(made, tuple) else made

    return compute
