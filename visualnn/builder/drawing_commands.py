"""What the user can do to the drawing as a whole: templates, room on wires, muting, the layout."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import Literal

from visualnn.builder import clipboard, layout, points
from visualnn.builder.checks import faults_of
from visualnn.builder.command import Command
from visualnn.builder.connecting import connect, disconnect, unknown_block, why_not
from visualnn.builder.document import Document, Point
from visualnn.builder.kinds import drawn_ports, sources_of
from visualnn.builder.note_commands import framed_with
from visualnn.builder.sentences import counted, listed, say
from visualnn.builder.templates import TEMPLATES
from visualnn.builder.trees import Path, Ref

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
        hint = (
            say(" Is {name} meant?", name=close[0])
            if close
            else say(" There are {names}.", names=listed([*TEMPLATES]))
        )
        return say("There is no template {name}.{hint}", name=repr(self.name), hint=hint)

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
            return points.no_wire(self.wire)
        wire = document.wires[self.wire]
        name = document.name_of(self.block)
        if self.block in (wire.source.call, wire.target):
            return say("{name} is at an end of this wire already.", name=name)
        if document.consumers[self.block]:
            return say(
                "{name} leads to another block already: take that wire away first.", name=name
            )
        without = disconnect(document, {self.wire})
        if reason := why_not(without, wire.source, self.block, ""):
            return reason
        linked = connect(without, wire.source, self.block, "")
        if linked.reaches(wire.target, self.block):
            giver = document.name_of(wire.target)
            return say(
                "{giver} already leads to {name}: a model cannot contain a loop.",
                giver=giver,
                name=name,
            )
        return None

    def apply(self, document: Document) -> Document:
        wire = document.wires[self.wire]
        after = connect(document, wire.source, self.block, "")
        use = after.calls[wire.target].with_argument(wire.path, Ref(self.block))
        after = after.with_call(wire.target, use)
        after = after.with_positions({self.block: (self.x, self.y)})
        after = framed_with(after, self.block, (wire.source.call, wire.target))
        return layout.made_room(points.handed_on(document, after, wire, self.block), self.block)


class Reconnect(Command):
    """Move the end of a wire."""

    # What is an output of the model stays one: the source leads on as before, only elsewhere.
    wire: str
    target: str
    target_port: str = ""

    def check(self, document: Document) -> str | None:
        if self.wire not in document.wires:
            return points.no_wire(self.wire)
        without = disconnect(document, {self.wire})
        return why_not(without, document.wires[self.wire].source, self.target, self.target_port)

    def apply(self, document: Document) -> Document:
        source = document.wires[self.wire].source
        after = connect(disconnect(document, {self.wire}), source, self.target, self.target_port)
        return replace(after, outputs=document.outputs)


class AddPoint(Command):
    """Lead a wire through a point."""

    wire: str
    x: float
    y: float

    def check(self, document: Document) -> str | None:
        if self.wire not in document.wires:
            return points.no_wire(self.wire)
        return points.bad_route(document, self.wire, self._led(document))

    def apply(self, document: Document) -> Document:
        return points.with_points(document, {self.wire: self._led(document)})

    def _led(self, document: Document) -> tuple[Point, ...]:
        """The points of the wire with this one among them, on the stretch that it is nearest to."""
        at = self.x, self.y
        now = document.canvas.points.get(self.wire, ())
        place = points.stretch(document, document.wires[self.wire], at)
        return (*now[:place], at, *now[place:])


class Route(Command):
    """Lead a wire another way."""

    grouped = ("wire",)

    wire: str
    points: tuple[Point, ...] = ()

    def check(self, document: Document) -> str | None:
        return points.bad_route(document, self.wire, self.points)

    def apply(self, document: Document) -> Document:
        return points.with_points(document, {self.wire: self.points})


class MoveInput(Command):
    """Change the order of inputs."""

    # Of a port that takes many wires: this one comes to a place among them, counted from 0.
    wire: str
    to: int

    def check(self, document: Document) -> str | None:
        if self.wire not in document.wires:
            return points.no_wire(self.wire)
        name = document.name_of(document.wires[self.wire].target)
        count = len(self._inputs(document))
        if count < 2:
            return say("{name} has no other input here: there is no order.", name=name)
        if not 0 <= self.to < count:
            return say("{name} has {count} inputs here, counted from 0.", name=name, count=count)
        return None

    def apply(self, document: Document) -> Document:
        wire = document.wires[self.wire]
        inputs = self._inputs(document)
        refs = [ref for _, ref in inputs]
        at = [path for path, _ in inputs].index(wire.path)
        if at == self.to:
            return document
        refs.insert(self.to, refs.pop(at))
        use = document.calls[wire.target]
        for (path, _), ref in zip(inputs, refs, strict=True):
            use = use.with_argument(path, ref)
        return document.with_call(wire.target, use)

    def _inputs(self, document: Document) -> list[tuple[Path, Ref]]:
        """What leads to the port where the wire ends, in order."""
        wire = document.wires[self.wire]
        ports = drawn_ports(document, wire.target)
        port = next(port for port in ports if port.holds(wire.path))
        return sources_of(document.calls[wire.target], port)


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
                return say(
                    "{name} has {inputs}, and only what has one can be passed by.",
                    name=name,
                    inputs=inputs,
                )
        if not self.muted:
            return None
        before = {fault.block for fault in faults_of(document)}
        for fault in faults_of(self.apply(document)):
            if fault.block not in before:
                names = listed([document.name_of(block) for block in self.blocks])
                return say(
                    "Without {names} the rest would not fit. {sentence}",
                    names=names,
                    sentence=fault.sentence,
                )
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
        return points.tidied(turned).with_positions(layout.arranged(turned))
