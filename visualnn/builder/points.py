"""Points that wires are led through: what becomes of them when blocks move, come and go."""

# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from visualnn.builder.document import HEIGHT, WIDTH, Document, Point, Wire
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.sentences import say

Points = tuple[Point, ...]
MOST_POINTS = 100
_MARGIN = 8.0
_FARTHEST = 1e7


def with_points(document: Document, points: Mapping[str, Points]) -> Document:
    """The document with other points on some of its wires."""
    now = document.canvas.points
    then = FrozenDict({wire: at for wire, at in {**now, **points}.items() if at})
    if then == now:
        return document
    return replace(document, canvas=replace(document.canvas, points=then))


def without_points(document: Document, points: Mapping[str, tuple[int, ...]]) -> Document:
    """The document without these points of its wires, by their numbers along each."""
    now = document.canvas.points
    kept = {
        wire: tuple(at for i, at in enumerate(now.get(wire, ())) if i not in gone)
        for wire, gone in points.items()
    }
    return with_points(document, kept)


def bad_points(document: Document, points: Mapping[str, tuple[int, ...]]) -> str | None:
    """Why there are no such points, in words; nothing if there are."""
    for wire, places in points.items():
        if wire not in document.wires:
            return no_wire(wire)
        count = len(document.canvas.points.get(wire, ()))
        for place in places:
            if not 0 <= place < count:
                return say(
                    "The wire {wire} has no point number {number}; it has {count}.",
                    wire=repr(wire),
                    number=str(place),
                    count=count,
                )
    return None


def bad_route(document: Document, wire: str, points: Points) -> str | None:
    """Why a wire cannot be led through these points, in words; nothing if it can."""
    if wire not in document.wires:
        return no_wire(wire)
    if len(points) > MOST_POINTS:
        return say(
            "A wire is led through at most {most} points, not {count}.",
            most=MOST_POINTS,
            count=len(points),
        )
    if any(abs(x) > _FARTHEST or abs(y) > _FARTHEST for x, y in points):
        return say("A point that far away would never be seen again.")
    return None


def no_wire(wire: str) -> str:
    """What to say of a wire that is not there."""
    return say("There is no wire {wire} any more.", wire=repr(wire))


def kept(document: Document) -> Document:
    """The document without the points of wires that are gone."""
    points = document.canvas.points
    if all(wire in document.wires for wire in points):
        return document
    return with_points(document, {wire: () for wire in points if wire not in document.wires})


def moved(document: Document, positions: Mapping[str, Point]) -> Document:
    """The document with blocks elsewhere.

    A wire whose ends go the same way takes its points along; any other keeps them where they are.
    """
    before = document.canvas.positions
    after = document.with_positions(positions)
    shifted: dict[str, Points] = {}
    for wire, points in document.canvas.points.items():
        found = document.wires.get(wire)
        if found is None:
            continue
        ways = {_way(before, positions, call) for call in (found.source.call, found.target)}
        way = ways.pop()
        if not ways and way is not None and way != (0.0, 0.0):
            shifted[wire] = tuple((x + way[0], y + way[1]) for x, y in points)
    return with_points(after, shifted)


def _way(before: Mapping[str, Point], after: Mapping[str, Point], call: str) -> Point | None:
    """How far a block goes; nothing if nobody knows."""
    if call not in before:
        return None
    (x, y), (to_x, to_y) = before[call], after.get(call, before[call])
    return to_x - x, to_y - y


def tidied(document: Document) -> Document:
    """The document without the points that led around what lies elsewhere now.

    Those between two pinned blocks stay: what they lead around has stayed, too.
    """
    pinned = document.canvas.pinned
    gone = {
        wire: ()
        for wire in document.canvas.points
        if (found := document.wires.get(wire)) is None
        or not {found.source.call, found.target} <= pinned
    }
    return with_points(document, gone)


def handed_on(before: Document, after: Document, wire: Wire, block: str) -> Document:
    """The document in which the points of a wire are those of the two that it has become.

    Args:
        before: The document with the wire.
        after: The document with a block in it.
        wire: The wire that was there.
        block: The block that has come into it.
    """
    points = before.canvas.points.get(wire.id, ())
    if not points:
        return after
    x, y = after.canvas.positions[block]
    middle = x + WIDTH / 2, y + HEIGHT / 2
    at = stretch(before, wire, middle)
    free = [_is_beside(point, x, y) for point in points]
    led: dict[str, Points] = {wire.id: ()}
    for new in after.wires.values():
        if new.source == wire.source and new.target == block:
            led[new.id] = tuple(p for p, keeps in zip(points[:at], free[:at], strict=True) if keeps)
        elif new.source.call == block and (new.target, new.path) == (wire.target, wire.path):
            led[new.id] = tuple(p for p, keeps in zip(points[at:], free[at:], strict=True) if keeps)
    return with_points(after, led)


def _is_beside(point: Point, x: float, y: float) -> bool:
    """Whether a point does not lie under a block."""
    across = x - _MARGIN < point[0] < x + WIDTH + _MARGIN
    return not (across and y - _MARGIN < point[1] < y + HEIGHT + _MARGIN)


def stretch(document: Document, wire: Wire, at: Point) -> int:
    """Which stretch of a wire a place is nearest to: so many points come before it."""
    way = [_end(document, wire.source.call, False), *document.canvas.points.get(wire.id, ()),
           _end(document, wire.target, True)]  # fmt: skip
    distances = [_distance(at, a, b) for a, b in pairwise(way)]
    return distances.index(min(distances))


def _end(document: Document, call: str, is_target: bool) -> Point:
    """The middle of the edge of a block at which a wire ends."""
    x, y = document.canvas.positions.get(call, (0.0, 0.0))
    if document.canvas.direction == "right":
        return (x if is_target else x + WIDTH), y + HEIGHT / 2
    return x + WIDTH / 2, (y if is_target else y + HEIGHT)


def _distance(at: Point, a: Point, b: Point) -> float:
    """How far a place is from a straight line between two others."""
    (x, y), (ax, ay), (bx, by) = at, a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))


def called(document: Document, names: Mapping[str, str]) -> dict[str, str]:
    """What the wires among some blocks are called where these blocks are called otherwise.

    Args:
        document: The document.
        names: The other names of the blocks.
    """
    found: dict[str, str] = {}
    for wire in document.wires.values():
        source, output, target = wire.source.call, wire.source.output, wire.target
        if source in names and target in names:
            rest = wire.id[len(f"{source}:{output}>{target}") :]
            found[wire.id] = f"{names[source]}:{output}>{names[target]}{rest}"
    return found


def read_points(document: Document, value: Any) -> FrozenDict[str, Points]:
    """The points of a file on wires that are there, of which nothing is believed unseen."""
    found: dict[str, Points] = {}
    for wire, entry in value.items() if isinstance(value, dict) else ():
        points = tuple(_read(entry))
        if points and bad_route(document, str(wire), points) is None:
            found[str(wire)] = points
    return FrozenDict(found)


def _read(entry: Any) -> Iterator[Point]:
    for at in entry if isinstance(entry, list) else ():
        match at:
            case [int() | float() as x, int() | float() as y] if abs(x) + abs(y) < math.inf:
                yield float(x), float(y)
            case _:
                continue
