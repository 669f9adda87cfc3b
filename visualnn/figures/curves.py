"""Curves through points, as wires have them that somebody has led around something."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from visualnn.figures.scene import Point

_LEAST_BEND = 24.0
_ASIDE = 0.35
"""How much a way leans to the side at its points: where it can, it passes them straight."""


def through(way: Sequence[Point], across: bool) -> Iterator[tuple[Point, Point, Point]]:
    """The cubic curves of a smooth way: two points that each bends towards, and where it ends.

    Args:
        way: The points, the two ends included.
        across: Whether the way begins and ends to the right, and not down.
    """
    headings = [_heading(way, i, across) for i in range(len(way))]
    for i, (a, b) in enumerate(pairwise(way)):
        forth = abs(b[0] - a[0]) if across else abs(b[1] - a[1])
        reach = min(math.dist(a, b) / 2, max(_LEAST_BEND, forth / 2))
        (ax, ay), (bx, by) = headings[i], headings[i + 1]
        yield (a[0] + ax * reach, a[1] + ay * reach), (b[0] - bx * reach, b[1] - by * reach), b


def _heading(way: Sequence[Point], i: int, across: bool) -> Point:
    if i in (0, len(way) - 1):
        return (1.0, 0.0) if across else (0.0, 1.0)
    (x1, y1), (x2, y2) = way[i - 1], way[i + 1]
    x, y = (x2 - x1, _ASIDE * (y2 - y1)) if across else (_ASIDE * (x2 - x1), y2 - y1)
    length = math.hypot(x, y) or 1.0
    return x / length, y / length
