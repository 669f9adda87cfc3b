"""Doing, undoing and redoing commands.  Documents never change, so undoing is going back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from visualnn.builder.commands import Command, command_from
from visualnn.builder.document import Document

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
        version: Counts every change, so that whoever saw one knows whether there was another.
    """

    def __init__(
        self,
        document: Document | None = None,
        clock: Callable[[], float] = time.monotonic,
        limit: int = 1000,
    ):
        self.document = document or Document()
        self.version = 0
        self._clock = clock
        self._limit = limit
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._last_time = float("-inf")

    def do(self, command: Command) -> Document:
        """Do a command.

        Raises:
            RefusedError: When it cannot be done; nothing is changed then.
        """
        if reason := command.check(self.document):
            raise RefusedError(reason)
        before, after = self.document, command.apply(self.document)
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
            raise RefusedError("There is nothing to undo.")
        step = self._done.pop()
        self._undone.append(step)
        self._last_time = float("-inf")
        return self._show(step.before)

    def redo(self) -> Document:
        """Do what was last undone again.

        Raises:
            RefusedError: When there is nothing.
        """
        if not self._undone:
            raise RefusedError("There is nothing to do again.")
        step = self._undone.pop()
        self._done.append(step)
        self._last_time = float("-inf")
        return self._show(step.after)

    @property
    def undo_title(self) -> str:
        """What would be undone; empty if nothing."""
        return self._done[-1].command.title if self._done else ""

    @property
    def redo_title(self) -> str:
        """What would be done again; empty if nothing."""
        return self._undone[-1].command.title if self._undone else ""

    def documents(self) -> list[Document]:
        """The document now, and every one that undoing can lead back to."""
        return [self.document, *(step.before for step in self._done)]

    def _show(self, document: Document) -> Document:
        self.document = document
        self.version += 1
        return document
