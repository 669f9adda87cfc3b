"""What the user can do to the drawing as a whole: templates, room on wires, muting, the layout."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Literal

from visualnn.builder import clipboard, layout
from visualnn.builder.checks import faults_of
from visualnn.builder.command import Command
from visualnn.builder.connecting import connect, disconnect, unknown_block, why_not
from visualnn.builder.document import Document
from visualnn.builder.templates import TEMPLATES
from visualnn.builder.trees import Ref
from visualnn.builder.words import counted, listed

Direction = Literal["down", "right"]


class UseTemplate(Command):
    """Begin with a template."""

    name: str
    x: float = 0.0
    y: float = 0.0

    def check(self, document: Document) -> str | None:
        if self.name in TEMPLATES:
            return None
        close = difflib.get_close_matches(self.name.lower(), TEMPLATES, 1)
        hint = f" Is {close[0]} meant?" if close else f" There are {listed([*TEMPLATES])}."
        return f"There is no template {self.name!r}.{hint}"

    def apply(self, document: Document) -> Document:
        template = TEMPLATES[self.name]
        is_first = not document.calls
        after = clipboard.paste(document, template.text, (self.x, self.y))
        if is_first and document.name == "model":
            after = replace(after, model=after.model.named(template.document.name))
        if is_first and after.canvas.direction == "right":
            after = after.with_positions(layout.arranged(after))
        return after


class Splice(Command):
    """Put a block into a wire."""

    block: str
    wire: str
    x: float
    y: float

    def check(self, document: Document) -> str | None:
        if self.block not in document.calls:
            return unknown_block(self.block)
        if self.wire not in document.wires:
            return f"There is no wire {self.wire!r} any more."
        wire = document.wires[self.wire]
        name = document.name_of(self.block)
        if self.block in (wire.source.call, wire.target):
            return f"{name} is at an end of this wire already."
        if document.consumers[self.block]:
            return f"{name} leads to another block already: take that wire away first."
        without = disconnect(document, {self.wire})
        if reason := why_not(without, wire.source, self.block, ""):
            return reason
        linked = connect(without, wire.source, self.block, "")
        if linked.reaches(wire.target, self.block):
            giver = document.name_of(wire.target)
            return f"{giver} already leads to {name}: a model cannot contain a loop."
        return None

    def apply(self, document: Document) -> Document:
        wire = document.wires[self.wire]
        after = connect(document, wire.source, self.block, "")
        use = after.calls[wire.target].with_argument(wire.path, Ref(self.block))
        after = after.with_call(wire.target, use)
        return layout.made_room(after.with_positions({self.block: (self.x, self.y)}), self.block)


class Mute(Command):
    """Mute or unmute blocks."""

    blocks: tuple[str, ...]
    muted: bool = True

    def check(self, document: Document) -> str | None:
        for block in self.blocks:
            if block not in document.calls:
                return unknown_block(block)
            count = len(document.calls[block].references)
            if self.muted and count != 1:
                name, inputs = document.name_of(block), counted(count, "input")
                return f"{name} has {inputs}, and only what has one can be passed by."
        if not self.muted:
            return None
        before = {fault.block for fault in faults_of(document)}
        for fault in faults_of(self.apply(document)):
            if fault.block not in before:
                names = listed([document.name_of(block) for block in self.blocks])
                return f"Without {names} the rest would not fit. {fault.sentence}"
        return None

    def apply(self, document: Document) -> Document:
        for block in self.blocks:
            use = document.calls[block]
            if use.muted != self.muted:
                document = document.with_call(block, replace(use, muted=self.muted, recorded=()))
        return document


class Pin(Command):
    """Pin blocks or let them go."""

    blocks: tuple[str, ...]
    pinned: bool = True

    def check(self, document: Document) -> str | None:
        unknown = [block for block in self.blocks if block not in document.calls]
        return unknown_block(unknown[0]) if unknown else None

    def apply(self, document: Document) -> Document:
        now = document.canvas.pinned
        then = now | {*self.blocks} if self.pinned else now - {*self.blocks}
        if then == now:
            return document
        return replace(document, canvas=replace(document.canvas, pinned=then))


class Turn(Command):
    """Turn the drawing."""

    direction: Direction

    def apply(self, document: Document) -> Document:
        if document.canvas.direction == self.direction:
            return document
        canvas = replace(document.canvas, direction=self.direction)
        turned = replace(document, canvas=canvas)
        return turned.with_positions(layout.arranged(turned))
