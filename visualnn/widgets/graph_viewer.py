"""The op-graph viewer.  Its other half: ``widgets/src/graph_viewer``."""

# pyright: strict, reportUnknownMemberType=false, reportMissingTypeStubs=false
# (ipywidgets and live models have no types)

from __future__ import annotations

from html import escape
from typing import Any

from traitlets import Dict, Unicode

from visualnn.builder.graphs import GraphView, graph_of
from visualnn.builder.sentences import counted
from visualnn.graph import Graph
from visualnn.models import Model
from visualnn.widgets.bundle import BundledWidget, mimebundle
from visualnn.widgets.messages import as_message


class GraphViewer(BundledWidget):
    """Shows an op graph: scopes that open and close, forward and backward side by side.

    Args:
        view: The graph as the viewer shows it.
    """

    kind = Unicode("graph_viewer").tag(sync=True)
    graph = Dict().tag(sync=True)

    def __init__(self, view: GraphView):
        super().__init__()
        self.graph = as_message(view)
        self._line = f"<Graph {view.name}: {counted(len(view.ops), 'operation')}>"

    def __repr__(self) -> str:
        return self._line

    def _repr_mimebundle_(self, **settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return mimebundle(self, self._picture(), self._line), {}

    def _picture(self) -> str:
        """What is shown where the widget is gone: the graph cannot be drawn without it."""
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" width="420" height="48">'
            '<rect width="420" height="48" rx="8" fill="#ffffff" stroke="#d0d7de"/>'
            '<text x="16" y="29" font-family="system-ui,sans-serif" font-size="13" fill="#57606a">'
            f"{escape(self._line[1:-1])}. Run the cell again to see it.</text></svg>"
        )


def show(thing: Model | Graph, x: Any = None, y: Any = None) -> GraphViewer:
    """Show the op graph of a model, or a graph.

    Of a compiled model it is the whole training step: forward, loss, gradients, update and
    metrics; of any other the forward pass.

    Args:
        thing: A model, or a graph as ``trace`` returns it.
        x: Some inputs, for a model whose inputs are not declared; only their shapes matter.
        y: Some targets to go with them, for a compiled model.
    """
    return GraphViewer(graph_of(thing, x, y))
