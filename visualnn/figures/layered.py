"""Where boxes go that arrows lead between: in ranks, each box behind all that it needs.

The rank of a box is the longest way to it.  Within the ranks, boxes are ordered so that few arrows
cross, by the mean place of their neighbours, up and down in turn; then each is pulled to the middle
of its neighbours as far as the others let it.  An arrow that leads past ranks keeps a place in each
of them, so that it never runs through a box.

Source: Sugiyama, Tagawa and Toda (1981); places by priority as in Gansner et al. (1993).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SWEEPS = 6

Ranks = list[list[str]]
Place = tuple[float, float]


@dataclass
class Layers:
    """Where everything lies: along its rank, and how deep.

    Attributes:
        places: For each box where its middle is along the rank, and where its rank begins.
        ways: For arrows that lead past ranks, for each of these: where along it they pass it, where
            it begins and where it ends.
        ends: For each box where its rank ends.
        width: How long the longest rank is.
        depth: How deep all ranks are together.
    """

    places: dict[str, Place]
    ways: dict[tuple[str, str], list[tuple[float, float, float]]]
    ends: dict[str, float]
    width: float
    depth: float


def layered(
    order: Sequence[str],
    parents: Mapping[str, Sequence[str]],
    sizes: Mapping[str, Place],
    gap: float,
    rank_gap: float,
    passing: float = 0.0,
) -> Layers:
    """A place for every box.

    Args:
        order: The boxes, each after those it gets arrows from.
        parents: For each box those it gets arrows from.
        sizes: How much room each box takes along its rank, and how deep it is.
        gap: The room between neighbours in a rank.
        rank_gap: The room between ranks.
        passing: How much room an arrow takes that passes a rank.
    """
    ranks, threaded, threads = _ranks(order, parents)
    children: dict[str, list[str]] = {box: [] for box in threaded}
    for box, above in threaded.items():
        for parent in above:
            children[parent].append(box)
    _order(ranks, threaded, children)
    widths = {box: sizes[box][0] if box in sizes else passing for box in threaded}
    along = _places(ranks, threaded, children, widths, gap)
    begins, ends, begin = {}, {}, 0.0
    for rank in ranks:
        deep = max((sizes[box][1] for box in rank if box in sizes), default=0.0)
        begins.update(dict.fromkeys(rank, begin))
        ends.update(dict.fromkeys(rank, begin + deep))
        begin += deep + rank_gap
    return Layers(
        {box: (along[box], begins[box]) for box in order},
        {arrow: [(along[x], begins[x], ends[x]) for x in way] for arrow, way in threads.items()},
        {box: ends[box] for box in order},
        max((along[box] + widths[box] / 2 for box in along), default=0.0),
        max(ends.values(), default=0.0),
    )


def _ranks(
    order: Sequence[str], parents: Mapping[str, Sequence[str]]
) -> tuple[Ranks, dict[str, list[str]], dict[tuple[str, str], list[str]]]:
    """The boxes by rank, with a thread in each rank that an arrow passes."""
    rank: dict[str, int] = {}
    for box in order:
        rank[box] = 1 + max((rank[parent] for parent in parents[box]), default=-1)
    children: dict[str, list[str]] = {box: [] for box in order}
    for box in order:
        for parent in parents[box]:
            children[parent].append(box)
    for box in reversed(order):  # an input lies right before what it goes into
        if not parents[box] and children[box]:
            rank[box] = min(rank[child] for child in children[box]) - 1
    ranks: Ranks = [[] for _ in range(1 + max(rank.values(), default=0))]
    threaded: dict[str, list[str]] = {}
    for box in parents:
        ranks[rank[box]].append(box)
        threaded[box] = []
    ways: dict[tuple[str, str], list[str]] = {}
    for box, above in parents.items():
        for parent in above:
            way = []
            for i in range(rank[parent] + 1, rank[box]):
                thread = f"{parent}\n{i}"  # one for all arrows from here: they run together
                if thread not in threaded:
                    threaded[thread] = [way[-1] if way else parent]
                    ranks[i].append(thread)
                way.append(thread)
            threaded[box].append(way[-1] if way else parent)
            if way:
                ways[parent, box] = way
    return ranks, threaded, ways


def _order(ranks: Ranks, parents: dict[str, list[str]], children: dict[str, list[str]]) -> None:
    """Order each rank by the mean place of its neighbours in the one before, up and down."""
    place = {box: float(i) for rank in ranks for i, box in enumerate(rank)}
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = parents if down else children
        for rank in ranks if down else reversed(ranks):
            rank.sort(key=lambda box: _mean([place[x] for x in neighbours[box]], place[box]))
            for i, box in enumerate(rank):
                place[box] = float(i)


def _mean(places: list[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise


def _places(
    ranks: Ranks,
    parents: dict[str, list[str]],
    children: dict[str, list[str]],
    widths: dict[str, float],
    gap: float,
) -> dict[str, float]:
    """The middle of each box along its rank: near its neighbours, the others in their order."""

    def distance(a: str, b: str) -> float:
        return (widths[a] + widths[b]) / 2 + gap

    place: dict[str, float] = {}
    for rank in ranks:
        x = 0.0
        for i, box in enumerate(rank):
            x += distance(rank[i - 1], box) if i else 0.0
            place[box] = x
        for box in rank:
            place[box] -= x / 2
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        first, second = (parents, children) if down else (children, parents)
        for rank in ranks if down else reversed(ranks):
            wanted = [
                _mean([place[x] for x in first[box]], _mean([place[x] for x in second[box]], 0.0))
                for box in rank
            ]
            apart = [distance(a, b) for a, b in itertools.pairwise(rank)]
            place.update(zip(rank, _spread(wanted, apart), strict=True))
    left = min((place[box] - widths[box] / 2 for box in place), default=0.0)
    return {box: x - left for box, x in place.items()}


def _spread(wanted: list[float], apart: list[float]) -> list[float]:
    """The places nearest to those wanted, by least squares, that keep order and distances.

    Boxes that would overlap are joined to a group, which then moves as one (the algorithm of
    pooled adjacent violators).
    """
    offsets = list(itertools.accumulate(apart, initial=0.0))
    groups: list[tuple[float, int]] = []  # sum of where the members want the rank to begin; count
    for want, offset in zip(wanted, offsets, strict=False):
        total, count = want - offset, 1
        while groups and groups[-1][0] / groups[-1][1] > total / count:
            more, several = groups.pop()
            total, count = total + more, count + several
        groups.append((total, count))
    begins = [total / count for total, count in groups for _ in range(count)]
    return [begin + offset for begin, offset in zip(begins, offsets, strict=False)]
