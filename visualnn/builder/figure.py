"""The drawing as a picture: what a notebook shows where the widget is gone.

It is drawn for light backgrounds, and small, since a notebook keeps one for each view: what all
blocks have in common is written once, and a large drawing is told with fewer words.  Whatever a
file calls its layers is only ever text in it.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from visualnn.builder.document import Point
from visualnn.builder.families import BY_NAME
from visualnn.builder.layout import HEIGHT, WIDTH
from visualnn.builder.views import BlockView, BuilderView, WireView
from visualnn.figures.curves import through
from visualnn.figures.svg import printable

MOST_CHARACTERS = 6_500
"""So long may a picture be, as far as its details go."""

_MARGIN = 24.0
_WIDEST = 980.0
_MOST_BLOCKS = 150
_SANS = "system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_MONO = "ui-monospace,Menlo,Consolas,monospace"
_TEXT, _DIM, _LINE, _WIRE, _BAD = "#1b1f24", "#57606a", "#d0d7de", "#7d8894", "#c62828"
_STYLE = (
    f"text{{font:11px {_MONO};fill:{_DIM}}}.n{{font:600 13px {_SANS};fill:{_TEXT}}}"
    f".s{{font:12px {_SANS}}}.m{{text-anchor:middle;paint-order:stroke;stroke:#fff;"
    f"stroke-width:9px}}.e{{text-anchor:end}}.bad{{fill:{_BAD};stroke:{_BAD}}}"
    f"text.bad{{stroke:none}}.w{{fill:none;stroke:{_WIRE};stroke-width:1.6}}"
    f"path.bad{{fill:none;stroke-width:1.6;stroke-dasharray:5,4}}"
)


def svg_of(view: BuilderView) -> str:
    """The drawing as SVG, with as many details as there is room for."""
    if not view.blocks:
        return _framed('<text class="s" x="16" y="36">An empty drawing</text>', 0, 0, 240, 60)
    for details in (3, 2, 1):
        picture = _drawn(view, details)
        if len(picture) <= MOST_CHARACTERS:
            return picture
    return _drawn(view, 0)


def _drawn(view: BuilderView, details: int) -> str:
    """The drawing: with all that blocks say, without settings, with names alone, or with none."""
    blocks = view.blocks[:_MOST_BLOCKS]
    more = len(view.blocks) - len(blocks)
    places = {block.id: block for block in blocks}
    wires = [wire for wire in view.wires if wire.source in places and wire.target in places]
    led = [point for wire in wires for point in wire.points]
    left = min([block.x for block in blocks] + [x for x, _ in led]) - _MARGIN
    top = min([block.y for block in blocks] + [y for _, y in led]) - _MARGIN
    right = max([block.x + WIDTH for block in blocks] + [x for x, _ in led]) + _MARGIN
    bottom = max([block.y + HEIGHT for block in blocks] + [y for _, y in led]) + _MARGIN
    across = view.direction == "right"
    boxes = {name: _box(block, across) for name, block in places.items()}
    ways = [
        _way(wire, boxes, across) if details else _Way(*_ends(wire, boxes), None) for wire in wires
    ]
    parts = [_common(blocks)] if details else []
    for wrong in (False, True):
        paths = [_wire(way, details, across) for wire, way in zip(wires, ways, strict=True)
                 if bool(wire.error) is wrong]  # fmt: skip
        if paths:
            parts.append(f'<path class="{"bad" if wrong else "w"}" d="{"".join(paths)}"/>')
    parts += [_block(block, details) for block in blocks] if details else _sketched(blocks)
    if details > 1:
        said: set[tuple[str, int, str]] = set()
        for wire, way in zip(wires, ways, strict=True):
            ends = (wire.source, wire.source_port, wire.target)
            if ends not in said:  # of several wires between two blocks one says what flows
                said.add(ends)
                parts.append(_pill(wire, way, across))
    if more:
        bottom += 20
        parts.append(_text("s", left + _MARGIN, bottom - 12, f"and {more:,} more blocks"))
    return _framed("".join(parts), left, top, right - left, bottom - top)


def _framed(body: str, x: float, y: float, width: float, height: float) -> str:
    shown = min(width, _WIDEST)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(shown)}" '
        f'height="{_n(height * shown / width)}" '
        f'viewBox="{_n(x)} {_n(y)} {_n(width)} {_n(height)}"><style>{_STYLE}</style>'
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="8" '
        f'fill="#fff"/>{body}</svg>'
    )


def _common(blocks: tuple[BlockView, ...]) -> str:
    """The frames, which blocks of one family share."""
    families = sorted({block.family for block in blocks})
    frames = "".join(
        f'<g id="{_frame(name)}"><use href="#b"/><path d="M4 0a4 4 0 0 0-4 4v{_n(HEIGHT - 8)}a4 4 '
        f'0 0 0 4 4z" fill="{BY_NAME[name].color}"/><text class="n" x="14" y="20" '
        f'style="fill:{BY_NAME[name].color}">{BY_NAME[name].glyph}</text></g>'
        for name in families
    )
    return (
        f'<defs><g id="b"><rect width="{_n(WIDTH)}" height="{_n(HEIGHT)}" rx="8" fill="#fff" '
        f'stroke="{_LINE}"/><path d="M4 49.5H{_n(WIDTH)}" stroke="{_LINE}"/></g>{frames}</defs>'
    )


def _frame(family: str) -> str:
    return f"f{list(BY_NAME).index(family)}"


def _block(block: BlockView, details: int) -> str:
    x, y = block.x, block.y
    place = f'href="#{_frame(block.family)}" x="{_n(x)}" y="{_n(y)}"'
    again = f'<use href="#b" x="{_n(x + 3)}" y="{_n(y + 3)}"/>'
    name = _cut(block.kind, 20)
    room = int((WIDTH - 52 - 7.9 * len(name)) / 6.7)
    parts = [again if block.submodel or block.calls > 1 else "", f"<use {place}/>"]
    if block.error:
        edge = f'x="{_n(x)}" y="{_n(y)}" width="{_n(WIDTH)}" height="{_n(HEIGHT)}" rx="8"'
        parts.append(f'<rect class="bad" {edge} style="fill:none"/>')
    if details > 0:
        parts.append(_text("n", x + 32, y + 20, name))
    if details > 1:
        parts.append(_text("", x + 14, y + 64, _cut(" ".join(block.outputs), 24)))
    if details > 2:
        layer = _cut(block.layer, room) if room > 3 or len(block.layer) <= room else ""
        said = block.error.removeprefix(f"{block.layer} ") or block.settings
        parameters = f"{block.parameters:,}" if block.parameters else ""
        parts += [
            _text("e", x + WIDTH - 10, y + 20, layer),
            _text("s bad" if block.error else "s", x + 14, y + 39, _cut(said, 27)),
            _text("e", x + WIDTH - 10, y + 64, parameters),
        ]
    return "".join(parts)


def _sketched(blocks: tuple[BlockView, ...]) -> list[str]:
    """The blocks of each family as one shape in its colour."""
    shapes: dict[str, str] = {}
    for block in blocks:
        box = f"M{_n(block.x)} {_n(block.y)}h{_n(WIDTH)}v{_n(HEIGHT)}h-{_n(WIDTH)}z"
        shapes[block.family] = shapes.get(block.family, "") + box
    return [
        f'<path d="{shape}" fill="{BY_NAME[family].color}" stroke="#fff"/>'
        for family, shape in shapes.items()
    ]


class _Way(NamedTuple):
    """From where to where a wire leads, where it passes by what lies between, and through what."""

    x1: float
    y1: float
    x2: float
    y2: float
    by: float | None
    points: tuple[Point, ...] = ()


class _Box(NamedTuple):
    """Where a block lies; where wires lead to the right, with across and down exchanged."""

    block: BlockView
    x: float
    y: float
    width: float
    height: float


def _box(block: BlockView, across: bool) -> _Box:
    if across:
        return _Box(block, block.y, block.x, HEIGHT, WIDTH)
    return _Box(block, block.x, block.y, WIDTH, HEIGHT)


def _way(wire: WireView, boxes: dict[str, _Box], across: bool) -> _Way:
    """The way of a wire: straight, or by the nearest free place beside the blocks in between."""
    x1, y1, x2, y2 = _ends(wire, boxes)
    if wire.points:
        points = tuple((y, x) if across else (x, y) for x, y in wire.points)
        return _Way(x1, y1, x2, y2, None, points)
    between = [
        (box.x, box.x + box.width)
        for box in boxes.values()
        if box.y + box.height > y1 + 4 and box.y < y2 - 4
    ]
    low, high = min(x1, x2), max(x1, x2)
    if not any(left < high + 4 and right > low - 4 for left, right in between):
        return _Way(x1, y1, x2, y2, None)
    sides = [x for left, right in between for x in (left - 14, right + 14)]
    free = [x for x in sides if all(x <= left - 8 or x >= right + 8 for left, right in between)]
    by = min(free, key=lambda x: abs(x - x1) + abs(x - x2), default=None)
    return _Way(x1, y1, x2, y2, by)


def _wire(way: _Way, details: int, across: bool) -> str:
    x1, y1, x2, y2, by, points = way
    begin = f"M{_at(x1, y1, across)}"
    if not details:
        return f"{begin}L{_at(x2, y2, across)}"
    if points:
        curves = through([(x1, y1), *points, (x2, y2)], False)
        return begin + "".join(f"C{' '.join(_at(*at, across) for at in curve)}" for curve in curves)
    straight = "H" if across else "V"
    if by is None:
        if x1 == x2 and y2 > y1:
            return f"{begin}{straight}{_n(y2)}"
        return begin + _curve(x1, y1, x2, y2, max(26.0, abs(y2 - y1) / 2), across)
    reach = min(40.0, (y2 - y1) / 3)
    out = _curve(x1, y1, by, y1 + reach, reach / 2, across)
    back = _curve(by, y2 - reach, x2, y2, reach / 2, across)
    return f"{begin}{out}{straight}{_n(y2 - reach)}{back}"


def _curve(x1: float, y1: float, x2: float, y2: float, bend: float, across: bool) -> str:
    ends = (x1, y1 + bend), (x2, y2 - bend), (x2, y2)
    return f"C{' '.join(_at(*at, across) for at in ends)}"


def _at(x: float, y: float, across: bool) -> str:
    return f"{_n(y)} {_n(x)}" if across else f"{_n(x)} {_n(y)}"


def _pill(wire: WireView, way: _Way, across: bool) -> str:
    """The shape that flows through a wire, in its middle."""
    if not wire.shape:
        return ""
    x, y = (way.x1 + way.x2) / 2, (way.y1 + way.y2) / 2
    if way.by is not None:
        x = way.by
    if way.points:
        x, y = way.points[len(way.points) // 2]
    if across:
        x, y = y, x
    y += -6 if way.points or across else 4
    if not wire.error:
        return _text("m", x, y, _cut(wire.shape, 24))
    said = f"{_cut(wire.shape, 24)} ✕"
    return _text("m", x, y, said).replace("<text ", f'<text style="fill:{_BAD}" ', 1)


def _ends(wire: WireView, boxes: dict[str, _Box]) -> tuple[float, float, float, float]:
    """Where a wire begins and ends: ports share the edge of their block evenly."""
    source, target = boxes[wire.source], boxes[wire.target]
    outputs = max(1, len(source.block.outputs))
    names = [port.name for port in target.block.inputs]
    count = max(1, len(names))
    place = names.index(wire.target_port) if wire.target_port in names else 0
    x1 = source.x + source.width * (min(wire.source_port, outputs - 1) + 1) / (outputs + 1)
    x2 = target.x + target.width * (place + 1) / (count + 1)
    return x1, source.y + source.height, x2, target.y


def _text(style: str, x: float, y: float, text: str) -> str:
    if not text:
        return ""
    named = f'class="{style}" ' if style else ""
    return f'<text {named}x="{_n(x)}" y="{_n(y)}">{escape(printable(text))}</text>'


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: max(1, length - 1)]}…"


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
