"""Where blocks go when nobody has put them anywhere: in rows, from the inputs down."""

from __future__ import annotations

from visualnn.builder import points
from visualnn.builder.document import HEIGHT as HEIGHT
from visualnn.builder.document import WIDTH as WIDTH
from visualnn.builder.document import Document, Point
from visualnn.figures.layered import layered

COLUMN_GAP, ROW_GAP = 40.0, 44.0
_COLUMN, _ROW = WIDTH + COLUMN_GAP, HEIGHT + ROW_GAP
_SIDE_GAP = 72.0  # between rows that stand side by side: a shape fits in
_PASSING = 42.0  # the room for a wire that passes between the blocks of a row


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
    sizes = dict.fromkeys(parents, (WIDTH, HEIGHT))
    found = layered(document.order, parents, sizes, COLUMN_GAP, ROW_GAP, _PASSING)
    return {call: (round(x - WIDTH / 2), round(y)) for call, (x, y) in found.places.items()}


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
    return points.moved(
        document,
        {
            call: (places[call][0] + missing, places[call][1])
            if to_right
            else (places[call][0], places[call][1] + missing)
            for call in moved
            if call in places and call not in document.canvas.pinned
        },
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


def place_above(document: Document, before: str) -> Point:
    """A free place for a new block: above another one, or beside what lies there."""
    x, y = document.canvas.positions.get(before, (0.0, 0.0))
    to_right = document.canvas.direction == "right"
    wanted = (x - WIDTH - _SIDE_GAP, y) if to_right else (x, y - _ROW)
    return _free(wanted, list(document.canvas.positions.values()))


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
