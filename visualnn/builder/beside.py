"""What the browser shows besides blocks and wires: where one is, and the named numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from visualnn.builder.document import Document
from visualnn.builder.history import History
from visualnn.builder.instances import linked_in
from visualnn.builder.nested import opened
from visualnn.builder.parameters import values_of
from visualnn.builder.recomputing import used_by


@dataclass(frozen=True)
class PlaceView:
    """A model on the way to the one that is shown.

    Attributes:
        name: The name of the submodel.
        repeat: How many times it stands in a row, as an expression; empty if once.
        linked: How many submodels have its structure; 0 if it stands alone.
    """

    name: str
    repeat: str
    linked: int


@dataclass(frozen=True)
class ParameterView:
    """A named number.

    Attributes:
        expression: What it is, as it is written.
        value: What that is.
        variable: The variable of the notebook that it follows; empty if none.
        users: The names of what is computed from it.
    """

    name: str
    expression: str
    value: float
    variable: str
    users: tuple[str, ...]


@dataclass(frozen=True)
class NoteView:
    """A text between the blocks, in Markdown."""

    id: str
    text: str
    x: float
    y: float
    width: float
    height: float
    color: str


@dataclass(frozen=True)
class FrameView:
    """A frame around blocks."""

    id: str
    name: str
    color: str
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class SnapshotView:
    """A drawing that is kept under a name.

    Attributes:
        taken: When.
        blocks: How many blocks it has.
    """

    name: str
    taken: str
    blocks: int


@dataclass(frozen=True)
class BesideView:
    """What is shown besides blocks and wires.

    Attributes:
        place: The submodels that one has entered, the outermost first.
        variables: The named numbers of the document.
    """

    place: tuple[PlaceView, ...]
    variables: tuple[ParameterView, ...]
    notes: tuple[NoteView, ...]
    frames: tuple[FrameView, ...]
    snapshots: tuple[SnapshotView, ...]


def beside(history: History) -> BesideView:
    """What is shown besides blocks and wires."""
    shown = history.shown
    return BesideView(
        _way(history),
        _parameters(history.document),
        tuple(NoteView(name, **note) for name, note in shown.canvas.notes.items()),
        tuple(_frames(shown)),
        tuple(
            SnapshotView(name, snapshot.taken, len(snapshot.document.calls))
            for name, snapshot in history.document.snapshots.items()
        ),
    )


def _frames(document: Document) -> Iterator[FrameView]:
    for name, frame in document.canvas.groups.items():
        blocks = tuple(block for block in frame["blocks"] if block in document.calls)
        if blocks:
            yield FrameView(name, frame["name"], frame["color"], blocks)


def _way(history: History) -> tuple[PlaceView, ...]:
    found: list[PlaceView] = []
    document = history.document
    for block in history.place:
        record = document.record(block)
        linked = linked_in(history.document, record.link) if record.link else 0
        found.append(PlaceView(record.name, record.repeat, linked))
        document = opened(record)
    return tuple(found)


def _parameters(document: Document) -> tuple[ParameterView, ...]:
    values = values_of(document.parameters)
    return tuple(
        ParameterView(
            name,
            parameter.expression,
            float(values[name]),
            parameter.variable,
            tuple(used_by(document, name)),
        )
        for name, parameter in document.parameters.items()
    )
