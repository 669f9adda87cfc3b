"""What the user can do to a document.  Every command is a small fact: it can be sent, kept, redone.

A command is added here and nowhere else: its fields are its message, the first sentence of its
docstring its entry in the undo menu, ``check`` its refusals and ``apply`` its effect.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from typing import Any, ClassVar, dataclass_transform

from visualnn.builder import clipboard, layout
from visualnn.builder.analysis import analysis_of
from visualnn.builder.connecting import connect, disconnect, unknown_block, why_not
from visualnn.builder.document import Call, Document, Point
from visualnn.builder.forms import with_setting
from visualnn.builder.frozen import EMPTY
from visualnn.builder.kinds import kind_name
from visualnn.builder.outputs import marked, unmarked
from visualnn.builder.palette import new_record
from visualnn.builder.parsing import MessageError, parsed
from visualnn.builder.trees import Ref
from visualnn.builder.words import listed
from visualnn.serialization.limits import InvalidModelFile
from visualnn.serialization.naming import to_snake_case

COMMANDS: dict[str, type[Command]] = {}


@dataclass_transform(frozen_default=True)
class Command:
    """A change of a document."""

    grouped: ClassVar[tuple[str, ...] | None] = None
    """The fields in which two commands in a row must agree to be one step: typing, dragging."""

    def __init_subclass__(cls) -> None:
        COMMANDS[cls.__name__] = dataclass(frozen=True)(cls)

    @property
    def title(self) -> str:
        """What the undo menu says."""
        return (inspect.getdoc(type(self)) or "").split(".")[0]

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


class Add(Command):
    """Add a layer."""

    kind: str
    x: float = 0.0
    y: float = 0.0
    config: dict[str, Any] = EMPTY
    name: str = ""
    after: str = ""

    def check(self, document: Document) -> str | None:
        if self.after and self.after not in document.calls:
            return unknown_block(self.after)
        if self.name and (reason := _bad_name(document, self.name)):
            return reason
        try:
            new_record(self.kind, self.name or self.kind, self.config)
        except ValueError as problem:
            return str(problem)
        if self.after:
            added, block = self._added(document)
            return why_not(added, Ref(self.after), block, "")
        return None

    def apply(self, document: Document) -> Document:
        added, block = self._added(document)
        return connect(added, Ref(self.after), block, "") if self.after else added

    def _added(self, document: Document) -> tuple[Document, str]:
        kind = "input" if self.kind == "InputLayer" else to_snake_case(self.kind)
        name = self.name or document.fresh_name(kind)
        layer = document.fresh_name(name)
        record = new_record(self.kind, name, self.config)
        added = document.with_layer(layer, record).with_call(layer, Call(layer))
        if record.is_input and added.inputs is not None:
            added = replace(added, inputs=marked(added.inputs, layer, name))
        return added.with_positions({layer: (self.x, self.y)}), layer


class Connect(Command):
    """Connect two blocks."""

    source: str
    target: str
    source_port: int = 0
    target_port: str = ""

    def check(self, document: Document) -> str | None:
        ref = Ref(self.source, self.source_port)
        if reason := why_not(document, ref, self.target, self.target_port):
            return reason
        count = analysis_of(document).output_count(self.source)
        if not 0 <= self.source_port < count:
            name = document.name_of(self.source)
            return f"{name} has no output number {self.source_port}; it has {count}."
        return None

    def apply(self, document: Document) -> Document:
        return connect(document, Ref(self.source, self.source_port), self.target, self.target_port)


class Disconnect(Command):
    """Take a wire away."""

    wire: str

    def check(self, document: Document) -> str | None:
        return None if self.wire in document.wires else _no_wire(self.wire)

    def apply(self, document: Document) -> Document:
        return disconnect(document, {self.wire})


class Configure(Command):
    """Change a setting."""

    grouped = ("block", "setting")

    block: str
    setting: str
    value: Any

    def check(self, document: Document) -> str | None:
        if self.block not in document.calls:
            return unknown_block(self.block)
        try:
            with_setting(document.record(self.block), self.setting, self.value)
        except ValueError as problem:
            return str(problem)
        return None

    def apply(self, document: Document) -> Document:
        layer = document.calls[self.block].layer
        record = document.layers[layer]
        changed = with_setting(record, self.setting, self.value)
        return document if changed.config == record.config else document.with_layer(layer, changed)


class Rename(Command):
    """Rename a layer."""

    grouped = ("block",)

    block: str
    name: str

    def check(self, document: Document) -> str | None:
        if self.block not in document.calls:
            return unknown_block(self.block)
        if self.name == document.name_of(self.block):
            return None
        return _bad_name(document, self.name)

    def apply(self, document: Document) -> Document:
        layer = document.calls[self.block].layer
        record = document.layers[layer]
        return (
            document
            if record.name == self.name
            else document.with_layer(layer, record.named(self.name))
        )


class Move(Command):
    """Move blocks."""

    grouped = ("positions",)

    positions: dict[str, Point]

    def check(self, document: Document) -> str | None:
        unknown = [block for block in self.positions if block not in document.calls]
        return unknown_block(unknown[0]) if unknown else None

    def apply(self, document: Document) -> Document:
        return document.with_positions(self.positions)


class Remove(Command):
    """Delete blocks and wires."""

    blocks: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()

    def check(self, document: Document) -> str | None:
        for block in self.blocks:
            if block not in document.calls:
                return unknown_block(block)
        for wire in self.wires:
            if wire not in document.wires:
                return _no_wire(wire)
        return None

    def apply(self, document: Document) -> Document:
        return disconnect(document, set(self.wires)).without_calls(set(self.blocks))


class Paste(Command):
    """Paste blocks."""

    text: str
    x: float = 0.0
    y: float = 0.0

    def check(self, document: Document) -> str | None:
        try:
            clipboard.paste(document, self.text, (self.x, self.y))
        except InvalidModelFile as problem:
            return str(problem)
        return None

    def apply(self, document: Document) -> Document:
        return clipboard.paste(document, self.text, (self.x, self.y))


class Arrange(Command):
    """Tidy the drawing."""

    def apply(self, document: Document) -> Document:
        return document.with_positions(layout.arranged(document))


class SetTrainable(Command):
    """Freeze or unfreeze a layer."""

    block: str
    trainable: bool

    def check(self, document: Document) -> str | None:
        if self.block not in document.calls:
            return unknown_block(self.block)
        record = document.record(self.block)
        if record.is_input or record.is_operation:
            return f"{record.name} is an {kind_name(record)}: it has no weights to freeze."
        return None

    def apply(self, document: Document) -> Document:
        layer = document.calls[self.block].layer
        record = document.layers[layer]
        if record.trainable == self.trainable:
            return document
        changed = replace(record, config=record.config.having("trainable", self.trainable))
        return document.with_layer(layer, changed)


class SetOutput(Command):
    """Make a block an output of the model, or no output any more."""

    block: str
    output: bool = True

    def check(self, document: Document) -> str | None:
        if self.block not in document.calls:
            return unknown_block(self.block)
        if not self.output and document.output_calls == {self.block}:
            return f"{document.name_of(self.block)} is the only output, and a model needs one."
        return None

    def apply(self, document: Document) -> Document:
        if (self.block in document.output_calls) == self.output:
            return document
        name = document.name_of(self.block)
        now = document.output_structure
        then = marked(now, self.block, name) if self.output else unmarked(now, self.block)
        return replace(document, outputs=then)


class RenameModel(Command):
    """Rename the model."""

    grouped = ()

    name: str

    def check(self, document: Document) -> str | None:
        return _no_name(self.name)

    def apply(self, document: Document) -> Document:
        return replace(document, model=document.model.named(self.name))


class Batch(Command):
    """Do several things at once."""

    label: str
    commands: tuple[dict[str, Any], ...]

    @property
    def title(self) -> str:
        return self.label

    def check(self, document: Document) -> str | None:
        for message in self.commands:
            try:
                command = command_from(message)
            except MessageError as problem:
                return str(problem)
            if reason := command.check(document):
                return reason
            document = command.apply(document)
        return None

    def apply(self, document: Document) -> Document:
        for message in self.commands:
            document = command_from(message).apply(document)
        return document


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


def _no_wire(wire: str) -> str:
    return f"There is no wire {wire!r} any more."


def _bad_name(document: Document, name: str) -> str | None:
    if reason := _no_name(name):
        return reason
    if name in document.names:
        return f"There is a layer named {name} already; every layer needs a name of its own."
    return None


def _no_name(name: str) -> str | None:
    if not name.strip():
        return "A name cannot be empty."
    if len(name) > 200:
        return "A name cannot be longer than 200 characters."
    bad = sorted({c for c in name if c in "/\\" or not c.isprintable()})
    if bad:
        return f"A name cannot contain {listed([repr(c) for c in bad])}."
    return None
