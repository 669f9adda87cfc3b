"""What the canvas can do with notes, frames and snapshots, as methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visualnn.builder.commands import (
    AddNote,
    EditNote,
    Frame,
    PutIntoFrame,
    RemoveFrame,
    RemoveNote,
    RemoveSnapshot,
    RestoreSnapshot,
    TakeOutOfFrame,
    TakeSnapshot,
)
from visualnn.builder.configs import document_from
from visualnn.builder.document import Document
from visualnn.builder.layout import completed, place_below
from visualnn.builder.sentences import say
from visualnn.builder.snapshots import Comparison, compared
from visualnn.builder.submodels import inside
from visualnn.serialization import serialize_keras_object

if TYPE_CHECKING:
    from visualnn.builder.command import Command
    from visualnn.builder.document import Point
    from visualnn.builder.history import History


class EditingNotes:
    """Writes between the blocks, and keeps versions of the drawing under names."""

    if TYPE_CHECKING:
        history: History

        @property
        def document(self) -> Document: ...

        @property
        def shown(self) -> Document: ...

        def do(self, command: Command) -> None: ...

        def block(self, name: str) -> str: ...

    def note(self, text: str, at: Point | None = None, color: str = "yellow") -> str:
        """Write a note on the canvas.

        Args:
            text: Markdown, with formulas between ``$`` signs.
            at: Where its upper left corner lies; by default below the blocks.
            color: ``"yellow"``, ``"blue"``, ``"green"``, ``"pink"`` or ``"grey"``.

        Returns:
            The id of the note.
        """
        before = self.shown.canvas.notes
        x, y = at or place_below(self.shown, "")
        self.do(AddNote(text, float(x), float(y), color=color))
        return next(name for name in self.shown.canvas.notes if name not in before)

    def edit_note(self, note: str, text: str) -> None:
        """Write something else into a note."""
        self.do(EditNote(note, text))

    def remove_note(self, note: str) -> None:
        """Delete a note."""
        self.do(RemoveNote(note))

    def frame(self, *blocks: str, name: str = "", color: str = "grey") -> str:
        """Draw a frame around blocks, which goes where they go.

        Returns:
            The id of the frame.
        """
        before = self.shown.canvas.groups
        self.do(Frame(tuple(str(self.block(block)) for block in blocks), name, color))
        return next(frame for frame in self.shown.canvas.groups if frame not in before)

    def put_into_frame(self, frame: str, *blocks: str) -> None:
        """Put blocks into a frame, which grows around them."""
        self.do(PutIntoFrame(frame, tuple(str(self.block(block)) for block in blocks)))

    def take_out_of_frame(self, frame: str, *blocks: str) -> None:
        """Take blocks out of a frame; one around nothing is gone."""
        self.do(TakeOutOfFrame(frame, tuple(str(self.block(block)) for block in blocks)))

    def remove_frame(self, frame: str) -> None:
        """Take a frame away; its blocks stay."""
        self.do(RemoveFrame(frame))

    def take_snapshot(self, name: str) -> None:
        """Keep the drawing as it is now under a name."""
        self.do(TakeSnapshot(name))

    def restore_snapshot(self, name: str) -> None:
        """Draw what was kept under a name; weights of layers that were there then are theirs."""
        self.do(RestoreSnapshot(name))

    def remove_snapshot(self, name: str) -> None:
        """Forget what was kept under a name."""
        self.do(RemoveSnapshot(name))

    @property
    def snapshots(self) -> list[str]:
        """The names under which drawings are kept."""
        return list(self.document.snapshots)

    def compare(self, other: Any) -> Comparison:
        """Tell what the drawing differs in from a snapshot, by its name, or from another model.

        Inside a submodel, what is inside the same one there is compared.
        """
        if isinstance(other, str):
            if other not in self.document.snapshots:
                kept = ", ".join(self.document.snapshots) or "none"
                raise ValueError(
                    say(
                        "There is no snapshot {other}; there are: {kept}.",
                        other=repr(other),
                        kept=kept,
                    )
                )
            return self.compared_with(self.document.snapshots[other].document, other)
        document = completed(document_from(serialize_keras_object(other)))
        return self.compared_with(document, str(getattr(other, "name", say("the other model"))))

    def compared_with(self, before: Document, name: str) -> Comparison:
        """Tell what is shown differs in from another drawing, at the same place."""
        there = inside(before, self.history.place)
        return compared(self.shown, there or Document(), name)
