"""What the user can do with submodels: make them, open them, use them several times."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from visualnn.builder import submodels
from visualnn.builder.command import Command, command_from
from visualnn.builder.connecting import unknown_block
from visualnn.builder.document import Document
from visualnn.builder.expressions import ExpressionError
from visualnn.builder.forms import settings_of
from visualnn.builder.grouping import collapsed, unpacked, why_not_together, why_not_unpacked
from visualnn.builder.instances import (
    another,
    linked_in,
    repeated,
    repeats,
    restacked,
    shared,
    unshared,
    why_not_repeated,
    why_not_shared,
)
from visualnn.builder.kinds import kind_name
from visualnn.builder.names import bad_name
from visualnn.builder.nested import opens
from visualnn.builder.parameters import values_of
from visualnn.builder.parsing import MessageError
from visualnn.builder.sentences import said_by, say
from visualnn.builder.submodels import Place, outputs_inside, ports_inside
from visualnn.builder.trees import Ref

_GONE = say("The submodel that this was about is not there any more.")


class Inside(Command):
    """Edit inside a submodel."""

    # The place is the way in: a block of each model, which leads to the next.
    place: Place
    inner: dict[str, Any]

    @property
    def title(self) -> str:
        return command_from(self.inner).title

    def check(self, document: Document) -> str | None:
        inner = submodels.inside(document, self.place)
        if inner is None:
            return _GONE
        try:
            command = command_from(self.inner)
        except MessageError as problem:
            return said_by(problem)
        return command.check(inner)

    def apply(self, document: Document) -> Document:
        return submodels.edited(document, self.place, command_from(self.inner).apply)

    def continues(self, before: Command) -> bool:
        if not isinstance(before, Inside) or self.place != before.place:
            return False
        return command_from(self.inner).continues(command_from(before.inner))


class Collapse(Command):
    """Make a submodel of blocks."""

    blocks: tuple[str, ...]
    name: str = ""

    def check(self, document: Document) -> str | None:
        return (
            _missing(document, self.blocks)
            or (bad_name(document, self.name) if self.name else None)
            or why_not_together(document, list(self.blocks))
        )

    def apply(self, document: Document) -> Document:
        return collapsed(document, list(self.blocks), self.name)[0]


class Unpack(Command):
    """Unpack a submodel."""

    block: str

    def check(self, document: Document) -> str | None:
        return _missing(document, (self.block,)) or why_not_unpacked(document, self.block)

    def apply(self, document: Document) -> Document:
        return unpacked(document, self.block)[0]


class Instance(Command):
    """Use a block once more."""

    # "shared": one more call of the same layer; "linked": another layer that always has the same
    # structure, with weights of its own; "copied": another that goes its own way.
    block: str
    kind: str = "linked"
    x: float = 0.0
    y: float = 0.0

    def check(self, document: Document) -> str | None:
        if reason := _missing(document, (self.block,)):
            return reason
        record = document.record(self.block)
        if self.kind not in ("shared", "linked", "copied"):
            return say(
                "An instance is shared, linked or copied, not {kind}.", kind=f"{self.kind!r:.40}"
            )
        if record.is_input:
            return say(
                "{name} is an input of the model: there is nothing to use again.", name=record.name
            )
        if self.kind == "linked" and not opens(record):
            return say(
                "{name} is no submodel, so there is no structure to keep the same: share it, "
                "copy it, or make a submodel of it first.",
                name=record.name,
            )
        if record.is_operation and self.kind == "shared":
            return say(
                "{name} is an {kind}: it has nothing to share; copy it.",
                name=record.name,
                kind=kind_name(record),
            )
        return None

    def apply(self, document: Document) -> Document:
        return another(document, self.block, self.kind, (self.x, self.y))


class Share(Command):
    """Let blocks be calls of one layer."""

    blocks: tuple[str, ...]

    def check(self, document: Document) -> str | None:
        return _missing(document, self.blocks) or why_not_shared(document, list(self.blocks))

    def apply(self, document: Document) -> Document:
        return shared(document, list(self.blocks))


class Unshare(Command):
    """Give a call a layer of its own."""

    block: str

    def check(self, document: Document) -> str | None:
        if reason := _missing(document, (self.block,)):
            return reason
        if len(document.calls_of[document.calls[self.block].layer]) < 2:
            return say(
                "{name} has one call only: it shares nothing.", name=document.name_of(self.block)
            )
        return None

    def apply(self, document: Document) -> Document:
        return unshared(document, self.block)


class Unlink(Command):
    """Let a submodel go its own way."""

    block: str

    def check(self, document: Document) -> str | None:
        if reason := _missing(document, (self.block,)):
            return reason
        if not document.record(self.block).link:
            return say(
                "{name} is not linked to another submodel.", name=document.name_of(self.block)
            )
        return None

    def apply(self, document: Document) -> Document:
        layer = document.calls[self.block].layer
        record = document.layers[layer]
        after = document.with_layer(layer, replace(record, link=""))
        others = [key for key, other in after.layers.items() if other.link == record.link]
        if linked_in(after, record.link) == 1 and others:  # linked to nothing any more
            last = after.layers[others[0]]
            after = after.with_layer(others[0], replace(last, link=""))
        return after


class Repeat(Command):
    """Repeat a block."""

    # A block that is repeated already gets another number.
    grouped = ("block",)

    block: str
    count: str

    def check(self, document: Document) -> str | None:
        if reason := _missing(document, (self.block,)):
            return reason
        try:
            repeats(self.count, values_of(document.parameters))
        except ExpressionError as problem:
            return said_by(problem)
        record = document.record(self.block)
        if record.repeat:
            return None
        if not opens(record):
            if reason := why_not_together(document, [self.block]):
                return reason
            document, block = collapsed(document, [self.block], "")
            record = document.record(block)
        return why_not_repeated(record)

    def apply(self, document: Document) -> Document:
        count = repeats(self.count, values_of(document.parameters))
        record = document.record(self.block)
        layer = document.calls[self.block].layer
        if record.repeat:
            return restacked(document, layer, count, self.count)
        block = self.block
        if not opens(record):
            document, block = collapsed(document, [block], "")
        return repeated(document, block, count, self.count)


class ReorderPort(Command):
    """Move a port of a submodel."""

    # Done inside the submodel whose port it is.
    side: Literal["input", "output"]
    port: int
    to: int

    def check(self, document: Document) -> str | None:
        refs = _ports(document, self.side)
        structure = document.input_structure if self.side == "input" else document.output_structure
        if not isinstance(structure, tuple) or not all(isinstance(x, Ref) for x in structure):
            if len(refs) < 2:
                return say("There is only one: it has no other place.")
            return say("The ports of {name} go by names: they have no order.", name=document.name)
        if not (0 <= self.port < len(refs) and 0 <= self.to < len(refs)):
            return say(
                "{name} has {count} of them, counted from 0.", name=document.name, count=len(refs)
            )
        return None

    def apply(self, document: Document) -> Document:
        refs = _ports(document, self.side)
        refs.insert(self.to, refs.pop(self.port))
        if self.port == self.to:
            return document
        if self.side == "input":
            return replace(document, inputs=tuple(refs))
        return replace(document, outputs=tuple(refs))


class Promote(Command):
    """Show a setting on the submodel, or no longer."""

    # Done inside the submodel that shall show the setting of one of its layers.
    block: str
    setting: str
    promoted: bool = True

    def check(self, document: Document) -> str | None:
        if reason := _missing(document, (self.block,)):
            return reason
        record = document.record(self.block)
        names = [setting.form.name for setting in settings_of(record)]
        if self.setting not in names:
            return say("{name} has no setting `{setting}`.", name=record.name, setting=self.setting)
        return None

    def apply(self, document: Document) -> Document:
        entry = (document.calls[self.block].layer, self.setting)
        others = tuple(x for x in document.canvas.promoted if x != entry)
        shown = (*others, entry) if self.promoted else others
        if shown == document.canvas.promoted or (entry in document.canvas.promoted) == (
            self.promoted
        ):
            return document
        return replace(document, canvas=replace(document.canvas, promoted=shown))


def _ports(document: Document, side: str) -> list[Ref]:
    return ports_inside(document) if side == "input" else outputs_inside(document)


def _missing(document: Document, blocks: tuple[str, ...]) -> str | None:
    gone = [block for block in blocks if block not in document.calls]
    return unknown_block(gone[0]) if gone else None
