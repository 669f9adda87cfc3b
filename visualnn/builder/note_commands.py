"""What the user can write beside the model: notes, and frames around blocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from visualnn.builder.command import Command
from visualnn.builder.connecting import unknown_block
from visualnn.builder.document import Document, Point
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.sentences import say

LONGEST_NOTE = 20_000
COLORS = ("yellow", "blue", "green", "pink", "grey")
_SMALLEST, _LARGEST = 60.0, 2_000.0


class AddNote(Command):
    """Write a note."""

    text: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 220.0
    height: float = 120.0
    color: str = "yellow"

    def check(self, document: Document) -> str | None:
        return _bad_note(self.text, self.color, self.width, self.height)

    def apply(self, document: Document) -> Document:
        name = _fresh(document.canvas.notes, "note")
        note = {
            "text": self.text,
            "x": self.x,
            "y": self.y,
            "width": self.width,
            "height": self.height,
            "color": self.color,
        }
        return with_notes(document, document.canvas.notes.having(name, FrozenDict(note)))


class EditNote(Command):
    """Change a note."""

    grouped = ("note",)

    note: str
    text: str | None = None
    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None
    color: str | None = None

    def check(self, document: Document) -> str | None:
        if self.note not in document.canvas.notes:
            return say("That note is not there any more.")
        now = self._changed(document)
        return _bad_note(now["text"], now["color"], now["width"], now["height"])

    def apply(self, document: Document) -> Document:
        notes = document.canvas.notes
        now = self._changed(document)
        if now == notes[self.note]:
            return document
        return with_notes(document, notes.having(self.note, now))

    def _changed(self, document: Document) -> FrozenDict[str, Any]:
        fields = ("text", "x", "y", "width", "height", "color")
        changes = {name: value for name in fields if (value := getattr(self, name)) is not None}
        return FrozenDict({**document.canvas.notes[self.note], **changes})


class RemoveNote(Command):
    """Delete a note."""

    note: str

    def check(self, document: Document) -> str | None:
        gone = self.note not in document.canvas.notes
        return say("That note is not there any more.") if gone else None

    def apply(self, document: Document) -> Document:
        return with_notes(document, document.canvas.notes.without({self.note}))


class Frame(Command):
    """Draw a frame around blocks."""

    blocks: tuple[str, ...]
    name: str = ""
    color: str = "grey"

    def check(self, document: Document) -> str | None:
        gone = [block for block in self.blocks if block not in document.calls]
        if gone:
            return unknown_block(gone[0])
        if not self.blocks:
            return say("Select the blocks that shall be in the frame first.")
        return _bad_frame(self.name, self.color)

    def apply(self, document: Document) -> Document:
        frame = {"name": self.name, "blocks": self.blocks, "color": self.color}
        frames = document.canvas.groups
        return with_frames(document, frames.having(_fresh(frames, "frame"), FrozenDict(frame)))


class EditFrame(Command):
    """Change a frame."""

    grouped = ("frame",)

    frame: str
    name: str | None = None
    color: str | None = None
    blocks: tuple[str, ...] | None = None

    def check(self, document: Document) -> str | None:
        if self.frame not in document.canvas.groups:
            return say("That frame is not there any more.")
        gone = [block for block in self.blocks or () if block not in document.calls]
        if gone:
            return unknown_block(gone[0])
        return _bad_frame(self.name or "", self.color or "grey")

    def apply(self, document: Document) -> Document:
        fields = ("name", "color", "blocks")
        changes = {name: value for name in fields if (value := getattr(self, name)) is not None}
        frames = document.canvas.groups
        now = FrozenDict({**frames[self.frame], **changes})
        if now == frames[self.frame]:
            return document
        return with_frames(document, frames.having(self.frame, now))


class PutIntoFrame(Command):
    """Put blocks into a frame."""

    frame: str
    blocks: tuple[str, ...]

    def check(self, document: Document) -> str | None:
        return _not_there(document, self.frame, self.blocks)

    def apply(self, document: Document) -> Document:
        now = document.canvas.groups[self.frame]["blocks"]
        return _around(document, self.frame, tuple(dict.fromkeys((*now, *self.blocks))))


class TakeOutOfFrame(Command):
    """Take blocks out of a frame."""

    # A frame around nothing is gone.
    frame: str
    blocks: tuple[str, ...]

    def check(self, document: Document) -> str | None:
        return _not_there(document, self.frame, self.blocks)

    def apply(self, document: Document) -> Document:
        now = document.canvas.groups[self.frame]["blocks"]
        left = tuple(block for block in now if block not in self.blocks)
        if not any(block in document.calls for block in left):
            return with_frames(document, document.canvas.groups.without({self.frame}))
        return _around(document, self.frame, left)


class RemoveFrame(Command):
    """Take a frame away."""

    # Its blocks stay.
    frame: str

    def check(self, document: Document) -> str | None:
        gone = self.frame not in document.canvas.groups
        return say("That frame is not there any more.") if gone else None

    def apply(self, document: Document) -> Document:
        return with_frames(document, document.canvas.groups.without({self.frame}))


def with_notes(document: Document, notes: FrozenDict[str, Any]) -> Document:
    """The document with other notes."""
    return replace(document, canvas=replace(document.canvas, notes=notes))


def _not_there(document: Document, frame: str, blocks: tuple[str, ...]) -> str | None:
    """Which frame or block is not there any more, in words; nothing if all are."""
    if frame not in document.canvas.groups:
        return say("That frame is not there any more.")
    gone = [block for block in blocks if block not in document.calls]
    return unknown_block(gone[0]) if gone else None


def _around(document: Document, frame: str, blocks: tuple[str, ...]) -> Document:
    """The document with a frame around other blocks."""
    frames = document.canvas.groups
    if blocks == frames[frame]["blocks"]:
        return document
    return with_frames(document, frames.having(frame, frames[frame].having("blocks", blocks)))


def framed_with(document: Document, block: str, others: Collection[str]) -> Document:
    """The document with a block in every frame that all of some others are in."""
    for name, frame in document.canvas.groups.items():
        if others and all(other in frame["blocks"] for other in others):
            blocks = tuple(dict.fromkeys((*frame["blocks"], block)))
            document = _around(document, name, blocks)
    return document


def frames_among(document: Document, blocks: Collection[str]) -> FrozenDict[str, Any]:
    """The frames that have only some of these blocks in them."""
    found: dict[str, Any] = {}
    for name, frame in document.canvas.groups.items():
        members = [block for block in frame["blocks"] if block in document.calls]
        if members and all(block in blocks for block in members):
            found[name] = frame
    return FrozenDict(found)


def beside_unpacked(
    document: Document, inner: Document, block: str, calls: Mapping[str, str], by: Point
) -> Document:
    """The document with what was written inside a submodel, which has been unpacked.

    Args:
        document: The document with the blocks.
        inner: What was inside the submodel.
        block: The block that the submodel was.
        calls: What the blocks inside are called now.
        by: How far they lie from where they lay.
    """
    frames = document.canvas.groups
    for name, frame in frames.items():
        if block in frame["blocks"]:
            around = (*(other for other in frame["blocks"] if other != block), *calls.values())
            frames = frames.having(name, frame.having("blocks", around))
    for frame in inner.canvas.groups.values():
        members = tuple(calls[call] for call in frame["blocks"] if call in calls)
        if members:
            frames = frames.having(_fresh(frames, "frame"), frame.having("blocks", members))
    notes = document.canvas.notes
    for note in inner.canvas.notes.values():
        moved = {**note, "x": note["x"] + by[0], "y": note["y"] + by[1]}
        notes = notes.having(_fresh(notes, "note"), FrozenDict(moved))
    return replace(document, canvas=replace(document.canvas, groups=frames, notes=notes))


def with_frames(document: Document, frames: FrozenDict[str, Any]) -> Document:
    """The document with other frames."""
    return replace(document, canvas=replace(document.canvas, groups=frames))


def read_notes(value: Any) -> FrozenDict[str, Any]:
    """The notes of a file, of which nothing is believed unseen."""
    found: dict[str, Any] = {}
    for name, note in value.items() if isinstance(value, dict) else ():
        match note:
            case {
                "text": str(text),
                "x": int() | float() as x,
                "y": int() | float() as y,
                "width": int() | float() as width,
                "height": int() | float() as height,
                "color": str(color),
            } if not _bad_note(text, color, width, height) and abs(x) < 1e7 and abs(y) < 1e7:
                entry = {"text": text, "x": float(x), "y": float(y), "color": color}
                entry |= {"width": float(width), "height": float(height)}
                found[str(name)] = FrozenDict(entry)
            case _:
                continue
    return FrozenDict(found)


def read_frames(value: Any, calls: Any) -> FrozenDict[str, Any]:
    """The frames of a file around blocks that are there."""
    found: dict[str, Any] = {}
    for key, frame in value.items() if isinstance(value, dict) else ():
        match frame:
            case {"name": str(name), "color": str(color), "blocks": list(blocks)}:
                kept = tuple(block for block in blocks if isinstance(block, str) and block in calls)
                if kept and not _bad_frame(name, color):
                    entry = {"name": name, "color": color, "blocks": kept}
                    found[str(key)] = FrozenDict(entry)
            case _:
                continue
    return FrozenDict(found)


def _bad_note(text: str, color: str, width: float, height: float) -> str | None:
    if len(text) > LONGEST_NOTE:
        return say(
            "A note cannot be longer than {most} characters: divide it.",
            most=LONGEST_NOTE,
        )
    if color not in COLORS:
        return say("The colour of a note is one of {colors}.", colors=", ".join(COLORS))
    if not all(_SMALLEST <= size <= _LARGEST for size in (width, height)):
        return say(
            "A note is {least} to {most} points wide and high.",
            least=_SMALLEST,
            most=_LARGEST,
        )
    return None


def _bad_frame(name: str, color: str) -> str | None:
    if len(name) > 200:
        return say("The name of a frame cannot be longer than 200 characters.")
    if color not in COLORS:
        return say("The colour of a frame is one of {colors}.", colors=", ".join(COLORS))
    return None


def _fresh(taken: FrozenDict[str, Any], base: str) -> str:
    count = 1
    while f"{base}_{count}" in taken:
        count += 1
    return f"{base}_{count}"
