"""Boxes, arrows and frames as an SVG picture, where there is no Graphviz to draw them.

Boxes are put into ranks, each below those it gets arrows from; arrows that lead past ranks keep a
place in each.  Source: Sugiyama, Tagawa and Toda (1981), in its simplest form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Any

_GAP, _RANK_GAP, _MARGIN, _FRAME = 28.0, 44.0, 16.0, 14.0
_HEAD, _ROW, _LETTER, _PADDING = 30.0, 28.0, 7.6, 22.0
_INK, _LINE, _FONT = "#1b1f24", "#7d8894", "Helvetica,Arial,sans-serif"


def printable(text: str) -> str:
    """A text as files of text can hold it: what cannot be printed is replaced."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


@dataclass
class _Item:
    """Something that has a place in a rank: a box, a frame, or an arrow that leads past it."""

    part: Any
    width: float
    height: float
    rank: int = 0
    x: float = 0.0
    y: float = 0.0
    inner: _Level | None = None


@dataclass
class _Level:
    """What is in one frame: its items, and the ways of its arrows as chains of items."""

    items: list[_Item] = field(default_factory=list)
    chains: dict[tuple[str, str], list[_Item]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0


def svg_of(graph: Any) -> str:
    """A graph as SVG.

    Args:
        graph: A :class:`~visualnn.models.dot.Cluster`, or a ``Dot``.
    """
    direction = getattr(graph, "rankdir", "TB")
    level = _arranged(graph, across=direction in ("LR", "RL"), turned=direction in ("BT", "RL"))
    places: dict[str, tuple[float, float, float, float]] = {}
    boxes: list[str] = []
    arrows: list[str] = []
    bends: list[tuple[tuple[str, str], list[tuple[float, float]]]] = []
    _drawn(level, _MARGIN, _MARGIN, places, boxes, bends)
    for (source, target), between in bends:
        arrows.append(_arrow(places[source], places[target], between, direction))
    width, height = level.width + 2 * _MARGIN, level.height + 2 * _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" font-family="{_FONT}">'
        '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0,0L8,4L0,8z" fill="{_LINE}"/></marker></defs>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(boxes)}{"".join(arrows)}</svg>'
    )


# ---------------------------------------------------------------------- places


def _arranged(graph: Any, across: bool, turned: bool) -> _Level:
    """The places of all that is in a frame, counted from its corner."""
    level, at = _Level(), {}
    for part in graph.parts:
        if hasattr(part, "parts"):
            inner = _arranged(part, across, turned)
            width = max(inner.width, _LETTER * len(part.name)) + 2 * _FRAME
            item = _Item(part, width, inner.height + 2 * _FRAME + _HEAD, inner=inner)
        else:
            item = _Item(part, *_size(part))
        level.items.append(item)
        at.update((name, item) for name in _names(part))
    ordered = {id(item): i for i, item in enumerate(level.items)}
    links = [(edge, at[edge.source], at[edge.target]) for edge in graph.edges]
    forward = [(a, b) for _, a, b in links if ordered[id(a)] < ordered[id(b)]]
    for a, b in sorted(forward, key=lambda link: ordered[id(link[0])]):
        b.rank = max(b.rank, a.rank + 1)  # boxes come after those they get arrows from
    for edge, a, b in links:
        passed = [_Item(None, 8, 8, rank=r) for r in range(a.rank + 1, b.rank)]
        level.items += passed
        level.chains[edge.source, edge.target] = [a, *passed, b]
    _placed(level, across, turned)
    return level


def _placed(level: _Level, across: bool, turned: bool) -> None:
    """Give each item its place: rank after rank, in each by where its arrows come from."""
    ranks: dict[int, list[_Item]] = {}
    for item in level.items:
        ranks.setdefault(item.rank, []).append(item)
    before: dict[int, list[_Item]] = {}
    for chain in level.chains.values():
        for a, b in pairwise(chain):
            before.setdefault(id(b), []).append(a)
    order: dict[int, float] = {}
    for rank in sorted(ranks):
        row = ranks[rank]
        known = {
            id(x): [order[id(a)] for a in before.get(id(x), ()) if id(a) in order] for x in row
        }
        row.sort(key=lambda x: sum(known[id(x)]) / len(known[id(x)]) if known[id(x)] else 0.5)
        order.update((id(x), (i + 0.5) / len(row)) for i, x in enumerate(row))

    def sizes(item: _Item) -> tuple[float, float]:
        """How much room an item takes in its rank, and how deep it is."""
        return (item.height, item.width) if across else (item.width, item.height)

    lengths = {r: sum(sizes(x)[0] + _GAP for x in row) - _GAP for r, row in ranks.items()}
    longest, depth = max(lengths.values(), default=0.0), 0.0
    for rank in sorted(ranks, reverse=turned):
        along, deep = (longest - lengths[rank]) / 2, max(sizes(x)[1] for x in ranks[rank])
        for item in ranks[rank]:
            if item.part is None:  # an arrow passes the whole rank
                item.width, item.height = (deep, 8) if across else (8, deep)
            aside = depth + (deep - sizes(item)[1]) / 2
            item.x, item.y = (aside, along) if across else (along, aside)
            along += sizes(item)[0] + _GAP
        depth += deep + _RANK_GAP
    depth = max(0.0, depth - _RANK_GAP)
    level.width, level.height = (depth, longest) if across else (longest, depth)


