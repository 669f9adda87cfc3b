"""What the canvas can do with submodels, as methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visualnn.builder.commands import (
    Collapse,
    Inside,
    Instance,
    Promote,
    Repeat,
    Share,
    Unlink,
    Unpack,
    Unshare,
)
from visualnn.builder.instances import unit_of
from visualnn.builder.layout import place_below

if TYPE_CHECKING:
    from visualnn.builder.command import Command
    from visualnn.builder.document import Document, Point
    from visualnn.builder.history import History


class EditingSubmodels:
    """Makes submodels, looks into them, and uses them several times."""

    if TYPE_CHECKING:
        history: History

        @property
        def shown(self) -> Document: ...

        def do(self, command: Command) -> None: ...

        def changed(self) -> None: ...

        def block(self, name: str) -> str: ...

    def collapse(self, *blocks: str, name: str = "") -> str:
        """Make one submodel of blocks; what leads in and out of them becomes its ports.

        Args:
            blocks: The blocks.
            name: What the submodel is called; by default a name is made.

        Returns:
            The id of its block.

        Raises:
            RefusedError: When they cannot be one; the message says why.
        """
        before = self.shown
        self.do(Collapse(tuple(str(self.block(block)) for block in blocks), name))
        return next(call for call in self.shown.calls if call not in before.calls)

    def unpack(self, block: str) -> list[str]:
        """Put what is inside a submodel in its place.

        Returns:
            The ids of its blocks.
        """
        before = self.shown
        self.do(Unpack(str(self.block(block))))
        return [call for call in self.shown.calls if call not in before.calls]

    def enter(self, block: str) -> None:
        """Look into a submodel: what is done from now on is done inside it.

        Of one that is repeated, the one that stands for all is looked into.
        """
        call = str(self.block(block))
        repeats = bool(self.shown.record(call).repeat)
        self.history.enter(call)
        if repeats:
            above = self.history.place[:-1]
            self.history.leave(len(above))
            unit = unit_of(self.shown, call)
            self.history.enter(call)
            self.history.enter(unit)
        self.changed()

    def leave(self, depth: int | None = None) -> None:
        """Look at the model around the submodel again.

        Args:
            depth: Which one: 0 is the outermost; by default the next.
        """
        self.history.leave(len(self.history.place) - 1 if depth is None else depth)
        self.changed()

    def instance(self, block: str, kind: str = "linked", at: Point | None = None) -> str:
        """Use a block once more.

        Args:
            block: The block.
            kind: ``"shared"``: one more call of the same layer.  ``"linked"``: another submodel
                of always the same structure, with weights of its own.  ``"copied"``: another that
                goes its own way.
            at: Where the new block lies; by default below the old one.

        Returns:
            The id of the new block.
        """
        call = str(self.block(block))
        before = self.shown
        x, y = at or place_below(before, call)
        self.do(Instance(call, kind, float(x), float(y)))
        return next(call for call in self.shown.calls if call not in before.calls)

    def share(self, *blocks: str) -> None:
        """Let blocks be calls of one layer, the first one's."""
        self.do(Share(tuple(str(self.block(block)) for block in blocks)))

    def unshare(self, block: str) -> None:
        """Give a call of a shared layer a layer of its own, which has weights of its own."""
        self.do(Unshare(str(self.block(block))))

    def unlink(self, block: str) -> None:
        """Let a linked submodel go its own way."""
        self.do(Unlink(str(self.block(block))))

    def repeat(self, block: str, count: int | str) -> None:
        """Let a block stand several times in a row, each with weights of its own.

        Args:
            block: The block.
            count: How many times: a number, or an expression over the parameters.
        """
        self.do(Repeat(str(self.block(block)), str(count)))

    def promote(self, block: str, inner: str, setting: str, promoted: bool = True) -> None:
        """Show a setting of a layer inside a submodel on the submodel itself."""
        command = {"command": Promote.__name__, "block": inner, "setting": setting}
        self.do(Inside((str(self.block(block)),), {**command, "promoted": promoted}))
