"""What the canvas can do with wires and the points that they are led through, as methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visualnn.builder.commands import AddPoint, MoveInput, Route
from visualnn.builder.history import RefusedError
from visualnn.builder.sentences import say

if TYPE_CHECKING:
    from visualnn.builder.command import Command
    from visualnn.builder.document import Document, Point


class EditingPoints:
    """Leads wires around what is in their way."""

    if TYPE_CHECKING:

        @property
        def shown(self) -> Document: ...

        def do(self, command: Command) -> None: ...

        def block(self, name: str) -> str: ...

    def add_point(self, source: str, target: str, x: float, y: float) -> None:
        """Lead the wire from one block to another through one more point.

        Args:
            source: The block where the wire begins.
            target: The block where it ends.
            x: Where the point lies, from the left.
            y: Where the point lies, from the top.

        Raises:
            RefusedError: When no wire leads from one to the other.
        """
        self.do(AddPoint(self._wire(source, target), float(x), float(y)))

    def route(self, source: str, target: str, *points: Point) -> None:
        """Lead the wire from one block to another through these points, and no others.

        Args:
            source: The block where the wire begins.
            target: The block where it ends.
            *points: The points, from the source on; without any, the wire finds its own way.

        Raises:
            RefusedError: When no wire leads from one to the other.
        """
        led = tuple((float(x), float(y)) for x, y in points)
        self.do(Route(self._wire(source, target), led))

    def move_input(self, source: str, target: str, to: int) -> None:
        """Give the wire from one block another place among those that another one takes.

        Args:
            source: The block where the wire begins.
            target: The block where it ends, such as a Concatenate.
            to: Its place, counted from 0.

        Raises:
            RefusedError: When there is no such wire or place.
        """
        self.do(MoveInput(self._wire(source, target), to))

    def _wire(self, source: str, target: str) -> str:
        giver, taker = self.block(source), self.block(target)
        for wire in self.shown.wires.values():
            if wire.source.call == giver and wire.target == taker:
                return wire.id
        raise RefusedError(
            say("No wire leads from {source} to {target}.", source=source, target=target)
        )