def _middle(places: list[float]) -> float:
    return sum(places) / len(places) if places else 0.5


def _names(part: Any) -> list[str]:
    """The names of all boxes in a part."""
    if not hasattr(part, "parts"):
        return [part.name]
    return [name for inner in part.parts for name in _names(inner)]


def _size(node: Any) -> tuple[float, float]:
    """How large a box is with what stands in it."""
    widths = [len(_head(node)) * _LETTER * 1.08 + _PADDING]
    widths += [sum(_cell_width(cell) for cell in row) for row in node.rows]
    return max(widths), _HEAD + _ROW * len(node.rows)


def _cell_width(cell: tuple[str, str]) -> float:
    return (len(_words(cell)) + 1) * _LETTER + _PADDING / 2


# ---------------------------------------------------------------------- what is drawn


def _drawn(level: _Level, left: float, top: float, places: dict, boxes: list, bends: list) -> None:
    """Draw the boxes and frames of a level, and note where its arrows lead past."""
    for item in level.items:
        x, y = left + item.x, top + item.y
        if item.inner is not None:
            boxes.append(
                f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(item.width)}" '
                f'height="{_n(item.height)}" rx="6" fill="#f6f8fa" stroke="{_LINE}" '
                f'stroke-dasharray="5,4"/>{_text(x + _FRAME, y + 20, item.part.name, _INK)}'
            )
            inside = x + (item.width - item.inner.width) / 2
            _drawn(item.inner, inside, y + _FRAME + _HEAD, places, boxes, bends)
        elif item.part is not None:
            places[item.part.name] = x, y, item.width, item.height
            boxes.append(_box(item, x, y))
    for ends, chain in level.chains.items():
        bends.append((ends, [(left + x, top + y) for item in chain[1:-1] for x, y in _way(item)]))


def _way(item: _Item) -> list[tuple[float, float]]:
    """Where an arrow enters and leaves the place it has in a rank."""
    if item.width > item.height:
        middle = item.y + item.height / 2
        return [(item.x, middle), (item.x + item.width, middle)]
    middle = item.x + item.width / 2
    return [(middle, item.y), (middle, item.y + item.height)]


def _box(item: _Item, x: float, y: float) -> str:
    node, width = item.part, item.width
    parts = [
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(item.height)}" rx="4" '
        f'fill="#ffffff" stroke="{_INK}"/>',
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(_HEAD)}" rx="4" '
        f'fill="{_INK}"/>',
        _text(x + width / 2, y + 20, _head(node), "#ffffff", middle=True),
    ]
    for i, row in enumerate(node.rows):
        at, stretch = x, width / sum(_cell_width(cell) for cell in row)
        line = y + _HEAD + _ROW * i
        for j, cell in enumerate(row):
            room = _cell_width(cell) * stretch
            parts.append(_text(at + room / 2, line + 19, _words(cell), _INK, middle=True))
            if j:
                parts.append(f'<path d="M{_n(at)},{_n(line)}v{_n(_ROW)}" stroke="{_INK}"/>')
            at += room
        if i:
            parts.append(f'<path d="M{_n(x)},{_n(line)}h{_n(width)}" stroke="{_INK}"/>')
    return "".join(parts)


def _arrow(source: tuple, target: tuple, between: list, direction: str) -> str:
    """A curve from the edge of one box to that of another."""
    if source == target:  # a layer that is called on its own output
        x, y, width, height = source
        x, y = x + width, y + height / 2
        way = f"M{_n(x)},{_n(y - 8)} c26,-14 26,30 0,16"
        return f'<path d="{way}" fill="none" stroke="{_LINE}" marker-end="url(#end)"/>'
    start, end = _edge(source, direction, False), _edge(target, direction, True)
    if direction in ("BT", "RL"):  # each place is passed from its other end
        between = [x for pair in zip(between[1::2], between[::2], strict=True) for x in pair]
    points = [start, *between, end]
    way = f"M{_n(start[0])},{_n(start[1])}"
    for (x1, y1), (x2, y2) in pairwise(points):
        if direction in ("LR", "RL"):
            half = (x1 + x2) / 2
            way += f" C{_n(half)},{_n(y1)} {_n(half)},{_n(y2)} {_n(x2)},{_n(y2)}"
        else:
            half = (y1 + y2) / 2
            way += f" C{_n(x1)},{_n(half)} {_n(x2)},{_n(half)} {_n(x2)},{_n(y2)}"
    return (
        f'<path d="{way}" fill="none" stroke="{_LINE}" stroke-width="1.6" marker-end="url(#end)"/>'
    )


def _edge(place: tuple, direction: str, is_end: bool) -> tuple[float, float]:
    """The middle of the edge of a box where arrows begin, or end."""
    x, y, width, height = place
    far = is_end == (direction in ("BT", "RL"))
    if direction in ("LR", "RL"):
        return x + (width if far else 0), y + height / 2
    return x + width / 2, y + (height if far else 0)


def _head(node: Any) -> str:
    return f"{node.title} ({node.kind})" if node.kind else node.title


def _words(cell: tuple[str, str]) -> str:
    return f"{cell[0]}: {cell[1]}" if cell[0] else cell[1]


def _text(x: float, y: float, text: str, color: str, middle: bool = False) -> str:
    text = escape(printable(text))
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="14" fill="{color}"{anchor}>{text}</text>'


def _n(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
