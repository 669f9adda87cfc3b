"""What the user can do to a document.  Every command is a small fact: it can be sent, kept, redone.

A command is added here and nowhere else: its fields are its message, the first sentence of its
docstring its entry in the undo menu, ``check`` its refusals and ``apply`` its effect.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from visualnn.builder import clipboard, layout, points
from visualnn.builder.analysis import analysis_of
from visualnn.builder.command import COMMANDS as COMMANDS  # what follows fills it
from visualnn.builder.command import Command, command_from
from visualnn.builder.connecting import connect, disconnect, unknown_block, why_not
from visualnn.builder.document import Document, Point
from visualnn.builder.drawing_commands import AddPoint as AddPoint
from visualnn.builder.drawing_commands import MoveInput as MoveInput
from visualnn.builder.drawing_commands import Mute as Mute
from visualnn.builder.drawing_commands import Pin as Pin
from visualnn.builder.drawing_commands import Reconnect as Reconnect
from visualnn.builder.drawing_commands import Route as Route
from visualnn.builder.drawing_commands import Splice as Splice
from visualnn.builder.drawing_commands import Turn as Turn
from visualnn.builder.drawing_commands import UseTemplate as UseTemplate
from visualnn.builder.frozen import EMPTY
from visualnn.builder.kinds import kind_name
from visualnn.builder.names import bad_name, no_name
from visualnn.builder.note_commands import AddNote as AddNote
from visualnn.builder.note_commands import EditFrame as EditFrame
from visualnn.builder.note_commands import EditNote as EditNote
from visualnn.builder.note_commands import Frame as Frame
from visualnn.builder.note_commands import PutIntoFrame as PutIntoFrame
from visualnn.builder.note_commands import RemoveFrame as RemoveFrame
from visualnn.builder.note_commands import RemoveNote as RemoveNote
from visualnn.builder.note_commands import TakeOutOfFrame as TakeOutOfFrame
from visualnn.builder.note_commands import framed_with
from visualnn.builder.outputs import marked, unmarked
from visualnn.builder.palette import new_record
from visualnn.builder.parameter_commands import FollowVariables as FollowVariables
from visualnn.builder.parameter_commands import RemoveParameter as RemoveParameter
from visualnn.builder.parameter_commands import RenameParameter as RenameParameter
from visualnn.builder.parameter_commands import SetParameter as SetParameter
from visualnn.builder.parameters import with_value
from visualnn.builder.parsing import MessageError
from visualnn.builder.port_shapes import Follow as Follow
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.redraw_command import Redraw as Redraw
from visualnn.builder.sentences import said_by, say
from visualnn.builder.snapshot_commands import RemoveSnapshot as RemoveSnapshot
from visualnn.builder.snapshot_commands import RenameSnapshot as RenameSnapshot
from visualnn.builder.snapshot_commands import RestoreSnapshot as RestoreSnapshot
from visualnn.builder.snapshot_commands import TakeSnapshot as TakeSnapshot
from visualnn.builder.submodel_commands import Collapse as Collapse
from visualnn.builder.submodel_commands import Inside as Inside
from visualnn.builder.submodel_commands import Instance as Instance
from visualnn.builder.submodel_commands import Promote as Promote
from visualnn.builder.submodel_commands import ReorderPort as ReorderPort
from visualnn.builder.submodel_commands import Repeat as Repeat
from visualnn.builder.submodel_commands import Share as Share
from visualnn.builder.submodel_commands import Unlink as Unlink
from visualnn.builder.submodel_commands import Unpack as Unpack
from visualnn.builder.submodel_commands import Unshare as Unshare
from visualnn.builder.trees import Ref
from visualnn.serialization.limits import InvalidModelFile
from visualnn.serialization.naming import to_snake_case


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
        if reason := _no_new_layer(self, document):
            return reason
        if self.after:
            added, block = _added(self, document)
            return why_not(added, Ref(self.after), block, "")
        return None

    def apply(self, document: Document) -> Document:
        added, block = _added(self, document)
        return connect(added, Ref(self.after), block, "") if self.after else added


class Insert(Command):
    """Insert a layer between others."""

    # The outputs in `sources` lead to the new block, and so does what came through `wire`, whose
    # place among the inputs of its end the new block takes; the new block leads to `target`.
    kind: str
    x: float = 0.0
    y: float = 0.0
    config: dict[str, Any] = EMPTY
    name: str = ""
    sources: tuple[tuple[str, int], ...] = ()
    wire: str = ""
    target: str = ""
    target_port: str = ""

    def check(self, document: Document) -> str | None:
        if self.wire and self.wire not in document.wires:
            return points.no_wire(self.wire)
        if reason := _no_new_layer(self, document):
            return reason
        after, block = _added(self, document)
        for wire in self._wires(after, block):
            if reason := wire.check(after):
                return reason
            after = wire.apply(after)
        return None

    def apply(self, document: Document) -> Document:
        after, block = _added(self, document)
        for wire in self._wires(after, block):
            after = wire.apply(after)
        if not self.wire:
            return after
        old = document.wires[self.wire]
        use = after.calls[old.target].with_argument(old.path, Ref(block))
        after = points.handed_on(document, after.with_call(old.target, use), old, block)
        after = framed_with(after, block, (old.source.call, old.target))
        return layout.made_room(after, block)

    def _wires(self, document: Document, block: str) -> list[Connect]:
        sources = list(self.sources)
        if self.wire:
            ref = document.wires[self.wire].source
            sources.insert(0, (ref.call, ref.output))
        wires = [Connect(call, block, output) for call, output in sources]
        leads_on = [Connect(block, self.target, 0, self.target_port)] if self.target else []
        return wires + leads_on


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
            return say(
                "{name} has no output number {number}; it has {count}.",
                name=name,
                number=str(self.source_port),
                count=count,
            )
        return None

    def apply(self, document: Document) -> Document:
        return connect(document, Ref(self.source, self.source_port), self.target, self.target_port)


class Disconnect(Command):
    """Take a wire away."""

    wire: str

    def check(self, document: Document) -> str | None:
        return None if self.wire in document.wires else points.no_wire(self.wire)

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
            self._configured(document)
        except ValueError as problem:
            return said_by(problem)
        return None

    def apply(self, document: Document) -> Document:
        layer = document.calls[self.block].layer
        record, changed = document.layers[layer], self._configured(document)
        same = changed.config == record.config and changed.expressions == record.expressions
        return document if same else document.with_layer(layer, changed)

    def _configured(self, document: Document) -> LayerRecord:
        record = document.record(self.block)
        return with_value(record, self.setting, self.value, document.parameters)


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
        return bad_name(document, self.name)

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

    # Points of wires whose ends both move go along; others move as `points` says, wire by wire.
    grouped = ("positions", "points")

    positions: dict[str, Point] = EMPTY
    points: dict[str, tuple[Point, ...]] = EMPTY

    def check(self, document: Document) -> str | None:
        unknown = [block for block in self.positions if block not in document.calls]
        if unknown:
            return unknown_block(unknown[0])
        wrong = (points.bad_route(document, wire, led) for wire, led in self.points.items())
        return next(filter(None, wrong), None)

    def apply(self, document: Document) -> Document:
        return points.with_points(points.moved(document, self.positions), self.points)


class Remove(Command):
    """Delete blocks and wires."""

    # Of `points` those with these numbers go, along each wire.
    blocks: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()
    points: dict[str, tuple[int, ...]] = EMPTY

    def check(self, document: Document) -> str | None:
        for block in self.blocks:
            if block not in document.calls:
                return unknown_block(block)
        for wire in self.wires:
            if wire not in document.wires:
                return points.no_wire(wire)
        return points.bad_points(document, self.points)

    def apply(self, document: Document) -> Document:
        after = points.without_points(document, self.points)
        return disconnect(after, set(self.wires)).without_calls(set(self.blocks))


class Paste(Command):
    """Paste blocks."""

    text: str
    x: float = 0.0
    y: float = 0.0

    def check(self, document: Document) -> str | None:
        try:
            clipboard.paste(document, self.text, (self.x, self.y))
        except InvalidModelFile as problem:
            return said_by(problem)
        return None

    def apply(self, document: Document) -> Document:
        return clipboard.paste(document, self.text, (self.x, self.y))


class Arrange(Command):
    """Tidy the drawing."""

    def apply(self, document: Document) -> Document:
        return points.tidied(document).with_positions(layout.arranged(document))


class SetTrainable(Command):
    """Freeze or unfreeze a layer."""

    block: str
    trainable: bool

    def check(self, document: Document) -> str | None:
        if self.block not in document.calls:
            return unknown_block(self.block)
        record = document.record(self.block)
        if record.is_input or record.is_operation:
            return say(
                "{name} is an {kind}: it has no weights to freeze.",
                name=record.name,
                kind=kind_name(record),
            )
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
            return say(
                "{name} is the only output, and a model needs one.",
                name=document.name_of(self.block),
            )
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
    outermost = True

    name: str

    def check(self, document: Document) -> str | None:
        return no_name(self.name)

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
                return said_by(problem)
            if reason := command.check(document):
                return reason
            document = command.apply(document)
        return None

    def apply(self, document: Document) -> Document:
        for message in self.commands:
            document = command_from(message).apply(document)
        return document


def _no_new_layer(command: Add | Insert, document: Document) -> str | None:
    """Why a layer cannot be made as a command says, in words; nothing if it can."""
    if command.name and (reason := bad_name(document, command.name)):
        return reason
    try:
        new_record(command.kind, command.name or command.kind, command.config, document.parameters)
    except ValueError as problem:
        return said_by(problem)
    return None


def _added(command: Add | Insert, document: Document) -> tuple[Document, str]:
    """The document with the layer that a command makes, and the new block."""
    kind = "input" if command.kind == "InputLayer" else to_snake_case(command.kind)
    name = command.name or document.fresh_name(kind)
    layer = document.fresh_name(name)
    record = new_record(command.kind, name, command.config, document.parameters)
    added = document.with_layer(layer, record).with_call(layer, Call(layer))
    if record.is_input and added.inputs is not None:
        added = replace(added, inputs=marked(added.inputs, layer, name))
    return added.with_positions({layer: (command.x, command.y)}), layer
