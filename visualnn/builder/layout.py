"""Where blocks go when nobody has put them anywhere: in rows, from the inputs down.

Each block lies below all that it needs (its row is the longest way to it from an input). Within
the rows, blocks are ordered so that few wires cross, by the mean place of their neighbours, up and
down in turn; then each is pulled to the middle of its neighbours as far as the others let it.
(Sugiyama, Tagawa and Toda, 1981; place by priority as in Gansner et al., 1993.)
"""

from __future__ import annotations

import itertools

from visualnn.builder.document import Document, Point

WIDTH, HEIGHT = 192.0, 72.0
COLUMN_GAP, ROW_GAP = 40.0, 44.0
_COLUMN, _ROW = WIDTH + COLUMN_GAP, HEIGHT + ROW_GAP
_SWEEPS = 6
_SIDE_GAP = 72.0  # between rows that stand side by side: a shape fits in
_LONG = 0.35  # of a column: the room for a wire that passes between the blocks of a row

Rows = list[list[str]]


def arranged(document: Document) -> dict[str, Point]:
    """A place for every block; those that are pinned keep theirs."""
    if not document.calls:
        return {}
    places = _in_rows(document)
    if document.canvas.direction == "right":
        places = {call: (_to_right(y), _to_down(x)) for call, (x, y) in places.items()}
    return _around_pinned(document, places)


def _to_right(y: float) -> float:
    """Where a row begins when the rows stand side by side."""
    return round(y / _ROW * (WIDTH + _SIDE_GAP))


def _to_down(x: float) -> float:
    """Where a block of a row lies when the rows stand side by side."""
    return round(x / _COLUMN * (HEIGHT + COLUMN_GAP))


def _around_pinned(document: Document, places: dict[str, Point]) -> dict[str, Point]:
    """The places, moved so that pinned blocks are near theirs; what would cover one, beside it."""
    kept = {
        call: document.canvas.positions[call]
        for call in document.canvas.pinned
        if call in places and call in document.canvas.positions
    }
    if not kept:
        return places
    dx = sum(x - places[call][0] for call, (x, _) in kept.items()) / len(kept)
    dy = sum(y - places[call][1] for call, (_, y) in kept.items()) / len(kept)
    taken = list(kept.values())
    found = dict(kept)
    for call, (x, y) in places.items():
        if call not in kept:
            found[call] = _free((round(x + dx), round(y + dy)), taken)
            taken.append(found[call])
    return found


def _in_rows(document: Document) -> dict[str, Point]:
    """A place for every block, from the inputs down."""
    parents = {
        call: list(dict.fromkeys(ref.call for _, ref in use.references))
        for call, use in document.calls.items()
    }
    rows, parents = _rows(document.order, parents)
    children: dict[str, list[str]] = {call: [] for call in parents}
    for call, above in parents.items():
        for parent in above:
            children[parent].append(call)
    _order(rows, parents, children)
    places = _places(rows, parents, children)
    return {
        call: (round(places[call]), round(i * _ROW))
        for i, row in enumerate(rows)
        for call in row
        if call in document.calls
    }


def _rows(order: list[str], parents: dict[str, list[str]]) -> tuple[Rows, dict[str, list[str]]]:
    """The blocks by row, with a thread in each row that a long wire passes through."""
    row: dict[str, int] = {}
    for call in order:
        row[call] = 1 + max((row[parent] for parent in parents[call]), default=-1)
    children: dict[str, list[str]] = {call: [] for call in order}
    for call in order:
        for parent in parents[call]:
            children[parent].append(call)
    for call in reversed(order):  # an input lies right above what it goes into
        if not parents[call] and children[call]:
            row[call] = min(row[child] for child in children[call]) - 1
    rows: Rows = [[] for _ in range(1 + max(row.values(), default=0))]
    threaded: dict[str, list[str]] = {}
    for call in parents:
        rows[row[call]].append(call)
        threaded[call] = []
    for call, above in parents.items():
        for parent in above:
            last = parent
            for i in range(row[parent] + 1, row[call]):
                thread = f"{parent}\n{i}"  # one for all wires from here: they run together
                if thread not in threaded:
                    threaded[thread] = [last]
                    rows[i].append(thread)
                last = thread
            threaded[call].append(last)
    return rows, threaded


def _order(rows: Rows, parents: dict[str, list[str]], children: dict[str, list[str]]) -> None:
    """Order each row by the mean place of its neighbours in the row before, up and down in turn."""
    place = {call: float(i) for row in rows for i, call in enumerate(row)}
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = parents if down else children
        for row in rows if down else reversed(rows):
            row.sort(key=lambda call: _mean([place[x] for x in neighbours[call]], place[call]))
            for i, call in enumerate(row):
                place[call] = float(i)


