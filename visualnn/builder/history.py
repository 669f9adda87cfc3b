"""Doing, undoing and redoing commands.  Documents never change, so undoing is going back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from visualnn.builder.commands import Command, Inside, command_from
from visualnn.builder.data import TrainingData
from visualnn.builder.document import Document
from visualnn.builder.nested import opens
from visualnn.builder.sentences import say
from visualnn.builder.settling import settled
from visualnn.builder.submodels import Place, inside

TOGETHER = 1.0
"""Seconds within which typing and dragging go on with the step before."""


class RefusedError(ValueError):
    """A command that cannot be done; the message says why, in the user's words."""


@dataclass(frozen=True)
class Step:
    """What was done, and the documents before and after."""

    command: Command
    before: Document
    after: Document


class History:
    """The document now, and the steps that led here.

    Args:
        document: The document to begin with.
        clock: Tells the time in seconds.
        limit: How many steps are kept.

    Attributes:
        document: The document now.
        place: The submodel that is being looked at, by the way into it; empty for the whole.
        version: Counts every change, so that whoever saw one knows whether there was another.
        loss: What the model is trained with, a name or a record; nothing as long as nobody said.
        data: What is known of the data that it is trained with.
    """

    def __init__(
        self,
        document: Document | None = None,
        clock: Callable[[], float] = time.monotonic,
        limit: int = 1000,
    ):
        self.document = document or Document()
        self.place: Place = ()
        self.version = 0
        self.loss: Any = None
        self.data: TrainingData | None = None
        self._clock = clock
        self._limit = limit
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._last_time = float("-inf")

    @property
    def shown(self) -> Document:
        """The model that is being looked at: all of it, or a submodel."""
        found = inside(self.document, self.place)
        assert found is not None
        return found

    def enter(self, block: str) -> None:
        """Look into a submodel of the model that is being looked at.

        Raises:
            RefusedError: When the block is none.
        """
        document = self.shown
        if block not in document.calls:
            raise RefusedError(say("There is no block {block} any more.", block=repr(block)))
        record = document.record(block)
        if not opens(record):
            raise RefusedError(
                say(
                    "{name} is no submodel: there is nothing inside to edit. Select blocks and "
                    "press Ctrl+G to make one of them.",
                    name=record.name,
                )
            )
        self.place = (*self.place, block)
        self.version += 1

    def leave(self, depth: int) -> None:
        """Look at a model around this one: the outermost has the depth 0."""
        self.place = self.place[: max(0, depth)]
        self.version += 1

    def here(self, command: Command) -> Command:
        """The same command where the user is: inside the submodel that is being looked at."""
        if not self.place or command.outermost:
            return command
        if isinstance(command, Inside):
            return Inside((*self.place, *command.place), command.inner)
        return Inside(self.place, {"command": type(command).__name__, **vars(command)})

    def do(self, command: Command) -> Document:
        """Do a command.

        Raises:
            RefusedError: When it cannot be done; nothing is changed then.
        """
        if reason := command.check(self.document):
            raise RefusedError(reason)
        before, after = self.document, settled(command.apply(self.document))
        if after is before:
            return after
        now = self._clock()
        if self._done and not self._undone and now - self._last_time <= TOGETHER:
            last = self._done[-1]
            if command.continues(last.command):
                before = last.before
                self._done.pop()
        self._done.append(Step(command, before, after))
        del self._done[: -self._limit]
        self._undone.clear()
        self._last_time = now
        return self._show(after)

    def receive(self, message: dict[str, Any]) -> Document:
        """Do what the browser asks, such as ``{"command": "Connect", "source": ...}``."""
        return self.do(command_from(message))

    def undo(self) -> Document:
        """Go back by one step.

        Raises:
            RefusedError: When there is none.
        """
        if not self._done:
            raise RefusedError(say("There is nothing to undo."))
        step = self._done.pop()
        self._undone.append(step)
        self._last_time = float("-inf")
        return self._show(step.before, step.command)

    def redo(self) -> Document:
        """Do what was last undone again.

        Raises:
            RefusedError: When there is nothing.
        """
        if not self._undone:
            raise RefusedError(say("There is nothing to do again."))
        step = self._undone.pop()
        self._done.append(step)
        self._last_time = float("-inf")
        return self._show(step.after, step.command)

    @property
    def undo_title(self) -> str:
        """What would be undone; empty if nothing."""
        return self._done[-1].command.title if self._done else ""

    @property
    def redo_title(self) -> str:
        """What would be done again; empty if nothing."""
        return self._undone[-1].command.title if self._undone else ""

    def documents(self) -> list[Document]:
        """The document now, every one that undoing can lead back to, and their snapshots."""
        found = [self.document, *(step.before for step in self._done)]
        kept = [x.document for document in found for x in document.snapshots.values()]
        return [*found, *kept]

    def _show(self, document: Document, command: Command | None = None) -> Document:
        self.document = document
        if command is not None and not command.outermost:  # look at what becomes different
            self.place = command.place if isinstance(command, Inside) else ()
        while inside(document, self.place) is None:
            self.place = self.place[:-1]
        self.version += 1
        return document
