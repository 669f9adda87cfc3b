"""Graphs to be drawn: boxes, arrows, frames around some of them, and their text in Graphviz's DOT.

The methods are those of pydot's classes that one reads a graph with.
"""

from __future__ import annotations

import importlib.util
import pathlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from visualnn.figures.svg import printable
from visualnn.models.drawing import picture_of, svg_of


@dataclass
class Node:
    """A box.

    Attributes:
        name: What arrows call it.
        title: What stands in its head, and is set in bold there.
        kind: What stands behind the title, in parentheses; may be empty.
        rows: What stands below: rows of pairs ``(label, value)``.
    """

    name: str
    title: str
    kind: str = ""
    rows: list[list[tuple[str, str]]] = field(default_factory=list)

    def get_name(self) -> str:
        """What arrows call it."""
        return self.name

    def get_label(self) -> str:
        """What stands in it, in Graphviz's HTML."""
        width = max(map(len, self.rows), default=1)
        head = f"<b>{_said(self.title)}</b>" + (f" ({_said(self.kind)})" if self.kind else "")
        lines = [
            f'<tr><td colspan="{width}" bgcolor="#1b1f24"><font point-size="16" color="white">'
            f"{head}</font></td></tr>"
        ]
        for row in self.rows:
            whole = f' colspan="{width}"' if len(row) == 1 else ""
            cells = [
                f'<td bgcolor="white"{whole}><font point-size="14">{_cell(*cell)}</font></td>'
                for cell in row
            ]
            lines.append(f"<tr>{''.join(cells)}</tr>")
        table = '<table border="0" cellborder="1" bgcolor="#1b1f24" cellpadding="10">'
        return f"<{table}{''.join(lines)}</table>>"

    def get(self, attribute: str) -> Any:
        """An attribute by name; there is ``label``."""
        return self.get_label() if attribute == "label" else None

    def to_string(self) -> str:
        """The box in DOT."""
        return f"{_quoted(self.name)} [label={self.get_label()}, fontname=Helvetica, margin=0];"


@dataclass(frozen=True)
class Edge:
    """An arrow between two boxes."""

    source: str
    target: str

    def get_source(self) -> str:
        """The name of the box it begins at."""
        return self.source

    def get_destination(self) -> str:
        """The name of the box it ends at."""
        return self.target

    def to_string(self) -> str:
        """The arrow in DOT."""
        return f"{_quoted(self.source)} -> {_quoted(self.target)} [penwidth=2];"


@dataclass
class Cluster:
    """Boxes and arrows in a frame.

    Attributes:
        name: What is written at the frame.
        parts: Boxes and frames, in their order.
        edges: The arrows.
    """

    name: str
    parts: list[Node | Cluster] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def get_name(self) -> str:
        """What it is called in DOT."""
        return f"cluster_{self.name}"

    def get_nodes(self) -> list[Node]:
        """The boxes that are in no frame of their own."""
        return [part for part in self.parts if isinstance(part, Node)]

    def get_subgraphs(self) -> list[Cluster]:
        """The frames."""
        return [part for part in self.parts if isinstance(part, Cluster)]

    def get_edges(self) -> list[Edge]:
        """The arrows that are in no frame of their own."""
        return self.edges

    def to_string(self) -> str:
        """The frame and what is in it, in DOT."""
        head = [f"subgraph {_quoted(self.get_name())} {{", "style=dashed;"]
        head += [f"label={_quoted(self.name)};", "labeljust=l;"]
        return "\n".join([*head, *self._lines(), "}"])

    def _lines(self) -> Iterator[str]:
        for part in (*self.parts, *self.edges):
            yield part.to_string()

    def _repr_svg_(self) -> str:
        return svg_of(self)


@dataclass
class Dot(Cluster):
    """A graph to be drawn.

    Attributes:
        rankdir: Where arrows lead: ``TB`` down, ``LR`` to the right, ``BT`` up, ``RL`` to the left.
        dpi: How many dots an inch has in a picture.
        splines: How Graphviz draws arrows: ``ortho``, ``curved``, ``polyline``, ``spline``,
            ``line``.
    """

    rankdir: str = "TB"
    dpi: int = 200
    splines: str = "ortho"

    def get_name(self) -> str:
        return "G"

    def get_rankdir(self) -> str:
        """Where arrows lead."""
        return self.rankdir

    def to_string(self) -> str:
        """The graph in DOT."""
        settings = [f"rankdir={_quoted(self.rankdir)};", "concentrate=true;"]
        settings += [f"dpi={int(self.dpi)};", f"splines={_quoted(self.splines)};"]
        body = [*settings, "node [shape=plaintext];", *self._lines()]
        return "\n".join(["digraph G {", *body, "}"]) + "\n"

    def create(self, format: str = "png") -> bytes:
        """The picture in a format, drawn by the program ``dot``.

        Without it there are ``svg``, and with matplotlib ``png`` and ``pdf``.

        Raises:
            ImportError: When the program, or matplotlib, is needed and not there.
        """
        if format in ("dot", "gv", "raw"):
            return self.to_string().encode()
        if shutil.which("dot"):
            import graphviz

            return graphviz.pipe("dot", format, self.to_string().encode())
        if format == "svg":
            return svg_of(self).encode()
        if format in ("png", "pdf") and importlib.util.find_spec("matplotlib") is not None:
            return picture_of(self, format)
        raise ImportError(
            f"A picture in the format {format!r} is drawn by Graphviz's program `dot`, which is "
            "not installed (https://graphviz.org/download). Without it, name a file that ends with "
            '`.svg` or `.dot`, or with `.png` or `.pdf` after pip install "visualnn[plot]".'
        )

    def write(self, path: Any, format: str = "raw") -> bool:
        """Write the picture to a file."""
        data = self.create(format)
        pathlib.Path(path).write_bytes(data)
        return True

    def _repr_svg_(self) -> str:
        return self.create("svg").decode()


def _cell(label: str, value: str) -> str:
    value = f"<b>{_said(value)}</b>"
    return f"{_said(label)}: {value}" if label else value


def _said(text: str) -> str:
    return escape(printable(text))


def _quoted(text: str) -> str:
    text = printable(str(text)).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
