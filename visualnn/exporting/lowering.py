"""What each primitive becomes in the files of another tool: one row for a primitive and a tool.

    ONNX = Lowering("ONNX")

    @ONNX.row("relu")
    def _(graph, node, x):           # the graph that is written, our node, names of its inputs
        return graph.add("Relu", x)  # the name of what the tool's own node makes

Compositions need no row: a graph holds the primitives that they call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn.graph.graph import Node
from visualnn.primitives import PRIMITIVES


class Lowering:
    """The rows of one tool.

    Args:
        tool: What the tool is called in messages.
    """

    def __init__(self, tool: str):
        self.tool = tool
        self._rows: dict[str, Callable] = {}

    def row(self, *primitives: str) -> Callable[[Callable], Callable]:
        """Register a function as what these primitives become."""

        def register(rule: Callable) -> Callable:
            for name in primitives:
                assert name in PRIMITIVES and name not in self._rows, name
                self._rows[name] = rule
            return rule

        return register

    def __contains__(self, primitive: str) -> bool:
        return primitive in self._rows

    def missing(self) -> list[str]:
        """The primitives that have no row."""
        return [name for name in PRIMITIVES if name not in self._rows]

    def lower(self, graph: Any, node: Node, *inputs: Any) -> Any:
        """Write one node by its row.

        Raises:
            ValueError: If its primitive has no row.
        """
        rule = self._rows.get(node.primitive.name)
        if rule is None:
            call = node.origin.call
            where = f"layer {call!r}" if call else f"operation {node.name!r}"
            raise ValueError(
                f"{where} uses `{node.primitive.name}`, which has no form in {self.tool}. Leave "
                "the layer out, write it with other operations, or export to another format."
            )
        return rule(graph, node, *inputs)
