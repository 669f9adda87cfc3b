"""Figures as TikZ, for LaTeX: a picture to input, or a document that stands alone.

Source: Tantau, the TikZ and PGF manual, https://tikz.dev
"""

from __future__ import annotations

import re

from visualnn.figures.scene import Circle, Look, Path, Point, Rectangle, Scene, Text
from visualnn.figures.svg import number, printable

_ESCAPED = {
    **{c: f"\\{c}" for c in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "→": r"$\to$",
    "…": r"\dots{}",
    "²": r"$^2$",
}
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz_of(scene: Scene, alone: bool = False) -> str:
    r"""The figure as a ``tikzpicture``.

    Args:
        scene: The figure.
        alone: Whether to make it a document of its own; otherwise it is for ``\input``, and the
            document around it says ``\usepackage{tikz}``.
    """
    lines = [f"% {printable(scene.title)}", r"\begin{tikzpicture}[x=1pt, y=-1pt, >=latex]"]
    lines += [f"  {text}" for text in _colors(scene)]
    if scene.background:
        corner = (scene.width, scene.height)
        lines.append(f"  \\fill[{_name(scene.background)}] (0,0) rectangle {_point(corner)};")
    for group in scene.groups:
        lines.append(f"  % {printable(group.id)}")
        lines += [f"  {_shape(shape)}" for shape in group.shapes]
    lines.append(r"\end{tikzpicture}")
    if alone:
        head = [r"\documentclass[tikz, border=4pt]{standalone}"]
        head += [r"\usepackage[T1]{fontenc}", r"\usepackage{helvet}"]
        head += [r"\renewcommand{\familydefault}{\sfdefault}", r"\begin{document}"]
        lines = [*head, *lines, r"\end{document}"]
    return "\n".join(lines) + "\n"


def _colors(scene: Scene) -> list[str]:
    found = {scene.background}
    for shape in scene.shapes:
        found |= {shape.color} if isinstance(shape, Text) else {shape.look.fill, shape.look.stroke}
    return [
        f"\\definecolor{{{_name(color)}}}{{HTML}}{{{color.lstrip('#').upper()}}}"
        for color in sorted(filter(None, found))
    ]


def _name(color: str) -> str:
    return f"c{color.lstrip('#').lower()}"


def _shape(shape: object) -> str:
    match shape:
        case Rectangle(x, y, width, height, look, radius):
            more = [f"rounded corners={number(radius)}pt"] if radius else []
            corners = f"{_point((x, y))} rectangle {_point((x + width, y + height))}"
            return f"\\path{_options(look, *more)} {corners};"
        case Circle(x, y, radius, look):
            return f"\\path{_options(look)} {_point((x, y))} circle[radius={number(radius)}pt];"
        case Path(start, steps, look, arrow):
            way = "".join(map(_step, steps))
            return f"\\path{_options(look, *(['->'] if arrow else []))} {_point(start)}{way};"
        case Text():
            return _text(shape)
    raise TypeError(f"A figure has no {type(shape).__name__}.")


def _step(step: tuple[Point, ...]) -> str:
    if len(step) == 1:
        return f" -- {_point(step[0])}"
    a, b, end = map(_point, step)
    return f" .. controls {a} and {b} .. {end}"


def _options(look: Look, *more: str) -> str:
    parts = [f"fill={_name(look.fill)}"] if look.fill else []
    if look.stroke:
        parts += [f"draw={_name(look.stroke)}", f"line width={number(look.width)}pt"]
    if look.dashed:
        parts.append("dash pattern=on 4pt off 3pt")
    return f"[{', '.join([*parts, *more])}]"


def _text(text: Text) -> str:
    size = f"font=\\fontsize{{{number(text.size)}}}{{{number(text.size * 1.2)}}}\\selectfont"
    size += r"\bfseries" if text.bold else ""
    size += r"\ttfamily" if text.fixed else ""
    options = f"anchor={_ANCHORS[text.anchor]}, inner sep=0, text={_name(text.color)}, {size}"
    return f"\\node[{options}] at {_point((text.x, text.y))} {{{_said(text.text)}}};"


def _said(text: str) -> str:
    """A text as LaTeX writes it."""
    return re.sub(".", lambda found: _ESCAPED.get(found[0], found[0]), printable(text))


def _point(point: Point) -> str:
    return f"({number(point[0])},{number(point[1])})"
