"""What the user can do with versions of a drawing that are kept under names."""

from __future__ import annotations

import datetime
from dataclasses import replace

from visualnn.builder.command import Command
from visualnn.builder.document import Document
from visualnn.builder.names import no_name
from visualnn.builder.sentences import say
from visualnn.builder.snapshots import Snapshot, restored, without_snapshots

MOST_SNAPSHOTS = 50


def _now() -> str:
    return datetime.datetime.now().strftime("%Y-%m-%d %H:%M")


class TakeSnapshot(Command):
    """Take a snapshot."""

    outermost = True

    name: str
    taken: str = ""

    def check(self, document: Document) -> str | None:
        if reason := no_name(self.name):
            return reason
        if self.name in document.snapshots:
            return say(
                "There is a snapshot named {name} already: choose another name.", name=self.name
            )
        if len(document.snapshots) >= MOST_SNAPSHOTS:
            return say(
                "There are {count} snapshots already: delete one first.",
                count=MOST_SNAPSHOTS,
            )
        return None

    def apply(self, document: Document) -> Document:
        snapshot = Snapshot(without_snapshots(document), self.taken or _now())
        return replace(document, snapshots=document.snapshots.having(self.name, snapshot))


class RestoreSnapshot(Command):
    """Go back to a snapshot."""

    outermost = True

    name: str

    def check(self, document: Document) -> str | None:
        return _gone(document, self.name)

    def apply(self, document: Document) -> Document:
        kept: Snapshot = document.snapshots[self.name]
        if kept.document == without_snapshots(document):
            return document
        return restored(document, self.name)


class RenameSnapshot(Command):
    """Rename a snapshot."""

    outermost = True

    name: str
    to: str

    def check(self, document: Document) -> str | None:
        if reason := _gone(document, self.name) or no_name(self.to):
            return reason
        if self.to != self.name and self.to in document.snapshots:
            return say(
                "There is a snapshot named {name} already: choose another name.", name=self.to
            )
        return None

    def apply(self, document: Document) -> Document:
        if self.to == self.name:
            return document
        kept = {
            (self.to if name == self.name else name): snapshot
            for name, snapshot in document.snapshots.items()
        }
        return replace(document, snapshots=type(document.snapshots)(kept))


class RemoveSnapshot(Command):
    """Delete a snapshot."""

    outermost = True

    name: str

    def check(self, document: Document) -> str | None:
        return _gone(document, self.name)

    def apply(self, document: Document) -> Document:
        return replace(document, snapshots=document.snapshots.without({self.name}))


def _gone(document: Document, name: str) -> str | None:
    if name in document.snapshots:
        return None
    return say("There is no snapshot {name} any more.", name=repr(name))
