"""Figures as SVG: one group for each part, named by the network and not by when it was drawn."""

from __future__ import annotations

import re
from html import escape

from visualnn.figures.scene import Circle, Group, Look, Path, Point, Rectangle, Scene, Text

_SANS = "Helvetica,Arial,sans-serif"
_FIXED = "Menlo,Consolas,monospace"


def printable(text: str) -> str:
    """A text as files of text can hold it: what cannot be printed is replaced."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def svg_of(scene: Scene) -> str:
    """The figure as an SVG document."""
    width, height = number(scene.width), number(scene.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" '
        f'viewBox="0 0 {width} {height}" font-family="{_SANS}" role="img">',
        f"<title>{_said(scene.title)}</title>",
    ]
    colors = {s.look.stroke for s in scene.shapes if isinstance(s, Path) and s.arrow}
    if colors:
        markers = "".join(_marker(color) for color in sorted(colors))
        parts.append(f"<defs>{markers}</defs>")
    if scene.background:
        parts.append(f'<rect width="{width}" height="{height}" fill="{scene.background}"/>')
    parts += [_group(group) for group in scene.groups]
    return "\n".join([*parts, "</svg>\n"])


def _marker(color: str) -> str:
    return (
        f'<marker id="arrow-{color.lstrip("#")}" viewBox="0 0 8 8" refX="7" refY="4" '
        'markerWidth="6" markerHeight="6" orient="auto-start-reverse">'
        f'<path d="M0 0L8 4L0 8z" fill="{color}"/></marker>'
    )


def _group(group: Group) -> str:
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", group.id)
    title = f"<title>{_said(group.title)}</title>" if group.title else ""
    return f'<g id="{name}">{title}{"".join(map(_shape, group.shapes))}</g>'


def _shape(shape: object) -> str:
    match shape:
        case Rectangle(x, y, width, height, look, radius):
            round_ = f' rx="{number(radius)}"' if radius else ""
            place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}"'
            return f'<rect {place} height="{number(height)}"{round_}{_look(look)}/>'
        case Circle(x, y, radius, look):
            place = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
            return f"<circle {place}{_look(look)}/>"
        case Path(start, steps, look, arrow):
            way = "".join(f"{'C' if len(s) == 3 else 'L'}{' '.join(map(_point, s))}" for s in steps)
            end = f' marker-end="url(#arrow-{look.stroke.lstrip("#")})"' if arrow else ""
            return f'<path d="M{_point(start)}{way}"{_look(look)}{end}/>'
        case Text():
            return _text(shape)
    raise TypeError(f"A figure has no {type(shape).__name__}.")


def _look(look: Look) -> str:
    parts = [f' fill="{look.fill or "none"}"']
    if look.stroke:
        parts.append(f' stroke="{look.stroke}" stroke-width="{number(look.width)}"')
    if look.dashed:
        parts.append(' stroke-dasharray="4,3"')
    return "".join(parts)


def _text(text: Text) -> str:
    more = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    more += ' font-weight="bold"' if text.bold else ""
    more += f' font-family="{_FIXED}"' if text.fixed else ""
    place = f'x="{number(text.x)}" y="{number(text.y)}" font-size="{number(text.size)}"'
    return f'<text {place} fill="{text.color}"{more}>{_said(text.text)}</text>'


def _said(text: str) -> str:
    return escape(printable(text))


def _point(point: Point) -> str:
    return f"{number(point[0])},{number(point[1])}"


def number(x: float) -> str:
    """A number in as few letters as it needs, to two places."""
    text = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
