"""What a command is: a small fact, which can be sent, kept and redone."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, ClassVar, dataclass_transform

from visualnn.builder.document import Document
from visualnn.builder.parsing import MessageError, parsed
from visualnn.builder.sentences import Sentence

COMMANDS: dict[str, type[Command]] = {}


@dataclass_transform(frozen_default=True)
class Command:
    """A change of a document."""

    grouped: ClassVar[tuple[str, ...] | None] = None
    """The fields in which two commands in a row must agree to be one step: typing, dragging."""
    outermost: ClassVar[bool] = False
    """Whether it is about the whole document, wherever in it the user is."""

    def __init_subclass__(cls) -> None:
        COMMANDS[cls.__name__] = dataclass(frozen=True)(cls)

    @property
    def title(self) -> str:
        """What the undo menu says."""
        return Sentence((inspect.getdoc(type(self)) or "").split(".")[0], {})

    def check(self, document: Document) -> str | None:
        """Why the command cannot be done, in the user's words; nothing if it can."""
        return None

    def apply(self, document: Document) -> Document:
        """The document that the command makes."""
        return document

    def continues(self, before: Command) -> bool:
        """Whether this goes on with what the last command did, so that both are undone at once."""
        return (
            self.grouped is not None
            and type(self) is type(before)
            and all(_same(getattr(self, name), getattr(before, name)) for name in self.grouped)
        )


def _same(a: Any, b: Any) -> bool:
    """Whether two commands are about the same thing; of positions only the blocks count."""
    return a.keys() == b.keys() if isinstance(a, dict) and isinstance(b, dict) else a == b


def command_from(message: dict[str, Any]) -> Command:
    """The command that a message stands for, ``{"command": "Connect", "source": ...}``.

    Raises:
        MessageError: When there is no such command, or its fields are not what they should be.
    """
    fields = dict(message)
    name = fields.pop("command", None)
    cls = COMMANDS.get(name) if isinstance(name, str) else None
    if cls is None:
        raise MessageError(f"There is no command {name!r:.80}.")
    return parsed(cls, fields)
