"""Which connections there can be at all, and what a new one does to the document."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from dataclasses import replace

from visualnn.builder.document import Document, Structure
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.kinds import (
    Port,
    connected,
    disconnected,
    drawn_ports,
    free_place,
    ports_of,
    sources_of,
)
from visualnn.builder.sentences import listed, say
from visualnn.builder.trees import Ref, references


def port_of(document: Document, call: str, name: str) -> Port | None:
    """The port of this name; ``""`` means the first that is free, or else the first."""
    ports = ports_of(document, call)
    if name:
        return next((port for port in ports if port.name == name), None)
    use = document.calls[call]
    visible = [port for port in ports if not port.optional]
    free = (port for port in visible if free_place(use, port) is not None)
    return next(free, visible[0] if visible else None)


def why_not(document: Document, source: Ref, target: str, port_name: str) -> str | None:
    """Why two blocks cannot be connected whatever their shapes, in words; nothing if they can."""
    for call in (source.call, target):
        if call not in document.calls:
            return unknown_block(call)
    port = port_of(document, target, port_name)
    if port is None and not document.record(target).is_input:
        names = [p.name for p in drawn_ports(document, target)]
        known = say("its inputs are {names}", names=listed(names))
        known = known if names else say("it has no inputs")
        name = document.name_of(target)
        return say(
            "{name} has no input {port}: {known}. A wire leads from output to input.",
            name=name,
            port=repr(port_name),
            known=known,
        )
    return refusal(document, source, target, port, document.reaches(target, source.call))


def refusal(
    document: Document, source: Ref, target: str, port: Port | None, loops: bool
) -> str | None:
    """Why a wire to this port cannot be, in words; nothing if it can.

    Args:
        document: The document.
        source: Where the wire begins.
        target: The block where it ends.
        port: The port where it ends.
        loops: Whether the target leads to the source.
    """
    giver, taker = document.name_of(source.call), document.name_of(target)
    if source.call == target:
        return say(
            "{name} cannot be connected to itself: a model cannot contain a loop.", name=giver
        )
    if port is None or document.record(target).is_input:
        return say(
            "{taker} is an input of the model: it takes data from outside, not from {giver}.",
            taker=taker,
            giver=giver,
        )
    use = document.calls[target]
    if free_place(use, port) is None:
        taken = sources_of(use, port)
        what = say("its only input")
        if port.name != "inputs":
            what = say("its input {port}", port=port.name)
        if taken:
            by = document.name_of(taken[0][1].call)
            what = say("{what} from {giver}", what=what, giver=by)
        return say("{taker} has {what} already: take that wire away first.", taker=taker, what=what)
    if loops:
        return say(
            "{giver} already leads to {name}: a model cannot contain a loop.",
            giver=taker,
            name=giver,
        )
    return None


def unknown_block(call: str) -> str:
    """What to say of a block that is not there."""
    return say("There is no block {block} any more.", block=repr(call))


def connect(document: Document, source: Ref, target: str, port_name: str) -> Document:
    """The document with one more wire, which must be possible."""
    port = port_of(document, target, port_name)
    assert port is not None
    was_loose = not document.consumers[source.call]
    after = document.with_call(target, connected(document.calls[target], port, source))
    if was_loose and document.outputs is not None:
        return replace(after, outputs=_handed_on(document, source, target))
    return after


def disconnect(document: Document, wires: set[str]) -> Document:
    """The document without these wires."""
    for name in wires:
        wire = document.wires[name]
        use = disconnected(document.calls[wire.target], wire.path)
        document = replace(document, calls=document.calls.having(wire.target, use))
    return document


def _handed_on(document: Document, source: Ref, target: str) -> Structure:
    """The outputs when one of them comes to lead on to a block: that is the output now."""
    listed_already = {ref for _, ref in references(document.outputs)}
    last = Ref(target)
    if document.consumers[target] or last in listed_already or source not in listed_already:
        return document.outputs

    def replaced(structure: Structure) -> Structure:
        if structure == source:
            return last
        if isinstance(structure, tuple):
            return tuple(replaced(item) for item in structure)
        if isinstance(structure, dict):
            return FrozenDict({key: replaced(item) for key, item in structure.items()})
        return structure

    return replaced(document.outputs)