def _mean(places: list[float], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise


def _places(
    rows: Rows, parents: dict[str, list[str]], children: dict[str, list[str]]
) -> dict[str, float]:
    """The horizontal place of each block: near its neighbours, with the others in their order."""
    place: dict[str, float] = {}
    for row in rows:
        x = 0.0
        for i, call in enumerate(row):
            x += _distance(row[i - 1], call) if i else 0.0
            place[call] = x
        for call in row:
            place[call] -= x / 2
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        first, second = (parents, children) if down else (children, parents)
        for row in rows if down else reversed(rows):
            wanted = [
                _mean([place[x] for x in first[call]], _mean([place[x] for x in second[call]], 0.0))
                for call in row
            ]
            place.update(zip(row, _spread(row, wanted), strict=True))
    left = min(place.values(), default=0.0)
    return {call: x - left for call, x in place.items()}


def _spread(row: list[str], wanted: list[float]) -> list[float]:
    """The places nearest to those wanted, by least squares, that keep order and distances.

    Blocks that would overlap are joined to a group, which then moves as one (the algorithm of
    pooled adjacent violators).
    """
    offsets = [0.0]
    for before, call in itertools.pairwise(row):
        offsets.append(offsets[-1] + _distance(before, call))
    groups: list[tuple[float, int]] = []  # sum of where the members want the row to begin; count
    for want, offset in zip(wanted, offsets, strict=True):
        total, count = want - offset, 1
        while groups and groups[-1][0] / groups[-1][1] > total / count:
            more, several = groups.pop()
            total, count = total + more, count + several
        groups.append((total, count))
    begins = [total / count for total, count in groups for _ in range(count)]
    return [begin + offset for begin, offset in zip(begins, offsets, strict=True)]


def _distance(a: str, b: str) -> float:
    """How far two neighbours in a row are apart, from middle to middle."""
    threads = ("\n" in a) + ("\n" in b)
    return _COLUMN * (1.0 if not threads else (1 + _LONG) / 2 if threads == 1 else _LONG)


def made_room(document: Document, block: str) -> Document:
    """The document with what a block leads to moved on, as far as the block lies too near."""
    x, y = document.canvas.positions[block]
    to_right = document.canvas.direction == "right"
    step = WIDTH + _SIDE_GAP if to_right else _ROW
    next_ones = [call for call, _, _ in document.consumers[block]]
    begin = x if to_right else y
    places = document.canvas.positions
    ends = [places[call][0 if to_right else 1] for call in next_ones if call in places]
    missing = max((begin + step - end for end in ends), default=0.0)
    if missing <= 0:
        return document
    moved = document.reached_from(*next_ones) - {block}
    return document.with_positions(
        {
            call: (places[call][0] + missing, places[call][1])
            if to_right
            else (places[call][0], places[call][1] + missing)
            for call in moved
            if call in places and call not in document.canvas.pinned
        }
    )


def place_below(document: Document, after: str) -> Point:
    """A free place for a new block: below another one, or below all of them."""
    places = list(document.canvas.positions.values())
    if after in document.canvas.positions:
        x, y = document.canvas.positions[after]
        to_right = document.canvas.direction == "right"
        wanted = (x + WIDTH + _SIDE_GAP, y) if to_right else (x, y + _ROW)
    elif places:
        wanted = (min(x for x, _ in places), max(y for _, y in places) + _ROW)
    else:
        wanted = (0.0, 0.0)
    return _free(wanted, places)


def _free(wanted: Point, places: list[Point]) -> Point:
    """The nearest place to one, to the sides and then below, where no block is covered."""
    for row in range(60):
        for column in (0, 1, -1, 2, -2, 3, -3):
            x, y = wanted[0] + column * _COLUMN, wanted[1] + row * _ROW
            if all(abs(x - a) >= WIDTH + 8 or abs(y - b) >= HEIGHT + 8 for a, b in places):
                return (x, y)
    return wanted


def completed(document: Document) -> Document:
    """The document with a place for every block: all anew, unless only some have none."""
    missing = document.calls.keys() - document.canvas.positions.keys()
    if not missing:
        return document
    if len(missing) == len(document.calls):
        return document.with_positions(arranged(document))
    for call in document.order:
        if call in missing:
            above = [ref.call for _, ref in document.calls[call].references]
            place = place_below(document, above[0] if above else "")
            document = document.with_positions({call: place})
    return document
