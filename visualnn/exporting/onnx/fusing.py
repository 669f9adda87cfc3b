"""Which primitives are written together, as one operator of ONNX.

They are found by trees (:mod:`visualnn.exporting.onnx.patterns`), or follow a convolution that
takes them in (:mod:`visualnn.exporting.onnx.channel_chains`).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from visualnn.exporting.onnx.channel_chains import chain_after, writing_of
from visualnn.exporting.onnx.constants import Constant
from visualnn.exporting.onnx.fused_operators import LATE, PATTERNS
from visualnn.exporting.onnx.graph import Held, OnnxGraph
from visualnn.exporting.onnx.patterns import Match, matches
from visualnn.graph.graph import Node, Value


class Fused(enum.Enum):
    """What became of a node: ``INSIDE`` means that another one writes it, too."""

    INSIDE = "inside"


class Writing:
    """Writes the operator that some nodes are together."""

    def __init__(self, write: Callable[[OnnxGraph, dict[Value, Held]], Any]):
        self.write = write


def fused(
    nodes: Sequence[Node], outputs: Sequence[Value], constants: Mapping[Value, Constant]
) -> dict[Node, Any]:
    """Who writes which node: itself if it is not here, else a ``Writing``, or another node."""
    users: dict[Value, list[Node]] = {}
    for node in nodes:
        for x in node.inputs:
            users.setdefault(x, []).append(node)
    kept = set(outputs)
    plan: dict[Node, Any] = {}

    def find(table: Mapping) -> None:
        for node in reversed(nodes):
            if node in plan or len(node.outputs) != 1:
                continue
            found = _pattern(table, node, constants, users, kept, plan)
            if found is not None:
                match, writing = found
                plan.update(dict.fromkeys(match.nodes, Fused.INSIDE))
                plan[node] = writing

    find(PATTERNS)
    for node in nodes:
        if node not in plan and node.primitive.name in ("conv", "matmul"):
            taken = chain_after(node, constants, users, kept, plan)
            if taken:
                plan.update(dict.fromkeys((node, *(user for user, _ in taken)), Fused.INSIDE))
                plan[taken[-1][0]] = Writing(writing_of(node, taken))
    find(LATE)
    return plan


def _pattern(
    table: Mapping,
    node: Node,
    constants: Mapping,
    users: Mapping,
    kept: set[Value],
    plan: dict[Node, Any],
) -> tuple[Match, Writing] | None:
    for tree, rule in table.get(node.primitive.name, ()):
        for match in matches(tree, node.output, constants):
            own = set(match.nodes)
            hidden = [x for x in match.nodes if x is not node]
            if any(x in plan for x in hidden) or not all(
                x.output not in kept and own.issuperset(users[x.output]) for x in hidden
            ):
                continue
            write = rule(node, match, constants)
            if write is not None:
                return match, Writing(write)
    return None
