"""The drawing as a picture: what a notebook shows where the widget is gone.

It is drawn for light backgrounds.  Whatever a file calls its layers is only ever text in it.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from visualnn.builder.families import BY_NAME
from visualnn.builder.layout import HEIGHT, WIDTH
from visualnn.builder.views import BlockView, BuilderView, WireView
from visualnn.models.drawing import printable

_MARGIN = 24.0
_WIDEST = 980.0
_MOST_BLOCKS = 300
_SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
_TEXT, _DIM, _LINE, _WIRE, _BAD = "#1b1f24", "#57606a", "#d0d7de", "#7d8894", "#c62828"


def svg_of(view: BuilderView) -> str:
    """The drawing as SVG."""
    blocks = view.blocks[:_MOST_BLOCKS]
    if not blocks:
        return _framed(_text(16, 36, "An empty drawing", _DIM, 13), 0, 0, 240, 60)
    left = min(block.x for block in blocks) - _MARGIN
    top = min(block.y for block in blocks) - _MARGIN
    right = max(block.x for block in blocks) + WIDTH + _MARGIN
    bottom = max(block.y for block in blocks) + HEIGHT + _MARGIN
    more = len(view.blocks) - len(blocks)
    places = {block.id: block for block in blocks}
    wires = [wire for wire in view.wires if wire.source in places and wire.target in places]
    ways = [_way(wire, places) for wire in wires]
    parts = [_wire(wire, way) for wire, way in zip(wires, ways, strict=True)]
    said: set[tuple[str, int, str]] = set()
    for wire, way in zip(wires, ways, strict=True):
        ends = (wire.source, wire.source_port, wire.target)
        if ends not in said:  # of several wires between two blocks one says what flows
            said.add(ends)
            parts.append(_pill(wire, way))
    parts += [_block(block) for block in blocks]
    if more:
        bottom += 20
        parts.append(_text(left + _MARGIN, bottom - 12, f"and {more:,} more blocks", _DIM, 12))
    return _framed("".join(parts), left, top, right - left, bottom - top)


def _framed(body: str, x: float, y: float, width: float, height: float) -> str:
    shown = min(width, _WIDEST)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(shown)}" '
        f'height="{_n(height * shown / width)}" '
        f'viewBox="{_n(x)} {_n(y)} {_n(width)} {_n(height)}" font-family="{_SANS}">'
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="8" '
        f'fill="#ffffff"/>{body}</svg>'
    )


def _block(block: BlockView) -> str:
    family = BY_NAME[block.family]
    x, y = block.x, block.y
    edge = _BAD if block.error else _LINE
    name = _cut(block.kind, 20)
    room = int((WIDTH - 52 - 7.9 * len(name)) / 6.7)
    layer = _cut(block.layer, room) if room > 3 or len(block.layer) <= room else ""
    said = block.error.removeprefix(f"{block.layer} ") or block.settings
    parameters = f"{block.parameters:,}" if block.parameters else ""
    dashed = ' stroke-dasharray="4,3"' if block.frozen else ""
    double = ""
    if block.submodel or block.calls > 1:  # one more edge behind
        double = _rect(x + 3, y + 3, WIDTH, HEIGHT, "#ffffff", _LINE)
    parts = [
        double,
        _rect(x, y, WIDTH, HEIGHT, "#ffffff", edge, dashed),
        f'<path d="M{_n(x + 4)},{_n(y)} h-0 a4,4 0 0 0 -4,4 v{_n(HEIGHT - 8)} a4,4 0 0 0 4,4 z" '
        f'fill="{family.color}"/>',
        _text(x + 14, y + 20, family.glyph, family.color, 13),
        _text(x + 32, y + 20, name, _TEXT, 13, weight=600),
        _text(x + WIDTH - 10, y + 20, layer, _DIM, 11, _MONO, end=True),
        _text(x + 14, y + 39, _cut(said, 27), _BAD if block.error else _DIM, 12),
        f'<path d="M{_n(x + 4)},{_n(y + 49.5)} H{_n(x + WIDTH)}" stroke="{_LINE}"/>',
        _text(x + 14, y + 64, _cut(" ".join(block.outputs), 24), _DIM, 11, _MONO),
        _text(x + WIDTH - 10, y + 64, parameters, _DIM, 11, _MONO, end=True),
    ]
    return "".join(parts)


class _Way(NamedTuple):
    """From where to where a wire leads, and where it passes by the blocks in between."""

    x1: float
    y1: float
    x2: float
    y2: float
    by: float | None


def _way(wire: WireView, places: dict[str, BlockView]) -> _Way:
    """The way of a wire: straight, or by the nearest free place beside the blocks in between."""
    x1, y1, x2, y2 = _ends(wire, places)
    between = [
        (block.x, block.x + WIDTH)
        for block in places.values()
        if block.y + HEIGHT > y1 + 4 and block.y < y2 - 4
    ]
    low, high = min(x1, x2), max(x1, x2)
    if not any(left < high + 4 and right > low - 4 for left, right in between):
        return _Way(x1, y1, x2, y2, None)
    sides = [x for left, right in between for x in (left - 14, right + 14)]
    free = [x for x in sides if all(x <= left - 8 or x >= right + 8 for left, right in between)]
    by = min(free, key=lambda x: abs(x - x1) + abs(x - x2), default=None)
    return _Way(x1, y1, x2, y2, by)


def _wire(wire: WireView, way: _Way) -> str:
    x1, y1, x2, y2, by = way
    color = _BAD if wire.error else _WIRE
    dashed = ' stroke-dasharray="5,4"' if wire.error else ""
    if by is None:
        bend = max(26.0, abs(y2 - y1) / 2)
        path = _curve(x1, y1, x2, y2, bend)
    else:
        reach = min(40.0, (y2 - y1) / 3)
        path = (
            f"{_curve(x1, y1, by, y1 + reach, reach / 2)} V{_n(y2 - reach)} "
            f"C{_n(by)},{_n(y2 - reach / 2)} {_n(x2)},{_n(y2 - reach / 2)} {_n(x2)},{_n(y2)}"
        )
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.6"{dashed}/>'


def _curve(x1: float, y1: float, x2: float, y2: float, bend: float) -> str:
    return (
        f"M{_n(x1)},{_n(y1)} C{_n(x1)},{_n(y1 + bend)} {_n(x2)},{_n(y2 - bend)} {_n(x2)},{_n(y2)}"
    )


def _pill(wire: WireView, way: _Way) -> str:
    """The shape that flows through a wire, in its middle."""
    if not wire.shape:
        return ""
    x, y = (way.x1 + way.x2) / 2, (way.y1 + way.y2) / 2
    if way.by is not None:
        x = way.by
    text = _cut(wire.shape, 24) + (" ✕" if wire.error else "")
    width = 6.7 * len(text) + 14
    color = _BAD if wire.error else _LINE
    return (
        f'<rect x="{_n(x - width / 2)}" y="{_n(y - 9)}" width="{_n(width)}" height="18" rx="9" '
        f'fill="#ffffff" stroke="{color}"/>'
        f'<text x="{_n(x)}" y="{_n(y + 4)}" text-anchor="middle" font-size="11" '
        f'font-family="{_MONO}" fill="{_BAD if wire.error else _DIM}">{_said(text)}</text>'
    )


def _ends(wire: WireView, places: dict[str, BlockView]) -> tuple[float, float, float, float]:
    """Where a wire begins and ends: ports share the edge of their block evenly."""
    source, target = places[wire.source], places[wire.target]
    outputs = max(1, len(source.outputs))
    names = [port.name for port in target.inputs]
    count = max(1, len(names))
    place = names.index(wire.target_port) if wire.target_port in names else 0
    x1 = source.x + WIDTH * (min(wire.source_port, outputs - 1) + 1) / (outputs + 1)
    x2 = target.x + WIDTH * (place + 1) / (count + 1)
    return x1, source.y + HEIGHT, x2, target.y


def _rect(
    x: float, y: float, width: float, height: float, fill: str, stroke: str, more: str = ""
) -> str:
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="8" '
        f'fill="{fill}" stroke="{stroke}"{more}/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    color: str,
    size: int,
    font: str = "",
    weight: int = 0,
    end: bool = False,
) -> str:
    if not text:
        return ""
    more = f' font-family="{font}"' if font else ""
    more += f' font-weight="{weight}"' if weight else ""
    more += ' text-anchor="end"' if end else ""
    start = f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" fill="{color}"{more}>'
    return f"{start}{_said(text)}</text>"


def _said(text: str) -> str:
    """A text as XML can hold it: printable, and escaped."""
    return escape(printable(text))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: max(1, length - 1)]}…"


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
