"""Boxes as tables, arrows and frames as a figure, where there is no Graphviz to draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from visualnn.figures.diagram import THEMES, Arrow, Box, Frame, Spacing, drawn
from visualnn.figures.painted import painted
from visualnn.figures.scene import Look, Path, Rectangle, Scene, Shape, Text, text_width
from visualnn.figures.svg import svg_of as written

_HEAD, _ROW, _SIZE = 30.0, 28.0, 14.0
_INK, _PAPER = "#1b1f24", "#ffffff"
_DIRECTIONS: dict[str, Literal["down", "right", "up", "left"]] = {
    "TB": "down",
    "LR": "right",
    "BT": "up",
    "RL": "left",
}


def svg_of(graph: Any) -> str:
    """A graph as SVG.

    Args:
        graph: A :class:`~visualnn.models.dot.Cluster`, or a ``Dot``.
    """
    return written(_scene(graph))


def picture_of(graph: Any, file_format: str) -> bytes:
    """A graph as PNG or PDF.

    Raises:
        ImportError: When matplotlib is not installed.
    """
    return painted(_scene(graph), file_format, graph.dpi)


def _scene(graph: Any) -> Scene:
    direction = _DIRECTIONS[getattr(graph, "rankdir", "TB")]
    return drawn(_framed(graph), THEMES["light"], direction, Spacing(28.0, 44.0, 16.0))


def _framed(cluster: Any) -> Frame:
    parts = [_framed(part) if hasattr(part, "parts") else _box(part) for part in cluster.parts]
    arrows = [Arrow(edge.source, edge.target) for edge in cluster.edges]
    return Frame(cluster.get_name(), cluster.name, parts, arrows)


def _box(node: Any) -> Box:
    """A table: a dark head, and the cells of each row side by side."""
    widths = [text_width(_head(node), _SIZE, bold=True) + 22.0]
    widths += [sum(map(_cell_width, row)) for row in node.rows]
    width, height = max(widths), _HEAD + _ROW * len(node.rows)

    def paint(x: float, y: float) -> Sequence[Shape]:
        edge = Look(_PAPER, _INK)
        shapes: list[Shape] = [
            Rectangle(x, y, width, height, edge, 4.0),
            Rectangle(x, y, width, _HEAD, Look(_INK, _INK), 4.0),
            Text(x + width / 2, y + 20, _head(node), _PAPER, _SIZE, anchor="middle"),
        ]
        for i, row in enumerate(node.rows):
            top = y + _HEAD + _ROW * i
            stretch = width / sum(map(_cell_width, row))
            left = x
            for j, cell in enumerate(row):
                room = _cell_width(cell) * stretch
                middle = left + room / 2
                shapes.append(Text(middle, top + 19, _words(cell), _INK, _SIZE, anchor="middle"))
                if j:
                    shapes.append(Path((left, top), (((left, top + _ROW),),), Look(stroke=_INK)))
                left += room
            if i:
                shapes.append(Path((x, top), (((x + width, top),),), Look(stroke=_INK)))
        return shapes

    return Box(node.name, _head(node), width, height, paint)


def _cell_width(cell: tuple[str, str]) -> float:
    return text_width(_words(cell), _SIZE) + 18.0


def _head(node: Any) -> str:
    return f"{node.title} ({node.kind})" if node.kind else node.title


def _words(cell: tuple[str, str]) -> str:
    return f"{cell[0]}: {cell[1]}" if cell[0] else cell[1]
